//! What the evidence proposes: set apart from what people wrote, each with its reasons and a file ready to be added.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::backlog::proposal::{Ground, Proposal, ProposalKind};
use crate::backlog::take;
use crate::page::cited::{self, Cited};
use crate::page::coverage::{Side, Table, Top};
use crate::page::hub::Hub;
use crate::page::parts::{Empty, Link, Step};
use crate::page::tabs::{self, Tab, TabLink};
use crate::page::term::TermRef;
use crate::page::{Composed, Page, Section, View, What, crumbs, say, steps};
use crate::vocabulary::MarketId;

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
    /// The study it rests on.
    pub lead: Cited,
    /// Others that speak for it.
    pub support: Vec<Cited>,
    /// Studies with the same tactic that lost.
    pub against: Vec<Cited>,
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
pub fn plan(hub: &Hub) -> Vec<Page> {
    let mut pages = vec![Page::at("proposals/", What::Proposals(None, 0))];
    for (market, of_market) in &hub.backlog.proposals.markets {
        let count = of_market.kept.len().div_ceil(PER_PAGE).max(1);
        pages.extend(steps::pages(&address(hub, *market), count * steps::ROWS).map(|(address, step)| Page::at(address, What::Proposals(Some(*market), step))));
    }
    pages
}

/// The page of a market's proposals.
pub fn address(hub: &Hub, market: MarketId) -> String {
    format!("proposals/{}/", hub.catalog.vocabulary.markets[market].slug())
}

/// Composes the page of all proposals, or one page of a market's.
pub fn compose(hub: &Hub, market: Option<MarketId>, step: usize) -> Composed {
    let title = match market {
        Some(market) => hub.language.fill("proposals.for_market", &[("market", TermRef::Market(market).label(hub))]),
        None => hub.text("proposals.title"),
    };
    let view = ProposalsPage {
        tabs: tabs::compose(hub, Tab::Proposals),
        crumbs: if market.is_some() { crumbs([("proposals/".to_owned(), hub.text("proposals.title"))]) } else { Vec::new() },
        title: title.clone(),
        description: hub.text("proposals.description"),
        empty: hub.backlog.proposals.all.is_empty().then(|| empty(hub)),
        kinds: match market {
            Some(market) => of_market(hub, market, step),
            None => best(hub, FIRST),
        },
        markets: if market.is_none() { markets(hub) } else { Vec::new() },
        pages: market.map(|market| pages(hub, market, step)).unwrap_or_default(),
    };
    Composed::titled(hub, &title, Section::Evidence, View::Proposals(view)).described(Some(hub.language.text("proposals.description")))
}

fn empty(hub: &Hub) -> Empty {
    Empty { title: hub.text("proposals.none"), text: hub.text("proposals.none_text"), url: Some("case-studies/".into()), action: hub.text("nav.case_studies") }
}

fn pages(hub: &Hub, market: MarketId, step: usize) -> Vec<Step> {
    let kept = hub.backlog.proposals.markets.get(&market).map_or(0, |of_market| of_market.kept.len());
    steps::steps(&address(hub, market), kept.div_ceil(PER_PAGE).max(1) * steps::ROWS, step)
}

