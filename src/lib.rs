//! Casebook turns a repository of Markdown case studies into a searchable static site.
//!
//! The build reads like this table; each row is a room of this crate and imports only from rooms above it.
//!
//! | room | in -> out |
//! |---|---|
//! | [`source`] | disk -> [`Sources`]: files, hashes, history |
//! | [`site`] | `site.toml` -> [`Site`] |
//! | [`vocabulary`] | vocabulary files -> [`vocabulary::Vocabulary`] |
//! | [`record`] | one file -> [`record::Manuscript`] |
//! | [`catalog`] | manuscripts -> [`Catalog`] |
//! | [`check`] | [`Catalog`] -> diagnostics |
//! | [`similar`] | [`Catalog`] -> [`Similar`] |
//! | [`evidence`] | [`Catalog`] -> [`Evidence`] |
//! | [`backlog`] | [`Catalog`], [`Similar`], [`Evidence`] -> [`Backlog`] |
//! | [`index`] | [`Catalog`] -> the packed search index |
//! | [`page`] | all of the above -> pages |
//! | [`theme`] | pages -> bytes |
//! | [`output`] | bytes -> disk, all or nothing |
//! | [`command`] | the subcommands |

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use casebook_search::frame;
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::backlog::Backlog;
use crate::catalog::{Catalog, generated_links};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::Result;
use crate::evidence::Evidence;
use crate::output::sink::Sink;
use crate::record::Manuscript;
use crate::record::parse::UNREADABLE;
use crate::record::shelf::Shelf;
use crate::similar::{Compared, Similar};
use crate::site::{Audience, Site};
use crate::source::Sources;
use crate::theme::{Made, Theme};

pub mod backlog;
pub mod catalog;
pub mod check;
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this room talks to the terminal")]
pub mod command;
pub mod diagnostic;
pub mod error;
pub mod evidence;
pub mod index;
pub mod output;
pub mod page;
pub mod record;
pub mod similar;
pub mod site;
pub mod source;
pub mod theme;
pub mod vocabulary;

/// What a run is asked for beyond what the files say.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// The build date; the only clock there is.
    pub today: Date,
    /// Whom to build for, where that is not what `site.toml` says.
    pub audience: Option<Audience>,
    /// Whether drafts are shown.
    pub drafts: bool,
}

/// A hub understood: everything that pages, index and commands are made from.
#[derive(Debug)]
pub struct Hub {
    /// Settings.
    pub site: Site,
    /// Records.
    pub catalog: Catalog,
    /// Pairs.
    pub similar: Similar,
    /// Results.
    pub evidence: Evidence,
    /// Ideas.
    pub backlog: Backlog,
}

/// A catalog and what is wrong with it: enough for `check`, `search` and `similar`.
#[derive(Debug)]
pub struct Read {
    /// Settings.
    pub site: Site,
    /// Records.
    pub catalog: Catalog,
    /// Problems, by place, with the hub's severities.
    pub diagnostics: Vec<Diagnostic>,
}

/// How long each stage took, in order; stages that ran side by side are each counted whole.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    /// Name and duration.
    pub stages: Vec<(&'static str, Duration)>,
    /// What running side by side saved.
    saved: Duration,
}

