//! What the evidence proposes: set apart from what people wrote, each with its reasons and a file ready to be added.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::backlog::proposal::{Ground, Proposal, ProposalKind};
use crate::backlog::take;
use crate::page::Context;
use crate::page::coverage::{Side, Table, Top};
use crate::page::mention::Mentions;
use crate::page::parts::{Empty, Link, Step};
use crate::page::tabs::{self, TabLink};
use crate::page::{Composed, Page, PageKind, View, What, crumbs, say, steps};
use crate::vocabulary::{MarketId, TermRef};

/// The view of all proposals, or of those for one market.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalsPage {
    /// The pages that follow from the evidence.
    pub tabs: Vec<TabLink>,
    /// The way back.
    pub crumbs: Vec<Link>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What to do where there is none.
    pub empty: Option<Empty>,
    /// Proposals by kind.
    pub kinds: Vec<Kind>,
    /// Markets for which something is proposed.
    pub markets: Vec<MarketProposals>,
    /// Further pages.
    pub pages: Vec<Step>,
}

/// Proposals of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct Kind {
    /// `transfer` and so on.
    pub id: &'static str,
    /// Its name.
    pub label: String,
    /// What it means.
    pub hint: String,
    /// How many there are.
    pub count: String,
    /// The best of them.
    pub cards: Vec<Card>,
    /// Where the others are, in words.
    pub more: Option<String>,
}

/// One proposal.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// Its anchor.
    pub id: String,
    /// What to do.
    pub title: String,
    /// Why, strongest first.
    pub reasons: Vec<String>,
    /// The study it rests on, by position among those that the page mentions.
    pub lead: u32,
    /// Others that speak for it, likewise.
    pub support: Vec<u32>,
    /// Studies with the same tactic that lost, likewise.
    pub against: Vec<u32>,
    /// An idea that already says so.
    pub written: Option<Link>,
    /// Where the ready file belongs.
    pub path: String,
    /// The ready file.
    pub draft: String,
    /// The git host's form for a new file.
    pub form: Option<Form>,
}

/// The git host's form for a new file.
#[derive(Debug, Clone, Serialize)]
pub struct Form {
    /// Its address.
    pub url: String,
    /// Whether the text must be pasted.
    pub paste: bool,
}

/// A market for which something is proposed.
#[derive(Debug, Clone, Serialize)]
pub struct MarketProposals {
    /// Its proposals.
    pub url: String,
    /// Its label.
    pub label: String,
    /// How many there are.
    pub count: String,
    /// The best of them.
    pub best: String,
}

/// Proposals of each kind on the page of all.
const FIRST: usize = 6;
/// Proposals on one page of a market; each carries a whole file.
const PER_PAGE: usize = 24;

/// The page of all, and the pages of every market.
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = vec![Page::at(PageKind::Proposals.address(), What::Proposals(None, 0))];
    for (market, of_market) in &context.backlog.proposals.markets {
        let count = of_market.kept.len().div_ceil(PER_PAGE).max(1);
        pages.extend(
            steps::pages(&address(context, *market), count * steps::ROWS)
                .map(|(address, step)| Page::at(address, What::Proposals(Some(*market), step))),
        );
    }
    pages
}

/// The page of a market's proposals.
pub fn address(context: &Context, market: MarketId) -> String {
    format!("proposals/{}/", context.catalog.vocabulary.markets[market].slug())
}

/// The page of a market's proposals, where there are any.
pub fn of_place(context: &Context, term: TermRef) -> Option<Link> {
    match term {
        TermRef::Market(market) if context.backlog.proposals.markets.contains_key(&market) => {
            Some(Link::new(address(context, market), context.text("proposals.here")))
        }
        _ => None,
    }
}

