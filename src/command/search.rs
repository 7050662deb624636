//! `casebook search`: the site's search on the command line, with the same index and the same ranking.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use casebook_search::frame::{FORMAT, Sort, inflate};
use casebook_search::message::{Excerpt, ExcerptOf, ExcerptRequest, Hit};
use casebook_search::{ANALYZER_VERSION, Engine, PackedIndex, Response, Step};
use clap::{Args, ValueEnum};

use crate::command::{CONTENT_ERRORS, Common, key_of, report, sources};
use crate::diagnostic::render::visible;
use crate::error::{Error, Result};
use crate::output::{cache, write_given};
use crate::source::given;
use crate::{Read, Timings, index};

/// Search the hub
#[derive(Debug, Args)]
#[command(after_help = "The query language is that of the site: words, \"phrases\", -not, OR, field:value, lift>10, year:2025..2026.
Fields: market, group, channel, tactic, metric, objective, pillar, outcome, status, grade, reuse, owner,
year, language, type, lift, has. The hub's content is indexed once and kept in .casebook/cache/.

Examples:
  casebook search unboxing
  casebook search 'referral market:latam outcome:won' --limit 5
  casebook search '\"free trial\" -email grade:A..B' --explain
  casebook search --queries queries.tsv --out run.tsv")]
pub struct Arguments {
    /// What to look for
    #[arg(value_name = "WORDS", required_unless_present = "queries")]
    words: Vec<String>,
    /// How many records to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// How results are printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
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

/// Forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// The engine's own answer.
    Json,
}

/// The arguments of the process, those of a search with its words behind `--`: so a word may begin with one minus sign, as
/// in `-status:archived`, wherever it stands, and options are read before and after the words.
pub fn words_last(arguments: Vec<OsString>, casebook: &clap::Command) -> Vec<OsString> {
    let options = |command: &clap::Command, name: &str| {
        command.get_arguments().any(|option| option.get_long() == Some(name) && option.get_action().takes_values())
    };
    let takes_value = |name: &str| options(casebook, name) || casebook.find_subcommand("search").is_some_and(|search| options(search, name));
    let mut rest = arguments.iter().cloned();
    let (mut sorted, mut words, mut searching) = (Vec::from_iter(rest.next()), Vec::new(), false);
    while let Some(argument) = rest.next() {
        let text = argument.to_string_lossy().into_owned();
        match text.strip_prefix("--") {
            Some("") => words.extend(rest.by_ref()),
            Some(name) => {
                sorted.push(argument);
                if takes_value(name) {
                    sorted.extend(rest.next());
                }
            }
            None if searching && text != "-h" => words.push(argument),
            None if searching || text == "search" => {
                searching = true;
                sorted.push(argument);
            }
            None => return arguments,
        }
    }
    if !searching {
        return arguments;
    }
    sorted.extend((!words.is_empty()).then(|| OsString::from("--")).into_iter().chain(words));
    sorted
}

