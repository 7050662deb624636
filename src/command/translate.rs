//! `casebook translate`: lists the gists that records lack in a language as one file for a
//! translator, and writes the answers back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::field::{self, Field, gist};
use crate::catalog::gist::is_same_language;
use crate::command::arguments::CommonArguments;
use crate::command::file_edits::HubEdits;
use crate::command::hub::read_hub;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_diagnostics, print_note, print_text};
use crate::command::translate::worksheet::{
    Problem, Sheet, SourceRecord, is_list, list_missing, parse_text_name, source_records, squeeze,
};
use crate::error::{Error, Result};
use crate::record::front_matter::{self, Edit, FieldValue};
use crate::site::Audience;
use crate::site::language::normalise_tag;
use crate::source::{SourceFile, Sources, read_argument_file};
use crate::{CheckedCatalog, Timings};

mod csv;
mod markdown;
mod worksheet;

/// List what has no translation yet as one file, or write the translations back
#[derive(Debug, Args)]
#[command(
    after_help = "Title, summary, `fixed` and `flexible` of case studies, ideas and playbooks go into \
`translations` of
the record. All files are written, or none: where a record is unknown or its text has changed since, nothing is.

Examples:
  casebook translate --list > to-translate.md
  casebook translate --list --to nl --format csv > to-translate.csv
  casebook translate --apply to-translate.csv"
)]
pub struct Arguments {
    /// Print the texts that are missing, with a place for each translation
    #[arg(long, required_unless_present = "apply", conflicts_with = "apply")]
    list: bool,
    /// Write the translations in this file, Markdown or CSV, into the records
    #[arg(long, value_name = "FILE")]
    apply: Option<PathBuf>,
    /// Language to translate into (BCP 47) [default: the hub's]
    #[arg(long, value_name = "LANG", requires = "list")]
    to: Option<String>,
    /// Format of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Markdown)]
    format: ListFormat,
    /// List only what this audience may see [default: what site.toml says]
    #[arg(long, value_enum, requires = "list")]
    audience: Option<Audience>,
}

/// Format of the list of missing texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A heading for each record and text
    Markdown,
    /// A row for each text, for spreadsheets
    Csv,
}

/// Runs `casebook translate`.
///
/// # Errors
/// A language is not known, or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let options = match &arguments.apply {
        // A list may have been made for colleagues, or before a draft became public.
        Some(_) => common.build_options(Some(Audience::Internal), true)?,
        None => common.build_options(arguments.audience, false)?,
    };
    let (sources, hub) = read_hub(&root, &options, &mut Timings::default())?;
    let hub = match hub {
        Ok(hub) => hub,
        Err(problem) => {
            print_diagnostics(&[*problem], &sources);
            return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
        }
    };
    match &arguments.apply {
        Some(path) => apply(&root, &sources, &hub, path),
        None => list(&hub, arguments),
    }
}

/// Prints the texts that are missing.
///
/// # Errors
/// The language is not known.
fn list(hub: &CheckedCatalog, arguments: &Arguments) -> Result<ExitCode> {
    let to = match &arguments.to {
        Some(written) => normalise_tag(written).ok_or_else(|| {
            Error::new(format!("`{written}` is not a language code"))
                .with_hint("use the BCP 47 code, such as `en`, `pt-BR` or `zh-Hant`")
        })?,
        None => hub.site.language.clone(),
    };
    let sheets = list_missing(&hub.catalog, &to);
    match arguments.format {
        ListFormat::Markdown => print_text(&markdown::write(&sheets, &to))?,
        ListFormat::Csv => print_text(&csv::write(&sheets))?,
    }
    let texts: usize = sheets.iter().map(|sheet| sheet.texts.len()).sum();
    print_note(&format!(
        "{} lack {} in `{to}`",
        count(sheets.len(), "record"),
        count(texts, "text")
    ));
    Ok(ExitCode::SUCCESS)
}

