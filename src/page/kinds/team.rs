//! The page of a team: what it ran, runs and plans, what waits for it, and how to reach it.

use serde::Serialize;

use crate::catalog::teams::StudyPart;
use crate::catalog::{CaseIndex, Idea, Playbook};
use crate::evidence::Tally;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::desk::{self, DutyRowView};
use crate::page::kinds::teams;
use crate::page::parts::shown_text::shown_label;
use crate::page::parts::team::{ContactLink, reach_link, team_address};
use crate::page::parts::term_ref::term_link;
use crate::page::parts::{
    AnnotatedLink, CaseStudyList, EmptyState, KeyFigure, Link, LinkGroup, OptionalLink,
    PaginationLink, TallyBar, breadcrumbs, pagination, term_summary,
};
use crate::page::text::display;
use crate::site::pages::PageKind;
use crate::vocabulary::{TeamId, Term};

/// The view of one page of a team.
#[derive(Debug, Clone, Serialize)]
pub struct TeamPage {
    /// Breadcrumb links.
    pub crumbs: Vec<Link>,
    /// Name of the team in the interface's language.
    pub title: String,
    /// A sentence about the team.
    pub description: String,
    /// Other names of the team, in a sentence; none where it has only one.
    pub other_names: Option<String>,
    /// Markets and market groups in which it works; on the first page only.
    pub markets: Vec<OptionalLink>,
    /// The button by which to reach it; none where it states no contact.
    pub reach: Option<ContactLink>,
    /// The mailbox, or the address of the channel, as text for paper.
    pub contact: Option<String>,
    /// Key figures of the studies that it owns; on the first page only.
    pub figures: Vec<KeyFigure>,
    /// Outcomes of the studies that it owns, as a bar; on the first page only.
    pub tally: Option<TallyBar>,
    /// Shown for a team that no record names.
    pub empty: Option<EmptyState>,
    /// What waits for it, at most `MAX_DUTIES`; on the first page only.
    pub duties: Vec<DutyRowView>,
    /// Link to the desk, where not all duties are shown.
    pub more_duties: Option<Link>,
    /// Lists of case studies: running, planned, ended, and those of others it has a part in.
    pub blocks: Vec<CaseStudyList>,
    /// Links to the pages of the studies; empty for a single page.
    pub pages: Vec<PaginationLink>,
    /// Ideas it owns, and playbooks it owns or verified; on the first page only.
    pub sides: Vec<LinkGroup>,
}

/// The most duties that the page of a team shows.
const MAX_DUTIES: usize = 20;
/// The most markets and groups at the top of the page of a team.
const MAX_MARKETS: usize = 24;

/// Composes one page of a team; pages after the first contain only more case studies. `page_index`
/// is zero-based.
pub fn compose(context: &Context, team: TeamId, page_index: usize) -> ComposedPage<Box<TeamPage>> {
    let vocabulary = &context.catalog.vocabulary;
    let entry = &vocabulary.teams[team];
    let title = entry.label_in(context.language_id()).to_owned();
    let description = if entry.description.is_empty() {
        context.language.text_with("team.about", &[("team", &title)])
    } else {
        entry.description.clone()
    };
    let studies = context.team_studies(team);
    let mut view = TeamPage {
        crumbs: breadcrumbs([(PageKind::Teams.address().to_owned(), context.text("team.title"))]),
        title: title.clone(),
        description: description.clone(),
        other_names: other_names(context, entry, &title),
        markets: Vec::new(),
        reach: reach_link(context, team),
        contact: entry.contact.as_ref().map(|contact| contact.address.clone()),
        figures: Vec::new(),
        tally: None,
        empty: None,
        duties: Vec::new(),
        more_duties: None,
        blocks: study_lists(context, pagination::rows_on_page(studies, page_index)),
        pages: pagination::links(&team_address(vocabulary, team), studies.len(), page_index),
        sides: Vec::new(),
    };
    if page_index == 0 {
        add_first_page(context, team, &mut view);
    }
    ComposedPage::from_title(context, &title, Box::new(view)).with_description(Some(&description))
}

