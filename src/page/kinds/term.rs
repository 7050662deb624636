//! The page of a market, market group, channel or tactic: results, running studies and untried
//! tactics.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::evidence::Tally;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::proposals;
use crate::page::kinds::speed::{self, PaceSummary};
use crate::page::parts::comparison::{self, EvidenceSection};
use crate::page::parts::{
    AnnotatedLink, CaseStudyList, EmptyState, KeyFigure, Link, LinkGroup, OptionalLink, TallyBar,
    TermSummary, breadcrumbs, pagination, term_summary,
};
use crate::page::text::display;
use crate::site::pages::PageKind;
use crate::vocabulary::{TacticId, Term, TermRef};

/// The view of one page of a market, market group, channel or tactic.
#[derive(Debug, Clone, Serialize)]
pub struct TermPage {
    /// Breadcrumb links.
    pub crumbs: Vec<Link>,
    /// Label of the term.
    pub title: String,
    /// A sentence about the term.
    pub description: String,
    /// Groups of a market, members of a market group, and maturity of a market.
    pub chips: Vec<OptionalLink>,
    /// Key figures: studies, win rate, best evidence, running.
    pub figures: Vec<KeyFigure>,
    /// Outcomes as a bar.
    pub tally: Option<TallyBar>,
    /// Shown for a term without case studies.
    pub empty: Option<EmptyState>,
    /// Lists of case studies: open ones on the first page, then all.
    pub blocks: Vec<CaseStudyList>,
    /// Lists of links to other terms; on the first page only.
    pub sides: Vec<LinkGroup>,
    /// Comparison of results; on the first page only.
    pub evidence: Option<EvidenceSection>,
    /// Speed figures; on the first page only.
    pub pace: Option<PaceSummary>,
    /// Link to the proposals for the market; on the first page only.
    pub proposals: Option<Link>,
    /// Site path of the term's feed.
    pub feed: String,
}

/// The most planned and running studies in the list of those.
const MAX_UNFINISHED: usize = 10;
/// The most links in one list of other terms.
const MAX_LINKS: usize = 12;

/// Composes one page of a term; pages after the first contain only more case studies. `page_index`
/// is zero-based.
pub fn compose(context: &Context, term: TermRef, page_index: usize) -> ComposedPage<TermPage> {
    let entry = term.term(&context.catalog.vocabulary);
    let label = term.label(context).to_owned();
    let address = term.address(&context.catalog.vocabulary);
    let nothing = Tally::default();
    let tally = term.tally(context).unwrap_or(&nothing);
    let unshared;
    let TermSummary { cases, figures, tally: bar } = match term_summary::cached(context, term) {
        Some(shared) => shared,
        None => {
            unshared = term_summary::compose(context, term);
            &unshared
        }
    };
    let description = if entry.description.is_empty() {
        context.language.text_with(about_key(term), &[("term", &label)])
    } else {
        entry.description.clone()
    };
    let feed = format!("{address}feed.xml");
    let page = TermPage {
        crumbs: breadcrumbs([(term.kind().address().to_owned(), context.text(kind_key(term)))]),
        title: label.clone(),
        chips: chips(context, term, entry),
        figures: figures.clone(),
        tally: bar.clone(),
        empty: cases.is_empty().then(|| empty_state(context, &label)),
        blocks: case_study_lists(context, &address, cases, page_index),
        sides: if page_index == 0 { side_lists(context, term, tally) } else { Vec::new() },
        evidence: if page_index == 0 { comparison::evidence_section(context, term) } else { None },
        pace: if page_index == 0 { speed::pace_summary(context, term) } else { None },
        proposals: if page_index == 0 { proposals::market_link(context, term) } else { None },
        feed: feed.clone(),
        description: description.clone(),
    };
    ComposedPage::from_title(context, &label, page)
        .with_description(Some(&description))
        .with_feed(&feed)
}

/// The language key for the label of a term's kind, in the plural.
fn kind_key(term: TermRef) -> &'static str {
    match term {
        TermRef::Market(_) => "terms.markets",
        TermRef::Group(_) => "terms.groups",
        TermRef::Channel(_) => "terms.channels",
        TermRef::Tactic(_) => "terms.tactics",
    }
}

/// The language key for a sentence about a term, for terms without a description of their own.
fn about_key(term: TermRef) -> &'static str {
    match term {
        TermRef::Market(_) | TermRef::Group(_) => "term.about_place",
        TermRef::Channel(_) => "term.about_channel",
        TermRef::Tactic(_) => "term.about_tactic",
    }
}

/// What the page of a term shows where no case study names it; `label` is that of the term.
fn empty_state(context: &Context, label: &str) -> EmptyState {
    EmptyState {
        title: context.language.text_with("empty.term", &[("term", label)]),
        text: context.text("empty.term_text"),
        url: Some(PageKind::Ideas.address().into()),
        action: context.text("empty.term_action"),
    }
}

/// The small labels at the top of the page of a term: the groups of a market and the members of a
/// market group, linked and only those in use, and the maturity of a market as plain text.
fn chips(context: &Context, term: TermRef, entry: &Term) -> Vec<OptionalLink> {
    let vocabulary = &context.catalog.vocabulary;
    let linked =
        |term: TermRef| OptionalLink::linked(term.address(vocabulary), term.label(context));
    let mut chips: Vec<OptionalLink> = entry
        .groups
        .iter()
        .map(|id| TermRef::Group(*id))
        .filter(|group| group.tally(context).is_some())
        .map(linked)
        .collect();
    if let TermRef::Group(_) = term {
        chips.extend(
            entry
                .members
                .iter()
                .map(|id| TermRef::Market(*id))
                .filter(|market| market.tally(context).is_some())
                .map(linked),
        );
    }
    if let (TermRef::Market(_), Some(maturity)) = (term, entry.maturity) {
        chips.push(OptionalLink::plain(context.text(display::maturity_key(maturity))));
    }
    chips
}

