//! The page of a market, market group, channel or tactic: what is known, what is running, what is untried.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::catalog::words::{Grade, Outcome};
use crate::evidence::{Evidence, Tally};
use crate::page::comparison::{self, EvidenceSection};
use crate::page::context::Context;
use crate::page::parts::{Block, Empty, Figure, Labelled, Link, LinkGroup, NotedLink, TallyBar};
use crate::page::speed::{self, PaceNote};
use crate::page::{Composed, PageKind, View, crumbs, proposals, say, steps};
use crate::vocabulary::{Maturity, TacticId, Term, TermRef};

/// The view of a term.
#[derive(Debug, Clone, Serialize)]
pub struct TermPage {
    /// The way back.
    pub crumbs: Vec<Link>,
    /// Its label.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// Groups, maturity, languages; family.
    pub chips: Vec<Labelled>,
    /// The numbers that stand out.
    pub figures: Vec<Figure>,
    /// Outcomes as a bar.
    pub tally: Option<TallyBar>,
    /// What to do where there is no case study.
    pub empty: Option<Empty>,
    /// Lists of case studies.
    pub blocks: Vec<Block>,
    /// Lists of links.
    pub sides: Vec<LinkGroup>,
    /// What the results say together; on the first page only.
    pub evidence: Option<EvidenceSection>,
    /// How fast it goes there; on the first page only.
    pub pace: Option<PaceNote>,
    /// What the evidence proposes for it; on the first page only.
    pub proposals: Option<Link>,
    /// Its feed.
    pub feed: String,
}

const MOST_RUNNING: usize = 10;
const MOST_LINKS: usize = 12;

/// What all pages of a term share: a list of ten pages is sorted and counted once.
#[derive(Debug)]
pub struct OfTerm {
    /// Its studies in the order of lists.
    pub cases: Vec<CaseIndex>,
    figures: Vec<Figure>,
    tally: Option<TallyBar>,
}

impl OfTerm {
    /// Sorts and counts the studies of a term.
    pub fn compose(context: &Context, term: TermRef) -> Self {
        let nothing = Tally::default();
        let tally = term.tally(context).unwrap_or(&nothing);
        let cases = context.sorted(&tally.cases);
        OfTerm { figures: figures(context, tally, &cases), tally: say::tally(context.language, tally), cases }
    }
}

impl TermRef {
    /// Every term that a study names.
    pub fn all(evidence: &Evidence) -> impl Iterator<Item = TermRef> {
        let places = evidence.markets.keys().map(|id| TermRef::Market(*id)).chain(evidence.groups.keys().map(|id| TermRef::Group(*id)));
        let means = evidence.channels.keys().map(|id| TermRef::Channel(*id)).chain(evidence.tactics.keys().map(|id| TermRef::Tactic(*id)));
        places.chain(means)
    }

    /// Its counts, if any study names it.
    pub fn tally<'a>(self, context: &Context<'a>) -> Option<&'a Tally> {
        match self {
            TermRef::Market(id) => context.evidence.markets.get(&id),
            TermRef::Group(id) => context.evidence.groups.get(&id),
            TermRef::Channel(id) => context.evidence.channels.get(&id),
            TermRef::Tactic(id) => context.evidence.tactics.get(&id),
        }
    }

    /// A link to its page.
    pub fn link(self, context: &Context) -> Link {
        Link::new(self.address(&context.catalog.vocabulary), self.label(context))
    }

    /// Its label.
    pub fn label<'a>(self, context: &'a Context) -> &'a str {
        self.term(&context.catalog.vocabulary).label_in(context.tongue())
    }
}

/// Composes one page of a term; further pages hold only more of the list.
pub fn compose(context: &Context, term: TermRef, step: usize) -> Composed {
    let entry = term.term(&context.catalog.vocabulary);
    let label = term.label(context).to_owned();
    let address = term.address(&context.catalog.vocabulary);
    let nothing = Tally::default();
    let tally = term.tally(context).unwrap_or(&nothing);
    let alone;
    let OfTerm { cases, figures, tally: bar } = match context.of_term(term) {
        Some(shared) => shared,
        None => {
            alone = OfTerm::compose(context, term);
            &alone
        }
    };
    let description = if entry.description.is_empty() { context.language.fill(about(term), &[("term", &label)]) } else { entry.description.clone() };
    let feed = format!("{address}feed.xml");
    let page = TermPage {
        crumbs: crumbs([(term.kind().address().to_owned(), context.text(kind_label(term)))]),
        title: label.clone(),
        chips: chips(context, term, entry),
        figures: figures.clone(),
        tally: bar.clone(),
        empty: cases.is_empty().then(|| empty(context, &label)),
        blocks: blocks(context, &address, cases, step),
        sides: if step == 0 { sides(context, term, tally) } else { Vec::new() },
        evidence: if step == 0 { comparison::section(context, term) } else { None },
        pace: if step == 0 { speed::of_place(context, term) } else { None },
        proposals: if step == 0 { proposals::of_place(context, term) } else { None },
        feed: feed.clone(),
        description: description.clone(),
    };
    Composed::titled(context, &label, View::Term(page)).described(Some(&description)).fed(&feed)
}