/// Composes the page of all proposals, or one page of a market's.
pub fn compose(context: &Context, market: Option<MarketId>, step: usize) -> Composed {
    let title = match market {
        Some(market) => context.language.fill("proposals.for_market", &[("market", TermRef::Market(market).label(context))]),
        None => context.text("proposals.title"),
    };
    let mut mentions = Mentions::default();
    let view = ProposalsPage {
        tabs: tabs::compose(context, PageKind::Proposals),
        crumbs: if market.is_some() { crumbs([(PageKind::Proposals.address().to_owned(), context.text("proposals.title"))]) } else { Vec::new() },
        title: title.clone(),
        description: context.text("proposals.description"),
        empty: context.backlog.proposals.all.is_empty().then(|| empty(context)),
        kinds: match market {
            Some(market) => of_market(context, market, step, &mut mentions),
            None => best(context, FIRST, &mut mentions),
        },
        markets: if market.is_none() { markets(context) } else { Vec::new() },
        pages: market.map(|market| pages(context, market, step)).unwrap_or_default(),
    };
    Composed::titled(context, &title, View::Proposals(view)).described(Some(context.language.text("proposals.description"))).mentioning(mentions)
}

fn empty(context: &Context) -> Empty {
    Empty {
        title: context.text("proposals.none"),
        text: context.text("proposals.none_text"),
        url: Some(PageKind::CaseStudies.address().into()),
        action: context.text("nav.case_studies"),
    }
}

fn pages(context: &Context, market: MarketId, step: usize) -> Vec<Step> {
    let kept = context.backlog.proposals.markets.get(&market).map_or(0, |of_market| of_market.kept.len());
    steps::steps(&address(context, market), kept.div_ceil(PER_PAGE).max(1) * steps::ROWS, step)
}

/// The best proposals of every kind, for the page of all and for the idea backlog.
pub fn best(context: &Context, most: usize, mentions: &mut Mentions) -> Vec<Kind> {
    let mut group = |kind: ProposalKind| {
        let total = context.backlog.proposals.totals.get(&kind).copied().unwrap_or(0);
        let cards = spread(context.backlog.proposals.of(kind), most).into_iter().map(|proposal| card(context, proposal, mentions)).collect();
        group(context, kind, total, cards)
    };
    ProposalKind::ALL.into_iter().map(&mut group).filter(|kind| !kind.cards.is_empty()).collect()
}

/// The best ones, at first only one for each study and each market, so that one success does not fill the page.
fn spread(proposals: &[Proposal], most: usize) -> Vec<&Proposal> {
    let (mut leads, mut markets) = (BTreeSet::new(), BTreeSet::new());
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for proposal in proposals {
        if first.len() == most {
            break;
        }
        let fresh = !leads.contains(&proposal.lead) && !markets.contains(&proposal.market);
        leads.insert(proposal.lead);
        markets.insert(proposal.market);
        if fresh { first.push(proposal) } else { others.push(proposal) }
    }
    let room = most - first.len();
    first.extend(others.into_iter().take(room));
    first
}

fn of_market(context: &Context, market: MarketId, step: usize, mentions: &mut Mentions) -> Vec<Kind> {
    let Some(of_market) = context.backlog.proposals.markets.get(&market) else { return Vec::new() };
    let shown = of_market.kept.iter().skip(step * PER_PAGE).take(PER_PAGE).map(|at| &context.backlog.proposals.all[*at]);
    let mut kinds: Vec<(ProposalKind, Vec<Card>)> = Vec::new();
    for proposal in shown {
        if kinds.last().is_none_or(|(kind, _)| *kind != proposal.kind) {
            kinds.push((proposal.kind, Vec::new()));
        }
        kinds.last_mut().expect("a kind was just added").1.push(card(context, proposal, mentions));
    }
    let total = |kind| of_market.totals.get(&kind).copied().unwrap_or(0);
    kinds.into_iter().map(|(kind, cards)| group(context, kind, total(kind), cards)).collect()
}

fn group(context: &Context, kind: ProposalKind, total: usize, cards: Vec<Card>) -> Kind {
    let (label, hint) = match kind {
        ProposalKind::Transfer => ("proposals.transfer", "proposals.transfer_hint"),
        ProposalKind::Replicate => ("proposals.replicate", "proposals.replicate_hint"),
        ProposalKind::Rerun => ("proposals.rerun", "proposals.rerun_hint"),
        ProposalKind::OpenEnd => ("proposals.open_end", "proposals.open_end_hint"),
    };
    let more = total.saturating_sub(cards.len());
    Kind {
        id: kind.as_str(),
        label: context.text(label),
        hint: context.text(hint),
        count: context.language.whole(total),
        more: (more > 0).then(|| context.language.count("proposals.more", more, &[])),
        cards,
    }
}

