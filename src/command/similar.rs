//! `casebook similar`: finds the case studies that are similar to a text, or the neighbours of
//! every case study.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::keywords::Keyword;
use crate::catalog::{CaseIndex, Catalog};
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::similarity_index::SimilarityIndex;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_text};
use crate::diagnostic::nearest;
use crate::diagnostic::render::escape_controls;
use crate::error::{Error, Result};
use crate::output::overwrite;
use crate::similar::copied_text::IdenticalBodies;
use crate::similar::describe::describe_reasons;
use crate::similar::find;
use crate::similar::scored_pair::ScoredPair;
use crate::similar::verdict::pair_verdict;
use crate::similar::{RelatedCase, Verdict, similarity_model};
use crate::site::Site;
use crate::source::{canonicalize_file, read_argument_file};
use crate::{CheckedCatalog, Timings};

/// Find experiments that resemble a file or a text, before anything is spent
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  casebook similar drafts/referral-by-chat.md
  casebook similar --text \"reward both friends when one invites the other\" --limit 3
  casebook similar --text \"unboxing por microcriadores\" --market br
  casebook similar --all --neighbours 20 --format tsv --out pairs.tsv")]
pub struct Arguments {
    /// A Markdown file, inside the hub or not yet; `-` reads standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["text", "all"], conflicts_with_all = ["text", "all"])]
    file: Option<PathBuf>,
    /// A text to compare
    #[arg(long, value_name = "TEXT", conflicts_with = "all")]
    text: Option<String>,
    /// Only studies that ran in this market
    #[arg(long, value_name = "CODE", conflicts_with = "all")]
    market: Option<String>,
    /// How many studies at most
    #[arg(long, default_value_t = 5)]
    limit: usize,
    /// Compare every case study with every other
    #[arg(long)]
    all: bool,
    /// How many neighbours of each study, in its own language and in every other
    #[arg(long, value_name = "N", default_value_t = 10, requires = "all")]
    neighbours: usize,
    /// How the answer is written; `tsv` goes with --all
    #[arg(long, value_enum)]
    format: Option<SimilarFormat>,
    /// Write to a file instead of the terminal
    #[arg(long, value_name = "FILE", requires = "all")]
    out: Option<PathBuf>,
}

/// Format of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SimilarFormat {
    /// For people.
    Human,
    /// One array of objects.
    Json,
    /// `id_a`, `id_b`, `score`, `kind`, separated by tabs.
    Tsv,
}

