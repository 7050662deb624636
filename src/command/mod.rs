//! The subcommands, one file each. No other module prints to the terminal.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};
use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Severity, render};
use crate::error::{Error, Result};
use crate::output::{self, ForeignFiles, cache};
use crate::site::Audience;
use crate::source::{self, ContentHash, Sources};
use crate::{BuildOptions, CheckedCatalog, Timings};

mod build;
pub mod check;
mod export;
mod init;
mod markdown;
mod new;
#[cfg(test)]
mod new_field_test;
mod panics;
mod review;
mod search;
mod serve;
mod similar;
mod similarity_index;

pub use similar::neighbour_table as similar_table;

/// The exit code of a run whose content has errors.
const EXIT_CONTENT_ERRORS: u8 = 1;
/// The exit code of wrong usage, I/O errors and panics.
const EXIT_FAILURE: u8 = 2;

/// Turns a repository of marketing case studies into a searchable static site.
#[derive(Debug, Parser)]
#[command(
    name = "casebook",
    version,
    about,
    max_term_width = 100,
    after_help = "Begin with `casebook init my-hub`, then `casebook serve --root my-hub`."
)]
struct Cli {
    #[command(flatten)]
    common: CommonArguments,
    #[command(subcommand)]
    command: Command,
}

/// What every subcommand takes.
#[derive(Debug, Clone, Args)]
pub struct CommonArguments {
    /// The hub's folder [default: the nearest folder upwards with a site.toml]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The day that counts as today [default: SOURCE_DATE_EPOCH, else today in UTC]
    #[arg(long, global = true, value_name = "DATE")]
    today: Option<Date>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Arguments),
    Check(check::Arguments),
    Serve(serve::Arguments),
    Export(export::Arguments),
    Search(search::Arguments),
    New(new::Arguments),
    Review(review::Arguments),
    Similar(similar::Arguments),
    Init(init::Arguments),
}

/// Runs the program with the command-line arguments of the process, and returns its exit code.
pub fn run() -> ExitCode {
    let arguments = search::move_words_last(std::env::args_os().collect(), &Cli::command());
    let Cli { common, command } = Cli::parse_from(arguments);
    panics::install_hook();
    let result = panics::catch(|| {
        recover_interrupted_runs(&common);
        match command {
            Command::Build(arguments) => build::run(&common, &arguments),
            Command::Check(arguments) => check::run(&common, &arguments),
            Command::Serve(arguments) => serve::run(&common, &arguments),
            Command::Export(arguments) => export::run(&common, &arguments),
            Command::Search(arguments) => search::run(&common, &arguments),
            Command::New(arguments) => new::run(&common, &arguments),
            Command::Review(arguments) => review::run(&common, &arguments),
            Command::Similar(arguments) => similar::run(&common, &arguments),
            Command::Init(arguments) => init::run(&arguments),
        }
    });
    result.flatten().unwrap_or_else(|error| {
        print_error(&error);
        ExitCode::from(EXIT_FAILURE)
    })
}

/// Completes or removes what killed runs left in the hub.
fn recover_interrupted_runs(common: &CommonArguments) {
    if let Ok(root) = common.find_root() {
        cache::remove_temporary_files(&root);
        recover_target(&root.join("public"), &root);
    }
}

/// Completes or undoes an interrupted exchange of a published folder. Errors are ignored here,
/// because the command that publishes there meets them again.
fn recover_target(target: &Path, root: &Path) {
    print_foreign_files(&output::recover(target, root).unwrap_or_default());
}

/// Prints where files were moved that Casebook did not write.
fn print_foreign_files(foreign_files: &[ForeignFiles]) {
    foreign_files.iter().for_each(|files| eprintln!("note: {files}"));
}

fn print_error(error: &Error) {
    eprintln!("error: {}", render::escape_controls(&error.to_string()));
    if let Some(hint) = &error.hint {
        eprintln!("  = hint: {}", render::escape_controls(hint));
    }
}