fn markets(context: &Context) -> Vec<MarketProposals> {
    let mut markets: Vec<(MarketId, &crate::backlog::proposal::ForMarket)> =
        context.backlog.proposals.markets.iter().map(|(market, of_market)| (*market, of_market)).collect();
    markets.sort_by_key(|(market, _)| TermRef::Market(*market).label(context).to_lowercase());
    let entry = |(market, of_market): (MarketId, &crate::backlog::proposal::ForMarket)| MarketProposals {
        url: address(context, market),
        label: TermRef::Market(market).label(context).to_owned(),
        count: context.language.whole(of_market.totals.values().sum()),
        best: of_market.kept.first().map(|at| tactics(context, &context.backlog.proposals.all[*at])).unwrap_or_default(),
    };
    markets.into_iter().map(entry).collect()
}

/// Composes one proposal.
pub fn card(context: &Context, proposal: &Proposal, mentions: &mut Mentions) -> Card {
    let draft = take::draft(context.site, context.catalog, proposal);
    Card {
        id: anchor(context, proposal),
        title: title(context, proposal),
        reasons: proposal.reasons.iter().map(|ground| reason(context, proposal, ground)).collect(),
        lead: mentions.cite(proposal.lead),
        support: proposal.support.iter().map(|case| mentions.cite(*case)).collect(),
        against: proposal.against.iter().map(|case| mentions.cite(*case)).collect(),
        written: proposal.written.map(|idea| Link::new(&context.catalog.idea(idea).meta.address, &context.catalog.idea(idea).meta.title)),
        path: draft.path,
        draft: draft.text,
        form: draft.form.map(|form| Form { url: form.address, paste: !form.filled }),
    }
}

fn anchor(context: &Context, proposal: &Proposal) -> String {
    let lead = context.catalog.case(proposal.lead).meta.id.replace('/', "-");
    let market = proposal.market.map_or_else(String::new, |market| format!("-{}", context.catalog.vocabulary.markets[market].slug()));
    format!("{}-{lead}{market}", proposal.kind.as_str())
}

fn title(context: &Context, proposal: &Proposal) -> String {
    let study = &context.catalog.case(proposal.lead).meta.title;
    match (proposal.kind, proposal.market) {
        (ProposalKind::Transfer, Some(market)) => {
            context.language.fill("proposals.try", &[("tactics", &tactics(context, proposal)), ("market", TermRef::Market(market).label(context))])
        }
        (ProposalKind::Transfer, None) => tactics(context, proposal),
        (ProposalKind::Replicate, _) => context.language.fill("proposals.repeat", &[("study", study)]),
        (ProposalKind::Rerun, _) => context.language.fill("proposals.again", &[("study", study)]),
        (ProposalKind::OpenEnd, _) => context.language.fill("proposals.follow", &[("study", study)]),
    }
}

fn tactics(context: &Context, proposal: &Proposal) -> String {
    let labels: Vec<&str> = proposal.tactics.iter().map(|id| context.catalog.vocabulary.tactics[*id].label_in(context.tongue())).collect();
    context.language.list(&labels)
}

/// A reason in words.
fn reason(context: &Context, proposal: &Proposal, ground: &Ground) -> String {
    let (language, words) = (context.language, &context.catalog.vocabulary);
    let here = proposal.market.map_or("", |market| words.markets[market].label_in(context.tongue()));
    let market = |id: &MarketId| words.markets[*id].label_in(context.tongue());
    match ground {
        Ground::Won(grade) => language.fill("ground.won", &[("grade", say::letters(*grade).1)]),
        Ground::Rate { won, counted } => language.count("ground.rate", *counted as usize, &[("won", &language.whole(*won as usize))]),
        Ground::Suited => language.fill("ground.suited", &[("market", here)]),
        Ground::Approved => context.text("ground.approved"),
        Ground::SameGroup(group, other) => language
            .fill("ground.same_group", &[("market", here), ("other", market(other)), ("group", words.groups[*group].label_in(context.tongue()))]),
        Ground::SameMaturity(other) => language.fill("ground.same_maturity", &[("market", here), ("other", market(other))]),
        Ground::SameLanguage(tongue, other) => {
            language.fill("ground.same_language", &[("market", here), ("other", market(other)), ("language", tongue)])
        }
        Ground::SameChannels(channels) => {
            let labels: Vec<&str> = channels.iter().map(|id| words.channels[*id].label_in(context.tongue())).collect();
            language.fill("ground.same_channels", &[("market", here), ("channels", &language.list(&labels))])
        }
        Ground::Wanted(markets) => language.count("ground.wanted", *markets, &[]),
        Ground::WantedHere(idea) => language.fill("ground.wanted_here", &[("market", here), ("idea", &context.catalog.idea(*idea).meta.title)]),
        Ground::WeakGrade(grade, lacks) => weak(context, say::letters(*grade).1, lacks),
        Ground::NeverRepeated => context.text("ground.never_repeated"),
        Ground::Underpowered => context.text("ground.underpowered"),
        Ground::Decided(decision) => language.fill("ground.decided", &[("decision", &say::word(language, "decision", *decision).to_lowercase())]),
    }
}