/// Runs `casebook similar`.
///
/// # Errors
/// The hub or the file cannot be read, the market is unknown, or the format does not fit.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    if arguments.all {
        return run_all(&root, common, arguments);
    }
    let Some(studies) = SimilarityIndex::open(&root, common)? else {
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    };
    let (query_case, found) = find_related(&root, &studies, arguments)?;
    match arguments.format {
        Some(SimilarFormat::Json) => {
            print_text(&format!("{}\n", render_json(&studies, query_case, &found)))?
        }
        Some(SimilarFormat::Tsv) => {
            return Err(Error::new("`--format tsv` goes with `--all`")
                .with_hint("use `--format json` for a single text"));
        }
        _ => print_text(&escape_controls(&studies.describe(query_case, &found)))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the neighbours of every case study, as `--all` asks for, to the file of `--out` or to
/// standard output.
///
/// # Errors
/// The hub cannot be read, or the file cannot be written.
fn run_all(root: &Path, common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let (sources, hub) =
        read_hub(root, &common.build_options(None, false)?, &mut Timings::default())?;
    let CheckedCatalog { site, catalog, .. } = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            print_diagnostics(&[*diagnostic], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    let table = neighbour_table(&site, &catalog, arguments.neighbours.max(1));
    match &arguments.out {
        Some(path) => overwrite(path, &table)?,
        None => print_text(&table)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The case studies nearest to the text or file of the command line, best first, at most as many as
/// requested and only of the requested market; with them the file's own case study, where it is one
/// of the hub.
///
/// # Errors
/// The market is unknown, or the file cannot be read.
fn find_related(
    root: &Path,
    studies: &SimilarityIndex,
    arguments: &Arguments,
) -> Result<(Option<CaseIndex>, Vec<RelatedCase>)> {
    let catalog = &studies.catalog;
    let market = arguments.market.as_deref().map(|name| {
        let markets = &catalog.vocabulary.markets;
        markets.find(name).ok_or_else(|| {
            let ids: Vec<&str> = markets.iter().map(|(_, term)| &*term.id).collect();
            Error::new(format!("`{name}` is not a known market"))
                .with_hint(nearest::hint(name, ids.iter().copied()))
        })
    });
    let market = market.transpose()?;
    let limit = if market.is_some() { catalog.cases.len() } else { arguments.limit };
    let (query_case, mut found) = match (&arguments.text, &arguments.file) {
        (Some(text), _) => (None, studies.find_nearest_to_text(text, limit)),
        (None, Some(path)) => related_to_file(root, studies, path, limit)?,
        (None, None) => (None, Vec::new()),
    };
    found.retain(|near| {
        near.score > 0.0
            && market.is_none_or(|market| catalog.case(near.case).markets.contains(&market))
    });
    found.truncate(arguments.limit);
    Ok((query_case, found))
}

/// The file's own case study, where it is one of the hub, and the `limit` case studies that are
/// most similar to the file.
///
/// # Errors
/// The file cannot be read.
fn related_to_file(
    root: &Path,
    studies: &SimilarityIndex,
    path: &Path,
    limit: usize,
) -> Result<(Option<CaseIndex>, Vec<RelatedCase>)> {
    if path == Path::new("-") {
        return Ok((None, studies.find_nearest_to_record(&read_stdin()?, None, limit)));
    }
    let text = read_argument_file(path)?;
    let below = path_below_root(root, path);
    let query_case = studies
        .catalog
        .iter_cases()
        .find(|(_, case)| below.as_deref() == Some(Path::new(&*case.meta.path)));
    let query_case = query_case.map(|(index, _)| index);
    Ok((query_case, studies.find_nearest_to_record(&text, query_case, limit)))
}

/// All of standard input as text.
///
/// # Errors
/// It cannot be read or is not UTF-8.
fn read_stdin() -> Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|cause| Error::at(Path::new("standard input"), "cannot read", cause))?;
    Ok(text)
}

/// The results as an array of JSON objects; `query_case` is the case study that was searched for,
/// where it is in the hub.
fn render_json(
    studies: &SimilarityIndex,
    query_case: Option<CaseIndex>,
    found: &[RelatedCase],
) -> String {
    let catalog = &studies.catalog;
    let object = |near: &RelatedCase| {
        let case = catalog.case(near.case);
        let families = studies.mentioned_families(None, std::slice::from_ref(near));
        serde_json::json!({
            "id": &*case.meta.id,
            "title": case.meta.title,
            "score": (near.score * 100.0).round() / 100.0,
            "language": case.meta.language,
            "status": case.status.map(Keyword::as_str),
            "outcome": case.outcome.map(Keyword::as_str),
            "grade": case.evidence_grade.grade.map(Keyword::as_str),
            "why": describe_reasons(&catalog.vocabulary, &near.reasons),
            "flagged": near.flagged,
            "kind": studies.duplicate_verdict(query_case, near).map(Verdict::as_str),
            "family": families.first().map(|family| &family.id),
        })
    };
    let rows: Vec<serde_json::Value> = found.iter().map(object).collect();
    serde_json::to_string_pretty(&rows).expect("values made here can be written")
}

/// The nearest neighbours of every case study as tab-separated values under a heading: at most
/// `count` in each language, best first. A pair that is near from both sides has two lines.
pub fn neighbour_table(site: &Site, catalog: &Catalog, count: usize) -> String {
    let model = similarity_model::build(
        catalog,
        similarity_model::concepts_of_catalog(catalog, &site.language),
        count,
    );
    let identical_bodies = IdenticalBodies::find(catalog);
    let scored = find::score_pairs(site, catalog, &model, &identical_bodies);
    let families = find::find_families(site, catalog, &model, &identical_bodies, &scored);
    let family_of = find::family_positions(catalog.cases.len(), &families);
    let pair = |a: CaseIndex, b: CaseIndex| {
        let (a, b) = (a.min(b), a.max(b));
        scored.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b)).ok().map(|at| scored[at])
    };
    let kind = |pair: &ScoredPair| {
        let (a, b) = (pair.a.0 as usize, pair.b.0 as usize);
        match family_of[a].filter(|family| family_of[b] == Some(*family)) {
            Some(family) => families[family as usize].verdict.as_str(),
            None if pair.flagged => {
                pair_verdict(catalog.case(pair.a), catalog.case(pair.b), pair.copied.is_some())
                    .as_str()
            }
            None if pair.score >= site.similar.related => "related",
            None => "neighbour",
        }
    };
    let mut table = String::from("id_a\tid_b\tscore\tkind\n");
    for document in (0..catalog.cases.len() as u32).map(CaseIndex) {
        let mut rows: Vec<(CaseIndex, ScoredPair)> = Vec::new();
        for lists in &model.neighbours.lists {
            let near = lists[document.0 as usize].iter().map(|near| CaseIndex(near.document));
            let mut best: Vec<(CaseIndex, ScoredPair)> =
                near.filter_map(|other| Some((other, pair(document, other)?))).collect();
            best.sort_by(|x, y| y.1.score.total_cmp(&x.1.score).then(x.0.cmp(&y.0)));
            best.truncate(count);
            rows.append(&mut best);
        }
        rows.sort_by(|x, y| y.1.score.total_cmp(&x.1.score).then(x.0.cmp(&y.0)));
        for (other, pair) in rows {
            let _ = writeln!(
                table,
                "{}\t{}\t{:.6}\t{}",
                catalog.case(document).meta.id,
                catalog.case(other).meta.id,
                pair.score,
                kind(&pair)
            );
        }
    }
    table
}

/// A path relative to the hub's root, with links, dots and the working folder resolved; `None`
/// where it lies elsewhere.
fn path_below_root(root: &Path, path: &Path) -> Option<PathBuf> {
    let resolved = |path: &Path| canonicalize_file(path).or_else(|| std::path::absolute(path).ok());
    resolved(path)?.strip_prefix(resolved(root)?).ok().map(Path::to_owned)
}
