//! Lists the pages of the site (`plan`) and composes one typed view for each of them (`compose`).

use std::sync::Arc;

use serde::Serialize;

use crate::catalog::{CaseIndex, IdeaIndex, PlaybookIndex};
use crate::page::mention::Mentions;
use crate::page::parts::Link;
use crate::site::pages::address_to_path;

pub mod axis;
pub mod body;
pub mod case_studies;
pub mod case_study;
pub mod case_study_row;
pub mod characters;
pub mod chart;
pub mod citation;
pub mod comparison;
pub mod context;
pub mod coverage;
pub mod data;
pub mod desk;
pub mod display;
pub mod extra_fields;
pub mod family;
pub mod feed;
pub mod frame;
pub mod home;
pub mod idea;
pub mod ideas;
pub mod language;
pub mod lineage;
pub mod listing;
pub mod mention;
pub mod metrics;
pub mod pagination;
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
pub mod search;
pub mod similar_how;
pub mod similar_report;
pub mod sitemap;
pub mod speed;
pub mod tabs;
pub mod term;
pub mod terms;

pub use crate::site::pages::{PageKind, Section};
pub use crate::vocabulary::{TermKind, TermRef};
pub use context::Context;
pub use language::Language;

/// A page of the site before it is composed: cheap to list, and each can be composed independently
/// of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// File below the root of the site: `case-studies/br/unboxing-drop/index.html`.
    pub path: String,
    /// Kind of the page, and the record or list part that it shows.
    pub spec: PageSpec,
}

impl Page {
    /// The path to name when composing the page fails: the source file of the record it shows, else
    /// the file of the page itself.
    pub fn source_path(&self, context: &Context) -> Arc<str> {
        let catalog = context.catalog;
        match self.spec {
            PageSpec::CaseStudy(index) => Arc::clone(&catalog.case(index).meta.path),
            PageSpec::Idea(index) => Arc::clone(&catalog.idea(index).meta.path),
            PageSpec::Playbook(index) => Arc::clone(&catalog.playbook(index).meta.path),
            PageSpec::Prose(index) => Arc::clone(&catalog.pages[index as usize].meta.path),
            _ => Arc::from(&*self.path),
        }
    }
}

/// Kind of a page and what it shows; each `usize` is the zero-based index of a page in a paginated
/// list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageSpec {
    /// The home page.
    Home,
    /// One case study.
    CaseStudy(CaseIndex),
    /// A page of the list of all case studies.
    CaseStudies(usize),
    /// A page of the case studies of a market, market group, channel or tactic.
    Term(TermRef, usize),
    /// The index of all terms of a kind.
    Terms(TermKind),
    /// A page of the report of possible duplicates.
    Similar(usize),
    /// The explanation of how similarity is computed.
    SimilarHow,
    /// A page of the idea backlog.
    Ideas(usize),
    /// One idea.
    Idea(IdeaIndex),
    /// The list of all playbooks.
    Playbooks,
    /// One playbook.
    Playbook(PlaybookIndex),
    /// A free page, by index in `Catalog::pages`.
    Prose(u32),
    /// A page of one of the four coverage tables.
    Coverage(coverage::CoverageTable, usize),
    /// A page of adaptation trees.
    Lineage(usize),
    /// A page of the case studies approved for reuse.
    Reuse(usize),
    /// Experiments that the evidence proposes: the overview, or a page of those for one market.
    Proposals(Option<crate::vocabulary::MarketId>, usize),
    /// A page of the metrics vocabulary and the common-metrics contract.
    Metrics(usize),
    /// A page of the time from start to decision, by market.
    Speed(usize),
    /// Open duties of the hub: the overview, or a page of one kind of duty.
    Desk(Option<crate::backlog::desk::DutyKind>, usize),
    /// The search page.
    Search,
    /// The page that is shown for addresses that do not exist (HTTP 404).
    NotFound,
    /// The page that the service worker shows when the network is away and an address is not
    /// cached.
    Offline,
    /// A redirect from an old address to the address given here.
    Redirect(String),
    /// An Atom feed, of a term or of the whole hub.
    Feed(Option<TermRef>),
    /// `sitemap.xml`.
    Sitemap,
    /// `robots.txt`.
    Robots,
}

