//! The page of a playbook: a claim, and the case studies that support or contradict it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::{CaseIndex, Playbook, PlaybookIndex};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::playbooks;
use crate::page::parts::record::record_lines;
use crate::page::parts::term_ref::term_link;
use crate::page::parts::{
    Badge, Callout, CaseStudyList, Fact, LanguageMark, Link, OptionalLink, RecordLine, TallyBar,
    breadcrumbs, extra_fields,
};
use crate::page::spec::Page;
use crate::page::text::{body, display};
use crate::site::pages::PageKind;
use crate::vocabulary::{MarketId, TermRef};

/// The view of the page of a playbook.
#[derive(Debug, Clone, Serialize)]
pub struct PlaybookPage {
    /// Breadcrumb links.
    pub crumbs: Vec<Link>,
    /// Language of the record where it differs from the interface's.
    pub language: Option<LanguageMark>,
    /// Title of the playbook.
    pub title: String,
    /// The claim.
    pub claim: String,
    /// Status of the claim as a badge.
    pub status: Badge,
    /// Number of supporting and contradicting studies, in words.
    pub says: Vec<String>,
    /// A notice where verification is overdue.
    pub notes: Vec<Callout>,
    /// Supporting and contradicting studies as a bar.
    pub tally: Option<TallyBar>,
    /// What must be kept.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// Lists of supporting and contradicting studies.
    pub blocks: Vec<CaseStudyList>,
    /// Body as HTML.
    pub body: String,
    /// Facts about the playbook.
    pub facts: Vec<Fact>,
    /// Markets that the claim applies to and no cited study covers.
    pub untried: Vec<Link>,
    /// Verification, change dates and source of the record.
    pub record: Vec<RecordLine>,
}

/// The most untried markets that the page of a playbook names.
const MAX_UNTRIED: usize = 24;

/// Composes the page of a playbook.
pub fn compose(context: &Context, index: PlaybookIndex, page: &Page) -> ComposedPage<PlaybookPage> {
    let playbook = context.catalog.playbook(index);
    let view = PlaybookPage {
        crumbs: breadcrumbs([(
            PageKind::Playbooks.address().to_owned(),
            context.text("nav.playbooks"),
        )]),
        language: display::foreign_language_mark(context, &playbook.meta.language),
        title: playbook.meta.title.clone(),
        claim: playbook.claim.clone(),
        status: playbooks::status_badge(context, playbook.status),
        says: vec![playbooks::support_summary(context, playbook)],
        notes: callouts(context, playbook),
        tally: playbooks::support_bar(context, playbook),
        fixed: playbook.fixed.clone(),
        flexible: playbook.flexible.clone(),
        blocks: case_study_lists(context, playbook),
        body: body::render_html(context.catalog, &playbook.meta.body, &page.root_prefix()),
        facts: playbook_facts(context, playbook),
        untried: untried_markets(context, playbook),
        record: record_lines(context, &playbook.meta, Some(&playbook.verification)),
    };
    ComposedPage::from_title(context, &playbook.meta.title, view)
        .with_description(Some(&playbook.claim))
}

/// A notice that verification is overdue; empty where it is not.
fn callouts(context: &Context, playbook: &Playbook) -> Vec<Callout> {
    let due = playbook
        .verification
        .due_date()
        .filter(|_| playbook.verification.is_overdue(context.site.today));
    due.map(|due| Callout {
        tone: "attention",
        icon: "clock",
        text: context
            .language
            .text_with("note.overdue", &[("date", &context.language.format_day(due))]),
        ..Callout::default()
    })
    .into_iter()
    .collect()
}

/// The supporting and the contradicting studies, each in list order; empty lists are left out.
fn case_study_lists(context: &Context, playbook: &Playbook) -> Vec<CaseStudyList> {
    let rows = |cases: &[CaseIndex]| {
        context.sort_newest_first(cases).iter().map(|case| case.0).collect::<Vec<u32>>()
    };
    let mut blocks = Vec::new();
    for (id, title, hint, cases) in [
        ("for", "playbook.for_title", "playbook.for_hint", &playbook.supports),
        ("against", "playbook.against_title", "playbook.against_hint", &playbook.contradicts),
    ] {
        if !cases.is_empty() {
            blocks.push(CaseStudyList {
                id,
                title: context.text(title),
                hint: context.text(hint),
                rows: rows(cases),
                pages: Vec::new(),
            });
        }
    }
    blocks
}

/// The facts of a playbook, then the hub's own fields; those without a value are left out.
fn playbook_facts(context: &Context, playbook: &Playbook) -> Vec<Fact> {
    let terms = |terms: Vec<TermRef>| -> Vec<OptionalLink> {
        terms.into_iter().map(|term| term_link(context, term)).collect()
    };
    let places = playbook
        .stated_groups
        .iter()
        .map(|id| TermRef::Group(*id))
        .chain(playbook.markets.iter().map(|id| TermRef::Market(*id)));
    let facts = [
        ("fact.applies_to", terms(places.collect())),
        (
            "fact.maturity",
            playbook
                .maturity
                .iter()
                .map(|maturity| OptionalLink::plain(context.text(display::maturity_key(*maturity))))
                .collect(),
        ),
        (
            "fact.channels",
            terms(playbook.channels.iter().map(|id| TermRef::Channel(*id)).collect()),
        ),
        ("fact.tactics", terms(playbook.tactics.iter().map(|id| TermRef::Tactic(*id)).collect())),
        ("fact.owner", playbook.owner.clone().map(OptionalLink::plain).into_iter().collect()),
    ];
    facts
        .into_iter()
        .filter(|(_, values): &(_, Vec<OptionalLink>)| !values.is_empty())
        .map(|(label, values)| Fact { label: context.text(label), values })
        .chain(extra_fields::facts(&playbook.meta))
        .collect()
}

/// Links to markets that no cited study covers, among those the playbook applies to: all markets in
/// use where it names none. At most `MAX_UNTRIED`.
fn untried_markets(context: &Context, playbook: &Playbook) -> Vec<Link> {
    let vocabulary = &context.catalog.vocabulary;
    let cited = playbook.supports.iter().chain(&playbook.contradicts);
    let tried: BTreeSet<MarketId> =
        cited.flat_map(|case| context.catalog.case(*case).markets.iter().copied()).collect();
    let stated: BTreeSet<MarketId> = playbook
        .markets
        .iter()
        .copied()
        .chain(
            playbook
                .stated_groups
                .iter()
                .flat_map(|group| vocabulary.groups[*group].members.iter().copied()),
        )
        .collect();
    let applies = |market: &MarketId| {
        (stated.is_empty() || stated.contains(market))
            && vocabulary.markets[*market].maturity.is_none_or(|maturity| {
                playbook.maturity.is_empty() || playbook.maturity.contains(&maturity)
            })
    };
    context
        .evidence
        .markets
        .keys()
        .filter(|market| applies(market) && !tried.contains(market))
        .take(MAX_UNTRIED)
        .map(|market| TermRef::Market(*market).link(context))
        .collect()
}
