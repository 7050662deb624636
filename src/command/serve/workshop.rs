//! Building for the browser: the whole site in memory, and what stands in its way.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use crate::command::serve::preview::Preview;
use crate::command::{self, fault};
use crate::diagnostic::render::{self, Entry, Look, Texts};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::output::Output;
use crate::output::sink::Memory;
use crate::record::shelf::Shelf;
use crate::site::Audience;
use crate::source::{self, ContentHash, Sources};
use crate::theme::{Made, Theme};
use crate::{Read, Request, Timings, check_planned_links, has_errors, publish_again, understand_and_index};

/// At most so many problems are shown in the browser.
const SHOWN: usize = 40;

/// Builds one hub again and again.
#[derive(Debug)]
pub struct Workshop {
    root: PathBuf,
    request: Request,
    /// What the last build was made from.
    sources: Sources,
    /// Its manuscripts.
    shelf: Shelf,
    /// Its pages.
    made: Made,
}

/// What a build gave.
#[derive(Debug, Default)]
pub struct Built {
    /// The whole site; nothing when errors stand in its way.
    pub output: Option<Output>,
    /// What is wrong, for the browser.
    pub problems: Problems,
    /// What is wrong, for the terminal.
    pub report: String,
    /// What was built, in one line.
    pub summary: String,
    /// How long each stage took.
    pub timings: Timings,
    /// The path at which the site will lie on its host, without slashes around it.
    pub base: String,
    /// For a first look at the next edit; nothing when there is no site.
    pub preview: Option<Box<Preview>>,
}

/// What is wrong, as the browser is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Problems {
    /// How many errors.
    pub errors: usize,
    /// In words, with warnings and notes.
    pub tally: String,
    /// The errors, then warnings.
    pub shown: Vec<Problem>,
}

/// One problem with its excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The problem and its place.
    #[serde(flatten)]
    pub entry: Entry,
    /// Its lines as the terminal shows them.
    pub excerpt: String,
}

impl Workshop {
    /// A workshop for the hub at `root`.
    ///
    /// # Errors
    /// The folder cannot be found.
    pub fn new(root: &Path, request: Request) -> Result<Self> {
        let root = source::real(root)?;
        Ok(Workshop { root, request, sources: Sources::default(), shelf: Shelf::default(), made: Made::default() })
    }

    /// The hub's folder without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Builds the whole site.
    ///
    /// # Errors
    /// Machine trouble.
    pub fn build(&mut self) -> Result<Built> {
        let mut timings = Timings::default();
        self.sources = timings.stage("source", || command::sources(&self.root))?;
        self.make(timings)
    }

    /// Builds again, unless everything that was read is as it was.
    ///
    /// # Errors
    /// Machine trouble.
    pub fn rebuild(&mut self) -> Result<Option<Built>> {
        let mut timings = Timings::default();
        let sources = timings.stage("source", || command::sources(&self.root))?;
        if is_same(&sources, &self.sources) {
            return Ok(None);
        }
        if sources.theme != self.sources.theme || settings(&sources) != settings(&self.sources) {
            self.made = Made::default();
        }
        self.sources = sources;
        self.make(timings).map(Some)
    }

    /// Does some building; where that panics, what is kept between builds may be half changed and is thrown away.
    ///
    /// # Errors
    /// When it panics.
    pub fn attempt<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> Result<T> {
        fault::caught(|| build(self)).inspect_err(|_| (self.sources, self.shelf, self.made) = Default::default())
    }

    fn make(&mut self, mut timings: Timings) -> Result<Built> {
        let start = Instant::now();
        let read = match crate::read_again(&self.sources, &self.request, &mut self.shelf, &mut timings) {
            Ok(read) => read,
            Err(problem) => return Ok(stopped(&[*problem], &self.sources, timings)),
        };
        if self.request.drafts && read.site.audience == Audience::Public {
            return Err(Error::new("drafts are not for the public audience").hint("add `--audience internal`, or leave `--drafts` out"));
        }
        if has_errors(&read.diagnostics) {
            return Ok(stopped(&read.diagnostics, &self.sources, timings));
        }
        let Read { site, catalog, mut diagnostics } = read;
        let base = sub_path(&site.base_url).to_owned();
        self.made = std::mem::take(&mut self.made).next();
        let (mut hub, compared, index) = understand_and_index(site, catalog, &self.made, &mut timings)?;
        diagnostics.extend(check_planned_links(&mut hub, &self.sources.theme)?);
        if has_errors(&diagnostics) {
            return Ok(stopped(&diagnostics, &self.sources, timings));
        }
        let sink = Memory::default();
        publish_again(&hub, &self.sources.theme, &self.made, index, &sink, &mut timings)?;
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
        let theme = Theme::load(&hub.site, &self.sources.theme)?;
        let preview = Preview { root: self.root.clone(), hub, compared, edited: Vec::new(), theme, history: self.sources.history.clone() };
        let preview = Some(Box::new(preview));
        Ok(Built { output: Some(output), summary, timings, base, preview, ..told(&diagnostics, &self.sources) })
    }
}

