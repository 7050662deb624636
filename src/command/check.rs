//! `casebook check`: reports every problem of the content, for people, editors and continuous
//! integration.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::field;
use crate::catalog::generated_links;
use crate::check::manual;
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::terminal::EXIT_CONTENT_ERRORS;
use crate::diagnostic::{Diagnostic, nearest, render};
use crate::error::{Error, Result};
use crate::site::Audience;
use crate::source::Sources;
use crate::theme::Theme;
use crate::{BuildCache, CheckedCatalog, Timings, analyse, check_planned_links, has_errors};

mod files;

pub use files::{FileLine, FileStatus, list_files};

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
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    format: CheckFormat,
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

/// Format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
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
/// The hub cannot be read, or the code to explain is unknown.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    if let Some(code) = &arguments.explain {
        return write_stdout(&render_manual(code)?).map(|()| ExitCode::SUCCESS);
    }
    let audience = if arguments.drafts { Some(Audience::Internal) } else { arguments.audience };
    let options = common.build_options(audience, arguments.drafts)?;
    let (sources, hub) = read_hub(&common.find_root()?, &options, &mut Timings::default())?;
    let (diagnostics, summary, folder) = match hub {
        Ok(hub) if arguments.files => {
            let lines = files::list_files(&sources, &hub.catalog, &hub.diagnostics);
            let text = match arguments.format {
                CheckFormat::Json => {
                    serde_json::to_string_pretty(&lines).expect("paths and words become JSON")
                        + "\n"
                }
                _ => files::render_table(&lines),
            };
            write_stdout(&text)?;
            return Ok(if has_errors(&hub.diagnostics) {
                ExitCode::from(EXIT_CONTENT_ERRORS)
            } else {
                ExitCode::SUCCESS
            });
        }
        Ok(hub) => {
            let (summary, folder) = (describe_scope(&hub), hub.site.repository.folder.clone());
            (add_page_problems(hub, &sources)?.diagnostics, summary, folder)
        }
        Err(diagnostic) => (vec![*diagnostic], String::new(), String::new()),
    };
    write_stdout(&render_report(
        &diagnostics,
        &sources,
        arguments.format,
        &summary,
        Path::new(&folder),
    ))?;
    Ok(if has_errors(&diagnostics) {
        ExitCode::from(EXIT_CONTENT_ERRORS)
    } else {
        ExitCode::SUCCESS
    })
}

/// Adds the diagnostics that need the theme or the plan of all pages, so that everything that would
/// stop a build is reported.
///
/// # Errors
/// The theme cannot be loaded.
pub(super) fn add_page_problems(
    checked: CheckedCatalog,
    sources: &Sources,
) -> Result<CheckedCatalog> {
    let CheckedCatalog { site, catalog, mut diagnostics } = checked;
    if let Some(problem) = Theme::find_problem(&site, &sources.theme) {
        diagnostics.push(problem);
    } else if generated_links::has_links_to_planned_pages(&catalog) {
        let mut cache = BuildCache::disabled();
        let mut hub = analyse(site, catalog, &mut cache, &mut Timings::default());
        diagnostics.extend(check_planned_links(&mut hub, &sources.theme)?);
        return Ok(CheckedCatalog { site: hub.site, catalog: hub.catalog, diagnostics });
    }
    Ok(CheckedCatalog { site, catalog, diagnostics })
}

/// The diagnostics in the requested format. `summary` says what was checked and is for people only;
/// `folder` is the hub's folder in its repository, which GitHub and SARIF put before every path.
fn render_report(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    format: CheckFormat,
    summary: &str,
    folder: &Path,
) -> String {
    let folder = folder.to_string_lossy();
    match format {
        CheckFormat::Human => render_human(diagnostics, sources, summary),
        CheckFormat::Json => render::render_json(diagnostics, sources),
        CheckFormat::Github => render::render_github(diagnostics, sources, &folder),
        CheckFormat::Sarif => render::render_sarif(diagnostics, sources, &folder),
    }
}

/// The diagnostics with excerpts and hints, and their number in a last line; in colour where
/// standard output is a terminal.
fn render_human(diagnostics: &[Diagnostic], sources: &Sources, summary: &str) -> String {
    let has_colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let problems = render::render_human(
        diagnostics,
        sources,
        render::RenderOptions { has_colours, ..render::RenderOptions::default() },
    );
    let tally = match render::format_counts(diagnostics) {
        tally if tally.is_empty() => "no problems".to_owned(),
        tally => tally,
    };
    let summary = if summary.is_empty() { String::new() } else { format!(" in {summary}") };
    format!("{problems}{tally}{summary}\n")
}

/// The numbers of checked and withheld records in words, for the last line of the report.
fn describe_scope(hub: &CheckedCatalog) -> String {
    let catalog = &hub.catalog;
    let withheld = match catalog.withheld_count {
        0 => String::new(),
        count => format!("; {count} withheld from this audience and not checked"),
    };
    let (cases, ideas, playbooks, pages) =
        (catalog.cases.len(), catalog.ideas.len(), catalog.playbooks.len(), catalog.pages.len());
    format!(
        "{cases} case studies, {ideas} ideas, {playbooks} playbooks and {pages} pages{withheld}"
    )
}

/// The manual page of a code, the list of all codes for `all`, or the guide to the fields for
/// `fields`.
///
/// # Errors
/// The code is unknown; the hint has the nearest one.
fn render_manual(code: &str) -> Result<String> {
    if code == "all" {
        return Ok(manual::codes()
            .map(|code| format!("{code:<28} {}\n", manual::title(code).unwrap_or_default()))
            .collect());
    }
    if code == "fields" {
        return Ok(field::guide::render());
    }
    let Some(page) = manual::page(code) else {
        let hint = nearest::find_nearest(code, manual::codes()).map_or_else(
            || "`casebook check --explain all` lists every code".to_owned(),
            |name| nearest::did_you_mean(code, name),
        );
        return Err(Error::new(format!("`{code}` is not a known code")).with_hint(hint));
    };
    let level = manual::level(code).map(|level| format!(" ({level})")).unwrap_or_default();
    Ok(format!("{code}{level}\n\n{page}\n"))
}

/// Writes to standard output. A closed pipe, as behind `head`, is no error.
fn write_stdout(text: &str) -> Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(Error::at(Path::new("standard output"), "cannot write to", cause))
        }
        _ => Ok(()),
    }
}
