//! The report of possible duplicates: families of one experiment first, then pairs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::context::Context;
use crate::page::family::{self, FamilyCard};
use crate::page::parts::{Empty, Figure, GradeMark, Signal, Step};
use crate::page::{Composed, PageKind, View, say, steps};
use crate::record::front_matter;
use crate::similar::{Pair, PairState, Similar, Verdict};

/// The view of the report.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// Open, savable, answered.
    pub figures: Vec<Figure>,
    /// What to do where there is none.
    pub empty: Option<Empty>,
    /// Markets that occur.
    pub markets: Vec<Choice>,
    /// Owners that occur.
    pub owners: Vec<String>,
    /// Pairs by what can still be saved, then the answered ones.
    pub kinds: Vec<KindOfPair>,
    /// Further pages.
    pub pages: Vec<Step>,
    /// How pairs are found.
    pub method: String,
}

/// Something to choose.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: String,
}

/// Families and pairs of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct KindOfPair {
    /// Its anchor.
    pub id: &'static str,
    /// Its name.
    pub label: String,
    /// How many of them there are in all.
    pub count: String,
    /// What to do.
    pub advice: String,
    /// Families of this page.
    pub families: Vec<FamilyCard>,
    /// Pairs of this page.
    pub pairs: Vec<PairCard>,
}

/// One pair.
#[derive(Debug, Clone, Serialize)]
pub struct PairCard {
    /// Its anchor.
    pub id: String,
    /// Ids of its markets, separated by spaces.
    pub markets: String,
    /// Its owners, separated by bars.
    pub owners: String,
    /// The two.
    pub sides: [Side; 2],
    /// 0 to 1, two decimals.
    pub score: String,
    /// Why.
    pub reasons: String,
    /// How it was answered.
    pub note: Option<String>,
    /// Lines that would answer it.
    pub answers: Vec<PairAnswer>,
}

/// One case study of a pair or a family.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// Where it ran.
    pub market: String,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its language where that is not the interface's.
    pub language: Option<String>,
    /// What became of it.
    pub signal: Signal,
    /// How far it can be trusted.
    pub grade: Option<GradeMark>,
    /// When, and whose.
    pub facts: String,
}

/// A line to paste, and when it is the right one.
#[derive(Debug, Clone, Serialize)]
pub struct PairAnswer {
    /// When.
    pub label: String,
    /// The line.
    pub text: String,
}

/// The order of the kinds: families, the loudest alarm, first, answered rows last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    OpenFamily,
    Open(Verdict),
    Stale,
    Answered,
}

/// A row of the report, by position in `Similar`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportRow {
    /// A family.
    Family(usize),
    /// A pair outside families.
    Pair(usize),
}

/// What the report lists: families, then pairs by kind; pairs inside a family are told with it.
pub fn rows(similar: &Similar) -> Vec<ReportRow> {
    let families = (0..similar.families.len()).map(ReportRow::Family);
    let pairs = similar.pairs.iter().enumerate().filter(|(_, pair)| pair.family.is_none()).map(|(at, _)| ReportRow::Pair(at));
    let mut rows: Vec<ReportRow> = families.chain(pairs).collect();
    rows.sort_by_key(|row| (group(similar, *row), *row));
    rows
}

fn group(similar: &Similar, row: ReportRow) -> Group {
    let (state, verdict) = match row {
        ReportRow::Family(at) => (&similar.families[at].state, similar.families[at].verdict),
        ReportRow::Pair(at) => (&similar.pairs[at].state, similar.pairs[at].verdict),
    };
    match state {
        PairState::Open if matches!(row, ReportRow::Family(_)) => Group::OpenFamily,
        PairState::Open => Group::Open(verdict),
        PairState::Stale { .. } => Group::Stale,
        PairState::Acknowledged { .. } => Group::Answered,
    }
}

/// Composes one page of the report.
pub fn compose(context: &Context, step: usize) -> Composed {
    let here = steps::rows(&context.report, step);
    let mut counts: BTreeMap<Group, usize> = BTreeMap::new();
    for row in &context.report {
        *counts.entry(group(context.similar, *row)).or_default() += 1;
    }
    let cases: Vec<&CaseStudy> = here.iter().flat_map(|row| members(context.similar, *row)).map(|case| context.catalog.case(case)).collect();
    let owners: BTreeSet<String> = cases.iter().filter_map(|case| case.owner.clone()).collect();
    let view = Report {
        title: context.text("similar.title"),
        description: context.text("similar.description"),
        figures: figures(context),
        empty: context.report.is_empty().then(|| Empty {
            title: context.text("empty.pairs"),
            text: context.text("empty.pairs_text"),
            url: None,
            action: String::new(),
        }),
        markets: markets(context, &cases),
        owners: owners.into_iter().collect(),
        kinds: counts.iter().map(|(kind, count)| kind_of_pair(context, *kind, *count, here)).filter(|kind| !kind.is_empty()).collect(),
        pages: steps::steps(PageKind::Similar.address(), context.report.len(), step),
        method: context.language.fill(
            "similar.method",
            &[
                ("duplicate", &context.language.number(context.site.similar.duplicate, 2)),
                ("related", &context.language.number(context.site.similar.related, 2)),
            ],
        ),
    };
    Composed::new(context, "similar.title", View::Similar(view)).described(Some(context.language.text("similar.description")))
}

/// The case studies of a row.
fn members(similar: &Similar, row: ReportRow) -> Vec<CaseIndex> {
    match row {
        ReportRow::Family(at) => similar.families[at].members.clone(),
        ReportRow::Pair(at) => vec![similar.pairs[at].a, similar.pairs[at].b],
    }
}

