//! Reuse: what the hub has approved for copying, by tactic and suited market, and the path that leads there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::backlog::desk::{Duty, DutyKind};
use crate::catalog::words::Reuse;
use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::Context;
use crate::page::cited::{self, Cited};
use crate::page::parts::{Badge, Empty, Labelled, Link, Step};
use crate::page::tabs::{self, TabLink};
use crate::page::{Composed, Page, PageKind, View, What, say, steps};
use crate::vocabulary::{MarketId, TacticId, TermRef};

/// The view of what may be copied.
#[derive(Debug, Clone, Serialize)]
pub struct ReusePage {
    /// The pages that follow from the evidence.
    pub tabs: Vec<TabLink>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// The path, step by step.
    pub path: Vec<Stage>,
    /// What to do where nothing is approved.
    pub empty: Option<Empty>,
    /// Markets that an author names as suited, with what suits them.
    pub markets: Vec<SuitedMarket>,
    /// Approved studies by their main tactic.
    pub tactics: Vec<TacticGroup>,
    /// Studies that wait for a decision, the best first.
    pub waiting: Vec<Cited>,
    /// How many more wait.
    pub more_waiting: Option<Link>,
    /// Studies that were withdrawn.
    pub retired: Vec<Retired>,
    /// How many more were.
    pub more_retired: Option<String>,
    /// Further pages of approved studies.
    pub pages: Vec<Step>,
}

/// A step of the path.
#[derive(Debug, Clone, Serialize)]
pub struct Stage {
    /// `candidate` and so on.
    pub id: &'static str,
    /// Its name.
    pub label: String,
    /// How many studies stand there.
    pub count: String,
    /// What it means.
    pub hint: String,
    /// Where they are listed.
    pub url: Option<String>,
}

/// A market with what suits it.
#[derive(Debug, Clone, Serialize)]
pub struct SuitedMarket {
    /// Its id, for the script.
    pub id: String,
    /// Its label.
    pub label: String,
    /// How many approved studies suit it.
    pub count: String,
    /// The first of them.
    pub studies: Vec<Link>,
}

/// Approved studies with one main tactic.
#[derive(Debug, Clone, Serialize)]
pub struct TacticGroup {
    /// Its page and label.
    pub tactic: Option<Link>,
    /// Its anchor.
    pub id: String,
    /// The studies, best evidence first.
    pub cards: Vec<Card>,
}

/// An approved study.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// The study.
    pub study: Cited,
    /// `approved` or `playbook`.
    pub badge: Badge,
    /// The playbooks it is part of.
    pub playbooks: Vec<Link>,
    /// What it says in a sentence.
    pub summary: Option<String>,
    /// What stays.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// What limits it.
    pub limits: Vec<String>,
    /// Markets and groups it suits.
    pub suited: Vec<Labelled>,
    /// The markets it suits by id, groups resolved, for the script.
    pub markets: String,
    /// Who decided and when, where the record says so.
    pub decided: Option<String>,
}

/// A withdrawn study.
#[derive(Debug, Clone, Serialize)]
pub struct Retired {
    /// The study.
    pub study: Cited,
    /// What replaces it.
    pub successors: Vec<Link>,
}

const PER_PAGE: usize = 30;
const MOST_WAITING: usize = 12;
const MOST_RETIRED: usize = 30;
const MOST_MARKETS: usize = 120;
const MOST_OF_MARKET: usize = 4;

/// The pages of approved studies.
pub fn plan(context: &Context) -> Vec<Page> {
    let count = approved(context).len().div_ceil(PER_PAGE).max(1);
    steps::pages(PageKind::Reuse.address(), count * steps::ROWS).map(|(address, step)| Page::at(address, What::Reuse(step))).collect()
}

