//! `casebook import`: writes a case study for each experiment of a sheet or of a GrowthBook export, and
//! never overwrites one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::catalog::field;
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_sources;
use crate::command::import::figures::{DateOrder, DecimalMark};
use crate::command::import::map::{ImportMap, Target};
use crate::command::import::plan::plan_files;
use crate::command::import::report::{Remark, Report};
use crate::command::import::rows::CellReader;
use crate::command::import::sheet::{Sheet, read_sheet};
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_note};
use crate::diagnostic::render::{escape_controls, escape_line};
use crate::error::{Error, Result};
use crate::output::{change_files, overwrite, write_new};
use crate::source::{Sources, canonicalize_file, read_argument_bytes, read_argument_file};
use crate::vocabulary;

mod figures;
mod growthbook;
mod imported_record;
mod map;
mod plan;
mod report;
mod rows;
mod sample_ratio;
mod sheet;

/// Largest number of paths, and of columns without a field, that are printed.
const MAX_PATHS: usize = 30;

/// Bring in experiments from a sheet or from GrowthBook
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing is overwritten, and a second run changes nothing. What has no field \
stands under `extra`; what a\nrecord lacks makes it a draft.

Examples:
  casebook import csv experiments.csv --dry-run
  casebook import csv experiments.csv --market BR --channel website --metric cvr --report report.csv
  casebook import csv experiments.csv --write-map map.toml
  casebook import csv experiments.csv --map map.toml"
)]
pub struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

// What is imported. No doc comment, because clap would show it in the help.
#[derive(Debug, Subcommand)]
enum Kind {
    /// A sheet saved as CSV: one row for each experiment
    Csv(CsvArguments),
    /// Experiments of GrowthBook, as its interface answers: one, or a list of them
    Growthbook(ImportArguments),
}

// What every import takes. No doc comment, because clap would show it in the help.
#[derive(Debug, Args)]
struct ImportArguments {
    /// The file to import
    file: PathBuf,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write what became of each text as a table
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Market of experiments that name none
    #[arg(long, value_name = "CODE")]
    market: Option<String>,
    /// Channel of experiments that name none
    #[arg(long, value_name = "ID")]
    channel: Option<String>,
    /// Tactic of experiments that name none
    #[arg(long, value_name = "ID")]
    tactic: Option<String>,
    /// The team or role that answers for experiments that name none
    #[arg(long, value_name = "TEAM")]
    owner: Option<String>,
    /// Language of the texts (BCP 47) [default: the hub's]
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Metric of results that name none
    #[arg(long, value_name = "ID")]
    metric: Option<String>,
}

// The flags of `casebook import csv`. No doc comment, because clap would show it in the help.
#[derive(Debug, Args)]
struct CsvArguments {
    #[command(flatten)]
    common: ImportArguments,
    /// What columns and words mean, beyond what is known already
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// Write a map of the columns as they are understood, to be changed, and stop
    #[arg(long, value_name = "MAP.toml")]
    write_map: Option<PathBuf>,
    /// Order of day, month and year [default: the one that fits all rows]
    #[arg(long, value_enum, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// The mark before decimals [default: the one that fits all rows]
    #[arg(long, value_enum, value_name = "MARK")]
    decimal: Option<DecimalMark>,
}

/// Runs `casebook import`.
///
/// # Errors
/// The file or the hub cannot be read, days can be read in several ways, or a file cannot be
/// written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.kind {
        Kind::Csv(csv) => import_csv(common, csv),
        Kind::Growthbook(export) => import_growthbook(common, export),
    }
}

/// Imports a sheet.
///
/// # Errors
/// As for [`run`].
fn import_csv(common: &CommonArguments, arguments: &CsvArguments) -> Result<ExitCode> {
    let file = &arguments.common.file;
    let sheet = read_sheet(&read_argument_bytes(file)?, None)?;
    let mut map = ImportMap::presets();
    if let Some(path) = &arguments.map {
        map.add_file(path, &read_argument_file(path)?)?;
    }
    if let Some(path) = &arguments.write_map {
        write_new(path, &map.render_starting_file(&sheet.headers))?;
        println!("{}", path.display());
        return Ok(ExitCode::SUCCESS);
    }
    arguments.common.add_constants(&mut map);
    let root = common.find_root()?;
    let sources = read_sources(&root)?;
    let (vocabulary, _) = vocabulary::read::read_vocabulary(&sources.files);
    let reader =
        CellReader::guess(&sheet, &map, &vocabulary, arguments.decimal, arguments.date_order)?;
    print_note(&describe_sheet(file, &sheet, &reader));
    print_note(&describe_columns(&sheet, &map));
    let mut report = Report::default();
    let records = sheet.rows.iter().map(|row| reader.read_row(&sheet, row, &mut report)).collect();
    write_records(common, &root, &sources, &arguments.common, records, report)
}