impl PageSpec {
    /// The kind of page this specification describes.
    pub fn kind(&self) -> PageKind {
        match self {
            PageSpec::Home => PageKind::Home,
            PageSpec::CaseStudy(_) => PageKind::CaseStudy,
            PageSpec::CaseStudies(_) => PageKind::CaseStudies,
            PageSpec::Term(..) => PageKind::Term,
            PageSpec::Terms(_) => PageKind::Terms,
            PageSpec::Similar(_) => PageKind::Similar,
            PageSpec::SimilarHow => PageKind::SimilarHow,
            PageSpec::Ideas(_) => PageKind::Ideas,
            PageSpec::Idea(_) => PageKind::Idea,
            PageSpec::Playbooks => PageKind::Playbooks,
            PageSpec::Playbook(_) => PageKind::Playbook,
            PageSpec::Prose(_) => PageKind::Prose,
            PageSpec::Coverage(..) => PageKind::Coverage,
            PageSpec::Lineage(_) => PageKind::Lineage,
            PageSpec::Reuse(_) => PageKind::Reuse,
            PageSpec::Proposals(..) => PageKind::Proposals,
            PageSpec::Metrics(_) => PageKind::Metrics,
            PageSpec::Speed(_) => PageKind::Speed,
            PageSpec::Desk(..) => PageKind::Desk,
            PageSpec::Search => PageKind::Search,
            PageSpec::NotFound => PageKind::NotFound,
            PageSpec::Offline => PageKind::Offline,
            PageSpec::Redirect(_) => PageKind::Redirect,
            PageSpec::Feed(_) => PageKind::Feed,
            PageSpec::Sitemap => PageKind::Sitemap,
            PageSpec::Robots => PageKind::Robots,
        }
    }
}

/// A page ready for its template.
#[derive(Debug, Clone)]
pub struct ComposedPage {
    /// Values for the `head` element.
    pub head: Head,
    /// The view that the template of the page reads.
    pub view: View,
    /// Case studies that the page mentions, in the order of their positions in the view.
    pub mentions: Mentions,
}

/// Metadata in the `head` element of a page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Head {
    /// Title of the browser tab.
    pub title: String,
    /// One sentence for search engines and link previews.
    pub description: Option<String>,
    /// Full address of the page; none without a base URL, and for hidden pages.
    pub canonical: Option<String>,
    /// The record in all of its languages, this page included; empty without a translation.
    pub translations: Vec<Translation>,
    /// Site path of the Atom feed that belongs to the page.
    pub feed: Option<String>,
    /// Whether search engines are asked not to index the page.
    pub hidden: bool,
}

/// A language version of the record on the page.
#[derive(Debug, Clone, Serialize)]
pub struct Translation {
    /// Language tag (BCP 47).
    pub language: String,
    /// Site path of the version.
    pub url: String,
}

