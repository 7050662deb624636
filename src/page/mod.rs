//! Pages: what the site holds (`plan`), and for each page exactly one typed view (`compose`).

use serde::Serialize;

use crate::catalog::{CaseIndex, IdeaIndex, PlaybookIndex};
use crate::page::mention::Mentions;
use crate::page::parts::Link;

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

pub use context::Context;
pub use language::Language;
pub use term::TermRef;
pub use terms::Kind;

/// A page of the site before it is composed: cheap, so that all of them can be listed and each made on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file below the site's root: `case-studies/br/unboxing-drop/index.html`.
    pub path: String,
    /// What it shows.
    pub what: What,
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
    Terms(Kind),
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

/// A page ready for its template.
#[derive(Debug, Clone)]
pub struct Composed {
    /// What stands in its head.
    pub head: Head,
    /// Which entry of the navigation it belongs to.
    pub section: Section,
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

/// Entries of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// None of them.
    None,
    /// Case studies, and everything that lists them.
    CaseStudies,
    /// Ideas.
    Ideas,
    /// Playbooks.
    Playbooks,
    /// Possible duplicates.
    Similar,
    /// Coverage and what follows from the evidence.
    Evidence,
    /// Free pages.
    Pages,
}

macro_rules! views {
    ($($(#[$doc:meta])* $variant:ident($view:ty) = $template:literal as $name:literal;)*) => {
        /// One typed view per template.
        #[derive(Debug, Clone, Serialize)]
        #[serde(untagged)]
        pub enum View { $($(#[$doc])* $variant($view)),* }

        impl View {
            /// The template, and the name it knows the view by.
            pub fn template(&self) -> (&'static str, &'static str) {
                match self { $(View::$variant(_) => ($template, $name)),* }
            }

            /// Every template with the name of its view.
            pub const TEMPLATES: &[(&str, &str)] = &[$(($template, $name)),*];
        }
    };
}

views! {
    /// The first page.
    Home(home::Home) = "home.html" as "home";
    /// A case study.
    CaseStudy(Box<case_study::CaseStudyPage>) = "case-study.html" as "case";
    /// All case studies.
    CaseStudies(case_studies::CaseStudies) = "case-studies.html" as "list";
    /// A market, group, channel or tactic.
    Term(term::TermPage) = "term.html" as "term";
    /// All terms of a kind.
    Terms(terms::Terms) = "terms.html" as "terms";
    /// The report of possible duplicates.
    Similar(similar_report::Report) = "similar.html" as "report";
    /// How similarity is found.
    SimilarHow(similar_how::HowPage) = "similar-how.html" as "how";
    /// The idea backlog.
    Ideas(ideas::BacklogPage) = "ideas.html" as "backlog";
    /// An idea.
    Idea(idea::IdeaPage) = "idea.html" as "idea";
    /// All playbooks.
    Playbooks(playbooks::Playbooks) = "playbooks.html" as "playbooks";
    /// A playbook.
    Playbook(playbook::PlaybookPage) = "playbook.html" as "playbook";
    /// A free page.
    Prose(prose::ProsePage) = "prose.html" as "prose";
    /// A coverage table.
    Coverage(coverage::CoveragePage) = "coverage.html" as "coverage";
    /// Adaptation trees.
    Lineage(lineage::LineagePage) = "lineage.html" as "lineage";
    /// What may be copied.
    Reuse(reuse::ReusePage) = "reuse.html" as "reuse";
    /// What the evidence proposes.
    Proposals(proposals::ProposalsPage) = "proposals.html" as "proposals";
    /// What is measured, and by whom.
    Metrics(metrics::MetricsPage) = "metrics.html" as "metrics";
    /// How long it takes.
    Speed(speed::SpeedPage) = "speed.html" as "speed";
    /// What the hub must do.
    Desk(desk::DeskPage) = "desk.html" as "desk";
    /// Search.
    Search(search::SearchPage) = "search.html" as "search";
    /// The page for addresses that do not exist.
    NotFound(Nothing) = "not-found.html" as "missing";
    /// The page for addresses that are not stored when the network is away.
    Offline(Nothing) = "offline.html" as "offline";
    /// An old address.
    Redirect(redirect::Redirect) = "redirect.html" as "redirect";
    /// A feed.
    Feed(feed::Feed) = "feed.xml" as "feed";
    /// Addresses for search engines.
    Sitemap(sitemap::Sitemap) = "sitemap.xml" as "sitemap";
    /// What robots may read.
    Robots(sitemap::Robots) = "robots.txt" as "robots";
}

/// The view of a template that needs none.
#[derive(Debug, Clone, Serialize)]
pub struct Nothing {}

impl Page {
    /// A page at an address with a trailing slash (the root's is empty).
    pub fn at(address: impl AsRef<str>, what: What) -> Self {
        Page { path: format!("{}index.html", address.as_ref()), what }
    }

    /// A page at a file of its own.
    pub fn file(path: impl Into<String>, what: What) -> Self {
        Page { path: path.into(), what }
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

/// Every page of the site, in the order of their paths.
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = vec![
        Page::at("", What::Home),
        Page::at("search/", What::Search),
        Page::at("playbooks/", What::Playbooks),
        Page::at("similar/how/", What::SimilarHow),
        Page::file("404.html", What::NotFound),
        Page::file("offline.html", What::Offline),
        Page::file("feed.xml", What::Feed(None)),
        Page::file("robots.txt", What::Robots),
    ];
    if !context.site.base_url.is_empty() {
        pages.push(Page::file("sitemap.xml", What::Sitemap));
    }
    pages.extend(context.catalog.each_case().map(|(index, case)| Page::at(&case.meta.address, What::CaseStudy(index))));
    pages.extend(context.catalog.each_idea().map(|(index, idea)| Page::at(&idea.meta.address, What::Idea(index))));
    pages.extend(
        context.catalog.playbooks.iter().zip(0..).map(|(playbook, index)| Page::at(&playbook.meta.address, What::Playbook(PlaybookIndex(index)))),
    );
    pages.extend(context.catalog.pages.iter().zip(0..).map(|(prose, index)| Page::at(&prose.meta.address, What::Prose(index))));
    pages.extend(steps::pages("case-studies/", context.catalog.cases.len()).map(|(address, step)| Page::at(address, What::CaseStudies(step))));
    pages.extend(steps::pages("similar/", similar_report::shown(context)).map(|(address, step)| Page::at(address, What::Similar(step))));
    pages.extend(steps::pages("ideas/", context.backlog.ideas.len()).map(|(address, step)| Page::at(address, What::Ideas(step))));
    pages.extend(terms::plan(context));
    pages.extend(
        [coverage::plan, lineage::plan, reuse::plan, proposals::plan, metrics::plan, speed::plan, desk::plan].iter().flat_map(|plan| plan(context)),
    );
    pages.extend(context.catalog.redirects.iter().map(|(from, to)| Page::at(from, What::Redirect(to.clone()))));
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages.dedup_by(|a, b| a.path == b.path);
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
        What::NotFound => Composed::new(context, "missing.title", Section::None, View::NotFound(Nothing {})).hidden(),
        What::Offline => Composed::new(context, "offline.title", Section::None, View::Offline(Nothing {})).hidden(),
        What::Redirect(to) => redirect::compose(context, to),
        What::Feed(term) => feed::compose(context, *term),
        What::Sitemap => sitemap::compose(context),
        What::Robots => sitemap::robots(context),
    }
    .at(context, page)
}

impl Composed {
    /// A page whose title is a text of the interface.
    pub fn new(context: &Context, title: &'static str, section: Section, view: View) -> Self {
        Composed::titled(context, context.language.text(title), section, view)
    }

    /// A page with a title of its own.
    pub fn titled(context: &Context, title: &str, section: Section, view: View) -> Self {
        let head = Head { title: format!("{title} · {}", context.site.title), ..Head::default() };
        Composed { head, section, view, mentions: Mentions::default() }
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

    /// The same page, left out by search engines.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.head.hidden = true;
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