fn kind_label(term: TermRef) -> &'static str {
    match term {
        TermRef::Market(_) => "terms.markets",
        TermRef::Group(_) => "terms.groups",
        TermRef::Channel(_) => "terms.channels",
        TermRef::Tactic(_) => "terms.tactics",
    }
}

fn about(term: TermRef) -> &'static str {
    match term {
        TermRef::Market(_) | TermRef::Group(_) => "term.about_place",
        TermRef::Channel(_) => "term.about_channel",
        TermRef::Tactic(_) => "term.about_tactic",
    }
}

fn empty(context: &Context, label: &str) -> Empty {
    Empty {
        title: context.language.fill("empty.term", &[("term", label)]),
        text: context.text("empty.term_text"),
        url: Some(PageKind::Ideas.address().into()),
        action: context.text("empty.term_action"),
    }
}

fn chips(context: &Context, term: TermRef, entry: &Term) -> Vec<Labelled> {
    let words = &context.catalog.vocabulary;
    let linked = |term: TermRef| Labelled::linked(term.address(words), term.label(context));
    let mut chips: Vec<Labelled> =
        entry.groups.iter().map(|id| TermRef::Group(*id)).filter(|group| group.tally(context).is_some()).map(linked).collect();
    if let TermRef::Group(_) = term {
        chips.extend(entry.members.iter().map(|id| TermRef::Market(*id)).filter(|market| market.tally(context).is_some()).map(linked));
    }
    if let (TermRef::Market(_), Some(maturity)) = (term, entry.maturity) {
        chips.push(Labelled::plain(context.text(maturity_key(maturity))));
    }
    chips
}

/// The language key of a maturity.
pub fn maturity_key(maturity: Maturity) -> &'static str {
    match maturity {
        Maturity::Mature => "maturity.mature",
        Maturity::Growth => "maturity.growth",
        Maturity::NewEntry => "maturity.new_entry",
    }
}

/// Studies, win rate, best evidence, running now.
pub fn figures(context: &Context, tally: &Tally, cases: &[CaseIndex]) -> Vec<Figure> {
    let language = context.language;
    let first = cases.iter().filter_map(|case| context.catalog.case(*case).start).min();
    let mut figures = vec![Figure {
        value: language.whole(cases.len()),
        label: language.count("figure.case_studies", cases.len(), &[]),
        url: None,
        note: first.map(|day| language.fill("figure.since", &[("date", &language.month(day))])),
    }];
    if let Some((value, note)) = say::win_figure(language, tally) {
        figures.push(Figure { value, label: context.text("figure.won"), url: None, note: Some(note) });
    }
    if let Some(grade) = tally.best_grade {
        let same = cases.iter().filter(|case| context.catalog.case(**case).graded.grade == Some(grade)).count();
        let letter = say::letters(grade).1;
        figures.push(Figure {
            value: letter.into(),
            label: context.text("figure.best_evidence"),
            url: None,
            note: Some(language.count("figure.with_grade", same, &[("grade", letter)])),
        });
    }
    let running = tally.running as usize;
    if !cases.is_empty() {
        let planned = tally.open as usize - running;
        figures.push(Figure {
            value: language.whole(running),
            label: context.text("figure.running"),
            url: None,
            note: (planned > 0).then(|| language.count("figure.planned", planned, &[])),
        });
    }
    figures
}