/// Adds what only the first page of a team shows.
fn add_first_page(context: &Context, team: TeamId, view: &mut TeamPage) {
    let records = context.team_records(team);
    view.markets = teams::places(context, team)
        .into_iter()
        .take(MAX_MARKETS)
        .map(|place| term_link(context, place))
        .collect();
    if !records.studies.is_empty() {
        let of_team = records.studies.iter().map(|case| (*case, context.catalog.case(*case)));
        let tally = Tally::from_studies(of_team);
        view.figures = term_summary::key_figures(context, &tally, &records.studies);
        view.tally = display::tally_bar(context.language, &tally);
    }
    view.empty = records.is_empty().then(|| EmptyState {
        title: context.language.text_with("team.nothing", &[("team", &view.title)]),
        text: context.text("team.nothing_text"),
        url: Some(PageKind::Teams.address().into()),
        action: context.text("team.title"),
    });
    let duties = context.team_duties(team);
    view.duties =
        duties.iter().take(MAX_DUTIES).map(|row| duty_view(context, team, *row)).collect();
    view.more_duties = (duties.len() > MAX_DUTIES).then(|| {
        let label = context.language.plural_text("team.all_duties", duties.len(), &[]);
        Link::new(PageKind::Desk.address(), label)
    });
    let ideas = records.ideas.iter().map(|idea| idea_link(context, context.catalog.idea(*idea)));
    let playbooks = records
        .playbooks
        .iter()
        .map(|playbook| playbook_link(context, context.catalog.playbook(*playbook)));
    view.sides = [("team.ideas", ideas.collect()), ("team.playbooks", playbooks.collect())]
        .into_iter()
        .filter(|(_, links): &(_, Vec<AnnotatedLink>)| !links.is_empty())
        .map(|(label, links)| LinkGroup { label: context.text(label), links })
        .collect();
}

/// A duty of a team as a row that names only the other teams; `row` is its position on the desk.
fn duty_view(context: &Context, team: TeamId, row: u32) -> DutyRowView {
    let address = team_address(&context.catalog.vocabulary, team);
    let mut view = desk::row_view(context, &context.backlog.desk.rows[row as usize]);
    view.owners.retain(|owner| owner.url.as_deref() != Some(&*address));
    view
}

/// The names that records use for a team beside `title`, each once, in a sentence: its own label,
/// then aliases. None where there are no others.
fn other_names(context: &Context, entry: &Term, title: &str) -> Option<String> {
    let mut names: Vec<&str> = vec![title];
    for name in std::iter::once(&entry.label).chain(&entry.aliases) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let others = &names[1..];
    let names = context.language.join_with_commas(others);
    (!others.is_empty())
        .then(|| context.language.text_with("team.other_names", &[("names", &names)]))
}

/// The case studies of one page of a team as lists, one for each part; empty ones are left out.
fn study_lists(context: &Context, studies: &[(StudyPart, CaseIndex)]) -> Vec<CaseStudyList> {
    let parts = [
        (StudyPart::Running, "running", "team.running", "team.running_hint"),
        (StudyPart::Planned, "planned", "team.planned", "team.planned_hint"),
        (StudyPart::Ended, "ended", "team.ended", "team.ended_hint"),
        (StudyPart::Involved, "involved", "team.involved", "team.involved_hint"),
    ];
    parts
        .into_iter()
        .map(|(part, id, title, hint)| CaseStudyList {
            id,
            title: context.text(title),
            hint: context.text(hint),
            rows: studies.iter().filter(|(of, _)| *of == part).map(|(_, case)| case.0).collect(),
            pages: Vec::new(),
        })
        .filter(|list| !list.rows.is_empty())
        .collect()
}

/// A link to an idea with its status.
fn idea_link(context: &Context, idea: &Idea) -> AnnotatedLink {
    let status = display::keyword_label(context.language, "idea_status", idea.status);
    AnnotatedLink {
        url: idea.meta.address.clone(),
        label: shown_label(context, &idea.meta).to_owned(),
        note: Some(status),
    }
}

/// A link to a playbook with its status.
fn playbook_link(context: &Context, playbook: &Playbook) -> AnnotatedLink {
    let status = display::keyword_label(context.language, "playbook_status", playbook.status);
    AnnotatedLink {
        url: playbook.meta.address.clone(),
        label: shown_label(context, &playbook.meta).to_owned(),
        note: Some(status),
    }
}