/// A number with a noun: `1 record`, `2 records`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Writes the translations in a file into the records, all or none.
///
/// # Errors
/// The file cannot be read, or a record changed meanwhile or cannot be written.
fn apply(root: &Path, sources: &Sources, hub: &CheckedCatalog, path: &Path) -> Result<ExitCode> {
    let file = read_argument_file(path)?;
    let file = file.strip_prefix('\u{feff}').unwrap_or(&file);
    let mut problems = Vec::new();
    let sheets = if markdown::is_markdown(file) {
        markdown::read(file, &mut problems)
    } else {
        csv::read(file, &mut problems)
    };
    let mut answers = Answers { texts: BTreeMap::new(), written: 0, skipped: 0, problems };
    let records: BTreeMap<&str, SourceRecord<'_>> =
        source_records(&hub.catalog).map(|record| (&*record.meta.path, record)).collect();
    let files: BTreeMap<&str, &SourceFile> =
        sources.files.iter().map(|file| (&*file.path, file)).collect();
    for sheet in &sheets {
        match (records.get(sheet.path.as_str()), files.get(sheet.path.as_str())) {
            (Some(record), Some(file)) if *record.meta.id == *sheet.id => {
                answers.add(sheet, record, file);
            }
            _ => answers.problems.push(Problem::new(
                sheet.line,
                format!("there is no record `{}` in `{}`", sheet.id, sheet.path),
            )),
        }
    }
    if !answers.problems.is_empty() {
        report(path, &answers.problems);
        return Ok(ExitCode::from(EXIT_CONTENT_ERRORS));
    }
    let mut edits = HubEdits::default();
    for (path, text) in std::mem::take(&mut answers.texts) {
        edits.add_text(files[path.as_str()], text);
    }
    edits.write(root, false)?;
    print_note(&format!(
        "{} changed; {} read, {} without an answer",
        count(edits.files.len(), "record"),
        count(answers.written, "translation"),
        count(answers.skipped, "text")
    ));
    Ok(ExitCode::SUCCESS)
}

/// Prints what is wrong with a file of answers, by line.
fn report(path: &Path, problems: &[Problem]) {
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|problem| (problem.line, problem.column));
    for problem in sorted {
        let place = format!("{}:{}:{}", path.display(), problem.line, problem.column);
        let line = format!("error: {place}: {}", problem.message);
        eprintln!("{}", crate::diagnostic::render::escape_controls(&line));
    }
    eprintln!("nothing was written: {}", count(problems.len(), "error"));
}

/// What the answers make of the files of records.
struct Answers {
    /// Texts of files after all edits, by path below the root.
    texts: BTreeMap<String, String>,
    /// Number of translations.
    written: usize,
    /// Number of texts without a translation, those of lists that are answered in part included.
    skipped: usize,
    /// What is wrong with the answers.
    problems: Vec<Problem>,
}

impl Answers {
    /// Adds the answers of a sheet, which is about this record in this file.
    fn add(&mut self, sheet: &Sheet, record: &SourceRecord<'_>, file: &SourceFile) {
        let Some(language) = normalise_tag(&sheet.to) else {
            let message = format!("`{}` is not a language code", sheet.to);
            return self.problems.push(Problem::new(sheet.line, message));
        };
        if is_same_language(&record.meta.language, &language) {
            let message = format!("`{}` is in `{language}` itself", sheet.id);
            return self.problems.push(Problem::new(sheet.line, message));
        }
        let before = self.problems.len();
        let values: Vec<(String, FieldValue)> = gist::ENTRIES
            .iter()
            .filter_map(|field| {
                let value = self.answer(sheet, record, field)?;
                Some((field.name.to_owned(), value))
            })
            .collect();
        if values.is_empty() || self.problems.len() > before {
            return;
        }
        let has_title = record.meta.gists.has(&language)
            || values.iter().any(|(name, _)| *name == gist::TITLE.name);
        if !has_title {
            let message = format!("`{}` needs a title in `{language}` too", sheet.id);
            return self.problems.push(Problem::new(sheet.line, message));
        }
        let edit =
            Edit::SetEntries { key: field::TRANSLATIONS.name.to_owned(), entry: language, values };
        let text = self.texts.get(&sheet.path).map_or(&*file.text, String::as_str);
        match front_matter::apply(text, &edit, field::known_keys()) {
            Ok(edited) => drop(self.texts.insert(sheet.path.clone(), edited)),
            Err(error) => self.problems.push(Problem::new(
                sheet.line,
                format!("`{}` cannot be changed: {error}", sheet.path),
            )),
        }
    }

    /// The value of a field of the gist according to a sheet; none without an answer, and for a
    /// list that is answered in part, whose readers would miss what is left out.
    fn answer(
        &mut self,
        sheet: &Sheet,
        record: &SourceRecord<'_>,
        field: &'static Field,
    ) -> Option<FieldValue> {
        let mut answers: Vec<Option<&str>> = vec![None; record.count(field)];
        let mut asked = 0;
        for text in &sheet.texts {
            let Some((_, at)) = parse_text_name(&text.name).filter(|(other, _)| *other == field)
            else {
                continue;
            };
            asked += 1;
            if text.answer.trim().is_empty() {
                continue;
            }
            let source = record.text(&text.name);
            if source.is_none_or(|source| squeeze(&source) != squeeze(&text.source)) {
                let message = format!(
                    "`{}` of `{}` is no longer what was to be translated; list it anew",
                    text.name, sheet.id
                );
                self.problems.push(Problem::new(text.line, message));
                continue;
            }
            answers[at] = Some(text.answer.trim());
        }
        let given: Vec<&str> = answers.iter().copied().flatten().collect();
        if given.is_empty() || given.len() < answers.len() {
            self.skipped += asked;
            return None;
        }
        self.written += given.len();
        Some(if is_list(field) { given.into_iter().collect() } else { given[0].into() })
    }
}