fn weak(context: &Context, grade: &str, lacks: &[&'static str]) -> String {
    let lacks: Vec<String> = lacks.iter().map(|lack| context.language.text(&format!("lack.{}", lack.replace('-', "_"))).to_owned()).collect();
    match lacks.is_empty() {
        true => context.language.fill("ground.weak", &[("grade", grade)]),
        false => context.language.fill("ground.weak_lacking", &[("grade", grade), ("lacks", &context.language.list(&lacks))]),
    }
}

/// For every gap of a coverage table that the evidence has an answer for: the address of the best one.
pub fn for_gaps(context: &Context, table: Table, rows: &[TermRef]) -> BTreeMap<(TermRef, TermRef), String> {
    let rows: BTreeSet<TermRef> = rows.iter().copied().collect();
    let mut gaps = BTreeMap::new();
    for proposal in context.backlog.proposals.of(ProposalKind::Transfer) {
        let Some(market) = proposal.market else { continue };
        for row in sides(context, table.side, market).filter(|row| rows.contains(row)) {
            for column in tops(table.top, proposal).filter(|column| is_gap(context, row, *column)) {
                gaps.entry((row, column)).or_insert_with(|| place(context, market, proposal));
            }
        }
    }
    gaps
}

fn sides(context: &Context, side: Side, market: MarketId) -> impl Iterator<Item = TermRef> {
    let groups = &context.catalog.vocabulary.markets[market].groups;
    let sides: Vec<TermRef> = match side {
        Side::Markets => vec![TermRef::Market(market)],
        Side::Groups => groups.iter().map(|group| TermRef::Group(*group)).collect(),
    };
    sides.into_iter()
}

fn tops(top: Top, proposal: &Proposal) -> impl Iterator<Item = TermRef> {
    let tops: Vec<TermRef> = match top {
        Top::Tactics => proposal.tactics.iter().map(|tactic| TermRef::Tactic(*tactic)).collect(),
        Top::Channels => proposal.channels.iter().map(|channel| TermRef::Channel(*channel)).collect(),
    };
    tops.into_iter()
}

fn is_gap(context: &Context, row: TermRef, column: TermRef) -> bool {
    let evidence = context.evidence;
    match (row, column) {
        (TermRef::Market(row), TermRef::Tactic(column)) => !evidence.market_tactic.contains_key(&(row, column)),
        (TermRef::Market(row), TermRef::Channel(column)) => !evidence.market_channel.contains_key(&(row, column)),
        (TermRef::Group(row), TermRef::Tactic(column)) => !evidence.group_tactic.contains_key(&(row, column)),
        (TermRef::Group(row), TermRef::Channel(column)) => !evidence.group_channel.contains_key(&(row, column)),
        _ => false,
    }
}

fn place(context: &Context, market: MarketId, proposal: &Proposal) -> String {
    let kept = &context.backlog.proposals.markets[&market].kept;
    let at = kept.iter().position(|at| std::ptr::eq(&context.backlog.proposals.all[*at], proposal)).unwrap_or(0);
    let page = if at < PER_PAGE { String::new() } else { format!("{}/", at / PER_PAGE + 1) };
    format!("{}{page}#{}", address(context, market), anchor(context, proposal))
}
