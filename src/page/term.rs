//! The page of a market, market group, channel or tactic: results, running studies and untried
//! tactics.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::catalog::keywords::{Grade, Outcome};
use crate::evidence::{Evidence, Tally};
use crate::page::comparison::{self, EvidenceSection};
use crate::page::context::Context;
use crate::page::parts::{
    AnnotatedLink, CaseStudyList, EmptyState, KeyFigure, Link, LinkGroup, OptionalLink, TallyBar,
};
use crate::page::speed::{self, PaceSummary};
use crate::page::{ComposedPage, PageKind, View, breadcrumbs, display, pagination, proposals};
use crate::vocabulary::{Maturity, TacticId, Term, TermRef};

/// The view of one page of a term.
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

/// The most open studies listed.
const MAX_RUNNING: usize = 10;
/// The most links in one list.
const MAX_LINKS: usize = 12;

/// Values that all pages of a term share, so that they are computed once for each term.
#[derive(Debug)]
pub struct TermSummary {
    /// Case studies in list order.
    pub cases: Vec<CaseIndex>,
    figures: Vec<KeyFigure>,
    tally: Option<TallyBar>,
}

impl TermSummary {
    /// Sorts and counts the case studies of a term.
    pub fn compose(context: &Context, term: TermRef) -> Self {
        let nothing = Tally::default();
        let tally = term.tally(context).unwrap_or(&nothing);
        let cases = context.sort_newest_first(&tally.cases);
        TermSummary {
            figures: key_figures(context, tally, &cases),
            tally: display::tally_bar(context.language, tally),
            cases,
        }
    }
}

impl TermRef {
    /// Every term that a case study names.
    pub fn all(evidence: &Evidence) -> impl Iterator<Item = TermRef> {
        let places = evidence
            .markets
            .keys()
            .map(|id| TermRef::Market(*id))
            .chain(evidence.groups.keys().map(|id| TermRef::Group(*id)));
        let means = evidence
            .channels
            .keys()
            .map(|id| TermRef::Channel(*id))
            .chain(evidence.tactics.keys().map(|id| TermRef::Tactic(*id)));
        places.chain(means)
    }

    /// The tally of the term; none where no case study names it.
    pub fn tally<'a>(self, context: &Context<'a>) -> Option<&'a Tally> {
        match self {
            TermRef::Market(id) => context.evidence.markets.get(&id),
            TermRef::Group(id) => context.evidence.groups.get(&id),
            TermRef::Channel(id) => context.evidence.channels.get(&id),
            TermRef::Tactic(id) => context.evidence.tactics.get(&id),
        }
    }

    /// A link to the page of the term.
    pub fn link(self, context: &Context) -> Link {
        Link::new(self.address(&context.catalog.vocabulary), self.label(context))
    }

    /// The label of the term in the interface's language.
    pub fn label<'a>(self, context: &'a Context) -> &'a str {
        self.term(&context.catalog.vocabulary).label_in(context.language_id())
    }
}

/// Composes one page of a term; pages after the first contain only more case studies.
pub fn compose(context: &Context, term: TermRef, page_index: usize) -> ComposedPage {
    let entry = term.term(&context.catalog.vocabulary);
    let label = term.label(context).to_owned();
    let address = term.address(&context.catalog.vocabulary);
    let nothing = Tally::default();
    let tally = term.tally(context).unwrap_or(&nothing);
    let unshared;
    let TermSummary { cases, figures, tally: bar } = match context.term_summary(term) {
        Some(shared) => shared,
        None => {
            unshared = TermSummary::compose(context, term);
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
    ComposedPage::from_title(context, &label, View::Term(page))
        .with_description(Some(&description))
        .with_feed(&feed)
}

fn kind_key(term: TermRef) -> &'static str {
    match term {
        TermRef::Market(_) => "terms.markets",
        TermRef::Group(_) => "terms.groups",
        TermRef::Channel(_) => "terms.channels",
        TermRef::Tactic(_) => "terms.tactics",
    }
}

fn about_key(term: TermRef) -> &'static str {
    match term {
        TermRef::Market(_) | TermRef::Group(_) => "term.about_place",
        TermRef::Channel(_) => "term.about_channel",
        TermRef::Tactic(_) => "term.about_tactic",
    }
}

fn empty_state(context: &Context, label: &str) -> EmptyState {
    EmptyState {
        title: context.language.text_with("empty.term", &[("term", label)]),
        text: context.text("empty.term_text"),
        url: Some(PageKind::Ideas.address().into()),
        action: context.text("empty.term_action"),
    }
}

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
        chips.push(OptionalLink::plain(context.text(maturity_key(maturity))));
    }
    chips
}

/// The language key of a market's maturity.
pub fn maturity_key(maturity: Maturity) -> &'static str {
    match maturity {
        Maturity::Mature => "maturity.mature",
        Maturity::Growth => "maturity.growth",
        Maturity::NewEntry => "maturity.new_entry",
    }
}

