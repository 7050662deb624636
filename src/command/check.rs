//! `casebook check`: reports every problem of the content, for people, editors and continuous
//! integration.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::catalog::field;
use crate::catalog::generated_links;
use crate::check::manual;
use crate::command::arguments::CommonArguments;
use crate::command::hub::read_hub;
use crate::command::terminal::{EXIT_CONTENT_ERRORS, print_note, print_text};
use crate::diagnostic::{Diagnostic, nearest, render};
use crate::error::{Error, Result};
use crate::output::{self, change_files};
use crate::site::Audience;
use crate::source::{self, Sources};
use crate::theme::Theme;
use crate::{BuildCache, CheckedCatalog, Timings, analyse, check_planned_links, has_errors};

mod baseline;
mod files;
mod repair;

use baseline::Baseline;
pub use files::{FileLine, FileStatus, list_files};

/// Report every problem of the content, without building
#[derive(Debug, Args)]
#[command(after_help = "Exit code 1 when there are errors; warnings and notes pass.

Examples:
  casebook check
  casebook check --drafts
  casebook check --fix --dry-run      what can be repaired with certainty, as a diff
  casebook check --fix                repair it
  casebook check --changed-since main only files that differ from a branch
  casebook check --write-baseline known-problems.json
  casebook check --baseline known-problems.json
                                      only problems that came since
  casebook check --files              every file and what becomes of it
  casebook check --explain won-within-chance
  casebook check --explain all
  casebook check --format github      in a GitHub workflow
  casebook check --format sarif > casebook.sarif
  casebook check --format junit > casebook.xml")]
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
    /// Repair what is certain, in all files or none, then report what is left: names of terms,
    /// deprecated terms, days in another order, decimal commas, invisible characters, misspelt keys
    /// and closed words. Who may see a record is never changed
    #[arg(long, conflicts_with_all = ["explain", "files"])]
    fix: bool,
    /// With `--fix`: show the changes as a diff, and write nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Count the problems that this file lists, and show only others [default: what site.toml says]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["explain", "files"])]
    baseline: Option<PathBuf>,
    /// Write all problems of today to this file, for `--baseline`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["explain", "files", "baseline", "changed_since", "dry_run"])]
    write_baseline: Option<PathBuf>,
    /// Show only problems in files that differ from this git revision, and count the others
    #[arg(long, value_name = "REF", conflicts_with_all = ["explain", "files"])]
    changed_since: Option<String>,
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
    /// For the test reports of continuous integration.
    Junit,
}

/// Runs `casebook check`.
///
/// # Errors
/// The hub cannot be read, or the code to explain is unknown.
pub fn run(common: &CommonArguments, arguments: &Arguments) -> Result<ExitCode> {
    if let Some(code) = &arguments.explain {
        return print_text(&render_manual(code)?).map(|()| ExitCode::SUCCESS);
    }
    let audience = if arguments.drafts { Some(Audience::Internal) } else { arguments.audience };
    let options = common.build_options(audience, arguments.drafts)?;
    let root = common.find_root()?;
    let changed =
        arguments.changed_since.as_deref().map(|since| source::changed_files(&root, since));
    let changed = changed.transpose()?;
    let (mut sources, mut hub) = read_hub(&root, &options, &mut Timings::default())?;
    if arguments.fix {
        let is_selected =
            |path: &str| changed.as_ref().is_none_or(|changed| changed.contains(path));
        let repairs = repair::repair(&sources, &options, is_selected);
        let noun = |count, noun| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let (problems, files) =
            (noun(repairs.count, "problem"), noun(repairs.changes.len(), "file"));
        if arguments.dry_run {
            print_text(&render::escape_controls(&repairs.diff))?;
            print_note(&format!("{problems} in {files} can be repaired; nothing is written"));
            let left = crate::read(
                &repairs.sources,
                &options,
                &mut BuildCache::disabled(),
                &mut Timings::default(),
            );
            let has_failed = left.map_or(true, |left| has_errors(&left.diagnostics));
            return Ok(exit_code(has_failed));
        }
        change_files(&root, &repairs.changes)?;
        print_note(&format!("{problems} in {files} repaired"));
        if !repairs.changes.is_empty() {
            (sources, hub) = read_hub(&root, &options, &mut Timings::default())?;
        }
    }
    let settings_baseline = hub.as_ref().ok().and_then(|hub| hub.site.checks.baseline.clone());
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
            print_text(&text)?;
            return Ok(exit_code(has_errors(&hub.diagnostics)));
        }
        Ok(hub) => {
            let (summary, folder) = (describe_scope(&hub), hub.site.repository.folder.clone());
            (add_page_problems(hub, &sources)?.diagnostics, summary, folder)
        }
        Err(diagnostic) => (vec![*diagnostic], String::new(), String::new()),
    };
    if let Some(file) = &arguments.write_baseline {
        let known = Baseline::new(&diagnostics);
        check_baseline_file(file)?;
        output::overwrite(file, &known.render())?;
        let left = diagnostics.len() - known.count();
        print_note(&format!("`{}` lists {} problems", file.display(), known.count()));
        if left > 0 {
            print_note(&format!("{left} more are not listed, because they make files unreadable"));
        }
    }
    let baseline_file = arguments
        .write_baseline
        .clone()
        .or_else(|| arguments.baseline.clone())
        .or_else(|| Some(root.join(settings_baseline?)));
    let mut remarks = String::new();
    let diagnostics = match baseline_file {
        Some(file) => compare_with_baseline(diagnostics, &file, changed.as_ref(), &mut remarks)?,
        None => diagnostics,
    };
    let diagnostics = match &changed {
        Some(changed) => select_changed(diagnostics, changed, &mut remarks),
        None => diagnostics,
    };
    print_text(&render_report(
        &diagnostics,
        &sources,
        arguments.format,
        &summary,
        Path::new(&folder),
    ))?;
    match arguments.format {
        CheckFormat::Human => print_text(&remarks)?,
        _ => eprint!("{remarks}"),
    }
    Ok(exit_code(has_errors(&diagnostics)))
}

