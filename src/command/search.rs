//! `casebook search`: search on the command line, with the same index and ranking as on the site.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use casebook_search::frame::{FORMAT_VERSION, FileKind, inflate};
use casebook_search::message::{Excerpt, ExcerptRequest, ExcerptTarget, Hit, NamedValue};
use casebook_search::{ANALYZER_VERSION, Engine, PackedIndex, SearchResponse, Step};
use clap::{Args, ValueEnum};

use crate::catalog::field::Facet;
use crate::catalog::field::facet::{self, FACETS};
use crate::command::arguments::CommonArguments;
use crate::command::hub::{cache_key, read_sources};
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_text};
use crate::diagnostic::render::escape_controls;
use crate::error::{Error, Result};
use crate::output::{cache, overwrite};
use crate::source::read_argument_file;
use crate::{BuildCache, CheckedCatalog, Timings, index};

/// Search the hub
#[derive(Debug, Args)]
#[command(
    after_help = describe_queries()
)]
pub struct Arguments {
    /// What to look for
    #[arg(value_name = "WORDS", required_unless_present = "queries")]
    words: Vec<String>,
    /// How many records to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// How results are printed
    #[arg(long, value_enum, default_value_t = SearchFormat::Human)]
    format: SearchFormat,
    /// Say where scores come from
    #[arg(long)]
    explain: bool,
    /// Answer many queries: lines of `query_id<tab>text`
    #[arg(long, value_name = "FILE", requires = "out", conflicts_with = "words")]
    queries: Option<PathBuf>,
    /// Where their answers go: lines of `query_id<tab>id<tab>score`, the 100 best of each
    #[arg(long, value_name = "FILE", requires = "queries")]
    out: Option<PathBuf>,
}

/// The end of the help: the query language with its fields, and examples.
fn describe_queries() -> String {
    let facets: Vec<&str> = FACETS.iter().map(|facet| facet.name).collect();
    format!(
        "The query language is that of the site: words, \"phrases\", -not, OR, field:value, lift>10, \
         year:2025..2026.
Fields: {}, lift, has. The hub's content is indexed once and kept in .casebook/cache/.

Examples:
  casebook search unboxing
  casebook search 'referral market:latam outcome:won' --limit 5
  casebook search '\"free trial\" -email grade:A..B' --explain
  casebook search --queries queries.tsv --out run.tsv",
        facets.join(", ")
    )
}

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SearchFormat {
    /// For people.
    Human,
    /// The engine's own answer.
    Json,
}

/// Moves the words of `casebook search` behind `--`, so that clap reads options before and after
/// words, and words may begin with a minus sign, as in `-status:archived`. Arguments of other
/// subcommands are returned unchanged.
pub fn move_words_last(arguments: Vec<OsString>, casebook: &clap::Command) -> Vec<OsString> {
    let has_value_option = |command: &clap::Command, name: &str| {
        command
            .get_arguments()
            .any(|option| option.get_long() == Some(name) && option.get_action().takes_values())
    };
    let takes_value = |name: &str| {
        has_value_option(casebook, name)
            || casebook
                .find_subcommand("search")
                .is_some_and(|search| has_value_option(search, name))
    };
    let mut rest = arguments.iter().cloned();
    let (mut reordered, mut words, mut is_search) =
        (Vec::from_iter(rest.next()), Vec::new(), false);
    while let Some(argument) = rest.next() {
        let text = argument.to_string_lossy().into_owned();
        match text.strip_prefix("--") {
            Some("") => words.extend(rest.by_ref()),
            Some(name) => {
                reordered.push(argument);
                if takes_value(name) {
                    reordered.extend(rest.next());
                }
            }
            None if is_search && text != "-h" => words.push(argument),
            None if is_search || text == "search" => {
                is_search = true;
                reordered.push(argument);
            }
            None => return arguments,
        }
    }
    if !is_search {
        return arguments;
    }
    reordered.extend((!words.is_empty()).then(|| OsString::from("--")).into_iter().chain(words));
    reordered
}

