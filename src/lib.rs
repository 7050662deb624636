//! Casebook turns a repository of Markdown case studies into a searchable static site.
//!
//! The modules of this crate in the order of the build; each imports only from modules above it.
//!
//! | module | in -> out |
//! |---|---|
//! | [`source`] | disk -> [`Sources`]: files, hashes, git history |
//! | [`site`] | `site.toml` -> [`Site`] |
//! | [`vocabulary`] | vocabulary files -> [`vocabulary::Vocabulary`] |
//! | [`record`] | one file -> [`record::Manuscript`] |
//! | [`catalog`] | manuscripts -> [`Catalog`] |
//! | [`check`] | [`Catalog`] -> diagnostics |
//! | [`similar`] | [`Catalog`] -> [`Similar`] |
//! | [`evidence`] | [`Catalog`] -> [`Evidence`] |
//! | [`backlog`] | [`Catalog`], [`Similar`], [`Evidence`] -> [`Backlog`] |
//! | [`index`] | [`Catalog`] -> the packed search index |
//! | [`page`] | all of the above -> one view for each page |
//! | [`theme`] | views -> bytes |
//! | [`output`] | bytes -> disk, completely or not at all |
//! | [`command`] | the subcommands |
//!
//! The functions of this file run the stages; [`BuildCache`] owns what is kept between two builds.

#![forbid(unsafe_code)]

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
use crate::page::parts::share_card::{self, ShareCard};
use crate::record::Manuscript;
use crate::record::parse::UNREADABLE_CODES;
use crate::record::parse_cache::ParseCache;
use crate::similar::Similar;
use crate::site::{Audience, Site};
use crate::source::{Asset, ContentHash, Sources};
use crate::theme::Theme;

pub use build_cache::{BuildCache, LastBuild, SharedLastBuild};

pub mod backlog;
mod build_cache;
pub mod catalog;
pub mod check;
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this module prints to the terminal")]
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

// Hubs for tests are made by one file, which calls this crate by its name.
#[cfg(test)]
extern crate self as casebook;
#[cfg(test)]
#[path = "../tests/suite/support.rs"]
pub mod support;

/// Options of a run that do not come from the hub's files.
#[derive(Debug, Clone, Copy)]
pub struct BuildOptions {
    /// The build date; no other clock is read.
    pub today: Date,
    /// The audience to build for; `None` takes that of `site.toml`.
    pub audience: Option<Audience>,
    /// Whether drafts are included; only the internal audience may see them.
    pub drafts: bool,
}

/// An analysed hub: everything that pages, the search index and commands are generated from.
#[derive(Debug)]
pub struct Hub {
    /// Settings of the site.
    pub site: Site,
    /// All records, typed and linked.
    pub catalog: Catalog,
    /// Similar pairs and families of case studies.
    pub similar: Similar,
    /// Aggregated results of the case studies.
    pub evidence: Evidence,
    /// Ranked ideas and proposals.
    pub backlog: Backlog,
}

impl Hub {
    /// What pages of the hub are composed from, with the texts of an interface language.
    pub fn page_context<'h>(&'h self, language: &'h page::Language) -> page::Context<'h> {
        page::Context::new(
            &self.site,
            &self.catalog,
            &self.similar,
            &self.evidence,
            &self.backlog,
            language,
        )
    }
}

/// The catalog of a hub with the diagnostics of reading and checking it, before anything is
/// compared or aggregated; `check`, `search` and `similar` need no more.
#[derive(Debug)]
pub struct CheckedCatalog {
    /// Settings of the site.
    pub site: Site,
    /// All records, typed and linked.
    pub catalog: Catalog,
    /// Diagnostics with the hub's severities, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// How long each stage of a run took.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    /// Name and duration of each stage, in order; stages that ran in parallel each have their full
    /// duration.
    pub stages: Vec<(&'static str, Duration)>,
    /// Sum of the durations less the elapsed time of the stages that ran in parallel.
    overlap: Duration,
}

impl Timings {
    /// Runs a stage, records how long it took under its name, and returns its result.
    pub fn time_stage<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let (value, took) = measure(work);
        self.stages.push((name, took));
        value
    }

