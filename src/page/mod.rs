//! Pages: what the site holds (`plan`), and for each page exactly one typed view (`compose`).

use std::sync::Arc;

use serde::Serialize;

use crate::catalog::{CaseIndex, IdeaIndex, PlaybookIndex};
use crate::page::mention::Mentions;
use crate::page::parts::Link;
use crate::site::pages::file_of;

pub mod axis;
pub mod body;
pub mod case_studies;
pub mod case_study;
pub mod characters;
pub mod chart;
pub mod cited;
pub mod comparison;
pub mod context;
pub mod coverage;
pub mod data;
pub mod desk;
pub mod family;
pub mod feed;
pub mod frame;
pub mod free_fields;
pub mod home;
pub mod idea;
pub mod ideas;
pub mod language;
pub mod lineage;
pub mod listing;
pub mod mention;
pub mod metrics;
pub mod parts;
pub mod playbook;
pub mod playbooks;
pub mod proposals;
pub mod prose;
mod raw_html;
pub mod redirect;
pub mod related;
pub mod repository;
pub mod reuse;
pub mod row;
pub mod say;
pub mod search;
pub mod similar_how;
pub mod similar_report;
pub mod sitemap;
pub mod speed;
pub mod steps;
pub mod tabs;
pub mod term;
pub mod terms;

pub use crate::site::pages::{PageKind, Section};
pub use crate::vocabulary::{TermKind, TermRef};
pub use context::Context;
pub use language::Language;

/// A page of the site before it is composed: cheap, so that all of them can be listed and each made on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file below the site's root: `case-studies/br/unboxing-drop/index.html`.
    pub path: String,
    /// What it shows.
    pub what: What,
}

impl Page {
    /// What to look at when making the page fails: the record it shows, else the page itself.
    pub fn subject(&self, context: &Context) -> Arc<str> {
        let catalog = context.catalog;
        match self.what {
            What::CaseStudy(index) => Arc::clone(&catalog.case(index).meta.path),
            What::Idea(index) => Arc::clone(&catalog.idea(index).meta.path),
            What::Playbook(index) => Arc::clone(&catalog.playbook(index).meta.path),
            What::Prose(index) => Arc::clone(&catalog.pages[index as usize].meta.path),
            _ => Arc::from(&*self.path),
        }
    }
}

/// What a page shows; numbers are positions in paged lists, counted from nought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The first page.
    Home,
    /// A case study.
    CaseStudy(CaseIndex),
    /// The list of all case studies.
    CaseStudies(usize),
    /// A market, group, channel or tactic.
    Term(TermRef, usize),
    /// All terms of a kind.
    Terms(TermKind),
    /// The report of possible duplicates.
    Similar(usize),
    /// How similarity is found.
    SimilarHow,
    /// The idea backlog.
    Ideas(usize),
    /// An idea.
    Idea(IdeaIndex),
    /// All playbooks.
    Playbooks,
    /// A playbook.
    Playbook(PlaybookIndex),
    /// A free page, by position in the catalog.
    Prose(u32),
    /// A coverage table.
    Coverage(coverage::Table, usize),
    /// Adaptation trees.
    Lineage(usize),
    /// What may be copied.
    Reuse(usize),
    /// What the evidence proposes: everywhere, or for a market.
    Proposals(Option<crate::vocabulary::MarketId>, usize),
    /// What is measured, and by whom.
    Metrics(usize),
    /// How long it takes.
    Speed(usize),
    /// What the hub must do: everything, or one duty.
    Desk(Option<crate::backlog::desk::DutyKind>, usize),
    /// Search.
    Search,
    /// The page for addresses that do not exist.
    NotFound,
    /// The page for addresses that are not stored when the network is away.
    Offline,
    /// An old address, and where it leads.
    Redirect(String),
    /// A feed: of a term, or of the hub.
    Feed(Option<TermRef>),
    /// The list of addresses for search engines.
    Sitemap,
    /// What robots may read.
    Robots,
}

impl What {
    /// The kind of page it is.
    pub fn kind(&self) -> PageKind {
        match self {
            What::Home => PageKind::Home,
            What::CaseStudy(_) => PageKind::CaseStudy,
            What::CaseStudies(_) => PageKind::CaseStudies,
            What::Term(..) => PageKind::Term,
            What::Terms(_) => PageKind::Terms,
            What::Similar(_) => PageKind::Similar,
            What::SimilarHow => PageKind::SimilarHow,
            What::Ideas(_) => PageKind::Ideas,
            What::Idea(_) => PageKind::Idea,
            What::Playbooks => PageKind::Playbooks,
            What::Playbook(_) => PageKind::Playbook,
            What::Prose(_) => PageKind::Prose,
            What::Coverage(..) => PageKind::Coverage,
            What::Lineage(_) => PageKind::Lineage,
            What::Reuse(_) => PageKind::Reuse,
            What::Proposals(..) => PageKind::Proposals,
            What::Metrics(_) => PageKind::Metrics,
            What::Speed(_) => PageKind::Speed,
            What::Desk(..) => PageKind::Desk,
            What::Search => PageKind::Search,
            What::NotFound => PageKind::NotFound,
            What::Offline => PageKind::Offline,
            What::Redirect(_) => PageKind::Redirect,
            What::Feed(_) => PageKind::Feed,
            What::Sitemap => PageKind::Sitemap,
            What::Robots => PageKind::Robots,
        }
    }
}