/// Composes one page; what waits and what was withdrawn stand on the first.
pub fn compose(context: &Context, step: usize) -> Composed {
    let approved = approved(context);
    let first = step == 0;
    let shown: Vec<CaseIndex> = approved.iter().skip(step * PER_PAGE).take(PER_PAGE).copied().collect();
    let waiting = context.backlog.desk.of(DutyKind::ReuseWaiting);
    let retired = retired(context);
    let left = |all: usize, most: usize| all.saturating_sub(most);
    let view = ReusePage {
        tabs: tabs::compose(context, PageKind::Reuse),
        title: context.text("copying.title"),
        description: context.text("copying.description"),
        path: path(context, !waiting.is_empty(), !retired.is_empty()),
        empty: approved.is_empty().then(|| Empty {
            title: context.text("copying.none"),
            text: context.text("copying.none_text"),
            url: Some(PageKind::Desk.address().into()),
            action: context.text("desk.tab"),
        }),
        markets: if first { markets(context, &approved) } else { Vec::new() },
        tactics: groups(context, &shown),
        waiting: if first {
            waiting.iter().take(MOST_WAITING).filter_map(|row| waits(&row.duty)).map(|case| cited::compose(context, case)).collect()
        } else {
            Vec::new()
        },
        more_waiting: (first && left(waiting.len(), MOST_WAITING) > 0)
            .then(|| Link::new("desk/#reuse-waiting", context.language.count("copying.more_waiting", waiting.len(), &[]))),
        more_retired: (first && left(retired.len(), MOST_RETIRED) > 0)
            .then(|| context.language.count("copying.more_retired", left(retired.len(), MOST_RETIRED), &[])),
        retired: if first { retired.into_iter().take(MOST_RETIRED).map(|case| withdrawn(context, case)).collect() } else { Vec::new() },
        pages: steps::steps(PageKind::Reuse.address(), approved.len().div_ceil(PER_PAGE).max(1) * steps::ROWS, step),
    };
    Composed::new(context, "copying.title", View::Reuse(view)).described(Some(context.language.text("copying.description")))
}

fn waits(duty: &Duty) -> Option<CaseIndex> {
    match duty {
        Duty::ReuseWaiting(case) => Some(*case),
        _ => None,
    }
}

fn studies<'h>(context: &Context<'h>) -> impl Iterator<Item = (CaseIndex, &'h CaseStudy)> {
    let originals = &context.evidence.originals;
    context.catalog.each_case().filter(move |(index, _)| originals.get(index.0 as usize).is_none_or(|original| original == index))
}

/// Approved studies by the name of their main tactic, then best evidence first.
fn approved(context: &Context) -> Vec<CaseIndex> {
    let stands = |case: &CaseStudy| matches!(case.reuse, Some(Reuse::Approved | Reuse::Playbook));
    let label = |tactic: Option<&TacticId>| {
        tactic.map_or((1, String::new()), |id| (0, context.catalog.vocabulary.tactics[*id].label_in(context.tongue()).to_lowercase()))
    };
    let mut approved: Vec<(CaseIndex, &CaseStudy)> = studies(context).filter(|(_, case)| stands(case)).collect();
    approved.sort_by_cached_key(|(index, case)| (label(case.tactics.first()), case.graded.grade.is_none(), case.graded.grade, *index));
    approved.into_iter().map(|(index, _)| index).collect()
}

fn retired(context: &Context) -> Vec<CaseIndex> {
    studies(context).filter(|(_, case)| case.is_retired()).map(|(index, _)| index).collect()
}

fn withdrawn(context: &Context, index: CaseIndex) -> Retired {
    let successors = context.catalog.case(index).inverse.supersedes.iter().map(|case| context.catalog.case(*case));
    Retired { study: cited::compose(context, index), successors: successors.map(|case| Link::new(&case.meta.address, &case.meta.title)).collect() }
}

/// The steps; each leads to its section on the first page where there is one.
fn path(context: &Context, has_waiting: bool, has_retired: bool) -> Vec<Stage> {
    let mut counts: BTreeMap<Reuse, usize> = BTreeMap::new();
    for (_, case) in studies(context) {
        if let Some(reuse) = case.reuse {
            *counts.entry(if case.is_retired() { Reuse::Retired } else { reuse }).or_default() += 1;
        }
    }
    let at = |section: &str, exists: bool| exists.then(|| format!("reuse/#{section}"));
    let stage = |reuse: Reuse, hint: &'static str, url: Option<String>| Stage {
        id: crate::catalog::words::Word::as_str(reuse),
        label: say::word(context.language, "reuse_stage", reuse),
        count: context.language.whole(counts.get(&reuse).copied().unwrap_or(0)),
        hint: context.text(hint),
        url,
    };
    vec![
        stage(Reuse::Candidate, "copying.candidate_hint", at("waiting", has_waiting)),
        stage(Reuse::Approved, "copying.approved_hint", at("approved", true)),
        stage(Reuse::Playbook, "copying.playbook_hint", None),
        stage(Reuse::Retired, "copying.retired_hint", at("retired", has_retired)),
        stage(Reuse::LocalOnly, "copying.local_hint", None),
    ]
}

