//! A family of case studies as pages show it: what it is, who started first, what has ended, what to do, and how to answer.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::case_study::Budget;
use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::context::Context;
use crate::page::parts::Labelled;
use crate::page::say;
use crate::page::similar_report::{PairAnswer, Side, note, side};
use crate::record::front_matter;
use crate::similar::PairState;
use crate::similar::families::{BudgetTotal, Family, budgets};
use crate::similar::verdict::Action;

/// A family.
#[derive(Debug, Clone, Serialize)]
pub struct FamilyCard {
    /// Its anchor on the report.
    pub id: String,
    /// "12 markets plan the same experiment".
    pub headline: String,
    /// The title of its oldest member.
    pub title: String,
    /// The language of that title where it is not the interface's.
    pub language: Option<String>,
    /// Ids of its markets, separated by spaces.
    pub markets: String,
    /// Its owners, separated by bars.
    pub owners: String,
    /// The one thing to do.
    pub action: String,
    /// Who started first, what has ended, what it costs together.
    pub facts: Vec<String>,
    /// The members that have not answered, where others have.
    pub unanswered: Vec<Labelled>,
    /// All members, oldest first.
    pub members: Vec<Side>,
    /// The mean score, two decimals.
    pub score: String,
    /// What they have in common.
    pub reasons: String,
    /// How it was answered.
    pub note: Option<String>,
    /// Lines that would answer it.
    pub answers: Vec<PairAnswer>,
}

/// The family of a case study beside it.
#[derive(Debug, Clone, Serialize)]
pub struct FamilySide {
    /// "12 markets plan the same experiment".
    pub headline: String,
    /// Where the report tells all of it.
    pub url: String,
    /// Whether this record still has to answer.
    pub open: bool,
    /// What to do.
    pub action: String,
    /// Some of the other members, oldest first.
    pub members: Vec<Side>,
    /// How many more there are.
    pub more: Option<String>,
    /// The line that answers it for this record.
    pub answer: Option<String>,
}

/// Members shown beside one of them.
const BESIDE: usize = 12;

/// A family on the report.
pub fn card(context: &Context, family: &Family) -> FamilyCard {
    let cases = cases(context, family);
    let oldest = cases[0];
    let markets: BTreeSet<String> = cases.iter().flat_map(|case| &case.markets).map(|id| context.catalog.vocabulary.markets[*id].slug()).collect();
    let owners: BTreeSet<&str> = cases.iter().filter_map(|case| case.owner.as_deref()).collect();
    let unanswered = if family.is_partly_answered() { family.unanswered.as_slice() } else { &[] };
    FamilyCard {
        id: family.anchor(),
        headline: headline(context, family),
        title: oldest.meta.title.clone(),
        language: say::foreign(context, &oldest.meta.language).map(|mark| mark.id),
        markets: markets.into_iter().collect::<Vec<_>>().join(" "),
        owners: owners.into_iter().collect::<Vec<_>>().join("|"),
        action: action(context, family.action),
        facts: facts(context, &cases),
        unanswered: unanswered.iter().map(|case| member_link(context, *case)).collect(),
        members: family.members.iter().map(|case| side(context, *case)).collect(),
        score: context.language.number(family.score, 2),
        reasons: say::reasons(context, &family.reasons),
        note: note(context, &family.state),
        answers: if family.state == PairState::Open { answers(context, family) } else { Vec::new() },
    }
}

/// A family beside one of its members.
pub fn beside(context: &Context, family: &Family, index: CaseIndex) -> FamilySide {
    let others: Vec<CaseIndex> = family.members.iter().copied().filter(|case| *case != index).collect();
    let more = others.len().saturating_sub(BESIDE);
    let open = family.unanswered.contains(&index);
    FamilySide {
        headline: headline(context, family),
        url: context.family_url(family),
        open,
        action: action(context, family.action),
        members: others.iter().take(BESIDE).map(|case| side(context, *case)).collect(),
        more: (more > 0).then(|| context.language.count("duplicate.more", more, &[])),
        answer: open.then(|| format!("not_duplicate_of:\n  - family: {}\n    reason: \"\"", front_matter::value(&family.id))),
    }
}

