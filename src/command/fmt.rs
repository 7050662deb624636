//! `casebook fmt`: brings the front matter of records into canonical form.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use crate::catalog::field;
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_sources;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, stderr_options};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::render::{escape_line, render_human};
use crate::error::{Error, Result};
use crate::has_errors;
use crate::output::{FileChange, change_files};
use crate::record::front_matter::format_file;
use crate::record::parse::{identify_record, parse_file};
use crate::source::{self, SourceFile, Sources};

/// Bring the front matter of records into one form
#[derive(Debug, Args)]
#[command(
    after_help = "Fields get one order, texts only the quotes they need, short lists one line.
No value changes; comments, unknown fields and the text below stay. All files are written, or none.

Exit code 1 when front matter has errors, or with `--check` when a file would change.

Examples:
  casebook fmt
  casebook fmt content/case-studies/br
  casebook fmt --check                 in continuous integration"
)]
pub struct Arguments {
    /// Files or folders of the hub [default: all records]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// List the files that would change, and write nothing
    #[arg(long)]
    check: bool,
}

/// Runs `casebook fmt`.
///
/// # Errors
/// A path is not in the hub, a file changed meanwhile, or the disk cannot be read or written.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    let root = common.find_root()?;
    let sources = read_sources(&root)?;
    let files = select_records(&sources, &arguments.paths)?;
    let (mut changes, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        match format_record(file) {
            Ok(Some(change)) => changes.push(change),
            Ok(None) => {}
            Err(LeftAlone::Errors(found)) => problems.extend(found),
            Err(LeftAlone::Unsupported(reason)) => {
                eprintln!("note: `{}` is left as it is: {reason}", escape_line(&file.path));
            }
        }
    }
    if !arguments.check {
        change_files(&root, &changes)?;
    }
    for change in &changes {
        println!("{}", escape_line(&change.path));
    }
    eprint!("{}", render_human(&problems, &sources, stderr_options()));
    let has_failed = has_errors(&problems) || (arguments.check && !changes.is_empty());
    Ok(if has_failed { ExitCode::from(EXIT_CONTENT_ERRORS) } else { ExitCode::SUCCESS })
}

/// Why a record is left as it is.
enum LeftAlone {
    /// Its front matter has errors.
    Errors(Vec<Diagnostic>),
    /// It is written in a way that cannot be kept, for this reason.
    Unsupported(&'static str),
}

/// The change that brings a record into canonical form; none if it is already in that form.
///
/// # Errors
/// Why the record is left as it is.
fn format_record(file: &SourceFile) -> std::result::Result<Option<FileChange>, LeftAlone> {
    let (_, problems) = parse_file(file);
    if has_errors(&problems) {
        return Err(LeftAlone::Errors(problems));
    }
    let formatted = format_file(&file.text, field::known_keys()).map_err(LeftAlone::Unsupported)?;
    Ok((*formatted != *file.text).then(|| FileChange {
        path: file.path.to_string(),
        read: Some(file.hash),
        new: Some(file.encode(&formatted)),
    }))
}

/// The records below the paths, or all of them.
///
/// # Errors
/// A path does not exist, or there is no record at or below it.
fn select_records<'s>(sources: &'s Sources, paths: &[PathBuf]) -> Result<Vec<&'s SourceFile>> {
    let records = || sources.files.iter().filter(|file| identify_record(&file.path).is_some());
    if paths.is_empty() {
        return Ok(records().collect());
    }
    let mut selected: Vec<&SourceFile> = Vec::new();
    for path in paths {
        let below = path_in_hub(&sources.root, path)
            .ok_or_else(|| Error::new(format!("`{}` is not in the hub", path.display())))?;
        let is_below = |file: &Arc<str>| Path::new(&**file).starts_with(&below);
        let before = selected.len();
        selected.extend(records().filter(|file| is_below(&file.path)));
        if selected.len() == before {
            return Err(Error::new(format!("`{}` is no record and holds none", path.display()))
                .with_hint(
                    "records lie in `content/case-studies/`, `ideas/`, `playbooks/` and `pages/`",
                ));
        }
    }
    selected.sort_by(|one, other| one.path.cmp(&other.path));
    selected.dedup_by(|one, other| one.path == other.path);
    Ok(selected)
}

/// A path given on the command line as one below the root; none where it lies elsewhere or does not
/// exist.
fn path_in_hub(root: &Path, path: &Path) -> Option<PathBuf> {
    source::canonicalize_file(path)?.strip_prefix(root).ok().map(Path::to_owned)
}