/// Lists of the case studies of a term: on the first page those planned or running, then the page
/// with this index of all.
fn case_study_lists(
    context: &Context,
    address: &str,
    cases: &[CaseIndex],
    page_index: usize,
) -> Vec<CaseStudyList> {
    let mut blocks = Vec::new();
    let open =
        cases.iter().filter(|case| context.catalog.case(**case).is_unfinished()).map(|case| case.0);
    let open: Vec<u32> =
        if page_index == 0 { open.take(MAX_UNFINISHED).collect() } else { Vec::new() };
    if !open.is_empty() {
        blocks.push(CaseStudyList {
            id: "running",
            title: context.text("term.running"),
            hint: context.text("term.running_hint"),
            rows: open,
            pages: Vec::new(),
        });
    }
    if !cases.is_empty() {
        blocks.push(CaseStudyList {
            id: "all",
            title: context.text("term.all"),
            hint: context.text("term.all_hint"),
            rows: pagination::rows_on_page(cases, page_index).iter().map(|case| case.0).collect(),
            pages: pagination::links(address, cases.len(), page_index),
        });
    }
    blocks
}

/// Lists of other terms: for a market or group untried tactics, then two of the markets, channels
/// and tactics that studies of the term also name.
fn side_lists(context: &Context, term: TermRef, tally: &Tally) -> Vec<LinkGroup> {
    let (first, others): (Option<LinkGroup>, [(&'static str, TermsOfCase); 2]) = match term {
        TermRef::Market(_) | TermRef::Group(_) => (
            untried_tactics(context, term),
            [("term.tactics_here", tactics_of), ("term.channels_here", channels_of)],
        ),
        TermRef::Channel(_) => {
            (None, [("term.tactics_with", tactics_of), ("term.markets_with", markets_of)])
        }
        TermRef::Tactic(_) => {
            (None, [("term.markets_with", markets_of), ("term.channels_with", channels_of)])
        }
    };
    let others =
        others.map(|(label, terms_of)| co_occurring_terms(context, label, tally, terms_of));
    first.into_iter().chain(others.into_iter().flatten()).collect()
}

/// A function that returns the terms of one kind that a case study names.
type TermsOfCase = fn(&CaseStudy) -> Vec<TermRef>;

/// The markets of a case study, as terms.
fn markets_of(case: &CaseStudy) -> Vec<TermRef> {
    case.markets.iter().copied().map(TermRef::Market).collect()
}

/// The channels of a case study, as terms.
fn channels_of(case: &CaseStudy) -> Vec<TermRef> {
    case.channels.iter().copied().map(TermRef::Channel).collect()
}

/// The tactics of a case study, as terms.
fn tactics_of(case: &CaseStudy) -> Vec<TermRef> {
    case.tactics.iter().copied().map(TermRef::Tactic).collect()
}

/// Tactics that won with good evidence elsewhere and were not tried in this market or market group;
/// none where there are none.
fn untried_tactics(context: &Context, market_or_group: TermRef) -> Option<LinkGroup> {
    let tried: BTreeSet<TacticId> = market_or_group
        .tally(context)?
        .cases
        .iter()
        .flat_map(|case| context.catalog.case(*case).tactics.iter().copied())
        .collect();
    let links: Vec<AnnotatedLink> = context
        .proven_tactics
        .iter()
        .filter(|tactic| !tried.contains(tactic))
        .take(MAX_LINKS / 2)
        .map(|tactic| {
            link_with_wins(context, TermRef::Tactic(*tactic), context.evidence.tactics.get(tactic))
        })
        .collect();
    (!links.is_empty()).then(|| LinkGroup { label: context.text("term.untried"), links })
}

/// Other terms of the studies in a tally, most frequent first, each with its wins among those
/// studies; none where they have no such terms. `title` is a language key.
fn co_occurring_terms(
    context: &Context,
    title: &'static str,
    tally: &Tally,
    terms_of: TermsOfCase,
) -> Option<LinkGroup> {
    let mut counts: std::collections::BTreeMap<TermRef, Tally> = std::collections::BTreeMap::new();
    for index in &tally.cases {
        let case = context.catalog.case(*index);
        for term in terms_of(case) {
            counts.entry(term).or_default().add(*index, case);
        }
    }
    let mut counts: Vec<(TermRef, Tally)> = counts.into_iter().collect();
    counts.sort_by(|(a, first), (b, second)| {
        second.cases.len().cmp(&first.cases.len()).then(a.cmp(b))
    });
    let links: Vec<AnnotatedLink> = counts
        .iter()
        .take(MAX_LINKS)
        .map(|(term, tally)| link_with_wins(context, *term, Some(tally)))
        .collect();
    (!links.is_empty()).then(|| LinkGroup { label: context.text(title), links })
}

/// A link to a term with its wins as a remark, or with its number of studies where none counts;
/// without a remark for none.
fn link_with_wins(context: &Context, term: TermRef, tally: Option<&Tally>) -> AnnotatedLink {
    let link = term.link(context);
    let note = tally.map(|tally| match tally.counted() {
        0 => context.language.plural_text("count.case_studies", tally.cases.len(), &[]),
        counted => context.language.text_with(
            "tally.short",
            &[
                ("won", &context.language.format_integer(tally.won as usize)),
                ("counted", &context.language.format_integer(counted as usize)),
            ],
        ),
    });
    AnnotatedLink { url: link.url, label: link.label, note }
}