fn blocks(context: &Context, address: &str, cases: &[CaseIndex], step: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let open = cases.iter().filter(|case| context.catalog.case(**case).is_open()).map(|case| case.0);
    let open: Vec<u32> = if step == 0 { open.take(MOST_RUNNING).collect() } else { Vec::new() };
    if !open.is_empty() {
        blocks.push(Block {
            id: "running",
            title: context.text("term.running"),
            hint: context.text("term.running_hint"),
            rows: open,
            pages: Vec::new(),
        });
    }
    if !cases.is_empty() {
        blocks.push(Block {
            id: "all",
            title: context.text("term.all"),
            hint: context.text("term.all_hint"),
            rows: steps::rows(cases, step).iter().map(|case| case.0).collect(),
            pages: steps::steps(address, cases.len(), step),
        });
    }
    blocks
}

fn sides(context: &Context, term: TermRef, tally: &Tally) -> Vec<LinkGroup> {
    let mut sides = Vec::new();
    match term {
        TermRef::Market(_) | TermRef::Group(_) => {
            sides.extend(untried(context, term));
            sides.extend(count(context, "term.tactics_here", tally, |context, case| {
                context.catalog.case(case).tactics.iter().map(|id| TermRef::Tactic(*id)).collect()
            }));
            sides.extend(count(context, "term.channels_here", tally, |context, case| {
                context.catalog.case(case).channels.iter().map(|id| TermRef::Channel(*id)).collect()
            }));
        }
        TermRef::Channel(_) => {
            sides.extend(count(context, "term.tactics_with", tally, |context, case| {
                context.catalog.case(case).tactics.iter().map(|id| TermRef::Tactic(*id)).collect()
            }));
            sides.extend(count(context, "term.markets_with", tally, |context, case| {
                context.catalog.case(case).markets.iter().map(|id| TermRef::Market(*id)).collect()
            }));
        }
        TermRef::Tactic(_) => {
            sides.extend(count(context, "term.markets_with", tally, |context, case| {
                context.catalog.case(case).markets.iter().map(|id| TermRef::Market(*id)).collect()
            }));
            sides.extend(count(context, "term.channels_with", tally, |context, case| {
                context.catalog.case(case).channels.iter().map(|id| TermRef::Channel(*id)).collect()
            }));
        }
    }
    sides
}

/// Tactics that won with good evidence elsewhere and were not tried here.
fn untried(context: &Context, place: TermRef) -> Option<LinkGroup> {
    let tried: BTreeSet<TacticId> = place.tally(context)?.cases.iter().flat_map(|case| context.catalog.case(*case).tactics.iter().copied()).collect();
    let links: Vec<NotedLink> = context
        .proven
        .iter()
        .filter(|tactic| !tried.contains(tactic))
        .take(MOST_LINKS / 2)
        .map(|tactic| noted(context, TermRef::Tactic(*tactic), context.evidence.tactics.get(tactic)))
        .collect();
    (!links.is_empty()).then(|| LinkGroup { label: context.text("term.untried"), links })
}

/// Other terms of the studies counted here, most frequent first, each with what was won with it here.
fn count(context: &Context, title: &'static str, tally: &Tally, terms: impl Fn(&Context, CaseIndex) -> Vec<TermRef>) -> Option<LinkGroup> {
    let mut counts: std::collections::BTreeMap<TermRef, Tally> = std::collections::BTreeMap::new();
    for case in &tally.cases {
        for term in terms(context, *case) {
            counts.entry(term).or_default().add(*case, context.catalog.case(*case));
        }
    }
    let mut counts: Vec<(TermRef, Tally)> = counts.into_iter().collect();
    counts.sort_by(|(a, first), (b, second)| second.cases.len().cmp(&first.cases.len()).then(a.cmp(b)));
    let links: Vec<NotedLink> = counts.iter().take(MOST_LINKS).map(|(term, tally)| noted(context, *term, Some(tally))).collect();
    (!links.is_empty()).then(|| LinkGroup { label: context.text(title), links })
}

fn noted(context: &Context, term: TermRef, tally: Option<&Tally>) -> NotedLink {
    let link = term.link(context);
    let note = tally.map(|tally| match tally.counted() {
        0 => context.language.count("count.case_studies", tally.cases.len(), &[]),
        counted => context
            .language
            .fill("tally.short", &[("won", &context.language.whole(tally.won as usize)), ("counted", &context.language.whole(counted as usize))]),
    });
    NotedLink { url: link.url, label: link.label, note }
}

/// Tactics that won at least once with grade A or B, most wins first.
pub fn proven(context: &Context) -> Vec<TacticId> {
    let good = |case: &CaseIndex| {
        let case = context.catalog.case(*case);
        case.outcome == Some(Outcome::Won) && matches!(case.graded.grade, Some(Grade::A | Grade::B))
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