impl Problems {
    /// Trouble that no record is to blame for.
    pub fn of(error: &Error) -> Self {
        let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        Problems { errors: 1, tally: format!("{error}{hint}"), shown: Vec::new() }
    }
}

impl Built {
    /// What is shown where there is no site, because the program failed.
    pub fn failed(error: &Error) -> Self {
        let summary = "nothing could be built; the next edit is tried again".to_owned();
        Built { problems: Problems::of(error), summary, ..Built::default() }
    }
}

/// A build that errors stand in the way of.
fn stopped(diagnostics: &[Diagnostic], sources: &Sources, timings: Timings) -> Built {
    let built = told(diagnostics, sources);
    let summary = format!("{}; the last good pages are shown until they are mended", built.problems.tally);
    Built { summary, timings, ..built }
}

/// The problems of a build in their two forms.
fn told(diagnostics: &[Diagnostic], sources: &Sources) -> Built {
    let spoken: Vec<Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note).cloned().collect();
    let report = render::human(&spoken, sources, command::look());
    Built { problems: problems(diagnostics, sources), report, ..Built::default() }
}

fn problems(diagnostics: &[Diagnostic], texts: &dyn Texts) -> Problems {
    let mut worst: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Note).collect();
    worst.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    worst.truncate(SHOWN);
    Problems {
        errors: diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count(),
        tally: render::tally(diagnostics),
        shown: worst.into_iter().map(|diagnostic| problem(diagnostic, texts)).collect(),
    }
}

/// The excerpt leaves out the title and the hint, which the browser shows in its own way.
fn problem(diagnostic: &Diagnostic, texts: &dyn Texts) -> Problem {
    let entry = render::entries(std::slice::from_ref(diagnostic), texts).remove(0);
    let bare = Diagnostic { message: String::new(), hint: None, ..diagnostic.clone() };
    let text = render::one(&bare, texts, Look::default());
    let lines = text.lines().skip(2).filter(|line| line.trim() != "|");
    let excerpt = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
    Problem { entry, excerpt }
}

/// The sub-path of the published address: `hub` of `https://example.org/hub/`.
fn sub_path(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split_once('/').map_or("", |(_, path)| path).trim_matches('/')
}

fn settings(sources: &Sources) -> Option<ContentHash> {
    sources.settings.as_ref().map(|file| file.hash)
}

/// Whether two readings of the disk saw the same.
fn is_same(one: &Sources, other: &Sources) -> bool {
    let texts = |sources: &Sources| sources.files.iter().chain(&sources.damaged).map(|file| (file.path.clone(), file.hash)).collect::<Vec<_>>();
    let assets = |sources: &Sources| sources.assets.iter().map(|asset| (asset.path.clone(), asset.hash)).collect::<Vec<_>>();
    settings(one) == settings(other)
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
    fn a_build_that_panics_is_begun_anew() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hubs/two-markets"));
        let request = Request { today: "2026-11-22".parse().unwrap(), audience: None, drafts: false };
        let mut workshop = Workshop::new(root, request).unwrap();
        let first = workshop.build().unwrap().output.expect("a site").files;
        let error = workshop.attempt(|workshop| -> Result<Option<Built>> {
            workshop.sources.files.truncate(1);
            panic!("half changed")
        });
        assert!(Problems::of(&error.unwrap_err()).tally.contains("half changed"));
        let again = workshop.attempt(Workshop::rebuild).unwrap().unwrap().expect("everything is built again");
        assert!(again.output.expect("a site").files == first);
        assert!(workshop.attempt(Workshop::rebuild).unwrap().unwrap().is_none());
    }

    #[test]
    fn the_sub_path_is_what_follows_the_host() {
        for (address, path) in [("https://a.example/", ""), ("https://a.example", ""), ("https://a.example/x/hub/", "x/hub"), ("", "")] {
            assert_eq!(sub_path(address), path);
        }
    }
}