/// Runs `casebook search`.
///
/// # Errors
/// Machine trouble.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.root()?;
    let Some(index) = opened(&root, common)? else { return Ok(ExitCode::from(CONTENT_ERRORS)) };
    match (&arguments.queries, &arguments.out) {
        (Some(queries), Some(out)) => write_given(out, &answer_all(&index, &given(queries)?)?)?,
        _ => print_answer(&index, arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// An index in memory with its engine.
struct Opened {
    engine: Engine,
    files: BTreeMap<String, Vec<u8>>,
}

/// The hub's index, from the cache where the content has not changed. Without readable settings there is none, which is reported.
fn opened(root: &Path, common: &Common) -> Result<Option<Opened>> {
    let request = common.request(None, false)?;
    let sources = sources(root)?;
    let key = key_of(&sources, request.today, &[FORMAT, ANALYZER_VERSION]);
    if let Some(kept) = crate::source::cache::read(root, "search", key).and_then(|bytes| unpack(&bytes)) {
        return Ok(Some(kept));
    }
    let Read { site, catalog, .. } = match crate::read(&sources, &request, &mut Timings::default()) {
        Ok(read) => read,
        Err(diagnostic) => {
            report(&[*diagnostic], &sources);
            return Ok(None);
        }
    };
    let bytes = pack(&index::whole(&site, &catalog)?);
    cache::write(root, "search", key, &bytes);
    unpack(&bytes).map(Some).ok_or_else(|| Error::new("the search index just made cannot be opened"))
}

/// One run of bytes: the name of the opening file, then every file as name and content, each with its length before it.
fn pack(index: &PackedIndex) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = |part: &[u8]| {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    };
    put(index.opening.as_bytes());
    for (name, file) in &index.files {
        put(name.as_bytes());
        put(file);
    }
    bytes
}

fn unpack(mut bytes: &[u8]) -> Option<Opened> {
    let mut take = || -> Option<&[u8]> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let (part, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        bytes = rest;
        Some(part)
    };
    let opening = String::from_utf8(take()?.to_vec()).ok()?;
    let mut files = BTreeMap::new();
    while let Some(name) = take() {
        files.insert(String::from_utf8(name.to_vec()).ok()?, take()?.to_vec());
    }
    let engine = Engine::open(inflate(files.get(&opening)?, Sort::Opening).ok()?).ok()?;
    Some(Opened { engine, files })
}

impl Opened {
    fn search(&self, request: &casebook_search::Request) -> Result<Response> {
        self.done(|| self.engine.search(request))
    }

    fn excerpts(&self, text: &str, hits: &[Hit]) -> Result<Vec<Excerpt>> {
        let hits = hits.iter().map(|hit| ExcerptOf { doc: hit.doc, texts: hit.texts.clone() }).collect();
        let request = ExcerptRequest { text: text.to_owned(), hits };
        self.done(|| self.engine.excerpts(&request))
    }

    /// Asks until nothing is missing any more.
    fn done<T>(&self, ask: impl Fn() -> std::result::Result<Step<T>, casebook_search::OpenError>) -> Result<T> {
        let broken = |cause: Box<dyn std::error::Error + Send + Sync>| Error { cause: Some(cause), ..Error::new("the search index cannot be read") };
        loop {
            match ask().map_err(|cause| broken(Box::new(cause)))? {
                Step::Done(answer) => return Ok(answer),
                Step::Missing(names) => {
                    for name in names {
                        let file = self.files.get(&name).ok_or_else(|| Error::new(format!("the search index lacks `{name}`")))?;
                        let sort = if name.starts_with("texts/") { Sort::Texts } else { Sort::Block };
                        let plain = inflate(file, sort).map_err(|cause| broken(Box::new(cause)))?;
                        self.engine.add(&name, plain).map_err(|cause| broken(Box::new(cause)))?;
                    }
                }
            }
        }
    }
}

/// The 100 best records of every query, with the ranking of the site.
fn answer_all(index: &Opened, queries: &str) -> Result<String> {
    let mut run = String::new();
    let lines = queries.lines().filter_map(|line| line.split_once('\t'));
    for (id, text) in lines.filter(|(id, text)| (*id, *text) != ("query_id", "text")) {
        let response = index.search(&casebook_search::Request { text: text.to_owned(), limit: 100, ..Default::default() })?;
        for hit in response.hits {
            run.push_str(&format!("{id}\t{}\t{}\n", hit.id, hit.score));
        }
    }
    Ok(run)
}

fn print_answer(index: &Opened, arguments: &Arguments) -> Result<()> {
    let text = arguments.words.join(" ");
    let request = casebook_search::Request { text: text.clone(), limit: arguments.limit.max(1), explain: arguments.explain, ..Default::default() };
    let response = index.search(&request)?;
    if arguments.format == Format::Json {
        let json = serde_json::to_string_pretty(&response)
            .map_err(|cause| Error { cause: Some(Box::new(cause)), ..Error::new("the answer cannot be written") })?;
        println!("{json}");
        return Ok(());
    }
    let excerpts = index.excerpts(&text, &response.hits)?;
    print!("{}", visible(&human(&response, &excerpts)));
    Ok(())
}

fn human(response: &Response, excerpts: &[Excerpt]) -> String {
    let mut out = String::new();
    if let Some(corrected) = &response.corrected {
        out.push_str(&format!("showing results for: {}\n", corrected.text));
    }
    for hint in &response.hints {
        out.push_str(&format!("note: {}\n", hint.message));
    }
    let records = if response.total == 1 { "record" } else { "records" };
    out.push_str(&format!("{} {records}\n", response.total));
    for (place, (hit, excerpt)) in response.hits.iter().zip(excerpts).enumerate() {
        out.push_str(&format!("\n{}. {}  [{}]\n", place + 1, hit.title, facts_line(hit)));
        out.push_str(&format!("   {}\n", hit.id));
        let text = if excerpt.excerpt.text.is_empty() { &hit.summary } else { &excerpt.excerpt.text };
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

/// Kind, outcome, grade, markets, language: what tells records apart at a glance.
fn facts_line(hit: &Hit) -> String {
    use casebook_search::Facet;
    let values = |facet| hit.facts.facets.get(&facet).map_or_else(String::new, |values| values.join(" "));
    let grade = values(Facet::Grade);
    let kind = serde_json::to_value(hit.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    let parts =
        [kind, values(Facet::Market), values(Facet::Outcome), if grade.is_empty() { grade } else { format!("grade {grade}") }, hit.language.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::words_last;
    use crate::command::Casebook;

    #[test]
    fn words_stand_behind_options_wherever_they_stood() {
        for (given, expected) in [
            ("search unboxing --limit 5", "search --limit 5 -- unboxing"),
            ("search --format json referral -status:archived", "search --format json -- referral -status:archived"),
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
            let sorted = words_last(given, &Casebook::command());
            assert_eq!(sorted.join(" ".as_ref()), *format!("casebook {expected}"));
        }
    }
}
