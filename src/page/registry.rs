//! Every kind of page: which pages the site has (`plan`), and the view of each (`compose`).

use serde::Serialize;

use crate::catalog::PlaybookIndex;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::{
    case_studies, case_study, coverage, desk, feed, home, idea, ideas, lineage, metrics, new,
    playbook, playbooks, proposals, prose, redirect, reuse, running, search, similar_how,
    similar_report, sitemap, speed, team, teams, term, terms, vocabulary, write,
};
use crate::page::parts::pagination;
use crate::page::spec::{Page, PageSpec};
use crate::site::pages::{NEW_FEED, PageKind};

/// Lists every page of the site in the order of paths. No two paths are equal, because addresses
/// are claimed when records are read.
pub fn plan(context: &Context) -> Vec<Page> {
    let catalog = context.catalog;
    let single_pages = [
        PageSpec::Home,
        PageSpec::Search,
        PageSpec::Playbooks,
        PageSpec::Vocabulary,
        PageSpec::SimilarHow,
        PageSpec::Write,
        PageSpec::NotFound,
        PageSpec::Offline,
        PageSpec::Feed(None),
        PageSpec::NewFeed,
        PageSpec::Robots,
    ];
    let mut pages: Vec<Page> =
        single_pages.into_iter().map(|spec| Page::new(single_address(&spec), spec)).collect();
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
    pages.extend(list(PageSpec::CaseStudies, context.listed.len()));
    pages.extend(list(PageSpec::Similar, context.report_rows.len()));
    pages.extend(list(PageSpec::Ideas, context.backlog.ideas.len()));
    pages.extend(terms::plan(context));
    pages.extend(teams::plan(context));
    pages.extend(
        [
            coverage::plan,
            lineage::plan,
            reuse::plan,
            proposals::plan,
            metrics::plan,
            speed::plan,
            new::plan,
            running::plan,
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

/// Address of a page of which the site has one.
fn single_address(spec: &PageSpec) -> &'static str {
    match spec {
        PageSpec::NewFeed => NEW_FEED,
        spec => spec.kind().address(),
    }
}

/// Composes the view of one page and the values for its `head` element, each page independently of
/// the others.
pub fn compose(context: &Context, page: &Page) -> ComposedPage<View> {
    match &page.spec {
        PageSpec::Home => home::compose(context).map_view(View::Home),
        PageSpec::CaseStudy(index) => {
            case_study::compose(context, *index, page).map_view(View::CaseStudy)
        }
        PageSpec::CaseStudies(page_index) => {
            case_studies::compose(context, *page_index).map_view(View::CaseStudies)
        }
        PageSpec::Term(term, page_index) => {
            term::compose(context, *term, *page_index).map_view(View::Term)
        }
        PageSpec::Terms(kind) => terms::compose(context, *kind).map_view(View::Terms),
        PageSpec::Vocabulary => vocabulary::compose(context).map_view(View::Vocabulary),
        PageSpec::Teams => teams::compose(context).map_view(View::Teams),
        PageSpec::Team(team, page_index) => {
            team::compose(context, *team, *page_index).map_view(View::Team)
        }
        PageSpec::New(month, page_index) => {
            new::compose(context, *month, *page_index).map_view(View::New)
        }
        PageSpec::Running(page_index) => {
            running::compose(context, *page_index).map_view(View::Running)
        }
        PageSpec::Similar(page_index) => {
            similar_report::compose(context, *page_index).map_view(View::Similar)
        }
        PageSpec::SimilarHow => similar_how::compose(context).map_view(View::SimilarHow),
        PageSpec::Ideas(page_index) => ideas::compose(context, *page_index).map_view(View::Ideas),
        PageSpec::Idea(index) => idea::compose(context, *index, page).map_view(View::Idea),
        PageSpec::Playbooks => playbooks::compose(context).map_view(View::Playbooks),
        PageSpec::Playbook(index) => {
            playbook::compose(context, *index, page).map_view(View::Playbook)
        }
        PageSpec::Prose(index) => prose::compose(context, *index, page).map_view(View::Prose),
        PageSpec::Coverage(table, page_index) => {
            coverage::compose(context, *table, *page_index).map_view(View::Coverage)
        }
        PageSpec::Lineage(page_index) => {
            lineage::compose(context, *page_index).map_view(View::Lineage)
        }
        PageSpec::Reuse(page_index) => reuse::compose(context, *page_index).map_view(View::Reuse),
        PageSpec::Proposals(market, page_index) => {
            proposals::compose(context, *market, *page_index).map_view(View::Proposals)
        }
        PageSpec::Metrics(page_index) => {
            metrics::compose(context, *page_index).map_view(View::Metrics)
        }
        PageSpec::Speed(page_index) => speed::compose(context, *page_index).map_view(View::Speed),
        PageSpec::Desk(kind, page_index) => {
            desk::compose(context, *kind, *page_index).map_view(View::Desk)
        }
        PageSpec::Search => search::compose(context).map_view(View::Search),
        PageSpec::Write => write::compose(context).map_view(View::Write),
        PageSpec::NotFound => {
            ComposedPage::from_title_key(context, "missing.title", View::NotFound(EmptyView {}))
                .with_description(Some(context.language.text("missing.text")))
        }
        PageSpec::Offline => {
            ComposedPage::from_title_key(context, "offline.title", View::Offline(EmptyView {}))
                .with_description(Some(context.language.text("offline.text")))
        }
        PageSpec::Redirect(to) => redirect::compose(context, to).map_view(View::Redirect),
        PageSpec::Feed(term) => feed::compose(context, *term).map_view(View::Feed),
        PageSpec::NewFeed => feed::compose_new(context).map_view(View::Feed),
        PageSpec::Sitemap => sitemap::compose(context, &plan(context)).map_view(View::Sitemap),
        PageSpec::Robots => sitemap::compose_robots(context).map_view(View::Robots),
    }
    .with_address(context, page)
}

/// Defines [`View`] with a variant for each line, which has the name of the [`PageKind`] it belongs
/// to.
macro_rules! views {
    ($($(#[$doc:meta])* $kind:ident($view:ty))*) => {
        /// The view of any page: one variant for each kind, which is serialised as the view itself.
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
    /// Every term of the vocabulary.
    Vocabulary(vocabulary::VocabularyPage)
    /// The list of all teams.
    Teams(teams::TeamsPage)
    /// What a team ran, runs and plans.
    Team(Box<team::TeamPage>)
    /// What is new.
    New(new::NewPage)
    /// Planned and running case studies.
    Running(running::RunningPage)
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
    /// The form that writes records.
    Write(write::WritePage)
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

/// The view of a page whose template reads no values, such as the page for unknown addresses.
#[derive(Debug, Clone, Serialize)]
pub struct EmptyView {}
