//! Builds the whole site in memory, again after every edit, and collects its problems.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use crate::command::hub::read_sources;
use crate::command::panics;
use crate::command::terminal::stderr_options;
use crate::diagnostic::render::{self, PositionedDiagnostic, RenderOptions, SourceTexts};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::output::Output;
use crate::output::sink::MemorySink;
use crate::site::Audience;
use crate::source::{self, ContentHash, Sources};
use crate::{
    BuildCache, BuildOptions, CheckedCatalog, SharedLastBuild, Timings, analyse,
    check_planned_links, has_errors, publish,
};

/// Largest number of problems that the browser shows.
const MAX_SHOWN_PROBLEMS: usize = 40;

/// Builds one hub repeatedly; only the cache is kept between two builds.
#[derive(Debug)]
pub struct Rebuilder {
    root: PathBuf,
    options: BuildOptions,
    cache: BuildCache,
}

/// The result of a build of the whole site in memory, complete or not.
#[derive(Debug, Default)]
pub struct BuildResult {
    /// The whole site; `None` where there are errors.
    pub output: Option<Output>,
    /// Problems for the browser.
    pub problems: Problems,
    /// All errors and warnings for the terminal, as text.
    pub report: String,
    /// Summary of the build in one line.
    pub summary: String,
    /// Duration of each stage.
    pub timings: Timings,
    /// The path of the published site on its host, without slashes at its ends.
    pub base_path: String,
}

/// The problems of a build, as JSON for the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Problems {
    /// Number of errors.
    pub errors: usize,
    /// Numbers of all errors, warnings and notes in words; the message of an error that belongs to
    /// no record.
    pub tally: String,
    /// The errors, then the warnings; at most [`MAX_SHOWN_PROBLEMS`].
    pub shown: Vec<Problem>,
}

/// A problem as the browser shows it, with the lines of the source that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The diagnostic with line and column.
    #[serde(flatten)]
    pub entry: PositionedDiagnostic,
    /// The lines of the source concerned, as the terminal shows them.
    pub excerpt: String,
}

impl Rebuilder {
    /// A rebuilder for the hub at `root`, which has not built anything yet.
    ///
    /// # Errors
    /// The folder cannot be found.
    pub fn new(root: &Path, options: BuildOptions) -> Result<Self> {
        let root = source::canonicalize_folder(root)?;
        let cache = BuildCache::default().with_cards_on_disk(&root);
        Ok(Rebuilder { root, options, cache })
    }

    /// The hub's folder, with symbolic links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The last build, in which edits are patched.
    pub fn last_build(&self) -> SharedLastBuild {
        self.cache.last_build()
    }

    /// Builds the whole site.
    ///
    /// # Errors
    /// The hub cannot be read, the theme cannot be loaded, or drafts are requested for the public
    /// audience.
    pub fn build(&mut self) -> Result<BuildResult> {
        let mut timings = Timings::default();
        let sources = timings.time_stage("source", || read_sources(&self.root))?;
        self.build_from_sources(sources, timings)
    }

    /// Builds the whole site again; `None` where the sources have not changed.
    ///
    /// # Errors
    /// As for [`Rebuilder::build`].
    pub fn rebuild(&mut self) -> Result<Option<BuildResult>> {
        let mut timings = Timings::default();
        let sources = timings.time_stage("source", || read_sources(&self.root))?;
        if are_equal(&sources, &self.cache.sources) {
            return Ok(None);
        }
        self.build_from_sources(sources, timings).map(Some)
    }

    /// Runs `build` and catches a panic; what is kept between builds may then be inconsistent and
    /// is dropped.
    ///
    /// # Errors
    /// `build` panics.
    pub fn catch_panic<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> Result<T> {
        panics::catch(|| build(self)).inspect_err(|_| self.cache.clear())
    }

    /// Builds the whole site from sources that were just read; where the content has errors the
    /// result has no site. `timings` has the time of reading already.
    ///
    /// # Errors
    /// As for [`Rebuilder::build`].
    fn build_from_sources(
        &mut self,
        sources: Sources,
        mut timings: Timings,
    ) -> Result<BuildResult> {
        let start = Instant::now();
        let (cache, sources) = (&mut self.cache, Arc::new(sources));
        cache.sources = Arc::clone(&sources);
        let read = match crate::read(&sources, &self.options, cache, &mut timings) {
            Ok(read) => read,
            Err(problem) => return Ok(stopped_by_errors(&[*problem], &sources, timings)),
        };
        if self.options.drafts && read.site.audience == Audience::Public {
            return Err(Error::new("drafts are not for the public audience")
                .with_hint("add `--audience internal`, or leave `--drafts` out"));
        }
        if has_errors(&read.diagnostics) {
            return Ok(stopped_by_errors(&read.diagnostics, &sources, timings));
        }
        let CheckedCatalog { site, catalog, mut diagnostics } = read;
        let base_path = parse_base_path(&site.base_url).to_owned();
        let mut hub = analyse(site, catalog, cache, &mut timings);
        diagnostics.extend(check_planned_links(&mut hub, &sources.theme)?);
        if has_errors(&diagnostics) {
            return Ok(stopped_by_errors(&diagnostics, &sources, timings));
        }
        let sink = MemorySink::default();
        publish(&hub, &sources.theme, &sources.editor, cache, &sink, &mut timings)?;
        let output = sink.into_output();
        let bytes: usize = output.files.values().map(|bytes| bytes.len()).sum();
        let summary = format!(
            "built {} case studies, {} ideas and {} playbooks: {} files, {:.1} MB, in {:.2} s",
            hub.catalog.cases.len(),
            hub.catalog.ideas.len(),
            hub.catalog.playbooks.len(),
            output.files.len() + output.assets.len(),
            bytes as f64 / 1e6,
            start.elapsed().as_secs_f64(),
        );
        cache.keep_build(hub, sources.history.clone());
        Ok(BuildResult {
            output: Some(output),
            summary,
            timings,
            base_path,
            ..with_diagnostics(&diagnostics, &sources)
        })
    }
}