macro_rules! views {
    ($($(#[$doc:meta])* $kind:ident($view:ty))*) => {
        /// One typed view for each kind of page.
        #[derive(Debug, Clone, Serialize)]
        #[serde(untagged)]
        pub enum View { $($(#[$doc])* $kind($view)),* }

        impl View {
            /// The kind of page that the view belongs to.
            pub fn kind(&self) -> PageKind {
                match self { $(View::$kind(_) => PageKind::$kind),* }
            }
        }
    };
}

views! {
    /// The home page.
    Home(home::HomePage)
    /// One case study.
    CaseStudy(Box<case_study::CaseStudyPage>)
    /// The list of all case studies.
    CaseStudies(case_studies::CaseStudiesPage)
    /// A market, market group, channel or tactic.
    Term(term::TermPage)
    /// The index of one kind of term.
    Terms(terms::TermsPage)
    /// The report of possible duplicates.
    Similar(similar_report::SimilarReportPage)
    /// The explanation of how similarity is computed.
    SimilarHow(similar_how::SimilarityExplainedPage)
    /// The idea backlog.
    Ideas(ideas::BacklogPage)
    /// One idea.
    Idea(idea::IdeaPage)
    /// The list of all playbooks.
    Playbooks(playbooks::PlaybooksPage)
    /// One playbook.
    Playbook(playbook::PlaybookPage)
    /// A free page.
    Prose(prose::ProsePage)
    /// A coverage table.
    Coverage(coverage::CoveragePage)
    /// Adaptation trees.
    Lineage(lineage::LineagePage)
    /// Case studies approved for reuse.
    Reuse(reuse::ReusePage)
    /// Experiments that the evidence proposes.
    Proposals(proposals::ProposalsPage)
    /// The metrics vocabulary and the common-metrics contract.
    Metrics(metrics::MetricsPage)
    /// Time from start to decision.
    Speed(speed::SpeedPage)
    /// Open duties of the hub.
    Desk(desk::DeskPage)
    /// The search page.
    Search(search::SearchPage)
    /// The page for addresses that do not exist (HTTP 404).
    NotFound(EmptyView)
    /// The page for addresses that are not cached while the network is away.
    Offline(EmptyView)
    /// A redirect from an old address.
    Redirect(redirect::Redirect)
    /// An Atom feed.
    Feed(feed::Feed)
    /// `sitemap.xml`.
    Sitemap(sitemap::Sitemap)
    /// `robots.txt`.
    Robots(sitemap::Robots)
}

/// The view of a template that reads no values.
#[derive(Debug, Clone, Serialize)]
pub struct EmptyView {}

impl Page {
    /// Creates a page from its address: a folder with a trailing slash (empty for the root), or a
    /// file.
    pub fn new(address: impl AsRef<str>, spec: PageSpec) -> Self {
        Page { path: address_to_path(address.as_ref()), spec }
    }

    /// Address of the page relative to the root of the site, without `index.html`.
    pub fn address(&self) -> &str {
        self.path.strip_suffix("index.html").unwrap_or(&self.path)
    }

    /// The relative path from the page to the root of the site: `../../`.
    pub fn root_prefix(&self) -> String {
        "../".repeat(self.path.matches('/').count())
    }
}

/// Lists every page of the site in the order of paths. No two paths are equal, because addresses
/// are claimed when records are read.
pub fn plan(context: &Context) -> Vec<Page> {
    let catalog = context.catalog;
    let single_pages = [
        PageSpec::Home,
        PageSpec::Search,
        PageSpec::Playbooks,
        PageSpec::SimilarHow,
        PageSpec::NotFound,
        PageSpec::Offline,
        PageSpec::Feed(None),
        PageSpec::Robots,
    ];
    let mut pages: Vec<Page> =
        single_pages.into_iter().map(|spec| Page::new(spec.kind().address(), spec)).collect();
    if !context.site.base_url.is_empty() {
        pages.push(Page::new(PageKind::Sitemap.address(), PageSpec::Sitemap));
    }
    pages.extend(
        catalog
            .iter_cases()
            .map(|(index, case)| Page::new(&case.meta.address, PageSpec::CaseStudy(index))),
    );
    pages.extend(
        catalog
            .iter_ideas()
            .map(|(index, idea)| Page::new(&idea.meta.address, PageSpec::Idea(index))),
    );
    let playbooks = catalog.playbooks.iter().zip(0..);
    pages.extend(playbooks.map(|(playbook, index)| {
        Page::new(&playbook.meta.address, PageSpec::Playbook(PlaybookIndex(index)))
    }));
    pages.extend(
        catalog
            .pages
            .iter()
            .zip(0..)
            .map(|(prose, index)| Page::new(&prose.meta.address, PageSpec::Prose(index))),
    );
    let list = |spec_at: fn(usize) -> PageSpec, rows| {
        pagination::page_addresses(spec_at(0).kind().address(), rows)
            .map(move |(address, page_index)| Page::new(address, spec_at(page_index)))
    };
    pages.extend(list(PageSpec::CaseStudies, catalog.cases.len()));
    pages.extend(list(PageSpec::Similar, context.report_rows.len()));
    pages.extend(list(PageSpec::Ideas, context.backlog.ideas.len()));
    pages.extend(terms::plan(context));
    pages.extend(
        [
            coverage::plan,
            lineage::plan,
            reuse::plan,
            proposals::plan,
            metrics::plan,
            speed::plan,
            desk::plan,
        ]
        .iter()
        .flat_map(|plan| plan(context)),
    );
    pages.extend(
        catalog.redirects.iter().map(|(from, to)| Page::new(from, PageSpec::Redirect(to.clone()))),
    );
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages
}

/// Composes the view of one page.
pub fn compose(context: &Context, page: &Page) -> ComposedPage {
    match &page.spec {
        PageSpec::Home => home::compose(context),
        PageSpec::CaseStudy(index) => case_study::compose(context, *index, page),
        PageSpec::CaseStudies(page_index) => case_studies::compose(context, *page_index),
        PageSpec::Term(term, page_index) => term::compose(context, *term, *page_index),
        PageSpec::Terms(kind) => terms::compose(context, *kind),
        PageSpec::Similar(page_index) => similar_report::compose(context, *page_index),
        PageSpec::SimilarHow => similar_how::compose(context),
        PageSpec::Ideas(page_index) => ideas::compose(context, *page_index),
        PageSpec::Idea(index) => idea::compose(context, *index, page),
        PageSpec::Playbooks => playbooks::compose(context),
        PageSpec::Playbook(index) => playbook::compose(context, *index, page),
        PageSpec::Prose(index) => prose::compose(context, *index, page),
        PageSpec::Coverage(table, page_index) => coverage::compose(context, *table, *page_index),
        PageSpec::Lineage(page_index) => lineage::compose(context, *page_index),
        PageSpec::Reuse(page_index) => reuse::compose(context, *page_index),
        PageSpec::Proposals(market, page_index) => {
            proposals::compose(context, *market, *page_index)
        }
        PageSpec::Metrics(page_index) => metrics::compose(context, *page_index),
        PageSpec::Speed(page_index) => speed::compose(context, *page_index),
        PageSpec::Desk(kind, page_index) => desk::compose(context, *kind, *page_index),
        PageSpec::Search => search::compose(context),
        PageSpec::NotFound => {
            ComposedPage::from_title_key(context, "missing.title", View::NotFound(EmptyView {}))
        }
        PageSpec::Offline => {
            ComposedPage::from_title_key(context, "offline.title", View::Offline(EmptyView {}))
        }
        PageSpec::Redirect(to) => redirect::compose(context, to),
        PageSpec::Feed(term) => feed::compose(context, *term),
        PageSpec::Sitemap => sitemap::compose(context),
        PageSpec::Robots => sitemap::compose_robots(context),
    }
    .with_canonical_url(context, page)
}

impl ComposedPage {
    /// Creates a page whose title is the interface text with this key.
    pub fn from_title_key(context: &Context, title_key: &'static str, view: View) -> Self {
        ComposedPage::from_title(context, context.language.text(title_key), view)
    }

    /// Creates a page with a title given as text.
    pub fn from_title(context: &Context, title: &str, view: View) -> Self {
        let hidden = !view.kind().declaration().is_indexable;
        let head =
            Head { title: format!("{title} · {}", context.site.title), hidden, ..Head::default() };
        ComposedPage { head, view, mentions: Mentions::default() }
    }

    /// Sets the description of the page; an empty text counts as none.
    #[must_use]
    pub fn with_description(mut self, description: Option<&str>) -> Self {
        self.head.description = description.filter(|text| !text.is_empty()).map(str::to_owned);
        self
    }

    /// Sets the case studies that the page mentions.
    #[must_use]
    pub fn with_mentions(mut self, mentions: Mentions) -> Self {
        self.mentions = mentions;
        self
    }

    /// Sets the Atom feed of the page.
    #[must_use]
    pub fn with_feed(mut self, feed: &str) -> Self {
        self.head.feed = Some(feed.to_owned());
        self
    }

    fn with_canonical_url(mut self, context: &Context, page: &Page) -> Self {
        let base = &context.site.base_url;
        self.head.canonical =
            (!base.is_empty() && !self.head.hidden).then(|| format!("{base}{}", page.address()));
        self
    }
}

/// Builds breadcrumb links from pairs of site path and label.
pub fn breadcrumbs(links: impl IntoIterator<Item = (String, String)>) -> Vec<Link> {
    links.into_iter().map(|(url, label)| Link::new(url, label)).collect()
}