    /// Runs two stages in parallel, records how long each took under its name, and returns both
    /// results.
    pub fn time_stages<A: Send, B: Send>(
        &mut self,
        (first_name, work): (&'static str, impl FnOnce() -> A + Send),
        (second_name, second_work): (&'static str, impl FnOnce() -> B + Send),
    ) -> (A, B) {
        let (((a, took), (b, second_took)), together) =
            measure(|| rayon::join(|| measure(work), || measure(second_work)));
        self.stages.extend([(first_name, took), (second_name, second_took)]);
        self.overlap += (took + second_took).saturating_sub(together);
        (a, b)
    }
}

/// Runs `work` and returns its result with the time that passed meanwhile.
fn measure<T>(work: impl FnOnce() -> T) -> (T, Duration) {
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
        writeln!(
            f,
            "{:>12} {:>9.1} ms",
            "together",
            total.saturating_sub(self.overlap).as_secs_f64() * 1000.0
        )
    }
}

/// Turns the files of a hub, which were read from the disk before, into a checked catalog: parses
/// settings and records, assembles the catalog, and runs all checks. Files that `cache` keeps are
/// not parsed again.
///
/// # Errors
/// The diagnostic for missing or invalid settings, without which nothing can be read.
pub fn read(
    sources: &Sources,
    options: &BuildOptions,
    cache: &mut BuildCache,
    timings: &mut Timings,
) -> std::result::Result<CheckedCatalog, Box<Diagnostic>> {
    cache.begin_build(sources, options);
    let site = timings.time_stage("site", || read_site(sources, options))?;
    let vocabulary = || vocabulary::read::read_vocabulary(&sources.files);
    let ((vocabulary, mut diagnostics), (manuscripts, mut problems)) = timings.time_stages(
        ("vocabulary", vocabulary),
        ("record", || parse_records(sources, &mut cache.parse_cache)),
    );
    diagnostics.extend(sources.diagnostics.iter().cloned());
    diagnostics.extend(sources.history.missing_days(site.today));
    diagnostics.extend(Theme::find_language_gaps(&site, &sources.theme));
    diagnostics.append(&mut problems);
    let (catalog, mut problems) = timings.time_stage("catalog", || {
        catalog::assemble::assemble(
            &site,
            vocabulary,
            manuscripts,
            &sources.assets,
            &sources.history,
        )
    });
    diagnostics.append(&mut problems);
    diagnostics.append(&mut timings.time_stage("check", || check::run_checks(&site, &catalog)));
    diagnostics
        .append(&mut timings.time_stage("copies", || similar::identical_body_warnings(&catalog)));
    let diagnostics = apply_severities(diagnostics, &site);
    cache.end_reading();
    Ok(CheckedCatalog { site, catalog, diagnostics })
}

/// Compares case studies, aggregates their results and ranks the backlog. Leaves the similarity
/// model in `cache`.
pub fn analyse(site: Site, catalog: Catalog, cache: &mut BuildCache, timings: &mut Timings) -> Hub {
    let similar = || {
        let (mut similar, similarity_model) = similar::find_with_model(&site, &catalog);
        similar.compact = Some(similar::compact::build(&catalog, &similarity_model));
        cache.keep_similarity_model(similarity_model);
        similar
    };
    let (similar, evidence) = timings
        .time_stages(("similar", similar), ("evidence", || evidence::tally(&site, &catalog)));
    let backlog = timings
        .time_stage("backlog", || backlog::build_backlog(&site, &catalog, &similar, &evidence));
    Hub { site, catalog, similar, evidence, backlog }
}

/// Checks links to pages that are known only when the whole site is planned, such as the second
/// part of a list. Links to pages that do not exist are broken in the catalog and reported. Plans
/// the site only where there is such a link. `overlay` has the hub's own theme files, by path below
/// the theme's folder.
///
/// # Errors
/// The theme cannot be loaded.
pub fn check_planned_links(
    hub: &mut Hub,
    overlay: &BTreeMap<String, Arc<[u8]>>,
) -> Result<Vec<Diagnostic>> {
    if !generated_links::has_links_to_planned_pages(&hub.catalog) {
        return Ok(Vec::new());
    }
    let theme = Theme::load(&hub.site, overlay)?;
    let context = hub.page_context(&theme.language);
    let planned: FxHashSet<String> =
        page::plan(&context).iter().map(|page| page.address().to_owned()).collect();
    let problems = generated_links::check_links_to_planned_pages(&mut hub.catalog, |address| {
        planned.contains(address)
    });
    Ok(apply_severities(problems, &hub.site))
}

/// Generates every file of the site and passes each to the sink at once, so that the whole site is
/// in memory only where the sink or `cache` keeps it. Pages and index files that `cache` keeps are
/// not made again. `overlay` has the hub's own theme files, by path below the theme's folder, and
/// `editor` the files of the editor, which are published where the settings want it for the
/// audience.
///
/// # Errors
/// The theme cannot be loaded, a page cannot be rendered, or the sink fails.
pub fn publish(
    hub: &Hub,
    overlay: &BTreeMap<String, Arc<[u8]>>,
    editor: &[Asset],
    cache: &mut BuildCache,
    sink: &dyn Sink,
    timings: &mut Timings,
) -> Result<()> {
    let theme = timings.time_stage("theme", || cache.load_theme(&hub.site, overlay))?;
    let render_cache = cache.render_cache();
    let context = || hub.page_context(&theme.language);
    let data = || {
        let files =
            page::data::files(&hub.site, &hub.catalog, &hub.similar, &hub.evidence, &hub.backlog);
        files.into_iter().try_for_each(|(path, bytes)| sink.add_file(&path, bytes.into()))
    };
    let (context, data_written) = timings.time_stages(("page", context), ("data", data));
    data_written?;
    // Indexing is mostly sequential and rendering is not, so they run in parallel to keep every
    // core busy.
    let render = || {
        let pages = page::plan(&context);
        theme.publish(&context, &pages, render_cache, |path, bytes| sink.add_file(path, bytes))
    };
    let encode = |content: &[u8], kind| match render_cache {
        Some(render_cache) => render_cache.get_or_encode(content, kind),
        None => frame::encode(content, kind),
    };
    let index = || {
        let files = index::build_files(&hub.site, &hub.catalog, &encode)?;
        files.into_iter().try_for_each(|(path, bytes)| sink.add_file(&path, bytes.into()))
    };
    let (rendered, indexed) = timings.time_stages(("render", render), ("index", index));
    rendered.and(indexed)?;
    publish_cards(&context, &theme, cache, sink, timings)?;
    timings.time_stage("assets", || {
        let editor = if hub.site.publishes_editor() { editor } else { &[] };
        editor.iter().try_for_each(|asset| sink.add_asset(&asset.path, asset))?;
        hub.catalog.assets.par_iter().try_for_each(|(path, asset)| sink.add_asset(path, asset))
    })
}

/// Draws the pictures of shared links, or takes them from the cache, and passes each to the sink;
/// does nothing where the hub asks for none.
///
/// # Errors
/// The theme's template cannot be drawn, or the sink fails.
fn publish_cards(
    context: &page::Context,
    theme: &Theme,
    cache: &BuildCache,
    sink: &dyn Sink,
    timings: &mut Timings,
) -> Result<()> {
    let cards = share_card::plan(context);
    let Some(painter) = theme.card_painter().filter(|_| !cards.is_empty()) else {
        return Ok(());
    };
    let hashes: Vec<ContentHash> = cards.iter().map(ShareCard::hash).collect();
    timings.time_stage("cards", || {
        cache.card_cache().get_or_draw(
            painter.look(),
            &hashes,
            |position| painter.draw(&cards[position]),
            |position, bytes| sink.add_file(&cards[position].path(), bytes),
        )
    })
}

/// The site's settings: `site.toml`, overridden by the options of the run.
///
/// # Errors
/// `site.toml` is missing or invalid.
pub fn read_site(
    sources: &Sources,
    options: &BuildOptions,
) -> std::result::Result<Site, Box<Diagnostic>> {
    let settings = sources.settings.as_ref().ok_or_else(|| {
        let place = diagnostic::Place::file(&"site.toml".into());
        Box::new(
            Diagnostic::error("invalid-settings", place, "there is no `site.toml`")
                .hint("`casebook init DIR` makes a new hub"),
        )
    })?;
    let mut site = site::read::parse_settings(settings, options.today).map_err(Box::new)?;
    site.audience = options.audience.unwrap_or(site.audience);
    site.shows_drafts = options.drafts && site.audience == Audience::Internal;
    Ok(site)
}

/// Parses all record files of a hub, or takes them from the cache; returns the manuscripts and the
/// diagnostics of all files. A file that cannot be parsed has diagnostics only.
fn parse_records(
    sources: &Sources,
    parse_cache: &mut ParseCache,
) -> (Vec<Arc<Manuscript>>, Vec<Diagnostic>) {
    let parsed = parse_cache.parse_files(&sources.files);
    let mut manuscripts = Vec::with_capacity(parsed.len());
    let mut diagnostics = Vec::new();
    for mut parsed in parsed {
        manuscripts.extend(parsed.manuscript);
        diagnostics.append(&mut parsed.diagnostics);
    }
    (manuscripts, diagnostics)
}

/// Applies the hub's severities, drops what is switched off, and sorts diagnostics by place.
fn apply_severities(diagnostics: Vec<Diagnostic>, site: &Site) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter_map(|diagnostic| {
            let severity = site.resolve_severity(
                diagnostic.code,
                diagnostic.severity,
                UNREADABLE_CODES.contains(&diagnostic.code),
            )?;
            Some(Diagnostic { severity, ..diagnostic })
        })
        .collect();
    diagnostics.sort_by(|a, b| {
        (&a.place.path, a.place.span.start, a.code, &a.message).cmp(&(
            &b.place.path,
            b.place.span.start,
            b.code,
            &b.message,
        ))
    });
    diagnostics
}

/// Whether any diagnostic is an error, which stops the build.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