fn groups(context: &Context, cases: &[CaseIndex]) -> Vec<TacticGroup> {
    let main = |index: &CaseIndex| context.catalog.case(*index).tactics.first().copied();
    let runs = cases.chunk_by(|a, b| main(a) == main(b));
    runs.map(|run| {
        let tactic = main(&run[0]).map(TermRef::Tactic);
        TacticGroup {
            id: tactic.map_or_else(|| "others".to_owned(), |tactic| format!("with-{}", tactic.term(&context.catalog.vocabulary).slug())),
            tactic: tactic.map(|tactic| tactic.link(context)),
            cards: run.iter().map(|index| card(context, *index)).collect(),
        }
    })
    .collect()
}

fn card(context: &Context, index: CaseIndex) -> Card {
    let case = context.catalog.case(index);
    let slugs: Vec<String> = suits(context, case).into_iter().map(|market| context.catalog.vocabulary.markets[market].slug()).collect();
    Card {
        study: cited::compose(context, index),
        badge: say::reuse(context.language, case).unwrap_or(Badge { tone: "", label: String::new() }),
        playbooks: context
            .playbooks_of(index)
            .iter()
            .filter(|(_, supports)| *supports)
            .map(|(playbook, _)| context.catalog.playbook(*playbook))
            .map(|playbook| Link::new(&playbook.meta.address, &playbook.meta.title))
            .collect(),
        summary: case.summary.clone(),
        fixed: case.fixed.clone(),
        flexible: case.flexible.clone(),
        limits: case.constraints.clone(),
        suited: suited(context, case),
        markets: slugs.join(" "),
        decided: decided(context, case),
    }
}

/// Markets and groups that the record names as suited.
fn suited(context: &Context, case: &CaseStudy) -> Vec<Labelled> {
    let groups = case.suited_groups.iter().map(|id| TermRef::Group(*id));
    let grouped = |market: &MarketId| case.suited_groups.iter().any(|group| context.catalog.vocabulary.groups[*group].members.contains(market));
    let markets = case.suited_markets.iter().filter(|market| !grouped(market)).map(|id| TermRef::Market(*id));
    let label = |term: TermRef| match term.tally(context) {
        Some(_) => Labelled::linked(term.address(&context.catalog.vocabulary), term.label(context)),
        None => Labelled::plain(term.label(context)),
    };
    groups.chain(markets).map(label).collect()
}

/// The markets it suits, groups resolved.
fn suits(context: &Context, case: &CaseStudy) -> BTreeSet<MarketId> {
    let of_groups = case.suited_groups.iter().flat_map(|group| context.catalog.vocabulary.groups[*group].members.iter().copied());
    case.suited_markets.iter().copied().chain(of_groups).collect()
}

/// Who is accountable, and who verified it when.
fn decided(context: &Context, case: &CaseStudy) -> Option<String> {
    let language = context.language;
    let accountable =
        (!case.raci.accountable.is_empty()).then(|| language.fill("copying.accountable", &[("who", &language.list(&case.raci.accountable))]));
    let verified = match (&case.verification.by, case.verification.on) {
        (Some(by), Some(on)) => Some(language.fill("copying.verified_by", &[("who", by), ("date", &language.day(on))])),
        (None, Some(on)) => Some(language.fill("copying.verified", &[("date", &language.day(on))])),
        _ => None,
    };
    let parts: Vec<String> = accountable.into_iter().chain(verified).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Markets in use, with the approved studies that suit them; most first.
fn markets(context: &Context, approved: &[CaseIndex]) -> Vec<SuitedMarket> {
    let mut by_market: BTreeMap<MarketId, Vec<CaseIndex>> = BTreeMap::new();
    for index in approved {
        let in_use = |market: &MarketId| context.evidence.markets.contains_key(market);
        for market in suits(context, context.catalog.case(*index)).into_iter().filter(in_use) {
            by_market.entry(market).or_default().push(*index);
        }
    }
    let mut markets: Vec<(MarketId, Vec<CaseIndex>)> = by_market.into_iter().collect();
    markets.sort_by_key(|(market, _)| TermRef::Market(*market).label(context).to_lowercase());
    let view = |(market, cases): (MarketId, Vec<CaseIndex>)| SuitedMarket {
        id: context.catalog.vocabulary.markets[market].slug(),
        label: TermRef::Market(market).label(context).to_owned(),
        count: context.language.whole(cases.len()),
        studies: cases
            .iter()
            .take(MOST_OF_MARKET)
            .map(|index| &context.catalog.case(*index).meta)
            .map(|meta| Link::new(&meta.address, &meta.title))
            .collect(),
    };
    markets.into_iter().take(MOST_MARKETS).map(view).collect()
}
