//! A page before it is composed: its file, and what it shows.

use std::sync::Arc;

use crate::backlog::desk::DutyKind;
use crate::catalog::{CaseIndex, Catalog, IdeaIndex, PlaybookIndex};
use crate::evidence::Month;
use crate::site::pages::{PageKind, address_to_path};
use crate::vocabulary::{MarketId, TeamId, TermKind, TermRef};

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
    pub fn source_path(&self, catalog: &Catalog) -> Arc<str> {
        match self.spec {
            PageSpec::CaseStudy(index) => Arc::clone(&catalog.case(index).meta.path),
            PageSpec::Idea(index) => Arc::clone(&catalog.idea(index).meta.path),
            PageSpec::Playbook(index) => Arc::clone(&catalog.playbook(index).meta.path),
            PageSpec::Prose(index) => Arc::clone(&catalog.pages[index as usize].meta.path),
            _ => Arc::from(&*self.path),
        }
    }

    /// Creates a page from its address: a folder with a trailing slash (empty for the root), or a
    /// file.
    pub fn new(address: impl AsRef<str>, spec: PageSpec) -> Self {
        Page { path: address_to_path(address.as_ref()), spec }
    }

    /// Address of the page relative to the root of the site, without `index.html`.
    pub fn address(&self) -> &str {
        self.path.strip_suffix("index.html").unwrap_or(&self.path)
    }

    /// The relative path from the folder of the page to the root of the site: `../../`; empty for a
    /// page at the root.
    pub fn root_prefix(&self) -> String {
        "../".repeat(self.path.matches('/').count())
    }
}

/// What a page is, by its kind, and the record or part of a list that it shows; each `usize` is the
/// zero-based index of a page in a paginated list.
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
    /// Every term of the vocabulary.
    Vocabulary,
    /// The list of all teams.
    Teams,
    /// A page of what a team ran, runs and plans.
    Team(TeamId, usize),
    /// What is new: the latest months, or a page of one month.
    New(Option<Month>, usize),
    /// A page of the planned and running case studies.
    Running(usize),
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
    Coverage(CoverageTable, usize),
    /// A page of adaptation trees.
    Lineage(usize),
    /// A page of the case studies approved for reuse.
    Reuse(usize),
    /// Experiments that the evidence proposes: the overview, or a page of those for one market.
    Proposals(Option<MarketId>, usize),
    /// A page of the metrics vocabulary and the common-metrics contract.
    Metrics(usize),
    /// A page of the time from start to decision, by market.
    Speed(usize),
    /// Open duties of the hub: the overview, or a page of one kind of duty.
    Desk(Option<DutyKind>, usize),
    /// The search page.
    Search,
    /// The form that writes records.
    Write,
    /// The page that is shown for addresses that do not exist (HTTP 404).
    NotFound,
    /// The page that the service worker shows when the network is away and an address is not
    /// cached.
    Offline,
    /// A redirect from an old address to the address given here.
    Redirect(String),
    /// An Atom feed of case studies, of a term or of the whole hub.
    Feed(Option<TermRef>),
    /// The Atom feed of what is new.
    NewFeed,
    /// `sitemap.xml`.
    Sitemap,
    /// `robots.txt`.
    Robots,
}

impl PageSpec {
    /// The kind of page that the spec is of, without the record or the page of a list.
    pub fn kind(&self) -> PageKind {
        match self {
            PageSpec::Home => PageKind::Home,
            PageSpec::CaseStudy(_) => PageKind::CaseStudy,
            PageSpec::CaseStudies(_) => PageKind::CaseStudies,
            PageSpec::Term(..) => PageKind::Term,
            PageSpec::Terms(_) => PageKind::Terms,
            PageSpec::Vocabulary => PageKind::Vocabulary,
            PageSpec::Teams => PageKind::Teams,
            PageSpec::Team(..) => PageKind::Team,
            PageSpec::New(..) => PageKind::New,
            PageSpec::Running(_) => PageKind::Running,
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
            PageSpec::Write => PageKind::Write,
            PageSpec::NotFound => PageKind::NotFound,
            PageSpec::Offline => PageKind::Offline,
            PageSpec::Redirect(_) => PageKind::Redirect,
            PageSpec::Feed(_) | PageSpec::NewFeed => PageKind::Feed,
            PageSpec::Sitemap => PageKind::Sitemap,
            PageSpec::Robots => PageKind::Robots,
        }
    }
}

/// What the rows of a coverage table stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// One row for each market.
    Markets,
    /// One row for each market group.
    Groups,
}

/// What the columns of a coverage table stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// One column for each tactic.
    Tactics,
    /// One column for each channel.
    Channels,
}

/// One of the four coverage tables, by what its rows and its columns stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverageTable {
    /// What its rows are.
    pub row_kind: RowKind,
    /// What its columns are.
    pub column_kind: ColumnKind,
}

impl CoverageTable {
    /// All four tables; the first is at the address of the coverage page itself.
    pub const ALL: [CoverageTable; 4] = [
        CoverageTable { row_kind: RowKind::Markets, column_kind: ColumnKind::Tactics },
        CoverageTable { row_kind: RowKind::Markets, column_kind: ColumnKind::Channels },
        CoverageTable { row_kind: RowKind::Groups, column_kind: ColumnKind::Tactics },
        CoverageTable { row_kind: RowKind::Groups, column_kind: ColumnKind::Channels },
    ];

    /// Address of the first page of the table.
    pub fn address(self) -> &'static str {
        let index = CoverageTable::ALL.iter().position(|table| *table == self).unwrap_or(0);
        PageKind::Coverage.declaration().addresses[index]
    }

    /// The language key for the label of the coverage table: `coverage.markets_tactics`.
    pub fn label_key(self) -> &'static str {
        match (self.row_kind, self.column_kind) {
            (RowKind::Markets, ColumnKind::Tactics) => "coverage.markets_tactics",
            (RowKind::Markets, ColumnKind::Channels) => "coverage.markets_channels",
            (RowKind::Groups, ColumnKind::Tactics) => "coverage.groups_tactics",
            (RowKind::Groups, ColumnKind::Channels) => "coverage.groups_channels",
        }
    }
}
