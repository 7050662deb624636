//! Subcommands: one file each; the only room that prints.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};
use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Severity, render};
use crate::error::{Error, Result};
use crate::output::{self, Kept, cache};
use crate::site::Audience;
use crate::source::{self, ContentHash, Sources};
use crate::{Read, Request, Timings};

mod build;
pub mod check;
mod export;
mod fault;
mod init;
mod markdown;
mod new;
mod review;
mod search;
mod serve;
mod similar;
mod studies;

pub use similar::table as similar_table;

/// The exit code of a run whose content has errors.
const CONTENT_ERRORS: u8 = 1;
/// The exit code of wrong usage, machine trouble and faults of the program.
const TROUBLE: u8 = 2;

/// Turns a repository of marketing case studies into a searchable static site.
#[derive(Debug, Parser)]
#[command(
    name = "casebook",
    version,
    about,
    max_term_width = 100,
    after_help = "Begin with `casebook init my-hub`, then `casebook serve --root my-hub`."
)]
struct Casebook {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every subcommand takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
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

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = search::words_last(std::env::args_os().collect(), &Casebook::command());
    let Casebook { common, command } = Casebook::parse_from(arguments);
    fault::note_panics();
    let done = fault::caught(|| {
        tidy(&common);
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
    done.flatten().unwrap_or_else(|error| {
        complain(&error);
        ExitCode::from(TROUBLE)
    })
}

/// Ends and clears away what a killed run left in the hub.
fn tidy(common: &Common) {
    if let Ok(root) = common.root() {
        cache::tidy(&root);
        recover(&root.join("public"), &root);
    }
}

/// Ends what a killed run began at a published folder. What stands in the way is told by the command that publishes there.
fn recover(target: &Path, root: &Path) {
    tell_kept(&output::recover(target, root).unwrap_or_default());
}

/// Says where files are that were found in a published folder and are not Casebook's.
fn tell_kept(kept: &[Kept]) {
    kept.iter().for_each(|kept| eprintln!("note: {kept}"));
}

fn complain(error: &Error) {
    eprintln!("error: {}", render::visible(&error.to_string()));
    if let Some(hint) = &error.hint {
        eprintln!("  = hint: {}", render::visible(hint));
    }
}

impl Common {
    /// The hub's folder.
    ///
    /// # Errors
    /// There is no `site.toml` here or above.
    pub fn root(&self) -> Result<PathBuf> {
        match &self.root {
            Some(root) => Ok(root.clone()),
            None => {
                source::find_root(&std::env::current_dir().map_err(|cause| Error::at(&PathBuf::from("."), "cannot read the current folder", cause))?)
            }
        }
    }

    /// The build date: the flag, else SOURCE_DATE_EPOCH, else today in UTC.
    ///
    /// # Errors
    /// SOURCE_DATE_EPOCH is no number of seconds.
    pub fn today(&self) -> Result<Date> {
        if let Some(today) = self.today {
            return Ok(today);
        }
        let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => text.trim().parse::<i64>().map_err(|cause| Error {
                cause: Some(Box::new(cause)),
                ..Error::new(format!("SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds"))
            })?,
            Err(_) => jiff::Timestamp::now().as_second(),
        };
        let timestamp = jiff::Timestamp::from_second(seconds)
            .map_err(|cause| Error { cause: Some(Box::new(cause)), ..Error::new("SOURCE_DATE_EPOCH is out of range") })?;
        Ok(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// What the run is asked for.
    ///
    /// # Errors
    /// As for `today`.
    pub fn request(&self, audience: Option<Audience>, drafts: bool) -> Result<Request> {
        Ok(Request { today: self.today()?, audience, drafts })
    }
}

/// Reads a hub's files: settings first, so that their ignore list decides what else is read.
///
/// # Errors
/// The folder cannot be read.
pub fn sources(root: &Path) -> Result<Sources> {
    let settings = source::read_settings(root)?;
    let reading = settings.as_ref().map(crate::site::read::reading).unwrap_or_default();
    let mut sources = source::read(root, &reading)?;
    sources.settings = settings;
    sources.history = cache::history_of(root);
    Ok(sources)
}

/// Reads and checks a hub; what stands in the way of reading anything is an error value in the `Ok`.
///
/// # Errors
/// Machine trouble.
pub fn read(root: &Path, request: &Request, timings: &mut Timings) -> Result<(Sources, std::result::Result<Read, Box<Diagnostic>>)> {
    let sources = timings.stage("source", || sources(root))?;
    let read = crate::read(&sources, request, timings);
    Ok((sources, read))
}

/// The key of what is made from these sources on a day by this version of the program; `formats` tell how it is written.
fn key_of(sources: &Sources, today: Date, formats: &[u8]) -> ContentHash {
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

/// How problems look on the error stream.
fn look() -> render::Look {
    render::Look { colour: std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(), ..render::Look::default() }
}

/// Prints problems as an author reads them: errors and warnings with their excerpts, notes as a number; but one about the whole hub,
/// which no author finds in a record, is shown.
fn report(diagnostics: &[Diagnostic], sources: &Sources) {
    let (notes, problems): (Vec<Diagnostic>, Vec<Diagnostic>) =
        diagnostics.iter().cloned().partition(|diagnostic| diagnostic.severity == Severity::Note && &*diagnostic.place.path != "site.toml");
    eprint!("{}", render::human(&problems, sources, look()));
    let tally = render::tally(diagnostics);
    if !problems.is_empty() {
        eprintln!("{tally}");
    } else if !notes.is_empty() {
        eprintln!("{tally}; `casebook check` shows them");
    }
}