impl Problems {
    /// The problems that the browser shows for an error that belongs to no record: its message in
    /// place of the numbers, and no list.
    pub fn from_error(error: &Error) -> Self {
        let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
        Problems { errors: 1, tally: format!("{error}{hint}"), shown: Vec::new() }
    }
}

impl BuildResult {
    /// The result where the first build has panicked: no site, and the error as the only problem.
    pub fn failed(error: &Error) -> Self {
        let summary = "nothing could be built; the next edit is tried again".to_owned();
        BuildResult { problems: Problems::from_error(error), summary, ..BuildResult::default() }
    }
}

/// The result of a build that was stopped by errors of the content: its problems, and no site.
fn stopped_by_errors(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    timings: Timings,
) -> BuildResult {
    let built = with_diagnostics(diagnostics, sources);
    let summary =
        format!("{}; the last good pages are shown until they are mended", built.problems.tally);
    BuildResult { summary, timings, ..built }
}

/// A result with the problems of a build for the browser, and for the terminal all of them but
/// notes; everything else is empty.
fn with_diagnostics(diagnostics: &[Diagnostic], sources: &Sources) -> BuildResult {
    let printed: Vec<Diagnostic> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity > Severity::Note)
        .cloned()
        .collect();
    let report = render::render_human(&printed, sources, stderr_options());
    BuildResult { problems: to_problems(diagnostics, sources), report, ..BuildResult::default() }
}

/// The problems of a build for the browser: the numbers of all, notes included, and with excerpts
/// the first [`MAX_SHOWN_PROBLEMS`] that are no notes, errors before warnings.
fn to_problems(diagnostics: &[Diagnostic], texts: &dyn SourceTexts) -> Problems {
    let mut shown: Vec<&Diagnostic> =
        diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note).collect();
    shown.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    shown.truncate(MAX_SHOWN_PROBLEMS);
    Problems {
        errors: diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .count(),
        tally: render::format_counts(diagnostics),
        shown: shown.into_iter().map(|diagnostic| to_problem(diagnostic, texts)).collect(),
    }
}

/// The problem with an excerpt without title and hint, which the browser shows separately.
fn to_problem(diagnostic: &Diagnostic, texts: &dyn SourceTexts) -> Problem {
    let entry = render::with_positions(std::slice::from_ref(diagnostic), texts).remove(0);
    let bare = Diagnostic { message: String::new(), hint: None, ..diagnostic.clone() };
    let text = render::render_one(&bare, texts, RenderOptions::default());
    let lines = text.lines().skip(2).filter(|line| line.trim() != "|");
    let excerpt = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
    Problem { entry, excerpt }
}

/// The path of a published address without slashes at its ends: `hub` of
/// `https://example.org/hub/`.
fn parse_base_path(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split_once('/').map_or("", |(_, path)| path).trim_matches('/')
}

/// The hash of `site.toml`; `None` where there is none.
fn settings_hash(sources: &Sources) -> Option<ContentHash> {
    sources.settings.as_ref().map(|file| file.hash)
}

/// Whether two readings of the disk found the same files, theme and history, so that the second
/// needs no build.
fn are_equal(one: &Sources, other: &Sources) -> bool {
    let texts = |sources: &Sources| {
        sources
            .files
            .iter()
            .chain(&sources.undecodable)
            .map(|file| (file.path.clone(), file.hash))
            .collect::<Vec<_>>()
    };
    let assets = |sources: &Sources| {
        let assets = sources.assets.iter().chain(&sources.editor);
        assets.map(|asset| (asset.path.clone(), asset.hash)).collect::<Vec<_>>()
    };
    settings_hash(one) == settings_hash(other)
        && one.diagnostics == other.diagnostics
        && texts(one) == texts(other)
        && assets(one) == assets(other)
        && one.theme == other.theme
        && one.history == other.history
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_drops_what_is_kept_between_builds() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hubs/two-markets"));
        let options =
            BuildOptions { today: "2026-11-22".parse().unwrap(), audience: None, drafts: false };
        let mut rebuilder = Rebuilder::new(root, options).unwrap();
        let first = rebuilder.build().unwrap().output.expect("a site").files;
        let error = rebuilder.catch_panic(|rebuilder| -> Result<Option<BuildResult>> {
            Arc::make_mut(&mut rebuilder.cache.sources).files.truncate(1);
            panic!("half changed")
        });
        assert!(Problems::from_error(&error.unwrap_err()).tally.contains("half changed"));
        let again = rebuilder
            .catch_panic(Rebuilder::rebuild)
            .unwrap()
            .unwrap()
            .expect("everything is built again");
        assert!(again.output.expect("a site").files == first);
        assert!(rebuilder.catch_panic(Rebuilder::rebuild).unwrap().unwrap().is_none());
    }

    #[test]
    fn the_base_path_follows_the_host() {
        for (address, path) in [
            ("https://a.example/", ""),
            ("https://a.example", ""),
            ("https://a.example/x/hub/", "x/hub"),
            ("", ""),
        ] {
            assert_eq!(parse_base_path(address), path);
        }
    }
}
