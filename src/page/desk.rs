//! The hub's desk: what waits to be decided, verified, answered or repaired; by whom, since when, and what to do.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backlog::desk::{Duty, DutyKind, Row};
use crate::catalog::{CaseIndex, RecordIndex};
use crate::page::hub::Hub;
use crate::page::parts::{Empty, Labelled, Link, Signal, Step};
use crate::page::repository;
use crate::page::tabs::{self, Tab, TabLink};
use crate::page::term::TermRef;
use crate::page::{Composed, Page, Section, View, What, crumbs, say, steps};
use crate::vocabulary::MetricId;

/// The view of the desk, or of one duty.
#[derive(Debug, Clone, Serialize)]
pub struct DeskPage {
    /// The pages that follow from the evidence.
    pub tabs: Vec<TabLink>,
    /// The way back.
    pub crumbs: Vec<Link>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What there is to say where nothing waits.
    pub empty: Option<Empty>,
    /// Teams with something to do.
    pub owners: Vec<Owner>,
    /// Every duty with rows.
    pub duties: Vec<DutyView>,
    /// Further pages.
    pub pages: Vec<Step>,
}

/// A team with something to do.
#[derive(Debug, Clone, Serialize)]
pub struct Owner {
    /// Its name.
    pub name: String,
    /// How many rows name it.
    pub count: String,
}

/// Rows of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct DutyView {
    /// `open-pair` and so on.
    pub id: &'static str,
    /// Its name.
    pub label: String,
    /// What to do.
    pub action: String,
    /// How many rows there are.
    pub count: String,
    /// The most urgent rows.
    pub rows: Vec<RowView>,
    /// The page with all of them.
    pub more: Option<Link>,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct RowView {
    /// What it is about.
    pub about: Vec<Labelled>,
    /// What became of the study.
    pub signal: Option<Signal>,
    /// Why it is here.
    pub why: Option<String>,
    /// Who is to do it.
    pub owners: Vec<String>,
    /// Whether nobody is named, so that it is the hub's.
    pub hubs: bool,
    /// Since when, ISO 8601.
    pub date: Option<String>,
    /// Since when, as readers write it.
    pub day: Option<String>,
    /// For how long.
    pub waits: Option<String>,
    /// Where it is done.
    pub act: Labelled,
    /// Whether that is on another host.
    pub outside: bool,
}

/// Rows of each duty on the desk itself.
const FIRST: usize = 10;
/// The most owners that can be chosen.
const MOST_OWNERS: usize = 200;
/// The most records that one row names.
const MOST_NAMED: usize = 4;

/// The desk, and a page for every duty that does not fit on it.
pub fn plan(hub: &Hub) -> Vec<Page> {
    let mut pages = vec![Page::at("desk/", What::Desk(None, 0))];
    for kind in DutyKind::ALL {
        let count = hub.backlog.desk.of(kind).len();
        if count > FIRST {
            pages.extend(steps::pages(&address(kind), count).map(|(address, step)| Page::at(address, What::Desk(Some(kind), step))));
        }
    }
    pages
}

fn address(kind: DutyKind) -> String {
    format!("desk/{}/", kind.as_str())
}

/// Composes the desk, or one page of a duty.
pub fn compose(hub: &Hub, kind: Option<DutyKind>, step: usize) -> Composed {
    let desk = &hub.backlog.desk;
    let title = kind.map_or_else(|| hub.text("desk.title"), |kind| hub.text(texts(kind).0));
    let duties: Vec<DutyView> = match kind {
        Some(kind) => vec![duty(hub, kind, steps::rows(desk.of(kind), step))],
        None => DutyKind::ALL.into_iter().map(|kind| duty(hub, kind, &desk.of(kind)[..desk.of(kind).len().min(FIRST)])).filter(|duty| !duty.rows.is_empty()).collect(),
    };
    let view = DeskPage {
        tabs: tabs::compose(hub, Tab::Desk),
        crumbs: if kind.is_some() { crumbs([("desk/".to_owned(), hub.text("desk.title"))]) } else { Vec::new() },
        title: title.clone(),
        description: hub.text("desk.description"),
        empty: desk.rows.is_empty().then(|| Empty { title: hub.text("desk.nothing"), text: hub.text("desk.nothing_text"), url: Some("coverage/".into()), action: hub.text("coverage.tab") }),
        owners: owners(hub, kind),
        duties,
        pages: kind.map(|kind| steps::steps(&address(kind), desk.of(kind).len(), step)).unwrap_or_default(),
    };
    Composed::titled(hub, &title, Section::Evidence, View::Desk(view)).described(Some(hub.language.text("desk.description"))).hidden()
}