/// How many markets do what.
pub fn headline(context: &Context, family: &Family) -> String {
    let cases = cases(context, family);
    let mut markets: Vec<_> = cases.iter().flat_map(|case| &case.markets).collect();
    markets.sort_unstable();
    markets.dedup();
    if markets.len() < 2 {
        return context.language.count("duplicate.one_market", cases.len(), &[]);
    }
    let key = match family.action {
        Action::Join => "duplicate.plan",
        Action::AwaitRunning => "duplicate.run",
        Action::ReadFinished => "duplicate.tried",
        Action::Link => "duplicate.ended",
    };
    context.language.count(key, markets.len(), &[])
}

/// What to do about a family.
pub fn action(context: &Context, action: Action) -> String {
    context.text(match action {
        Action::Join => "duplicate.join",
        Action::AwaitRunning => "duplicate.await_running",
        Action::ReadFinished => "duplicate.read_finished",
        Action::Link => "duplicate.link",
    })
}

fn cases<'a>(context: &Context<'a>, family: &Family) -> Vec<&'a CaseStudy> {
    family.members.iter().map(|case| context.catalog.case(*case)).collect()
}

fn member_link(context: &Context, index: CaseIndex) -> Labelled {
    let case = context.catalog.case(index);
    Labelled::linked(&case.meta.address, format!("{}: {}", context.language.commas(&context.places(case)), case.meta.title))
}

/// Who started first, what has ended and how, budgets together.
fn facts(context: &Context, cases: &[&CaseStudy]) -> Vec<String> {
    let language = context.language;
    let first = cases.iter().filter_map(|case| Some((case.start?, *case))).min_by_key(|(start, _)| *start);
    let first = first.map(|(start, case)| {
        let key = if start > context.site.today { "duplicate.will_start_first" } else { "duplicate.started_first" };
        language.fill(key, &[("market", &language.commas(&context.places(case))), ("date", &language.day(start))])
    });
    let ended: Vec<String> = cases
        .iter()
        .filter(|case| case.has_ended())
        .map(|case| format!("{} ({})", language.commas(&context.places(case)), say::signal(language, case).label))
        .collect();
    let ended = (!ended.is_empty()).then(|| language.count("duplicate.has_ended", ended.len(), &[("list", &language.commas(&ended))]));
    let totals: Vec<String> = budgets(cases).into_iter().map(|total| budget(context, total)).collect();
    let totals = (!totals.is_empty()).then(|| language.fill("duplicate.budgets", &[("list", &language.commas(&totals))]));
    [first, ended, totals].into_iter().flatten().collect()
}

fn budget(context: &Context, total: BudgetTotal) -> String {
    match total {
        BudgetTotal::Amount(amount, currency) => say::budget(context.language, &Budget::Amount(amount, currency)),
        BudgetTotal::Band(band, count) => format!("{} × {}", context.language.whole(count), say::word(context.language, "band", band)),
    }
}

/// Lines to paste: for one record that repeats the oldest, for one that is not part of it, once for all.
fn answers(context: &Context, family: &Family) -> Vec<PairAnswer> {
    let oldest = &context.catalog.case(family.members[0]).meta;
    let newest = family.unanswered.last().map_or(oldest, |case| &context.catalog.case(*case).meta);
    let answer = |key: &'static str, file: &str, text: String| PairAnswer { label: context.language.fill(key, &[("file", file)]), text };
    let (id, count) = (front_matter::value(&family.id), family.members.len());
    vec![
        answer("duplicate.answer_replicates", &newest.path, format!("replicates: {}", front_matter::value(&oldest.id))),
        answer("duplicate.answer_different", &newest.path, format!("not_duplicate_of:\n  - family: {id}\n    reason: \"\"")),
        answer("duplicate.answer_all", &oldest.path, format!("not_duplicate_of:\n  - family: {id}\n    members: {count}\n    reason: \"\"")),
    ]
}