/// A page ready for its template.
#[derive(Debug, Clone)]
pub struct Composed {
    /// What stands in its head.
    pub head: Head,
    /// What it shows.
    pub view: View,
    /// Which case studies it mentions.
    pub mentions: Mentions,
}

/// What stands in the head of a page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Head {
    /// Title of the browser tab.
    pub title: String,
    /// One sentence.
    pub description: Option<String>,
    /// Its full address.
    pub canonical: Option<String>,
    /// The same record in other languages.
    pub translations: Vec<Translation>,
    /// Its feed.
    pub feed: Option<String>,
    /// Whether search engines should leave it out.
    pub hidden: bool,
}

/// The same record in another language.
#[derive(Debug, Clone, Serialize)]
pub struct Translation {
    /// BCP 47.
    pub language: String,
    /// Its page.
    pub url: String,
}

macro_rules! views {
    ($($(#[$doc:meta])* $kind:ident($view:ty))*) => {
        /// One typed view for each kind of page.
        #[derive(Debug, Clone, Serialize)]
        #[serde(untagged)]
        pub enum View { $($(#[$doc])* $kind($view)),* }

        impl View {
            /// The kind of page it is the view of.
            pub fn kind(&self) -> PageKind {
                match self { $(View::$kind(_) => PageKind::$kind),* }
            }
        }
    };
}

views! {
    /// The first page.
    Home(home::Home)
    /// A case study.
    CaseStudy(Box<case_study::CaseStudyPage>)
    /// All case studies.
    CaseStudies(case_studies::CaseStudies)
    /// A market, group, channel or tactic.
    Term(term::TermPage)
    /// All terms of a kind.
    Terms(terms::Terms)
    /// The report of possible duplicates.
    Similar(similar_report::Report)
    /// How similarity is found.
    SimilarHow(similar_how::HowPage)
    /// The idea backlog.
    Ideas(ideas::BacklogPage)
    /// An idea.
    Idea(idea::IdeaPage)
    /// All playbooks.
    Playbooks(playbooks::Playbooks)
    /// A playbook.
    Playbook(playbook::PlaybookPage)
    /// A free page.
    Prose(prose::ProsePage)
    /// A coverage table.
    Coverage(coverage::CoveragePage)
    /// Adaptation trees.
    Lineage(lineage::LineagePage)
    /// What may be copied.
    Reuse(reuse::ReusePage)
    /// What the evidence proposes.
    Proposals(proposals::ProposalsPage)
    /// What is measured, and by whom.
    Metrics(metrics::MetricsPage)
    /// How long it takes.
    Speed(speed::SpeedPage)
    /// What the hub must do.
    Desk(desk::DeskPage)
    /// Search.
    Search(search::SearchPage)
    /// The page for addresses that do not exist.
    NotFound(Nothing)
    /// The page for addresses that are not stored when the network is away.
    Offline(Nothing)
    /// An old address.
    Redirect(redirect::Redirect)
    /// A feed.
    Feed(feed::Feed)
    /// Addresses for search engines.
    Sitemap(sitemap::Sitemap)
    /// What robots may read.
    Robots(sitemap::Robots)
}

/// The view of a template that needs none.
#[derive(Debug, Clone, Serialize)]
pub struct Nothing {}

impl Page {
    /// A page at an address: a folder with a trailing slash (the root's is empty), or a file of its own.
    pub fn at(address: impl AsRef<str>, what: What) -> Self {
        Page { path: file_of(address.as_ref()), what }
    }

    /// Its address: without `index.html`.
    pub fn address(&self) -> &str {
        self.path.strip_suffix("index.html").unwrap_or(&self.path)
    }

    /// What leads from the page to the root of the site: `../../`.
    pub fn root(&self) -> String {
        "../".repeat(self.path.matches('/').count())
    }
}

/// Every page of the site, in the order of their paths; no two have the same, for addresses are given out where records are read.
pub fn plan(context: &Context) -> Vec<Page> {
    let catalog = context.catalog;
    let single = [What::Home, What::Search, What::Playbooks, What::SimilarHow, What::NotFound, What::Offline, What::Feed(None), What::Robots];
    let mut pages: Vec<Page> = single.into_iter().map(|what| Page::at(what.kind().address(), what)).collect();
    if !context.site.base_url.is_empty() {
        pages.push(Page::at(PageKind::Sitemap.address(), What::Sitemap));
    }
    pages.extend(catalog.each_case().map(|(index, case)| Page::at(&case.meta.address, What::CaseStudy(index))));
    pages.extend(catalog.each_idea().map(|(index, idea)| Page::at(&idea.meta.address, What::Idea(index))));
    let playbooks = catalog.playbooks.iter().zip(0..);
    pages.extend(playbooks.map(|(playbook, index)| Page::at(&playbook.meta.address, What::Playbook(PlaybookIndex(index)))));
    pages.extend(catalog.pages.iter().zip(0..).map(|(prose, index)| Page::at(&prose.meta.address, What::Prose(index))));
    let list = |what: fn(usize) -> What, rows| steps::pages(what(0).kind().address(), rows).map(move |(address, step)| Page::at(address, what(step)));
    pages.extend(list(What::CaseStudies, catalog.cases.len()));
    pages.extend(list(What::Similar, context.report.len()));
    pages.extend(list(What::Ideas, context.backlog.ideas.len()));
    pages.extend(terms::plan(context));
    pages.extend(
        [coverage::plan, lineage::plan, reuse::plan, proposals::plan, metrics::plan, speed::plan, desk::plan].iter().flat_map(|plan| plan(context)),
    );
    pages.extend(catalog.redirects.iter().map(|(from, to)| Page::at(from, What::Redirect(to.clone()))));
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

/// The view of one page.
pub fn compose(context: &Context, page: &Page) -> Composed {
    match &page.what {
        What::Home => home::compose(context),
        What::CaseStudy(index) => case_study::compose(context, *index, page),
        What::CaseStudies(step) => case_studies::compose(context, *step),
        What::Term(term, step) => term::compose(context, *term, *step),
        What::Terms(kind) => terms::compose(context, *kind),
        What::Similar(step) => similar_report::compose(context, *step),
        What::SimilarHow => similar_how::compose(context),
        What::Ideas(step) => ideas::compose(context, *step),
        What::Idea(index) => idea::compose(context, *index, page),
        What::Playbooks => playbooks::compose(context),
        What::Playbook(index) => playbook::compose(context, *index, page),
        What::Prose(index) => prose::compose(context, *index, page),
        What::Coverage(table, step) => coverage::compose(context, *table, *step),
        What::Lineage(step) => lineage::compose(context, *step),
        What::Reuse(step) => reuse::compose(context, *step),
        What::Proposals(market, step) => proposals::compose(context, *market, *step),
        What::Metrics(step) => metrics::compose(context, *step),
        What::Speed(step) => speed::compose(context, *step),
        What::Desk(kind, step) => desk::compose(context, *kind, *step),
        What::Search => search::compose(context),
        What::NotFound => Composed::new(context, "missing.title", View::NotFound(Nothing {})),
        What::Offline => Composed::new(context, "offline.title", View::Offline(Nothing {})),
        What::Redirect(to) => redirect::compose(context, to),
        What::Feed(term) => feed::compose(context, *term),
        What::Sitemap => sitemap::compose(context),
        What::Robots => sitemap::robots(context),
    }
    .at(context, page)
}

impl Composed {
    /// A page whose title is a text of the interface.
    pub fn new(context: &Context, title: &'static str, view: View) -> Self {
        Composed::titled(context, context.language.text(title), view)
    }

    /// A page with a title of its own.
    pub fn titled(context: &Context, title: &str, view: View) -> Self {
        let hidden = !view.kind().declaration().for_robots;
        let head = Head { title: format!("{title} · {}", context.site.title), hidden, ..Head::default() };
        Composed { head, view, mentions: Mentions::default() }
    }

    /// The same page with a sentence about it.
    #[must_use]
    pub fn described(mut self, description: Option<&str>) -> Self {
        self.head.description = description.filter(|text| !text.is_empty()).map(str::to_owned);
        self
    }

    /// The same page mentioning case studies.
    #[must_use]
    pub fn mentioning(mut self, mentions: Mentions) -> Self {
        self.mentions = mentions;
        self
    }

    /// The same page with a feed.
    #[must_use]
    pub fn fed(mut self, feed: &str) -> Self {
        self.head.feed = Some(feed.to_owned());
        self
    }

    fn at(mut self, context: &Context, page: &Page) -> Self {
        let base = &context.site.base_url;
        self.head.canonical = (!base.is_empty() && !self.head.hidden).then(|| format!("{base}{}", page.address()));
        self
    }
}

/// A trail back to the lists a page belongs to.
pub fn crumbs(links: impl IntoIterator<Item = (String, String)>) -> Vec<Link> {
    links.into_iter().map(|(url, label)| Link::new(url, label)).collect()
}