/// Name and instruction of a duty.
fn texts(kind: DutyKind) -> (&'static str, &'static str) {
    match kind {
        DutyKind::OpenPair => ("desk.open_pair", "desk.open_pair_do"),
        DutyKind::Undecided => ("desk.undecided", "desk.undecided_do"),
        DutyKind::ReuseWaiting => ("desk.reuse_waiting", "desk.reuse_waiting_do"),
        DutyKind::Overdue => ("desk.overdue", "desk.overdue_do"),
        DutyKind::MetricsMissing => ("desk.metrics_missing", "desk.metrics_missing_do"),
        DutyKind::PlaybookCandidate => ("desk.playbook_candidate", "desk.playbook_candidate_do"),
        DutyKind::RetiredLinked => ("desk.retired_linked", "desk.retired_linked_do"),
        DutyKind::IdeaWaiting => ("desk.idea_waiting", "desk.idea_waiting_do"),
    }
}

fn duty(hub: &Hub, kind: DutyKind, rows: &[Row]) -> DutyView {
    let (label, action) = texts(kind);
    let all = hub.backlog.desk.of(kind).len();
    let more = (all > rows.len() && rows.len() == FIRST).then(|| Link::new(address(kind), hub.language.count("desk.all", all, &[])));
    DutyView { id: kind.as_str(), label: hub.text(label), action: hub.text(action), count: hub.language.whole(all), rows: rows.iter().map(|each| row(hub, each)).collect(), more }
}

