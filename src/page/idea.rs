//! The page of an idea: what it is, who wants it, what is known already.

use serde::Serialize;

use crate::backlog::Ranked;
use crate::catalog::words::IdeaStatus;
use crate::catalog::{CaseIndex, Idea, IdeaIndex};
use crate::page::case_study::{linked, record};
use crate::page::context::Context;
use crate::page::mention::Mentions;
use crate::page::parts::{Badge, Block, Empty, Fact, Figure, Labelled, LanguageMark, Link, Note, RecordLine, Related};
use crate::page::{Composed, Page, PageKind, View, body, crumbs, free_fields, ideas, related, say};
use crate::site::ScoreKind;
use crate::vocabulary::TermRef;

/// The view of an idea.
#[derive(Debug, Clone, Serialize)]
pub struct IdeaPage {
    /// The way back.
    pub crumbs: Vec<Link>,
    /// Its language where that is not the interface's.
    pub language: Option<LanguageMark>,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: Badge,
    /// Demand, target and the like.
    pub says: Vec<String>,
    /// What the reader must know first.
    pub notes: Vec<Note>,
    /// Score, demand, what is known.
    pub figures: Vec<Figure>,
    /// What is believed.
    pub hypothesis: Option<String>,
    /// Its text, as HTML.
    pub body: String,
    /// Case studies that bear on it.
    pub blocks: Vec<Block>,
    /// What to do where nothing is known.
    pub empty: Option<Empty>,
    /// The facts at a glance.
    pub facts: Vec<Fact>,
    /// Where it is mentioned.
    pub related: Vec<Related>,
    /// About the record itself.
    pub record: Vec<RecordLine>,
}

/// Composes the page.
pub fn compose(context: &Context, index: IdeaIndex, page: &Page) -> Composed {
    let idea = context.catalog.idea(index);
    let ranked = context.backlog.of(index);
    let blocks = blocks(context, idea, ranked);
    let mut mentions = Mentions::default();
    let view = IdeaPage {
        crumbs: crumbs([(PageKind::Ideas.address().to_owned(), context.text("nav.ideas"))]),
        language: say::foreign(context, &idea.meta.language),
        title: idea.meta.title.clone(),
        status: status(context, idea.status),
        says: says(context, idea, ranked),
        notes: notes(context, idea, ranked),
        figures: figures(context, idea, ranked),
        hypothesis: idea.hypothesis.clone(),
        body: body::html(context.catalog, &idea.meta.body, &page.root()),
        empty: blocks.is_empty().then(|| Empty {
            title: context.text("empty.matching"),
            text: context.text("empty.matching_text"),
            url: None,
            action: String::new(),
        }),
        blocks,
        facts: facts(context, idea),
        related: related::of_idea(context, index, &mut mentions),
        record: record(context, &idea.meta, None),
    };
    Composed::titled(context, &idea.meta.title, View::Idea(view)).described(Some(&idea.summary)).mentioning(mentions)
}

/// The status of an idea as a badge.
pub fn status(context: &Context, status: IdeaStatus) -> Badge {
    let tone = match status {
        IdeaStatus::Done => "good",
        IdeaStatus::Planned | IdeaStatus::Running | IdeaStatus::Shortlisted => "live",
        IdeaStatus::New | IdeaStatus::Declined | IdeaStatus::Parked => "",
    };
    Badge { tone, label: say::word(context.language, "idea_status", status) }
}

fn says(context: &Context, idea: &Idea, ranked: &Ranked) -> Vec<String> {
    let demand = (ranked.demand > 0).then(|| context.language.count("count.markets_want", ranked.demand, &[]));
    let target = idea.target.as_ref().map(|target| context.language.fill("idea.target_is", &[("target", target)]));
    demand.into_iter().chain(target).chain(idea.declined_reason.clone()).collect()
}

fn notes(context: &Context, idea: &Idea, ranked: &Ranked) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(case) = idea.becomes.map(|case| context.catalog.case(case)) {
        notes.push(Note {
            tone: "live",
            icon: "arrow",
            text: context.text("idea.became"),
            url: Some(case.meta.address.clone()),
            action: case.meta.title.clone(),
        });
    } else if let (Some(text), Some(nearest)) = (ideas::tried(context, ranked), ideas::nearest(ranked)) {
        let case = context.catalog.case(nearest);
        notes.push(Note { tone: "attention", icon: "pair", text, url: Some(case.meta.address.clone()), action: context.text("idea.read_first") });
    }
    if let Some(days) = ranked.age.filter(|_| ranked.stale) {
        notes.push(Note {
            tone: "attention",
            icon: "clock",
            text: context.language.count("idea.waiting", usize::try_from(days).unwrap_or(0), &[]),
            url: None,
            action: String::new(),
        });
    }
    notes
}