impl CommonArguments {
    /// The hub's folder: the flag, else the nearest folder upwards with a `site.toml`.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn find_root(&self) -> Result<PathBuf> {
        match &self.root {
            Some(root) => Ok(root.clone()),
            None => source::find_root(&std::env::current_dir().map_err(|cause| {
                Error::at(&PathBuf::from("."), "cannot read the current folder", cause)
            })?),
        }
    }

    /// The build date: the flag, else SOURCE_DATE_EPOCH, else today in UTC.
    ///
    /// # Errors
    /// SOURCE_DATE_EPOCH is no number of seconds, or out of range.
    pub fn build_date(&self) -> Result<Date> {
        if let Some(today) = self.today {
            return Ok(today);
        }
        let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => text.trim().parse::<i64>().map_err(|cause| Error {
                cause: Some(Box::new(cause)),
                ..Error::new(format!(
                    "SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds"
                ))
            })?,
            Err(_) => jiff::Timestamp::now().as_second(),
        };
        let timestamp = jiff::Timestamp::from_second(seconds).map_err(|cause| Error {
            cause: Some(Box::new(cause)),
            ..Error::new("SOURCE_DATE_EPOCH is out of range")
        })?;
        Ok(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// The options of the run.
    ///
    /// # Errors
    /// As for [`CommonArguments::build_date`].
    pub fn build_options(&self, audience: Option<Audience>, drafts: bool) -> Result<BuildOptions> {
        Ok(BuildOptions { today: self.build_date()?, audience, drafts })
    }
}

/// Reads a hub's files and git history. The settings come first, because they decide which files
/// are ignored.
///
/// # Errors
/// The folder cannot be read.
pub fn read_sources(root: &Path) -> Result<Sources> {
    let settings = source::read_settings(root)?;
    let read_options = settings.as_ref().map(crate::site::read::read_options).unwrap_or_default();
    let mut sources = source::read_sources(root, &read_options)?;
    sources.settings = settings;
    sources.history = cache::read_history(root);
    Ok(sources)
}

/// Reads and checks a hub; the inner error is the diagnostic for missing or invalid settings.
///
/// # Errors
/// The folder cannot be read.
pub fn read_hub(
    root: &Path,
    options: &BuildOptions,
    timings: &mut Timings,
) -> Result<(Sources, std::result::Result<CheckedCatalog, Box<Diagnostic>>)> {
    let sources = timings.time_stage("source", || read_sources(root))?;
    let read = crate::read(&sources, options, timings);
    Ok((sources, read))
}

/// The cache key of data that is computed from these sources on a day: a hash of files, history,
/// build date, the program's version and `formats`, which identifies the encoding.
fn cache_key(sources: &Sources, today: Date, formats: &[u8]) -> ContentHash {
    let mut bytes = formats.to_vec();
    bytes.extend_from_slice(concat!(env!("CARGO_PKG_VERSION"), "\n").as_bytes());
    bytes.extend_from_slice(today.to_string().as_bytes());
    for file in sources.settings.iter().chain(&sources.files) {
        bytes.extend_from_slice(file.path.as_bytes());
        bytes.extend_from_slice(&file.hash.0);
    }
    for (path, file) in &sources.history.files {
        bytes.extend_from_slice(path.as_bytes());
        bytes.extend(file.days.iter().flat_map(|day| day.to_string().into_bytes()));
    }
    ContentHash::of(&bytes)
}

/// How diagnostics are rendered on standard error.
fn stderr_options() -> render::RenderOptions {
    render::RenderOptions {
        has_colours: std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        ..render::RenderOptions::default()
    }
}

/// Prints diagnostics to standard error: errors and warnings with excerpts, and the number of
/// notes. Notes about `site.toml` concern the whole hub and are printed in full.
fn print_diagnostics(diagnostics: &[Diagnostic], sources: &Sources) {
    let (notes, problems): (Vec<Diagnostic>, Vec<Diagnostic>) =
        diagnostics.iter().cloned().partition(|diagnostic| {
            diagnostic.severity == Severity::Note && &*diagnostic.place.path != "site.toml"
        });
    eprint!("{}", render::render_human(&problems, sources, stderr_options()));
    let tally = render::format_counts(diagnostics);
    if !problems.is_empty() {
        eprintln!("{tally}");
    } else if !notes.is_empty() {
        eprintln!("{tally}; `casebook check` shows them");
    }
}