/// Runs `casebook search`.
///
/// # Errors
/// A file cannot be read or written, or the index cannot be built.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let Some(index) = load_index(&root, common)? else {
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    };
    match (&arguments.queries, &arguments.out) {
        (Some(queries), Some(out)) => {
            overwrite(out, &run_queries(&index, &read_argument_file(queries)?)?)?
        }
        _ => print_response(&index, arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The search index in memory: its engine, and its files by name.
struct LoadedIndex {
    engine: Engine,
    files: BTreeMap<String, Vec<u8>>,
}

/// Loads the index of the hub from the cache, or builds it if the content has changed. `None` if
/// the settings cannot be read, which is printed.
fn load_index(root: &Path, common: &CommonArguments) -> Result<Option<LoadedIndex>> {
    let options = common.build_options(None, false)?;
    let sources = read_sources(root)?;
    let key = cache_key(&sources, options.today, &[FORMAT_VERSION, ANALYZER_VERSION]);
    if let Some(cached) =
        crate::source::cache::read_entry(root, "search", key).and_then(|bytes| from_bytes(&bytes))
    {
        return Ok(Some(cached));
    }
    let CheckedCatalog { site, catalog, .. } =
        match crate::read(&sources, &options, &mut BuildCache::disabled(), &mut Timings::default())
        {
            Ok(checked) => checked,
            Err(diagnostic) => {
                print_diagnostics(&[*diagnostic], &sources);
                return Ok(None);
            }
        };
    let bytes = to_bytes(&index::build_whole_index(&site, &catalog)?)?;
    cache::write(root, "search", key, &bytes);
    from_bytes(&bytes)
        .map(Some)
        .ok_or_else(|| Error::new("the search index just made cannot be opened"))
}

/// Serialises an index for the cache: the name of its opening file, and all files by name.
fn to_bytes(index: &PackedIndex) -> Result<Vec<u8>> {
    postcard::to_stdvec(&(&index.opening, &index.files))
        .map_err(|cause| Error::because("the search index cannot be kept in the cache", cause))
}

/// Reads what [`to_bytes`] wrote; `None` if it is invalid.
fn from_bytes(bytes: &[u8]) -> Option<LoadedIndex> {
    let (opening, files): (&str, BTreeMap<String, &[u8]>) = postcard::from_bytes(bytes).ok()?;
    let engine = Engine::open(inflate(files.get(opening)?, FileKind::Opening).ok()?).ok()?;
    let files = files.into_iter().map(|(name, file)| (name, file.to_vec())).collect();
    Some(LoadedIndex { engine, files })
}

impl LoadedIndex {
    /// Answers a query from the index files in memory, with at most as many hits as it asks for.
    fn search(&self, request: &casebook_search::SearchRequest) -> Result<SearchResponse> {
        self.call_until_done(|| self.engine.search(request))
    }

    /// An excerpt for each hit that shows where the words of the query occur, in the order of the
    /// hits.
    fn excerpts(&self, text: &str, hits: &[Hit]) -> Result<Vec<Excerpt>> {
        let hits = hits
            .iter()
            .map(|hit| ExcerptTarget { doc: hit.doc, texts: hit.texts.clone() })
            .collect();
        let request = ExcerptRequest { text: text.to_owned(), hits };
        self.call_until_done(|| self.engine.excerpts(&request))
    }

    /// Repeats a call of the engine, each time with the files of the index that it missed, until it
    /// has a result.
    fn call_until_done<T>(
        &self,
        call: impl Fn() -> std::result::Result<Step<T>, casebook_search::OpenError>,
    ) -> Result<T> {
        let read_error = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Error::because("the search index cannot be read", cause)
        };
        loop {
            match call().map_err(|cause| read_error(Box::new(cause)))? {
                Step::Done(result) => return Ok(result),
                Step::Missing(names) => {
                    for name in names {
                        let file = self.files.get(&name).ok_or_else(|| {
                            Error::new(format!("the search index lacks `{name}`"))
                        })?;
                        let kind = if name.starts_with("texts/") {
                            FileKind::Texts
                        } else {
                            FileKind::Block
                        };
                        let plain =
                            inflate(file, kind).map_err(|cause| read_error(Box::new(cause)))?;
                        self.engine
                            .add(&name, plain)
                            .map_err(|cause| read_error(Box::new(cause)))?;
                    }
                }
            }
        }
    }
}

/// The 100 best records of every query, as lines of `query_id<tab>id<tab>score`.
fn run_queries(index: &LoadedIndex, queries: &str) -> Result<String> {
    let mut run = String::new();
    let lines = queries.lines().filter_map(|line| line.split_once('\t'));
    for (id, text) in lines.filter(|(id, text)| (*id, *text) != ("query_id", "text")) {
        let response = index.search(&casebook_search::SearchRequest {
            text: text.to_owned(),
            limit: 100,
            ..Default::default()
        })?;
        for hit in response.hits {
            run.push_str(&format!("{id}\t{}\t{}\n", hit.id, hit.score));
        }
    }
    Ok(run)
}

/// Answers the words of the command line and prints the answer in the requested format.
fn print_response(index: &LoadedIndex, arguments: &Arguments) -> Result<()> {
    let text = arguments.words.join(" ");
    let request = casebook_search::SearchRequest {
        text: text.clone(),
        limit: arguments.limit.max(1),
        explain: arguments.explain,
        ..Default::default()
    };
    let response = index.search(&request)?;
    if arguments.format == SearchFormat::Json {
        let json = serde_json::to_string_pretty(&response)
            .map_err(|cause| Error::because("the answer cannot be written", cause))?;
        print_text(&format!("{json}\n"))?;
        return Ok(());
    }
    let excerpts = index.excerpts(&text, &response.hits)?;
    print_text(&escape_controls(&format_human(&response, &excerpts)))?;
    Ok(())
}

/// The answer for people: corrected words and hints, the number of records, then each hit with its
/// excerpt, and with its score where that was requested.
fn format_human(response: &SearchResponse, excerpts: &[Excerpt]) -> String {
    let mut out = String::new();
    if let Some(corrected) = &response.corrected {
        out.push_str(&format!("showing results for: {}\n", corrected.text));
    }
    for hint in &response.hints {
        out.push_str(&format!("note: {}\n", hint.message));
    }
    let records = if response.total == 1 { "record" } else { "records" };
    out.push_str(&format!("{} {records}\n", response.total));
    for (index, (hit, excerpt)) in response.hits.iter().zip(excerpts).enumerate() {
        let title = hit.gist.as_ref().map_or(&hit.title, |gist| &gist.title);
        out.push_str(&format!("\n{}. {title}  [{}]\n", index + 1, format_facts(hit)));
        if hit.gist.is_some() {
            out.push_str(&format!("   {} ({})\n", hit.title, hit.language));
        }
        out.push_str(&format!("   {}\n", hit.id));
        for NamedValue { word, facet, value, .. } in &hit.named {
            out.push_str(&format!("   {facet}:{value}, for {word}\n"));
        }
        let summary = hit.gist.as_ref().map(|gist| &gist.summary).filter(|text| !text.is_empty());
        let text = match summary {
            // A passage without a word of the query, which readers of the hub cannot read either.
            Some(summary) if excerpt.excerpt.marks.is_empty() => summary,
            _ if excerpt.excerpt.text.is_empty() => &hit.summary,
            _ => &excerpt.excerpt.text,
        };
        if !text.is_empty() {
            out.push_str(&format!("   {text}\n"));
        }
        for part in hit.explain.iter().flat_map(|explain| &explain.parts) {
            out.push_str(&format!("   {:>9.4}  {}: {}\n", part.value, part.name, part.why));
        }
        if hit.explain.is_some() {
            out.push_str(&format!("   {:>9.4}  score\n", hit.score));
        }
    }
    out
}

/// Kind, markets, outcome, evidence grade and language of a hit, separated by commas.
fn format_facts(hit: &Hit) -> String {
    let values = |facet: &Facet| {
        hit.facts.facets.get(facet.name).map_or_else(String::new, |values| values.join(" "))
    };
    let grade = values(&facet::GRADE);
    let kind = serde_json::to_value(hit.kind)
        .ok()
        .and_then(|kind| kind.as_str().map(str::to_owned))
        .unwrap_or_default();
    let parts = [
        kind,
        values(&facet::MARKET),
        values(&facet::OUTCOME),
        if grade.is_empty() { grade } else { format!("grade {grade}") },
        hit.language.clone(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::move_words_last;
    use crate::command::Cli;

    #[test]
    fn words_are_moved_behind_options() {
        for (given, expected) in [
            ("search unboxing --limit 5", "search --limit 5 -- unboxing"),
            (
                "search --format json referral -status:archived",
                "search --format json -- referral -status:archived",
            ),
            ("search -email --explain referral", "search --explain -- -email referral"),
            ("--root hub search a --limit=2 b", "--root hub search --limit=2 -- a b"),
            ("search a -- --limit 2", "search -- a --limit 2"),
            ("--today 2026-07-01 search -a --limit", "--today 2026-07-01 search --limit -- -a"),
            ("search search", "search -- search"),
            ("search -h", "search -h"),
            ("search --queries in.tsv --out out.tsv", "search --queries in.tsv --out out.tsv"),
            ("similar --text search --limit 2", "similar --text search --limit 2"),
            ("--version", "--version"),
        ] {
            let given = format!("casebook {given}").split(' ').map(Into::into).collect();
            let reordered = move_words_last(given, &Cli::command());
            assert_eq!(reordered.join(" ".as_ref()), *format!("casebook {expected}"));
        }
    }
}
