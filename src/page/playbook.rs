//! The page of a playbook: a claim, and the studies for and against it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::{CaseIndex, Playbook, PlaybookIndex};
use crate::page::case_study::{linked, record};
use crate::page::context::Context;
use crate::page::parts::{Badge, Block, Fact, Labelled, LanguageMark, Link, Note, RecordLine, TallyBar};
use crate::page::term::maturity_key;
use crate::page::{Composed, Page, PageKind, View, body, crumbs, free_fields, playbooks, say};
use crate::vocabulary::{MarketId, TermRef};

/// The view of a playbook.
#[derive(Debug, Clone, Serialize)]
pub struct PlaybookPage {
    /// The way back.
    pub crumbs: Vec<Link>,
    /// Its language where that is not the interface's.
    pub language: Option<LanguageMark>,
    /// Its title.
    pub title: String,
    /// What is held to be true.
    pub claim: String,
    /// How sure the hub is.
    pub status: Badge,
    /// The balance in words.
    pub says: Vec<String>,
    /// What the reader must know first.
    pub notes: Vec<Note>,
    /// For and against.
    pub tally: Option<TallyBar>,
    /// What is kept.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// Studies for and against.
    pub blocks: Vec<Block>,
    /// Its text, as HTML.
    pub body: String,
    /// The facts at a glance.
    pub facts: Vec<Fact>,
    /// Markets it applies to that have no study of it.
    pub untried: Vec<Link>,
    /// About the record itself.
    pub record: Vec<RecordLine>,
}

/// The most untried markets named.
const MOST_UNTRIED: usize = 24;

/// Composes the page.
pub fn compose(context: &Context, index: PlaybookIndex, page: &Page) -> Composed {
    let playbook = context.catalog.playbook(index);
    let view = PlaybookPage {
        crumbs: crumbs([(PageKind::Playbooks.address().to_owned(), context.text("nav.playbooks"))]),
        language: say::foreign(context, &playbook.meta.language),
        title: playbook.meta.title.clone(),
        claim: playbook.claim.clone(),
        status: playbooks::status(context, playbook.status),
        says: vec![playbooks::balance(context, playbook)],
        notes: notes(context, playbook),
        tally: playbooks::tally(context, playbook),
        fixed: playbook.fixed.clone(),
        flexible: playbook.flexible.clone(),
        blocks: blocks(context, playbook),
        body: body::html(context.catalog, &playbook.meta.body, &page.root()),
        facts: facts(context, playbook),
        untried: untried(context, playbook),
        record: record(context, &playbook.meta, Some(&playbook.verification)),
    };
    Composed::titled(context, &playbook.meta.title, View::Playbook(view)).described(Some(&playbook.claim))
}

fn notes(context: &Context, playbook: &Playbook) -> Vec<Note> {
    let due = playbook.verification.due().filter(|_| playbook.verification.overdue(context.site.today));
    due.map(|due| Note {
        tone: "attention",
        icon: "clock",
        text: context.language.fill("note.overdue", &[("date", &context.language.day(due))]),
        url: None,
        action: String::new(),
    })
    .into_iter()
    .collect()
}

fn blocks(context: &Context, playbook: &Playbook) -> Vec<Block> {
    let rows = |cases: &[CaseIndex]| context.sorted(cases).iter().map(|case| case.0).collect::<Vec<u32>>();
    let mut blocks = Vec::new();
    for (id, title, hint, cases) in [
        ("for", "playbook.for_title", "playbook.for_hint", &playbook.supports),
        ("against", "playbook.against_title", "playbook.against_hint", &playbook.contradicts),
    ] {
        if !cases.is_empty() {
            blocks.push(Block { id, title: context.text(title), hint: context.text(hint), rows: rows(cases), pages: Vec::new() });
        }
    }
    blocks
}

fn facts(context: &Context, playbook: &Playbook) -> Vec<Fact> {
    let terms = |terms: Vec<TermRef>| -> Vec<Labelled> { terms.into_iter().map(|term| linked(context, term)).collect() };
    let places = playbook.stated_groups.iter().map(|id| TermRef::Group(*id)).chain(playbook.markets.iter().map(|id| TermRef::Market(*id)));
    let facts = [
        ("fact.applies_to", terms(places.collect())),
        ("fact.maturity", playbook.maturity.iter().map(|maturity| Labelled::plain(context.text(maturity_key(*maturity)))).collect()),
        ("fact.channels", terms(playbook.channels.iter().map(|id| TermRef::Channel(*id)).collect())),
        ("fact.tactics", terms(playbook.tactics.iter().map(|id| TermRef::Tactic(*id)).collect())),
        ("fact.owner", playbook.owner.clone().map(Labelled::plain).into_iter().collect()),
    ];
    facts
        .into_iter()
        .filter(|(_, values): &(_, Vec<Labelled>)| !values.is_empty())
        .map(|(label, values)| Fact { label: context.text(label), values })
        .chain(free_fields::facts(&playbook.meta))
        .collect()
}

/// Markets the playbook applies to (all markets of the hub where it does not say) that no cited study ran in.
fn untried(context: &Context, playbook: &Playbook) -> Vec<Link> {
    let words = &context.catalog.vocabulary;
    let cited = playbook.supports.iter().chain(&playbook.contradicts);
    let tried: BTreeSet<MarketId> = cited.flat_map(|case| context.catalog.case(*case).markets.iter().copied()).collect();
    let stated: BTreeSet<MarketId> = playbook
        .markets
        .iter()
        .copied()
        .chain(playbook.stated_groups.iter().flat_map(|group| words.groups[*group].members.iter().copied()))
        .collect();
    let applies = |market: &MarketId| {
        (stated.is_empty() || stated.contains(market))
            && words.markets[*market].maturity.is_none_or(|maturity| playbook.maturity.is_empty() || playbook.maturity.contains(&maturity))
    };
    context
        .evidence
        .markets
        .keys()
        .filter(|market| applies(market) && !tried.contains(market))
        .take(MOST_UNTRIED)
        .map(|market| TermRef::Market(*market).link(context))
        .collect()
}