fn figures(context: &Context) -> Vec<Figure> {
    let count = |wanted: fn(Group) -> bool| context.report.iter().filter(|row| wanted(group(context.similar, **row))).count();
    let open = context.open_duplicates();
    let savable = context.similar.savable();
    let answered = count(|group| group == Group::Answered);
    let stale = count(|group| group == Group::Stale);
    let families = context.similar.open_families().count();
    let figure = |value: usize, label: &'static str, note: Option<String>| Figure {
        value: context.language.whole(value),
        label: context.language.count(label, value, &[]),
        url: None,
        note,
    };
    vec![
        figure(open, "similar.open", (families > 0).then(|| context.language.count("similar.families", families, &[]))),
        figure(savable, "similar.savable", None),
        figure(answered, "similar.answered", (stale > 0).then(|| context.language.count("similar.stale", stale, &[]))),
    ]
}

fn markets(context: &Context, cases: &[&CaseStudy]) -> Vec<Choice> {
    let words = &context.catalog.vocabulary.markets;
    let ids: BTreeSet<_> = cases.iter().flat_map(|case| case.markets.iter().copied()).collect();
    let mut choices: Vec<Choice> =
        ids.into_iter().map(|id| Choice { id: words[id].slug(), label: words[id].label_in(context.tongue()).to_owned() }).collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

fn kind_of_pair(context: &Context, kind: Group, count: usize, rows: &[ReportRow]) -> KindOfPair {
    let (id, label, advice) = match kind {
        Group::OpenFamily => ("families", context.language.text("duplicate.families"), context.language.text("duplicate.families_advice")),
        Group::Open(verdict) => say::verdict(context.language, verdict),
        Group::Stale => ("stale", context.language.text("similar.stale_title"), context.language.text("similar.stale_advice")),
        Group::Answered => ("answered", context.language.text("similar.answered_title"), context.language.text("similar.answered_advice")),
    };
    let mut view = KindOfPair {
        id,
        label: label.to_owned(),
        advice: advice.to_owned(),
        count: context.language.whole(count),
        families: Vec::new(),
        pairs: Vec::new(),
    };
    for row in rows.iter().filter(|row| group(context.similar, **row) == kind) {
        match row {
            ReportRow::Family(at) => view.families.push(family::card(context, &context.similar.families[*at])),
            ReportRow::Pair(at) => view.pairs.push(card(context, &context.similar.pairs[*at])),
        }
    }
    view
}

impl KindOfPair {
    fn is_empty(&self) -> bool {
        self.families.is_empty() && self.pairs.is_empty()
    }
}

/// The anchor of a pair on the report.
pub fn anchor(context: &Context, pair: &Pair) -> String {
    format!("{}--{}", context.catalog.case(pair.a).meta.id, context.catalog.case(pair.b).meta.id).replace('/', "-")
}

fn card(context: &Context, pair: &Pair) -> PairCard {
    let cases = [pair.a, pair.b].map(|index| context.catalog.case(index));
    let markets: BTreeSet<String> = cases.iter().flat_map(|case| &case.markets).map(|id| context.catalog.vocabulary.markets[*id].slug()).collect();
    let owners: Vec<&str> = cases.iter().filter_map(|case| case.owner.as_deref()).collect();
    PairCard {
        id: anchor(context, pair),
        markets: markets.into_iter().collect::<Vec<_>>().join(" "),
        owners: owners.join("|"),
        sides: [side(context, pair.a), side(context, pair.b)],
        score: context.language.number(pair.score, 2),
        reasons: say::reasons(context, &pair.reasons),
        note: note(context, &pair.state),
        answers: if pair.state == PairState::Open { answers(context, pair) } else { Vec::new() },
    }
}

/// A case study on one side of a pair, or in a family.
pub fn side(context: &Context, index: CaseIndex) -> Side {
    let case = context.catalog.case(index);
    let mut facts: Vec<String> = say::ran(context.language, case).into_iter().collect();
    facts.extend(case.owner.clone());
    Side {
        market: context.language.commas(&context.places(case)),
        url: case.meta.address.clone(),
        title: case.meta.title.clone(),
        language: say::foreign(context, &case.meta.language).map(|mark| mark.id),
        signal: say::signal(context.language, case),
        grade: say::grade(context.language, case),
        facts: facts.join(" · "),
    }
}

/// How a pair or a family was answered.
pub fn note(context: &Context, state: &PairState) -> Option<String> {
    match state {
        PairState::Open => None,
        PairState::Acknowledged { field, reason: Some(reason) } => {
            Some(context.language.fill("similar.answered_with_reason", &[("field", field), ("reason", reason)]))
        }
        PairState::Acknowledged { field, reason: None } => Some(context.language.fill("similar.answered_with", &[("field", field)])),
        PairState::Stale { reason } => Some(context.language.fill("similar.stale_reason", &[("reason", reason.as_deref().unwrap_or("–"))])),
    }
}

/// Lines for the later record's front matter; which one fits depends on what the pair is.
fn answers(context: &Context, pair: &Pair) -> Vec<PairAnswer> {
    let (first, second) = (context.catalog.case(pair.a), context.catalog.case(pair.b));
    let (older, newer) = if second.start.is_some() && second.start < first.start { (second, first) } else { (first, second) };
    let file = &newer.meta.path;
    let line = |key: &'static str, text: String| PairAnswer { label: context.language.fill(key, &[("file", file)]), text };
    vec![
        line("similar.answer_replicates", format!("replicates: {}", front_matter::value(&older.meta.id))),
        line("similar.answer_different", format!("not_duplicate_of:\n  - id: {}\n    reason: \"\"", front_matter::value(&older.meta.id))),
    ]
}