/// The best proposals of every kind, for the page of all and for the idea backlog.
pub fn best(hub: &Hub, most: usize) -> Vec<Kind> {
    let group = |kind: ProposalKind| {
        let total = hub.backlog.proposals.totals.get(&kind).copied().unwrap_or(0);
        let cards = spread(hub.backlog.proposals.of(kind), most).into_iter().map(|proposal| card(hub, proposal)).collect();
        group(hub, kind, total, cards)
    };
    ProposalKind::ALL.into_iter().map(group).filter(|kind| !kind.cards.is_empty()).collect()
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

fn of_market(hub: &Hub, market: MarketId, step: usize) -> Vec<Kind> {
    let Some(of_market) = hub.backlog.proposals.markets.get(&market) else { return Vec::new() };
    let shown = of_market.kept.iter().skip(step * PER_PAGE).take(PER_PAGE).map(|at| &hub.backlog.proposals.all[*at]);
    let mut kinds: Vec<(ProposalKind, Vec<Card>)> = Vec::new();
    for proposal in shown {
        if kinds.last().is_none_or(|(kind, _)| *kind != proposal.kind) {
            kinds.push((proposal.kind, Vec::new()));
        }
        kinds.last_mut().expect("a kind was just added").1.push(card(hub, proposal));
    }
    let total = |kind| of_market.totals.get(&kind).copied().unwrap_or(0);
    kinds.into_iter().map(|(kind, cards)| group(hub, kind, total(kind), cards)).collect()
}

fn group(hub: &Hub, kind: ProposalKind, total: usize, cards: Vec<Card>) -> Kind {
    let (label, hint) = match kind {
        ProposalKind::Transfer => ("proposals.transfer", "proposals.transfer_hint"),
        ProposalKind::Replicate => ("proposals.replicate", "proposals.replicate_hint"),
        ProposalKind::Rerun => ("proposals.rerun", "proposals.rerun_hint"),
        ProposalKind::OpenEnd => ("proposals.open_end", "proposals.open_end_hint"),
    };
    let more = total.saturating_sub(cards.len());
    Kind {
        id: kind.as_str(),
        label: hub.text(label),
        hint: hub.text(hint),
        count: hub.language.whole(total),
        more: (more > 0).then(|| hub.language.count("proposals.more", more, &[])),
        cards,
    }
}

fn markets(hub: &Hub) -> Vec<MarketProposals> {
    let mut markets: Vec<(MarketId, &crate::backlog::proposal::ForMarket)> = hub.backlog.proposals.markets.iter().map(|(market, of_market)| (*market, of_market)).collect();
    markets.sort_by_key(|(market, _)| TermRef::Market(*market).label(hub).to_lowercase());
    let entry = |(market, of_market): (MarketId, &crate::backlog::proposal::ForMarket)| MarketProposals {
        url: address(hub, market),
        label: TermRef::Market(market).label(hub).to_owned(),
        count: hub.language.whole(of_market.totals.values().sum()),
        best: of_market.kept.first().map(|at| tactics(hub, &hub.backlog.proposals.all[*at])).unwrap_or_default(),
    };
    markets.into_iter().map(entry).collect()
}

/// Composes one proposal.
pub fn card(hub: &Hub, proposal: &Proposal) -> Card {
    let draft = take::draft(hub.site, hub.catalog, proposal);
    Card {
        id: anchor(hub, proposal),
        title: title(hub, proposal),
        reasons: proposal.reasons.iter().map(|ground| reason(hub, proposal, ground)).collect(),
        lead: cited::compose(hub, proposal.lead),
        support: proposal.support.iter().map(|case| cited::compose(hub, *case)).collect(),
        against: proposal.against.iter().map(|case| cited::compose(hub, *case)).collect(),
        written: proposal.written.map(|idea| Link::new(&hub.catalog.idea(idea).meta.address, &hub.catalog.idea(idea).meta.title)),
        path: draft.path,
        draft: draft.text,
        form: draft.form.map(|form| Form { url: form.address, paste: !form.filled }),
    }
}

fn anchor(hub: &Hub, proposal: &Proposal) -> String {
    let lead = hub.catalog.case(proposal.lead).meta.id.replace('/', "-");
    let market = proposal.market.map_or_else(String::new, |market| format!("-{}", hub.catalog.vocabulary.markets[market].slug()));
    format!("{}-{lead}{market}", proposal.kind.as_str())
}

fn title(hub: &Hub, proposal: &Proposal) -> String {
    let study = &hub.catalog.case(proposal.lead).meta.title;
    match (proposal.kind, proposal.market) {
        (ProposalKind::Transfer, Some(market)) => {
            hub.language.fill("proposals.try", &[("tactics", &tactics(hub, proposal)), ("market", TermRef::Market(market).label(hub))])
        }
        (ProposalKind::Transfer, None) => tactics(hub, proposal),
        (ProposalKind::Replicate, _) => hub.language.fill("proposals.repeat", &[("study", study)]),
        (ProposalKind::Rerun, _) => hub.language.fill("proposals.again", &[("study", study)]),
        (ProposalKind::OpenEnd, _) => hub.language.fill("proposals.follow", &[("study", study)]),
    }
}

fn tactics(hub: &Hub, proposal: &Proposal) -> String {
    let labels: Vec<&str> = proposal.tactics.iter().map(|id| hub.catalog.vocabulary.tactics[*id].label_in(hub.tongue())).collect();
    hub.language.list(&labels)
}

/// A reason in words.
fn reason(hub: &Hub, proposal: &Proposal, ground: &Ground) -> String {
    let (language, words) = (hub.language, &hub.catalog.vocabulary);
    let here = proposal.market.map_or("", |market| words.markets[market].label_in(hub.tongue()));
    let market = |id: &MarketId| words.markets[*id].label_in(hub.tongue());
    match ground {
        Ground::Won(grade) => language.fill("ground.won", &[("grade", say::letters(*grade).1)]),
        Ground::Rate { won, counted } => language.count("ground.rate", *counted as usize, &[("won", &language.whole(*won as usize))]),
        Ground::Suited => language.fill("ground.suited", &[("market", here)]),
        Ground::Approved => hub.text("ground.approved"),
        Ground::SameGroup(group, other) => language.fill("ground.same_group", &[("market", here), ("other", market(other)), ("group", words.groups[*group].label_in(hub.tongue()))]),
        Ground::SameMaturity(other) => language.fill("ground.same_maturity", &[("market", here), ("other", market(other))]),
        Ground::SameLanguage(tongue, other) => language.fill("ground.same_language", &[("market", here), ("other", market(other)), ("language", tongue)]),
        Ground::SameChannels(channels) => {
            let labels: Vec<&str> = channels.iter().map(|id| words.channels[*id].label_in(hub.tongue())).collect();
            language.fill("ground.same_channels", &[("market", here), ("channels", &language.list(&labels))])
        }
        Ground::Wanted(markets) => language.count("ground.wanted", *markets, &[]),
        Ground::WantedHere(idea) => language.fill("ground.wanted_here", &[("market", here), ("idea", &hub.catalog.idea(*idea).meta.title)]),
        Ground::WeakGrade(grade, lacks) => weak(hub, say::letters(*grade).1, lacks),
        Ground::NeverRepeated => hub.text("ground.never_repeated"),
        Ground::Underpowered => hub.text("ground.underpowered"),
        Ground::Decided(decision) => language.fill("ground.decided", &[("decision", &say::word(language, "decision", *decision).to_lowercase())]),
    }
}

fn weak(hub: &Hub, grade: &str, lacks: &[&'static str]) -> String {
    let lacks: Vec<String> = lacks.iter().map(|lack| hub.language.text(&format!("lack.{}", lack.replace('-', "_"))).to_owned()).collect();
    match lacks.is_empty() {
        true => hub.language.fill("ground.weak", &[("grade", grade)]),
        false => hub.language.fill("ground.weak_lacking", &[("grade", grade), ("lacks", &hub.language.list(&lacks))]),
    }
}

/// For every gap of a coverage table that the evidence has an answer for: the address of the best one.
pub fn for_gaps(hub: &Hub, table: Table, rows: &[TermRef]) -> BTreeMap<(TermRef, TermRef), String> {
    let rows: BTreeSet<TermRef> = rows.iter().copied().collect();
    let mut gaps = BTreeMap::new();
    for proposal in hub.backlog.proposals.of(ProposalKind::Transfer) {
        let Some(market) = proposal.market else { continue };
        for row in sides(hub, table.side, market).filter(|row| rows.contains(row)) {
            for column in tops(table.top, proposal).filter(|column| is_gap(hub, row, *column)) {
                gaps.entry((row, column)).or_insert_with(|| place(hub, market, proposal));
            }
        }
    }
    gaps
}

fn sides(hub: &Hub, side: Side, market: MarketId) -> impl Iterator<Item = TermRef> {
    let groups = &hub.catalog.vocabulary.markets[market].groups;
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

fn is_gap(hub: &Hub, row: TermRef, column: TermRef) -> bool {
    let evidence = hub.evidence;
    match (row, column) {
        (TermRef::Market(row), TermRef::Tactic(column)) => !evidence.market_tactic.contains_key(&(row, column)),
        (TermRef::Market(row), TermRef::Channel(column)) => !evidence.market_channel.contains_key(&(row, column)),
        (TermRef::Group(row), TermRef::Tactic(column)) => !evidence.group_tactic.contains_key(&(row, column)),
        (TermRef::Group(row), TermRef::Channel(column)) => !evidence.group_channel.contains_key(&(row, column)),
        _ => false,
    }
}

fn place(hub: &Hub, market: MarketId, proposal: &Proposal) -> String {
    let kept = &hub.backlog.proposals.markets[&market].kept;
    let at = kept.iter().position(|at| std::ptr::eq(&hub.backlog.proposals.all[*at], proposal)).unwrap_or(0);
    let page = if at < PER_PAGE { String::new() } else { format!("{}/", at / PER_PAGE + 1) };
    format!("{}{page}#{}", address(hub, market), anchor(hub, proposal))
}
