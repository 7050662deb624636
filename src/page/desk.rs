//! The hub's desk: what waits to be decided, verified, answered or repaired; by whom, since when, and what to do.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backlog::desk::{Duty, DutyKind, Row};
use crate::catalog::{CaseIndex, RecordIndex};
use crate::page::Context;
use crate::page::parts::{Empty, Labelled, Link, Signal, Step};
use crate::page::repository;
use crate::page::tabs::{self, TabLink};
use crate::page::{Composed, Page, PageKind, View, What, crumbs, family, say, steps};
use crate::vocabulary::{MetricId, TermRef};

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
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = vec![Page::at(PageKind::Desk.address(), What::Desk(None, 0))];
    for kind in DutyKind::ALL {
        let count = context.backlog.desk.of(kind).len();
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
pub fn compose(context: &Context, kind: Option<DutyKind>, step: usize) -> Composed {
    let desk = &context.backlog.desk;
    let title = kind.map_or_else(|| context.text("desk.title"), |kind| context.text(texts(kind).0));
    let duties: Vec<DutyView> = match kind {
        Some(kind) => vec![duty(context, kind, steps::rows(desk.of(kind), step))],
        None => DutyKind::ALL
            .into_iter()
            .map(|kind| duty(context, kind, &desk.of(kind)[..desk.of(kind).len().min(FIRST)]))
            .filter(|duty| !duty.rows.is_empty())
            .collect(),
    };
    let view = DeskPage {
        tabs: tabs::compose(context, PageKind::Desk),
        crumbs: if kind.is_some() { crumbs([(PageKind::Desk.address().to_owned(), context.text("desk.title"))]) } else { Vec::new() },
        title: title.clone(),
        description: context.text("desk.description"),
        empty: desk.rows.is_empty().then(|| Empty {
            title: context.text("desk.nothing"),
            text: context.text("desk.nothing_text"),
            url: Some(PageKind::Coverage.address().into()),
            action: context.text("coverage.tab"),
        }),
        owners: owners(context, kind),
        duties,
        pages: kind.map(|kind| steps::steps(&address(kind), desk.of(kind).len(), step)).unwrap_or_default(),
    };
    Composed::titled(context, &title, View::Desk(view)).described(Some(context.language.text("desk.description")))
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

fn duty(context: &Context, kind: DutyKind, rows: &[Row]) -> DutyView {
    let (label, action) = texts(kind);
    let all = context.backlog.desk.of(kind).len();
    let more = (all > rows.len() && rows.len() == FIRST).then(|| Link::new(address(kind), context.language.count("desk.all", all, &[])));
    DutyView {
        id: kind.as_str(),
        label: context.text(label),
        action: context.text(action),
        count: context.language.whole(all),
        rows: rows.iter().map(|each| row(context, each)).collect(),
        more,
    }
}

fn owners(context: &Context, kind: Option<DutyKind>) -> Vec<Owner> {
    let rows = kind.map_or(context.backlog.desk.rows.as_slice(), |kind| context.backlog.desk.of(kind));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in rows.iter().flat_map(|row| &row.owners) {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.into_iter().take(MOST_OWNERS).map(|(name, count)| Owner { name: name.to_owned(), count: context.language.whole(count) }).collect()
}

fn row(context: &Context, row: &Row) -> RowView {
    let (about, signal, why) = about(context, &row.duty);
    let (act, outside) = act(context, &row.duty);
    RowView {
        about,
        signal,
        why,
        hubs: row.owners.is_empty(),
        owners: row.owners.clone(),
        date: row.since.map(|since| since.to_string()),
        day: row.since.map(|since| context.language.day(since)),
        waits: row
            .days
            .filter(|days| *days > 0)
            .and_then(|days| usize::try_from(days).ok())
            .map(|days| context.language.count("when.days", days, &[])),
        act,
        outside,
    }
}

/// What a row is about, what became of it, and why it is here.
fn about(context: &Context, duty: &Duty) -> (Vec<Labelled>, Option<Signal>, Option<String>) {
    let language = context.language;
    let case = |index: CaseIndex| record(context, RecordIndex::Case(index));
    let signal = |index: CaseIndex| Some(say::signal(language, context.catalog.case(index)));
    match duty {
        Duty::OpenFamily(at) => {
            let known = &context.similar.families[*at];
            let score = language.number(known.score, 2);
            let why = [("verdict", family::headline(context, known)), ("score", score), ("reasons", say::reasons(context, &known.reasons))];
            let why: Vec<(&str, &str)> = why.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let mut about: Vec<Labelled> = known.unanswered.iter().take(MOST_NAMED).map(|index| case(*index)).collect();
            let more = known.unanswered.len().saturating_sub(MOST_NAMED);
            about.extend((more > 0).then(|| Labelled::linked(context.family_url(known), language.count("duplicate.more", more, &[]))));
            (about, None, Some(language.fill("desk.pair_why", &why)))
        }
        Duty::OpenPair(at) => {
            let pair = &context.similar.pairs[*at];
            let score = language.number(pair.score, 2);
            let verdict = say::verdict(language, pair.verdict).1;
            (
                vec![case(pair.a), case(pair.b)],
                None,
                Some(language.fill("desk.pair_why", &[("verdict", verdict), ("score", &score), ("reasons", &say::reasons(context, &pair.reasons))])),
            )
        }
        Duty::Undecided(index) => (vec![case(*index)], signal(*index), result(context, *index)),
        Duty::ReuseWaiting(index) => (vec![case(*index)], signal(*index), result(context, *index)),
        Duty::Overdue(index) => (vec![record(context, *index)], None, verified(context, *index)),
        Duty::MetricsMissing { market, lacking } => {
            let mut about =
                vec![Labelled::linked(TermRef::Market(*market).address(&context.catalog.vocabulary), TermRef::Market(*market).label(context))];
            about.extend(lacking.iter().take(MOST_NAMED).map(|(index, lacks)| lacking_study(context, *index, lacks)));
            (about, None, Some(language.count("desk.lacking", lacking.len(), &[])))
        }
        Duty::PlaybookCandidate { tactic, markets, won, lost } => {
            let mut about =
                vec![Labelled::linked(TermRef::Tactic(*tactic).address(&context.catalog.vocabulary), TermRef::Tactic(*tactic).label(context))];
            about.extend(won.iter().take(MOST_NAMED).map(|index| case(*index)));
            let labels: Vec<&str> = markets.iter().map(|market| context.catalog.vocabulary.markets[*market].label_in(context.tongue())).collect();
            let key = if *lost == 0 { "desk.held_in" } else { "desk.held_in_lost" };
            (about, None, Some(language.count(key, *lost as usize, &[("markets", &some(context, &labels))])))
        }
        Duty::RetiredLinked { case: index, linked_from, successors, .. } => {
            let names: Vec<String> = linked_from.iter().take(MOST_NAMED).map(|record| format!("“{}”", context.catalog.meta(*record).title)).collect();
            let mut why = language.count("desk.linked_from", linked_from.len(), &[("records", &language.list(&names))]);
            if let Some(successor) = successors.first() {
                why = format!("{why} {}", language.fill("desk.successor", &[("study", &context.catalog.case(*successor).meta.title)]));
            }
            (vec![case(*index)], signal(*index), Some(why))
        }
        Duty::IdeaWaiting(index) => {
            let idea = context.catalog.idea(*index);
            let wanted = (!idea.wanted_by.is_empty()).then(|| language.count("count.markets_want", idea.wanted_by.len(), &[]));
            let status = say::word(language, "idea_status", idea.status);
            (vec![record(context, RecordIndex::Idea(*index))], None, Some(std::iter::once(status).chain(wanted).collect::<Vec<_>>().join(" · ")))
        }
    }
}

fn record(context: &Context, index: RecordIndex) -> Labelled {
    let meta = context.catalog.meta(index);
    Labelled::linked(&meta.address, &meta.title)
}

fn result(context: &Context, index: CaseIndex) -> Option<String> {
    let case = context.catalog.case(index);
    let places = context.language.commas(&context.places(case));
    let value = case.primary().and_then(|reported| crate::page::cited::value(context, reported));
    let grade = case.graded.grade.map(|grade| context.language.fill("facet.grade_is", &[("grade", say::letters(grade).1)]));
    Some([Some(places), value, grade].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
}

fn verified(context: &Context, index: RecordIndex) -> Option<String> {
    let verification = match index {
        RecordIndex::Case(case) => &context.catalog.case(case).verification,
        RecordIndex::Playbook(playbook) => &context.catalog.playbook(playbook).verification,
        _ => return None,
    };
    verification.on.map(|day| context.language.fill("desk.verified_on", &[("date", &context.language.day(day))]))
}

fn lacking_study(context: &Context, index: CaseIndex, lacks: &[MetricId]) -> Labelled {
    let metrics: Vec<String> = lacks.iter().map(|metric| say::metric_short(context, &crate::catalog::result::Metric::Known(*metric))).collect();
    let meta = &context.catalog.case(index).meta;
    Labelled::linked(&meta.address, context.language.fill("desk.lacks", &[("study", &meta.title), ("metrics", &context.language.list(&metrics))]))
}

/// The first few names, and how many more there are.
fn some(context: &Context, labels: &[&str]) -> String {
    match labels.len().saturating_sub(MOST_NAMED) {
        0 => context.language.list(labels),
        more => context.language.count("list.and_more", more, &[("list", &context.language.commas(&labels[..MOST_NAMED]))]),
    }
}

/// Where a duty is done: the form that edits the record, where the hub names its git host, else the record itself.
fn act(context: &Context, duty: &Duty) -> (Labelled, bool) {
    let edit = |index: RecordIndex, label: &'static str| match repository::edit(context.site, &context.catalog.meta(index).path) {
        Some(url) => (Labelled::linked(url, context.text(label)), true),
        None => (Labelled::linked(&context.catalog.meta(index).address, context.text(label)), false),
    };
    let inside = |url: String, label: &'static str| (Labelled::linked(url, context.text(label)), false);
    match duty {
        Duty::OpenFamily(at) => inside(context.family_url(&context.similar.families[*at]), "desk.answer"),
        Duty::OpenPair(at) => inside(context.pair_url(*at), "desk.answer"),
        Duty::Undecided(index) => edit(RecordIndex::Case(*index), "desk.decide"),
        Duty::ReuseWaiting(index) => edit(RecordIndex::Case(*index), "desk.decide_reuse"),
        Duty::Overdue(index) => edit(*index, "desk.verify"),
        Duty::MetricsMissing { lacking, .. } => match lacking.first() {
            Some((index, _)) => edit(RecordIndex::Case(*index), "desk.add_metrics"),
            None => inside(PageKind::Metrics.address().into(), "desk.add_metrics"),
        },
        Duty::PlaybookCandidate { tactic, .. } => inside(TermRef::Tactic(*tactic).address(&context.catalog.vocabulary), "desk.read_evidence"),
        Duty::RetiredLinked { linked_from, case, .. } => edit(linked_from.first().copied().unwrap_or(RecordIndex::Case(*case)), "desk.relink"),
        Duty::IdeaWaiting(index) => edit(RecordIndex::Idea(*index), "desk.take_up"),
    }
}