/// Makes sure that a list of known problems takes the place of nothing but an earlier one.
///
/// # Errors
/// There is another file.
fn check_baseline_file(file: &Path) -> Result<()> {
    let Some(known) = source::canonicalize_file(file) else { return Ok(()) };
    let text = source::read_argument_file(&known)?;
    if text.trim().is_empty() || Baseline::parse(&text).is_ok() {
        return Ok(());
    }
    Err(Error::about(file, "the list would overwrite a file that is no list of known problems:")
        .with_hint("choose another name, or remove the file"))
}

/// The exit code of a check.
fn exit_code(has_failed: bool) -> ExitCode {
    if has_failed { ExitCode::from(EXIT_CONTENT_ERRORS) } else { ExitCode::SUCCESS }
}

/// The problems that a file of known ones lacks; adds lines to `remarks`: how many it has, and which it
/// lists that the hub no longer has.
///
/// # Errors
/// The file cannot be read, or is no list of problems.
fn compare_with_baseline(
    diagnostics: Vec<Diagnostic>,
    file: &Path,
    changed: Option<&BTreeSet<String>>,
    remarks: &mut String,
) -> Result<Vec<Diagnostic>> {
    let known = Baseline::parse(&source::read_argument_file(file)?).map_err(|reason| {
        Error::about(file, format!("this is no list of known problems, {reason}:"))
            .with_hint("`casebook check --write-baseline FILE` writes one")
    })?;
    let compared = known.compare(diagnostics);
    let name = render::escape_line(&file.display().to_string()).into_owned();
    remarks
        .push_str(&format!("{} more are listed in `{name}` and not shown\n", compared.known_count));
    let gone: Vec<String> = compared
        .gone
        .iter()
        .filter(|(finding, _)| changed.is_none_or(|changed| changed.contains(&finding.path)))
        .map(|(finding, count)| {
            let times = if *count == 1 { String::new() } else { format!(" ({count} times)") };
            let path = render::escape_line(&finding.path);
            format!("  {path}: {}{times}\n", render::escape_line(&finding.code))
        })
        .collect();
    if !gone.is_empty() {
        remarks.push_str(&format!(
            "`{name}` also lists what is there no longer; `--write-baseline` leaves it out:\n{}",
            gone.concat()
        ));
    }
    Ok(compared.new)
}

/// The problems with a place in a changed file; adds a line to `remarks`: how many others
/// there are.
fn select_changed(
    diagnostics: Vec<Diagnostic>,
    changed: &BTreeSet<String>,
    remarks: &mut String,
) -> Vec<Diagnostic> {
    let all = diagnostics.len();
    let is_in_changed = |diagnostic: &Diagnostic| {
        let labels = diagnostic.labels.iter().map(|label| &label.place);
        std::iter::once(&diagnostic.place).chain(labels).any(|place| changed.contains(&*place.path))
    };
    let shown: Vec<Diagnostic> = diagnostics.into_iter().filter(is_in_changed).collect();
    remarks.push_str(&format!(
        "{} more are in files that did not change and not shown\n",
        all - shown.len()
    ));
    shown
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
        CheckFormat::Junit => {
            let paths = sources.settings.iter().chain(&sources.files).map(|file| &*file.path);
            render::render_junit(diagnostics, sources, paths, &folder)
        }
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
