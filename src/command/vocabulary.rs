//! `casebook vocabulary`: how often terms are used, and what is wrong with the lists.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::vocabulary_report::{TermState, VocabularyReport, report_vocabulary};
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_sources;
use crate::command::merge_terms::MergedKind;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_note, print_text};
use crate::diagnostic::render::escape_line;
use crate::error::{Error, Result};
use crate::record::Manuscript;
use crate::record::parse::{identify_record, parse_file};
use crate::vocabulary::VocabularyKind;
use crate::vocabulary::read::read_vocabulary;

/// List the terms of the vocabularies with how many records use them
#[derive(Debug, Args)]
#[command(
    after_help = "A term is used, unused, deprecated, or undefined: named by records, and in no list. Terms of the hub
with names that are nearly those of another term, in any language, stand below.

Exit code 1 with `--strict` when a term is undefined or nearly another one.

Examples:
  casebook vocabulary --kind tactic
  casebook vocabulary --format csv > terms.csv
  casebook vocabulary --strict         in continuous integration"
)]
pub struct Arguments {
    /// Only this vocabulary [default: all four]
    #[arg(long, value_enum)]
    kind: Option<MergedKind>,
    /// How the list is written
    #[arg(long, value_enum, default_value = "table")]
    format: ReportFormat,
    /// End with exit code 1 when a term is undefined or nearly another one
    #[arg(long)]
    strict: bool,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// Columns for reading
    Table,
    /// One object with all terms and pairs
    Json,
    /// One line for each term
    Csv,
}

/// Runs `casebook vocabulary`.
///
/// # Errors
/// The hub cannot be read.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let sources = read_sources(&root)?;
    let (vocabulary, _) = read_vocabulary(&sources.files);
    let mut manuscripts: Vec<Manuscript> = Vec::new();
    for file in sources.files.iter().filter(|file| identify_record(&file.path).is_some()) {
        match parse_file(file).0 {
            Some(manuscript) => manuscripts.push(manuscript),
            None => print_note(&format!(
                "`{}` cannot be read and is not counted; `casebook check` says why",
                escape_line(&file.path)
            )),
        }
    }
    let kinds = match arguments.kind {
        Some(kind) => vec![VocabularyKind::from(kind)],
        None => VocabularyKind::ALL.to_vec(),
    };
    let report = report_vocabulary(&vocabulary, manuscripts.iter(), &kinds);
    match arguments.format {
        ReportFormat::Table => print_text(&render_table(&report))?,
        ReportFormat::Csv => print_text(&render_csv(&report))?,
        ReportFormat::Json => print_text(&format!(
            "{}\n",
            serde_json::to_string_pretty(&report)
                .map_err(|cause| Error::because("the report cannot be written", cause))?
        ))?,
    }
    let is_undefined = report.terms.iter().any(|term| term.state == TermState::Undefined);
    let has_failed = arguments.strict && (is_undefined || !report.near_duplicates.is_empty());
    Ok(if has_failed { ExitCode::from(EXIT_CONTENT_ERRORS) } else { ExitCode::SUCCESS })
}

/// The report for reading: columns of terms, most used first, and then the pairs that are alike.
fn render_table(report: &VocabularyReport) -> String {
    let width =
        report.terms.iter().map(|term| term.id.chars().count()).max().unwrap_or_default().min(40);
    let mut terms: Vec<_> = report.terms.iter().collect();
    // The kinds keep their order; within one the sort is stable.
    terms.sort_by_key(|term| std::cmp::Reverse(term.records));
    let mut kinds: Vec<&str> = report.terms.iter().map(|term| term.kind).collect();
    kinds.dedup();
    let mut table = String::new();
    for kind in kinds {
        for term in terms.iter().filter(|term| term.kind == kind) {
            let state = match &term.deprecated_by {
                Some(instead) => format!("{}, use {instead}", term.state.as_str()),
                None => term.state.as_str().to_owned(),
            };
            let line = format!(
                "{:<8} {:<width$} {:>6} {:<11} {}",
                term.kind, term.id, term.records, state, term.label
            );
            table += &escape_line(line.trim_end());
            table.push('\n');
        }
    }
    for pair in &report.near_duplicates {
        let ([one, other], [name, other_name]) = (&pair.ids, &pair.names);
        let line = format!(
            "{} `{one}` is nearly `{other}`: “{name}” and “{other_name}”; `casebook merge-terms {} {one} {other}` makes them one",
            pair.kind, pair.kind
        );
        table += &escape_line(&line);
        table.push('\n');
    }
    table
}

/// The report as a table with one line for each term; the last column has the ids of terms that are
/// nearly the same.
fn render_csv(report: &VocabularyReport) -> String {
    let mut csv = "kind,id,records,state,deprecated_by,own,label,nearly\r\n".to_owned();
    for term in &report.terms {
        let pairs = report.near_duplicates.iter().filter(|pair| pair.kind == term.kind);
        let nearly: Vec<&str> = pairs
            .filter_map(|pair| match &pair.ids {
                [one, other] if *one == term.id => Some(other.as_str()),
                [other, one] if *one == term.id => Some(other.as_str()),
                _ => None,
            })
            .collect();
        let cells = [
            term.kind,
            &term.id,
            &term.records.to_string(),
            term.state.as_str(),
            term.deprecated_by.as_deref().unwrap_or_default(),
            if term.is_own { "true" } else { "false" },
            &term.label,
            &nearly.join(" "),
        ];
        csv += &cells.map(csv_cell).join(",");
        csv += "\r\n";
    }
    csv
}

/// A text as a cell: in quotes where it needs them, and never a formula to a spreadsheet.
fn csv_cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