fn figures(context: &Context, idea: &Idea, ranked: &Ranked) -> Vec<Figure> {
    let figure = |value: String, label: String, note: Option<String>| Figure { value, label, url: None, note };
    let mut figures = vec![
        figure(ideas::score(context, ranked), context.text("idea.score"), parts(context, idea, ranked)),
        figure(context.language.whole(ranked.demand), context.language.count("idea.demand", ranked.demand, &[]), None),
    ];
    if let Some((value, note)) = say::win_figure(context.language, &ranked.nearby) {
        figures.push(figure(value, context.text("idea.won_with_tactic"), Some(note)));
    }
    figures
}

/// `7 × 8 × 7`, and whether confidence was capped.
fn parts(context: &Context, idea: &Idea, ranked: &Ranked) -> Option<String> {
    ranked.score?;
    let parts = match context.site.ideas.score {
        ScoreKind::Ice => [idea.score.impact, idea.score.confidence, idea.score.ease],
        ScoreKind::Rice => [idea.score.reach, idea.score.impact, idea.score.confidence],
    };
    let written: Vec<String> = parts.iter().flatten().map(|part| context.language.number(*part, 0)).collect();
    let product = written.join(" × ");
    Some(if ranked.capped {
        context.language.fill("idea.capped", &[("parts", &product), ("cap", &context.site.ideas.confidence_cap.to_string())])
    } else {
        product
    })
}

fn blocks(context: &Context, idea: &Idea, ranked: &Ranked) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut push = |id: &'static str, title: &'static str, hint: &'static str, rows: Vec<u32>| {
        if !rows.is_empty() {
            blocks.push(Block { id, title: context.text(title), hint: context.text(hint), rows, pages: Vec::new() });
        }
    };
    push("evidence", "idea.evidence", "idea.evidence_hint", idea.evidence.iter().map(|case| case.0).collect());
    let alike: Vec<CaseIndex> = ranked.trying.iter().chain(&ranked.tried).copied().filter(|case| !idea.evidence.contains(case)).collect();
    push("tried", "idea.alike", "idea.alike_hint", alike.iter().map(|case| case.0).collect());
    push(
        "matching",
        "idea.matching",
        "idea.matching_hint",
        ranked.matching.iter().filter(|case| !idea.evidence.contains(case) && !alike.contains(case)).map(|case| case.0).collect(),
    );
    blocks
}

fn facts(context: &Context, idea: &Idea) -> Vec<Fact> {
    let language = context.language;
    let terms = |terms: Vec<TermRef>| -> Vec<Labelled> { terms.into_iter().map(|term| linked(context, term)).collect() };
    let plain = |text: Option<String>| -> Vec<Labelled> { text.map(Labelled::plain).into_iter().collect() };
    let markets = |ids: &[crate::vocabulary::MarketId]| terms(ids.iter().map(|id| TermRef::Market(*id)).collect());
    let metric = idea.primary_metric.map(|id| context.catalog.vocabulary.metrics[id].label_in(context.tongue()).to_owned());
    let facts = [
        ("fact.would_run_in", markets(&idea.markets)),
        ("fact.wanted_by", markets(&idea.wanted_by)),
        ("fact.proposed_by", markets(&idea.proposed_by)),
        ("fact.channels", terms(idea.channels.iter().map(|id| TermRef::Channel(*id)).collect())),
        ("fact.tactics", terms(idea.tactics.iter().map(|id| TermRef::Tactic(*id)).collect())),
        ("fact.objective", plain(idea.objective.map(|objective| say::word(language, "objective", objective)))),
        ("fact.metric", plain(metric)),
        ("fact.effort", plain(idea.effort.map(|effort| say::word(language, "band", effort)))),
        ("fact.owner", plain(idea.owner.clone())),
        ("fact.target", plain(idea.target.clone())),
    ];
    let facts = facts.into_iter().filter(|(_, values)| !values.is_empty()).map(|(label, values)| Fact { label: context.text(label), values });
    facts.chain(free_fields::facts(&idea.meta)).collect()
}
