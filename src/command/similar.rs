//! `casebook similar`: what is like this text, or what is like what in the whole hub.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::words::Word;
use crate::catalog::{CaseIndex, Catalog};
use crate::command::studies::Studies;
use crate::command::{CONTENT_ERRORS, Common, read, report};
use crate::diagnostic::nearest;
use crate::diagnostic::render::visible;
use crate::error::{Error, Result};
use crate::output::write_given;
use crate::similar::copied::Twins;
use crate::similar::find::{self, Scored};
use crate::similar::tell::tell;
use crate::similar::verdict::verdict;
use crate::similar::{Neighbour, Verdict, compare};
use crate::site::Site;
use crate::source::{given, resolve};
use crate::{Read, Timings};

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
    format: Option<Format>,
    /// Write to a file instead of the terminal
    #[arg(long, value_name = "FILE", requires = "all")]
    out: Option<PathBuf>,
}

/// Forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
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
/// Machine trouble, an unknown market, a file that cannot be read.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.root()?;
    if arguments.all {
        return all(&root, common, arguments);
    }
    let Some(studies) = Studies::open(&root, common)? else { return Ok(ExitCode::from(CONTENT_ERRORS)) };
    let (itself, found) = near(&root, &studies, arguments)?;
    match arguments.format {
        Some(Format::Json) => println!("{}", json(&studies, itself, &found)),
        Some(Format::Tsv) => return Err(Error::new("`--format tsv` goes with `--all`").hint("use `--format json` for a single text")),
        _ => print!("{}", visible(&studies.told(itself, &found))),
    }
    Ok(ExitCode::SUCCESS)
}

fn all(root: &Path, common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    let (sources, hub) = read(root, &common.request(None, false)?, &mut Timings::default())?;
    let Read { site, catalog, .. } = match hub {
        Ok(hub) => hub,
        Err(diagnostic) => {
            report(&[*diagnostic], &sources);
            return Ok(ExitCode::from(CONTENT_ERRORS));
        }
    };
    let table = table(&site, &catalog, arguments.neighbours.max(1));
    match &arguments.out {
        Some(path) => write_given(path, &table)?,
        None => print!("{table}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn near(root: &Path, studies: &Studies, arguments: &Arguments) -> Result<(Option<CaseIndex>, Vec<Neighbour>)> {
    let catalog = &studies.catalog;
    let market = arguments.market.as_deref().map(|name| {
        let markets = &catalog.vocabulary.markets;
        markets.find(name).ok_or_else(|| {
            let ids: Vec<&str> = markets.iter().map(|(_, term)| &*term.id).collect();
            Error::new(format!("`{name}` is not a known market")).hint(nearest::hint(name, ids.iter().copied()))
        })
    });
    let market = market.transpose()?;
    let keep = if market.is_some() { catalog.cases.len() } else { arguments.limit };
    let (itself, mut found) = match (&arguments.text, &arguments.file) {
        (Some(text), _) => (None, studies.of_text(text, keep)),
        (None, Some(path)) => of_file(root, studies, path, keep)?,
        (None, None) => (None, Vec::new()),
    };
    found.retain(|near| near.score > 0.0 && market.is_none_or(|market| catalog.case(near.case).markets.contains(&market)));
    found.truncate(arguments.limit);
    Ok((itself, found))
}

/// The record that a file of the hub is, and what is nearest to it.
fn of_file(root: &Path, studies: &Studies, path: &Path, keep: usize) -> Result<(Option<CaseIndex>, Vec<Neighbour>)> {
    if path == Path::new("-") {
        return Ok((None, studies.of_record(&standard_input()?, None, keep)));
    }
    let text = given(path)?;
    let below = below(root, path);
    let itself = studies.catalog.each_case().find(|(_, case)| below.as_deref() == Some(Path::new(&*case.meta.path)));
    let itself = itself.map(|(index, _)| index);
    Ok((itself, studies.of_record(&text, itself, keep)))
}

fn standard_input() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|cause| Error::at(Path::new("standard input"), "cannot read", cause))?;
    Ok(text)
}

fn json(studies: &Studies, itself: Option<CaseIndex>, found: &[Neighbour]) -> String {
    let catalog = &studies.catalog;
    let object = |near: &Neighbour| {
        let case = catalog.case(near.case);
        let families = studies.families_of(None, std::slice::from_ref(near));
        serde_json::json!({
            "id": &*case.meta.id,
            "title": case.meta.title,
            "score": (near.score * 100.0).round() / 100.0,
            "language": case.meta.language,
            "status": case.status.map(Word::as_str),
            "outcome": case.outcome.map(Word::as_str),
            "grade": case.graded.grade.map(Word::as_str),
            "why": tell(&catalog.vocabulary, &near.reasons),
            "flagged": near.flagged,
            "kind": studies.kind(itself, near).map(Verdict::as_str),
            "family": families.first().map(|family| &family.id),
        })
    };
    let rows: Vec<serde_json::Value> = found.iter().map(object).collect();
    serde_json::to_string_pretty(&rows).expect("values made here can be written")
}

/// Every study's nearest in every language, as a table.
pub fn table(site: &Site, catalog: &Catalog, count: usize) -> String {
    let compared = compare::compare(catalog, compare::concepts_of(catalog, &site.language), count);
    let twins = Twins::of(catalog);
    let scored = find::scored(site, catalog, &compared, &twins);
    let families = find::families(site, catalog, &compared, &twins, &scored);
    let family_of = find::families_of(catalog.cases.len(), &families);
    let pair = |a: CaseIndex, b: CaseIndex| {
        let (a, b) = (a.min(b), a.max(b));
        scored.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b)).ok().map(|at| scored[at])
    };
    let kind = |pair: &Scored| {
        let (a, b) = (pair.a.0 as usize, pair.b.0 as usize);
        match family_of[a].filter(|family| family_of[b] == Some(*family)) {
            Some(family) => families[family as usize].verdict.as_str(),
            None if pair.flagged => verdict(catalog.case(pair.a), catalog.case(pair.b), pair.copied.is_some()).as_str(),
            None if pair.score >= site.similar.related => "related",
            None => "neighbour",
        }
    };
    let mut table = String::from("id_a\tid_b\tscore\tkind\n");
    for document in (0..catalog.cases.len() as u32).map(CaseIndex) {
        let mut rows: Vec<(CaseIndex, Scored)> = Vec::new();
        for lists in &compared.neighbours.lists {
            let near = lists[document.0 as usize].iter().map(|near| CaseIndex(near.document));
            let mut best: Vec<(CaseIndex, Scored)> = near.filter_map(|other| Some((other, pair(document, other)?))).collect();
            best.sort_by(|x, y| y.1.score.total_cmp(&x.1.score).then(x.0.cmp(&y.0)));
            best.truncate(count);
            rows.append(&mut best);
        }
        rows.sort_by(|x, y| y.1.score.total_cmp(&x.1.score).then(x.0.cmp(&y.0)));
        for (other, pair) in rows {
            let _ = writeln!(table, "{}\t{}\t{:.6}\t{}", catalog.case(document).meta.id, catalog.case(other).meta.id, pair.score, kind(&pair));
        }
    }
    table
}

/// A path relative to the hub's root, whatever links, dots and working folder it is written with; nothing where it lies elsewhere.
fn below(root: &Path, path: &Path) -> Option<PathBuf> {
    let resolved = |path: &Path| resolve(path).or_else(|| std::path::absolute(path).ok());
    resolved(path)?.strip_prefix(resolved(root)?).ok().map(Path::to_owned)
}