/// Key figures: studies, win rate, best evidence, running.
pub fn key_figures(context: &Context, tally: &Tally, cases: &[CaseIndex]) -> Vec<KeyFigure> {
    let language = context.language;
    let first = cases.iter().filter_map(|case| context.catalog.case(*case).start).min();
    let mut figures = vec![KeyFigure {
        value: language.format_integer(cases.len()),
        label: language.plural_text("figure.case_studies", cases.len(), &[]),
        url: None,
        note: first.map(|day| {
            language.text_with("figure.since", &[("date", &language.format_month(day))])
        }),
    }];
    if let Some((value, note)) = display::format_bare_win_rate(language, tally) {
        figures.push(KeyFigure {
            value,
            label: context.text("figure.won"),
            url: None,
            note: Some(note),
        });
    }
    if let Some(grade) = tally.best_grade {
        let same = cases
            .iter()
            .filter(|case| context.catalog.case(**case).evidence_grade.grade == Some(grade))
            .count();
        let letter = display::grade_letters(grade).1;
        figures.push(KeyFigure {
            value: letter.into(),
            label: context.text("figure.best_evidence"),
            url: None,
            note: Some(language.plural_text("figure.with_grade", same, &[("grade", letter)])),
        });
    }
    let running = tally.running as usize;
    if !cases.is_empty() {
        let planned = tally.open as usize - running;
        figures.push(KeyFigure {
            value: language.format_integer(running),
            label: context.text("figure.running"),
            url: None,
            note: (planned > 0).then(|| language.plural_text("figure.planned", planned, &[])),
        });
    }
    figures
}

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
        if page_index == 0 { open.take(MAX_RUNNING).collect() } else { Vec::new() };
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

fn side_lists(context: &Context, term: TermRef, tally: &Tally) -> Vec<LinkGroup> {
    let mut sides = Vec::new();
    match term {
        TermRef::Market(_) | TermRef::Group(_) => {
            sides.extend(untried_tactics(context, term));
            sides.extend(co_occurring_terms(
                context,
                "term.tactics_here",
                tally,
                |context, case| {
                    context
                        .catalog
                        .case(case)
                        .tactics
                        .iter()
                        .map(|id| TermRef::Tactic(*id))
                        .collect()
                },
            ));
            sides.extend(co_occurring_terms(
                context,
                "term.channels_here",
                tally,
                |context, case| {
                    context
                        .catalog
                        .case(case)
                        .channels
                        .iter()
                        .map(|id| TermRef::Channel(*id))
                        .collect()
                },
            ));
        }
        TermRef::Channel(_) => {
            sides.extend(co_occurring_terms(
                context,
                "term.tactics_with",
                tally,
                |context, case| {
                    context
                        .catalog
                        .case(case)
                        .tactics
                        .iter()
                        .map(|id| TermRef::Tactic(*id))
                        .collect()
                },
            ));
            sides.extend(co_occurring_terms(
                context,
                "term.markets_with",
                tally,
                |context, case| {
                    context
                        .catalog
                        .case(case)
                        .markets
                        .iter()
                        .map(|id| TermRef::Market(*id))
                        .collect()
                },
            ));
        }
        TermRef::Tactic(_) => {
            sides.extend(co_occurring_terms(
                context,
                "term.markets_with",
                tally,
                |context, case| {
                    context
                        .catalog
                        .case(case)
                        .markets
                        .iter()
                        .map(|id| TermRef::Market(*id))
                        .collect()
                },
            ));
            sides.extend(co_occurring_terms(
                context,
                "term.channels_with",
                tally,
                |context, case| {
                    context
                        .catalog
                        .case(case)
                        .channels
                        .iter()
                        .map(|id| TermRef::Channel(*id))
                        .collect()
                },
            ));
        }
    }
    sides
}

/// Tactics that won with good evidence elsewhere and were not tried in this market or market group.
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
/// studies.
fn co_occurring_terms(
    context: &Context,
    title: &'static str,
    tally: &Tally,
    terms: impl Fn(&Context, CaseIndex) -> Vec<TermRef>,
) -> Option<LinkGroup> {
    let mut counts: std::collections::BTreeMap<TermRef, Tally> = std::collections::BTreeMap::new();
    for case in &tally.cases {
        for term in terms(context, *case) {
            counts.entry(term).or_default().add(*case, context.catalog.case(*case));
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

/// Tactics that won with grade A or B at least once and in at least half of the counted studies,
/// most wins first.
pub fn proven_tactics(context: &Context) -> Vec<TacticId> {
    let good = |case: &CaseIndex| {
        let case = context.catalog.case(*case);
        case.outcome == Some(Outcome::Won)
            && matches!(case.evidence_grade.grade, Some(Grade::A | Grade::B))
    };
    let mut proven: Vec<(u32, TacticId)> = context
        .evidence
        .tactics
        .iter()
        .filter(|(_, tally)| tally.won * 2 >= tally.counted() && tally.cases.iter().any(good))
        .map(|(id, tally)| (tally.won, *id))
        .collect();
    proven.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    proven.into_iter().map(|(_, id)| id).collect()
}
