//! `casebook check`: every problem of the content, for people, editors and continuous integration.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::generated_links;
use crate::check::manual;
use crate::command::{CONTENT_ERRORS, Common, read};
use crate::diagnostic::{Diagnostic, nearest, render};
use crate::error::{Error, Result};
use crate::site::Audience;
use crate::source::Sources;
use crate::theme::Theme;
use crate::{Read, Timings, check_planned_links, has_errors, understand};

mod files;

pub use files::{FileLine, FileStatus, lines};

/// Report every problem of the content, without building
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1 when there are errors; warnings and notes pass.

Examples:
  casebook check
  casebook check --drafts
  casebook check --files              every file and what becomes of it
  casebook check --explain won-within-chance
  casebook check --explain all
  casebook check --format github      in a GitHub workflow
  casebook check --format sarif > casebook.sarif")]
pub struct Arguments {
    /// How problems are printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print the manual page of a code, or the list of `all` codes, and stop
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
    /// List every file below content/ with what becomes of it and why, instead of the problems
    #[arg(long, conflicts_with = "explain")]
    files: bool,
    /// Check what this audience may see [default: what site.toml says]
    #[arg(long, value_enum)]
    audience: Option<Audience>,
    /// Check drafts too, as the internal audience
    #[arg(long, conflicts_with = "audience")]
    drafts: bool,
}

/// Forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With excerpts and hints.
    Human,
    /// One array of objects.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// For code scanning.
    Sarif,
}

/// Runs `casebook check`.
///
/// # Errors
/// Machine trouble, and a code that is not known.
pub fn run(common: &Common, arguments: &Arguments) -> Result<ExitCode> {
    if let Some(code) = &arguments.explain {
        return print(&explain(code)?).map(|()| ExitCode::SUCCESS);
    }
    let audience = if arguments.drafts { Some(Audience::Internal) } else { arguments.audience };
    let request = common.request(audience, arguments.drafts)?;
    let (sources, hub) = read(&common.root()?, &request, &mut Timings::default())?;
    let (diagnostics, summary, folder) = match hub {
        Ok(hub) if arguments.files => {
            let lines = files::lines(&sources, &hub.catalog, &hub.diagnostics);
            let text = match arguments.format {
                Format::Json => serde_json::to_string_pretty(&lines).expect("paths and words become JSON") + "\n",
                _ => files::table(&lines),
            };
            print(&text)?;
            return Ok(if has_errors(&hub.diagnostics) { ExitCode::from(CONTENT_ERRORS) } else { ExitCode::SUCCESS });
        }
        Ok(hub) => {
            let (summary, folder) = (summary(&hub), hub.site.repository.folder.clone());
            (with_problems_of_pages(hub, &sources)?.diagnostics, summary, folder)
        }
        Err(diagnostic) => (vec![*diagnostic], String::new(), String::new()),
    };
    print(&report(&diagnostics, &sources, arguments.format, &summary, Path::new(&folder)))?;
    Ok(if has_errors(&diagnostics) { ExitCode::from(CONTENT_ERRORS) } else { ExitCode::SUCCESS })
}

/// The same hub with the problems that only the theme and the plan of its pages tell: whatever else would stop a build.
pub(super) fn with_problems_of_pages(read: Read, sources: &Sources) -> Result<Read> {
    let Read { site, catalog, mut diagnostics } = read;
    if let Some(problem) = Theme::problem(&site, &sources.theme) {
        diagnostics.push(problem);
    } else if generated_links::needs_plan(&catalog) {
        let mut hub = understand(site, catalog, &mut Timings::default());
        diagnostics.extend(check_planned_links(&mut hub, &sources.theme)?);
        return Ok(Read { site: hub.site, catalog: hub.catalog, diagnostics });
    }
    Ok(Read { site, catalog, diagnostics })
}

fn report(diagnostics: &[Diagnostic], sources: &Sources, format: Format, summary: &str, folder: &Path) -> String {
    let folder = folder.to_string_lossy();
    match format {
        Format::Human => human(diagnostics, sources, summary),
        Format::Json => render::json(diagnostics, sources),
        Format::Github => render::github(diagnostics, sources, &folder),
        Format::Sarif => render::sarif(diagnostics, sources, &folder),
    }
}

fn human(diagnostics: &[Diagnostic], sources: &Sources, summary: &str) -> String {
    let colour = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let problems = render::human(diagnostics, sources, render::Look { colour, ..render::Look::default() });
    let tally = match render::tally(diagnostics) {
        tally if tally.is_empty() => "no problems".to_owned(),
        tally => tally,
    };
    let summary = if summary.is_empty() { String::new() } else { format!(" in {summary}") };
    format!("{problems}{tally}{summary}\n")
}

/// What was looked at, in words.
fn summary(hub: &Read) -> String {
    let catalog = &hub.catalog;
    let withheld = match catalog.withheld {
        0 => String::new(),
        count => format!("; {count} withheld from this audience and not checked"),
    };
    let (cases, ideas, playbooks, pages) = (catalog.cases.len(), catalog.ideas.len(), catalog.playbooks.len(), catalog.pages.len());
    format!("{cases} case studies, {ideas} ideas, {playbooks} playbooks and {pages} pages{withheld}")
}

fn explain(code: &str) -> Result<String> {
    if code == "all" {
        return Ok(manual::codes().map(|code| format!("{code:<28} {}\n", manual::title(code).unwrap_or_default())).collect());
    }
    let Some(page) = manual::manual(code) else {
        let hint = nearest::nearest(code, manual::codes())
            .map_or_else(|| "`casebook check --explain all` lists every code".to_owned(), |name| nearest::did_you_mean(code, name));
        return Err(Error::new(format!("`{code}` is not a known code")).hint(hint));
    };
    let level = manual::level(code).map(|level| format!(" ({level})")).unwrap_or_default();
    Ok(format!("{code}{level}\n\n{page}\n"))
}

/// Prints to standard output; a reader that has gone, such as `head`, is no trouble.
fn print(text: &str) -> Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => Err(Error::at(Path::new("standard output"), "cannot write to", cause)),
        _ => Ok(()),
    }
}