/// Imports an export of GrowthBook.
///
/// # Errors
/// As for [`run`].
fn import_growthbook(common: &CommonArguments, arguments: &ImportArguments) -> Result<ExitCode> {
    let text = read_argument_file(&arguments.file)?;
    // Words of a sheet mean nothing here; only the flags are constants.
    let mut map = ImportMap::default();
    arguments.add_constants(&mut map);
    let root = common.find_root()?;
    let sources = read_sources(&root)?;
    let (vocabulary, _) = vocabulary::read::read_vocabulary(&sources.files);
    let mut report = Report::default();
    let mut records = growthbook::read_export(&text, &vocabulary, &mut report)?;
    let defaults = CellReader::new(&map, &vocabulary);
    records.iter_mut().for_each(|record| defaults.add_defaults(record, &mut report));
    write_records(common, &root, &sources, arguments, records, report)
}

impl ImportArguments {
    /// Adds the values of the flags to the constants of a map.
    fn add_constants(&self, map: &mut ImportMap) {
        let flags = [
            (Target::Field(&field::MARKETS), &self.market),
            (Target::Field(&field::CHANNELS), &self.channel),
            (Target::Field(&field::TACTICS), &self.tactic),
            (Target::Field(&field::OWNER), &self.owner),
            (Target::Field(&field::LANGUAGE), &self.language),
            (Target::Result(&field::result::METRIC), &self.metric),
        ];
        for (target, value) in flags {
            if let Some(value) = value {
                map.set_constant(target, value.clone());
            }
        }
    }
}

/// Writes the files of some records, all or none, and prints what became of them.
///
/// # Errors
/// The settings of the hub are invalid, or a file cannot be written; then none was.
fn write_records(
    common: &CommonArguments,
    root: &Path,
    sources: &Sources,
    arguments: &ImportArguments,
    records: Vec<imported_record::ImportedRecord>,
    mut report: Report,
) -> Result<ExitCode> {
    if let Some(path) = &arguments.report {
        check_report_file(path)?;
    }
    let options = common.build_options(None, false)?;
    let plan = plan_files(sources, &options, records, &mut report)?;
    if let Some(path) = &arguments.report {
        overwrite(path, &report.render_csv())?;
    }
    if !arguments.dry_run {
        change_files(root, &plan.changes)?;
    }
    for change in plan.changes.iter().take(MAX_PATHS) {
        println!("{}", escape_line(&change.path));
    }
    if plan.changes.len() > MAX_PATHS {
        println!("and {} more", plan.changes.len() - MAX_PATHS);
    }
    eprint!("{}", escape_controls(&report.render()));
    let refused = report.count(Remark::Refused);
    println!(
        "{} {}, {} of them drafts; {} there already; {} not imported",
        plan.changes.len(),
        if arguments.dry_run { "would be written" } else { "written" },
        plan.drafts,
        plan.known,
        refused
    );
    Ok(if refused > 0 { ExitCode::from(EXIT_CONTENT_ERRORS) } else { ExitCode::SUCCESS })
}

/// Makes sure that a report takes the place of nothing but an earlier report.
///
/// # Errors
/// There is another file, which may be what is imported.
fn check_report_file(path: &Path) -> Result<()> {
    let Some(known) = canonicalize_file(path) else { return Ok(()) };
    let bytes = read_argument_bytes(&known)?;
    if bytes.is_empty() || report::is_report(&bytes) {
        return Ok(());
    }
    Err(Error::about(path, "the report would overwrite a file that is no report of an import:")
        .with_hint("choose another name for `--report`"))
}

/// How a sheet was read, in one line.
fn describe_sheet(file: &Path, sheet: &Sheet, reader: &CellReader<'_>) -> String {
    let separator = match sheet.separator {
        '\t' => "tabs".to_owned(),
        sign => format!("`{sign}`"),
    };
    let decimals = match reader.decimal_mark {
        Some(DecimalMark::Comma) => ", decimal commas",
        Some(DecimalMark::Point) => ", decimal points",
        None => "",
    };
    let days = reader
        .date_order
        .map_or_else(String::new, |order| format!(", days as {}", order.describe()));
    format!(
        "`{}`: {} rows in {}, cells between {separator}{decimals}{days}",
        file.display(),
        sheet.rows.len(),
        sheet.encoding
    )
}

/// What the columns of a sheet become, in one line; of a wide sheet not all of those that have no
/// field.
fn describe_columns(sheet: &Sheet, map: &ImportMap) -> String {
    let is_kept = |header: &&String| map.find_target(header) == Target::Extra;
    let kept = sheet.headers.iter().filter(is_kept).count();
    let mut columns: Vec<String> = sheet
        .headers
        .iter()
        .filter(|header| kept <= MAX_PATHS || !is_kept(header))
        .map(|header| format!("`{header}` becomes `{}`", map.find_target(header).name()))
        .collect();
    if kept > MAX_PATHS {
        columns.push(format!("{kept} columns stand under `{}`", field::EXTRA.name));
    }
    columns.join(", ")
}