fn owners(hub: &Hub, kind: Option<DutyKind>) -> Vec<Owner> {
    let rows = kind.map_or(hub.backlog.desk.rows.as_slice(), |kind| hub.backlog.desk.of(kind));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in rows.iter().flat_map(|row| &row.owners) {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.into_iter().take(MOST_OWNERS).map(|(name, count)| Owner { name: name.to_owned(), count: hub.language.whole(count) }).collect()
}

fn row(hub: &Hub, row: &Row) -> RowView {
    let (about, signal, why) = about(hub, &row.duty);
    let (act, outside) = act(hub, &row.duty);
    RowView {
        about,
        signal,
        why,
        hubs: row.owners.is_empty(),
        owners: row.owners.clone(),
        date: row.since.map(|since| since.to_string()),
        day: row.since.map(|since| hub.language.day(since)),
        waits: row.days.filter(|days| *days > 0).and_then(|days| usize::try_from(days).ok()).map(|days| hub.language.count("when.days", days, &[])),
        act,
        outside,
    }
}

/// What a row is about, what became of it, and why it is here.
fn about(hub: &Hub, duty: &Duty) -> (Vec<Labelled>, Option<Signal>, Option<String>) {
    let language = hub.language;
    let case = |index: CaseIndex| record(hub, RecordIndex::Case(index));
    let signal = |index: CaseIndex| Some(say::signal(language, hub.catalog.case(index)));
    match duty {
        Duty::OpenPair(at) => {
            let pair = &hub.similar.pairs[*at];
            let score = language.number(pair.score, 2);
            let verdict = say::verdict(language, pair.verdict).1;
            (vec![case(pair.a), case(pair.b)], None, Some(language.fill("desk.pair_why", &[("verdict", verdict), ("score", &score), ("reasons", &say::reasons(hub, &pair.reasons))])))
        }
        Duty::Undecided(index) => (vec![case(*index)], signal(*index), result(hub, *index)),
        Duty::ReuseWaiting(index) => (vec![case(*index)], signal(*index), result(hub, *index)),
        Duty::Overdue(index) => (vec![record(hub, *index)], None, verified(hub, *index)),
        Duty::MetricsMissing { market, lacking } => {
            let mut about = vec![Labelled::linked(TermRef::Market(*market).address(&hub.catalog.vocabulary), TermRef::Market(*market).label(hub))];
            about.extend(lacking.iter().take(MOST_NAMED).map(|(index, lacks)| lacking_study(hub, *index, lacks)));
            (about, None, Some(language.count("desk.lacking", lacking.len(), &[])))
        }
        Duty::PlaybookCandidate { tactic, markets, won, lost } => {
            let mut about = vec![Labelled::linked(TermRef::Tactic(*tactic).address(&hub.catalog.vocabulary), TermRef::Tactic(*tactic).label(hub))];
            about.extend(won.iter().take(MOST_NAMED).map(|index| case(*index)));
            let labels: Vec<&str> = markets.iter().map(|market| hub.catalog.vocabulary.markets[*market].label_in(hub.tongue())).collect();
            let key = if *lost == 0 { "desk.held_in" } else { "desk.held_in_lost" };
            (about, None, Some(language.count(key, *lost as usize, &[("markets", &some(hub, &labels))])))
        }
        Duty::RetiredLinked { case: index, linked_from, successors, .. } => {
            let names: Vec<String> = linked_from.iter().take(MOST_NAMED).map(|record| format!("“{}”", hub.catalog.meta(*record).title)).collect();
            let mut why = language.count("desk.linked_from", linked_from.len(), &[("records", &language.list(&names))]);
            if let Some(successor) = successors.first() {
                why = format!("{why} {}", language.fill("desk.successor", &[("study", &hub.catalog.case(*successor).meta.title)]));
            }
            (vec![case(*index)], signal(*index), Some(why))
        }
        Duty::IdeaWaiting(index) => {
            let idea = hub.catalog.idea(*index);
            let wanted = (!idea.wanted_by.is_empty()).then(|| language.count("count.markets_want", idea.wanted_by.len(), &[]));
            let status = say::word(language, "idea_status", idea.status);
            (vec![record(hub, RecordIndex::Idea(*index))], None, Some(std::iter::once(status).chain(wanted).collect::<Vec<_>>().join(" · ")))
        }
    }
}

fn record(hub: &Hub, index: RecordIndex) -> Labelled {
    let meta = hub.catalog.meta(index);
    Labelled::linked(&meta.address, &meta.title)
}

fn result(hub: &Hub, index: CaseIndex) -> Option<String> {
    let case = hub.catalog.case(index);
    let places = hub.language.commas(&hub.places(case));
    let value = case.primary().and_then(|reported| crate::page::cited::value(hub, reported));
    let grade = case.graded.grade.map(|grade| hub.language.fill("facet.grade_is", &[("grade", say::letters(grade).1)]));
    Some([Some(places), value, grade].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
}

fn verified(hub: &Hub, index: RecordIndex) -> Option<String> {
    let verification = match index {
        RecordIndex::Case(case) => &hub.catalog.case(case).verification,
        RecordIndex::Playbook(playbook) => &hub.catalog.playbook(playbook).verification,
        _ => return None,
    };
    verification.on.map(|day| hub.language.fill("desk.verified_on", &[("date", &hub.language.day(day))]))
}

fn lacking_study(hub: &Hub, index: CaseIndex, lacks: &[MetricId]) -> Labelled {
    let metrics: Vec<String> = lacks.iter().map(|metric| say::metric_short(hub, &crate::catalog::result::Metric::Known(*metric))).collect();
    let meta = &hub.catalog.case(index).meta;
    Labelled::linked(&meta.address, hub.language.fill("desk.lacks", &[("study", &meta.title), ("metrics", &hub.language.list(&metrics))]))
}

/// The first few names, and how many more there are.
fn some(hub: &Hub, labels: &[&str]) -> String {
    match labels.len().saturating_sub(MOST_NAMED) {
        0 => hub.language.list(labels),
        more => hub.language.count("list.and_more", more, &[("list", &hub.language.commas(&labels[..MOST_NAMED]))]),
    }
}

/// Where a duty is done: the form that edits the record, where the hub names its git host, else the record itself.
fn act(hub: &Hub, duty: &Duty) -> (Labelled, bool) {
    let edit = |index: RecordIndex, label: &'static str| match repository::edit(hub.site, &hub.catalog.meta(index).path) {
        Some(url) => (Labelled::linked(url, hub.text(label)), true),
        None => (Labelled::linked(&hub.catalog.meta(index).address, hub.text(label)), false),
    };
    let inside = |url: String, label: &'static str| (Labelled::linked(url, hub.text(label)), false);
    match duty {
        Duty::OpenPair(_) => inside("similar/".into(), "desk.answer"),
        Duty::Undecided(index) => edit(RecordIndex::Case(*index), "desk.decide"),
        Duty::ReuseWaiting(index) => edit(RecordIndex::Case(*index), "desk.decide_reuse"),
        Duty::Overdue(index) => edit(*index, "desk.verify"),
        Duty::MetricsMissing { lacking, .. } => match lacking.first() {
            Some((index, _)) => edit(RecordIndex::Case(*index), "desk.add_metrics"),
            None => inside("metrics/".into(), "desk.add_metrics"),
        },
        Duty::PlaybookCandidate { tactic, .. } => inside(TermRef::Tactic(*tactic).address(&hub.catalog.vocabulary), "desk.read_evidence"),
        Duty::RetiredLinked { linked_from, case, .. } => edit(linked_from.first().copied().unwrap_or(RecordIndex::Case(*case)), "desk.relink"),
        Duty::IdeaWaiting(index) => edit(RecordIndex::Idea(*index), "desk.take_up"),
    }
}