impl Timings {
    /// Runs one stage and notes how long it took.
    pub fn stage<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let (value, took) = timed(work);
        self.stages.push((name, took));
        value
    }

    /// Runs two stages side by side.
    pub fn stages<A: Send, B: Send>(
        &mut self,
        (one, work): (&'static str, impl FnOnce() -> A + Send),
        (other, more): (&'static str, impl FnOnce() -> B + Send),
    ) -> (A, B) {
        let (((a, took), (b, other_took)), together) = timed(|| rayon::join(|| timed(work), || timed(more)));
        self.stages.extend([(one, took), (other, other_took)]);
        self.saved += (took + other_took).saturating_sub(together);
        (a, b)
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

impl fmt::Display for Timings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: Duration = self.stages.iter().map(|(_, took)| *took).sum();
        for (stage, took) in &self.stages {
            let share = 100.0 * took.as_secs_f64() / total.as_secs_f64().max(f64::EPSILON);
            writeln!(f, "{stage:>12} {:>9.1} ms {share:>5.1} %", took.as_secs_f64() * 1000.0)?;
        }
        writeln!(f, "{:>12} {:>9.1} ms", "together", total.saturating_sub(self.saved).as_secs_f64() * 1000.0)
    }
}

/// Reads settings and records, and checks them.
///
/// # Errors
/// The one diagnostic that stands in the way of reading anything: missing or invalid settings.
pub fn read(sources: &Sources, request: &Request, timings: &mut Timings) -> std::result::Result<Read, Box<Diagnostic>> {
    let mut shelf = Shelf::default();
    let read = read_again(sources, request, &mut shelf, timings);
    shelf.let_go();
    read
}

/// The same, with what the last reading left on the shelf.
///
/// # Errors
/// As for `read`.
pub fn read_again(sources: &Sources, request: &Request, shelf: &mut Shelf, timings: &mut Timings) -> std::result::Result<Read, Box<Diagnostic>> {
    let site = timings.stage("site", || settings(sources, request))?;
    let vocabulary = || vocabulary::read::read(&sources.files);
    let ((vocabulary, mut diagnostics), (manuscripts, mut problems)) =
        timings.stages(("vocabulary", vocabulary), ("record", || manuscripts(sources, shelf)));
    diagnostics.extend(sources.diagnostics.iter().cloned());
    diagnostics.extend(sources.history.missing_days(site.today));
    diagnostics.append(&mut problems);
    let (catalog, mut problems) =
        timings.stage("catalog", || catalog::assemble::assemble(&site, vocabulary, manuscripts, &sources.assets, &sources.history));
    diagnostics.append(&mut problems);
    diagnostics.append(&mut timings.stage("check", || check::check(&site, &catalog)));
    diagnostics.append(&mut timings.stage("copies", || similar::crowds(&catalog)));
    let diagnostics = weigh(diagnostics, &site);
    Ok(Read { site, catalog, diagnostics })
}

/// Compares, weighs and ranks what was read.
pub fn understand(site: Site, catalog: Catalog, timings: &mut Timings) -> Hub {
    let similar = || similar::find(&site, &catalog);
    let (similar, evidence) = timings.stages(("similar", similar), ("evidence", || evidence::weigh(&site, &catalog)));
    ranked(site, catalog, similar, evidence, timings)
}

/// Breaks links of records to pages that do not exist and are known only when the whole site is planned, such as the second part of a list,
/// and says so. Costs nothing where there is no such link.
///
/// # Errors
/// The theme cannot be read.
pub fn check_planned_links(hub: &mut Hub, overlay: &BTreeMap<String, Arc<[u8]>>) -> Result<Vec<Diagnostic>> {
    if !generated_links::needs_plan(&hub.catalog) {
        return Ok(Vec::new());
    }
    let theme = Theme::load(&hub.site, overlay)?;
    let context = page::Context::new(&hub.site, &hub.catalog, &hub.similar, &hub.evidence, &hub.backlog, &theme.language);
    let planned: FxHashSet<String> = page::plan(&context).iter().map(|page| page.address().to_owned()).collect();
    let problems = generated_links::check_planned(&mut hub.catalog, |address| planned.contains(address));
    Ok(weigh(problems, &hub.site))
}

fn ranked(site: Site, catalog: Catalog, similar: Similar, evidence: Evidence, timings: &mut Timings) -> Hub {
    let backlog = timings.stage("backlog", || backlog::rank(&site, &catalog, &similar, &evidence));
    Hub { site, catalog, similar, evidence, backlog }
}

/// Files by site path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The same, with the compared records, for whoever will ask for the nearest of a draft, and with the search index. That is one long
/// line of work: where few pages will be rendered, it is made beside the comparison, which takes more memory than beside the pages.
/// `made` holds the files that the last build made, and gets those of this one.
///
/// # Errors
/// As for [`index::files`].
pub fn understand_and_index(site: Site, catalog: Catalog, made: &Made, timings: &mut Timings) -> Result<(Hub, Compared, Files)> {
    let similar = || rayon::join(|| similar::find_and_keep(&site, &catalog), || evidence::weigh(&site, &catalog));
    let index = || index::files(&site, &catalog, &|content, sort| made.sealed(content, sort));
    let (((similar, compared), evidence), index) = timings.stages(("similar, evidence", similar), ("index", index));
    Ok((ranked(site, catalog, similar, evidence, timings), compared, index?))
}

/// Makes every file of the site and hands each to the sink as soon as it is made, so that the whole site is never in
/// memory unless the sink keeps it. `overlay` holds the hub's own theme files, by path.
///
/// # Errors
/// The sink cannot take a file.
pub fn publish(hub: &Hub, overlay: &BTreeMap<String, Arc<[u8]>>, sink: &dyn Sink, timings: &mut Timings) -> Result<()> {
    let render = |theme: &Theme, context: &page::Context, pages: &[page::Page]| theme.publish(context, pages, |path, bytes| sink.file(path, bytes));
    publish_by(hub, overlay, render, ("index", || index::files(&hub.site, &hub.catalog, &frame::seal)), sink, timings)
}

/// The same, with an index made already, and with the pages that the last build of this theme under these settings made.
///
/// # Errors
/// As for `publish`.
pub fn publish_again(
    hub: &Hub,
    overlay: &BTreeMap<String, Arc<[u8]>>,
    made: &Made,
    index: Files,
    sink: &dyn Sink,
    timings: &mut Timings,
) -> Result<()> {
    let render = |theme: &Theme, context: &page::Context, pages: &[page::Page]| {
        theme.publish_again(context, pages, made, |path, bytes| sink.shared(path, bytes))
    };
    publish_by(hub, overlay, render, ("handover", || Ok(index)), sink, timings)
}

fn publish_by(
    hub: &Hub,
    overlay: &BTreeMap<String, Arc<[u8]>>,
    render: impl FnOnce(&Theme, &page::Context, &[page::Page]) -> Result<()> + Send,
    (name, index): (&'static str, impl FnOnce() -> Result<Files> + Send),
    sink: &dyn Sink,
    timings: &mut Timings,
) -> Result<()> {
    let theme = timings.stage("theme", || Theme::load(&hub.site, overlay))?;
    let context = || page::Context::new(&hub.site, &hub.catalog, &hub.similar, &hub.evidence, &hub.backlog, &theme.language);
    let data = || {
        let files = page::data::files(&hub.site, &hub.catalog, &hub.similar, &hub.evidence, &hub.backlog);
        files.into_iter().try_for_each(|(path, bytes)| sink.file(&path, bytes))
    };
    let (context, described) = timings.stages(("page", context), ("data", data));
    described?;
    // Indexing is one long line of work and rendering many short ones: side by side they keep every core busy.
    let render = || render(&theme, &context, &page::plan(&context));
    let index = || index()?.into_iter().try_for_each(|(path, bytes)| sink.file(&path, bytes));
    let (rendered, indexed) = timings.stages(("render", render), (name, index));
    rendered.and(indexed)?;
    timings.stage("assets", || hub.catalog.assets.par_iter().try_for_each(|(path, asset)| sink.asset(path, asset)))
}

/// What `site.toml` and the request settle together.
///
/// # Errors
/// Missing or invalid settings.
pub fn settings(sources: &Sources, request: &Request) -> std::result::Result<Site, Box<Diagnostic>> {
    let settings = sources.settings.as_ref().ok_or_else(|| {
        let place = diagnostic::Place::file(&"site.toml".into());
        Box::new(Diagnostic::error("invalid-settings", place, "there is no `site.toml`").hint("`casebook init DIR` makes a new hub"))
    })?;
    let mut site = site::read::read(settings, request.today).map_err(Box::new)?;
    site.audience = request.audience.unwrap_or(site.audience);
    site.drafts = request.drafts && site.audience == Audience::Internal;
    Ok(site)
}

fn manuscripts(sources: &Sources, shelf: &mut Shelf) -> (Vec<Arc<Manuscript>>, Vec<Diagnostic>) {
    let parsed = shelf.read(&sources.files);
    let mut manuscripts = Vec::with_capacity(parsed.len());
    let mut diagnostics = Vec::new();
    for mut parsed in parsed {
        manuscripts.extend(parsed.manuscript);
        diagnostics.append(&mut parsed.diagnostics);
    }
    (manuscripts, diagnostics)
}

/// Applies the hub's severities and puts problems in reading order.
fn weigh(diagnostics: Vec<Diagnostic>, site: &Site) -> Vec<Diagnostic> {
    let mut weighed: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter_map(|diagnostic| {
            let severity = site.severity(diagnostic.code, diagnostic.severity, UNREADABLE.contains(&diagnostic.code))?;
            Some(Diagnostic { severity, ..diagnostic })
        })
        .collect();
    weighed.sort_by(|a, b| (&a.place.path, a.place.span.start, a.code, &a.message).cmp(&(&b.place.path, b.place.span.start, b.code, &b.message)));
    weighed
}

/// Whether any problem stops the build.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
