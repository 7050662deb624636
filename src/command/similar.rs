//! `casebook similar`: what is like this text, or what is like what in the whole hub.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::words::Word;
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::command::studies::Studies;
use crate::command::{CONTENT_ERRORS, Common, read, report};
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::output::write_given;
use crate::similar::tell::tell;
use crate::similar::verdict::verdict;
use crate::similar::{self, Neighbour, compare};
use crate::site::Site;
use crate::source::given;
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
    /// `id_a`, `id_b`, `score`, `kind`, parted by tabs.
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
    let found = near(&root, &studies, arguments)?;
    match arguments.format {
        Some(Format::Json) => println!("{}", json(&studies.catalog, &found)),
        Some(Format::Tsv) => return Err(Error::new("`--format tsv` goes with `--all`").hint("use `--format json` for a single text")),
        _ => print!("{}", studies.told(&found)),
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

fn near(root: &Path, studies: &Studies, arguments: &Arguments) -> Result<Vec<Neighbour>> {
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
    let mut found = match (&arguments.text, &arguments.file) {
        (Some(text), _) => studies.of_text(text, keep),
        (None, Some(path)) => of_file(root, studies, path, keep)?,
        (None, None) => Vec::new(),
    };
    found.retain(|near| near.score > 0.0 && market.is_none_or(|market| catalog.case(near.case).markets.contains(&market)));
    found.truncate(arguments.limit);
    Ok(found)
}

fn of_file(root: &Path, studies: &Studies, path: &Path, keep: usize) -> Result<Vec<Neighbour>> {
    let text = if path == Path::new("-") { standard_input()? } else { given(path)? };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let is_itself = |case: &CaseStudy| absolute.ends_with(&*case.meta.path) && absolute.starts_with(root);
    let itself = studies.catalog.each_case().find(|(_, case)| is_itself(case)).map(|(index, _)| index);
    Ok(studies.of_record(&text, itself, keep))
}

fn standard_input() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|cause| Error::at(Path::new("standard input"), "cannot read", cause))?;
    Ok(text)
}

fn json(catalog: &Catalog, found: &[Neighbour]) -> String {
    let object = |near: &Neighbour| {
        let case = catalog.case(near.case);
        serde_json::json!({
            "id": &*case.meta.id,
            "title": case.meta.title,
            "score": (near.score * 100.0).round() / 100.0,
            "language": case.meta.language,
            "status": case.status.map(Word::as_str),
            "outcome": case.outcome.map(Word::as_str),
            "grade": case.graded.grade.map(Word::as_str),
            "why": tell(&catalog.vocabulary, &near.reasons),
        })
    };
    let rows: Vec<serde_json::Value> = found.iter().map(object).collect();
    serde_json::to_string_pretty(&rows).expect("values made here can be written")
}

/// Every study's nearest in every language, as a table.
pub fn table(site: &Site, catalog: &Catalog, count: usize) -> String {
    let compared = compare::compare(catalog, compare::concepts_of(catalog, &site.language), count);
    let mut table = String::from("id_a\tid_b\tscore\tkind\n");
    for document in 0..catalog.cases.len() as u32 {
        let mut rows: Vec<(f32, u32)> = Vec::new();
        for lists in &compared.neighbours.lists {
            let list = &lists[document as usize];
            let score =
                |near: &similar::neighbours::Near| compared.neighbours.score(&compared.space, &compared.weights, document, near.document, near.alike);
            let mut best: Vec<(f32, u32)> = list.iter().map(|near| (score(near), near.document)).collect();
            best.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
            best.truncate(count);
            rows.append(&mut best);
        }
        rows.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        for (score, other) in rows {
            let (a, b) = (catalog.case(CaseIndex(document)), catalog.case(CaseIndex(other)));
            let kind = match f64::from(score) {
                score if score >= site.similar.duplicate => verdict(a, b, false).as_str(),
                score if score >= site.similar.related => "related",
                _ => "neighbour",
            };
            let _ = writeln!(table, "{}\t{}\t{score:.6}\t{kind}", a.meta.id, b.meta.id);
        }
    }
    table
}
