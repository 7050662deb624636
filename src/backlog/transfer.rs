//! Transfer: won with grade A or B elsewhere, not tried in this market.

use std::cmp::Reverse;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::backlog::against::{Against, weight_of};
use crate::backlog::proposal::{Found, Ground, KEPT, Proposal, ProposalKind};
use crate::catalog::words::{Grade, Outcome, Reuse};
use crate::catalog::{CaseIndex, CaseStudy};
use crate::vocabulary::{GroupId, MarketId, TacticId};

/// Weights of what speaks for a transfer; they add up to one.
const EVIDENCE: f64 = 0.5;
const KIN: f64 = 0.35;
const DEMAND: f64 = 0.15;
/// The kinship of a market that the author of a study names as suited.
const SUITED: f64 = 0.9;
/// How much less a study speaks for its second and further tactics.
const SIDE_TACTIC: f64 = 0.9;

/// The best transfers for every market in use, and how many there are.
pub(super) fn find(against: &Against) -> Vec<Found> {
    let tactics: Vec<Winners> =
        against.evidence.tactics.keys().map(|tactic| Winners::of(against, *tactic)).filter(|winners| !winners.leads.is_empty()).collect();
    against.kinship.markets.par_iter().with_max_len(1).map(|market| for_market(against, &tactics, *market)).collect()
}

/// The studies that won with a tactic, and how strongly each speaks for it.
struct Winners {
    tactic: TacticId,
    leads: Vec<Lead>,
    /// The strongest lead of each market (by its row in the kinship table) and main tactic, rows in order.
    by_row: Vec<(usize, usize)>,
    /// Leads whose author names suited markets or groups.
    suited: Vec<usize>,
    demand: f64,
}

struct Lead {
    case: CaseIndex,
    /// What the study was about above all.
    main: TacticId,
    /// 0 to 1: grade, curation and the chance of the tactic.
    strength: f64,
}

impl Winners {
    fn of(against: &Against, tactic: TacticId) -> Winners {
        let cases = against.evidence.tactics[&tactic].cases.iter().copied();
        let leads: Vec<Lead> = cases.filter_map(|case| Lead::of(against, tactic, case)).collect();
        let mut best: FxHashMap<(usize, TacticId), usize> = FxHashMap::default();
        for (at, lead) in leads.iter().enumerate() {
            for row in against.catalog.case(lead.case).markets.iter().filter_map(|market| against.kinship.row(*market)) {
                let known = best.entry((row, lead.main)).or_insert(at);
                if leads[*known].strength < lead.strength {
                    *known = at;
                }
            }
        }
        let mut by_row: Vec<(usize, usize)> = best.into_iter().map(|((row, _), at)| (row, at)).collect();
        by_row.sort_unstable();
        let names_suited = |case: &CaseStudy| !case.suited_markets.is_empty() || !case.suited_groups.is_empty();
        let suited = (0..leads.len()).filter(|at| names_suited(against.catalog.case(leads[*at].case))).collect();
        Winners { tactic, leads, by_row, suited, demand: against.demand(&[tactic], None) }
    }

    /// The lead that speaks most for a market: its position and how strongly it speaks. A study whose main tactic the market
    /// has tried is no news there, whatever its other tactics.
    fn best_for(&self, against: &Against, market: MarketId, row: usize) -> Option<(usize, f64)> {
        let is_news = |at: &usize| !against.has_tried(market, self.leads[*at].main);
        let by_kin = self.by_row.iter().filter(|(_, at)| is_news(at)).map(|(source, at)| (*at, self.speaks(*at, against.kinship.at(row, *source))));
        let groups = &against.catalog.vocabulary.markets[market].groups;
        let suited = self.suited.iter().filter(|at| is_news(at) && suits(against.catalog.case(self.leads[**at].case), market, groups));
        let by_author = suited.map(|at| (*at, self.speaks(*at, SUITED)));
        by_kin.chain(by_author).max_by(|(a, one), (b, other)| one.total_cmp(other).then_with(|| self.leads[*b].case.cmp(&self.leads[*a].case)))
    }

    fn speaks(&self, at: usize, kinship: f64) -> f64 {
        EVIDENCE * self.leads[at].strength + KIN * kinship
    }
}

impl Lead {
    fn of(against: &Against, tactic: TacticId, index: CaseIndex) -> Option<Lead> {
        let case = against.catalog.case(index);
        let won = case.has_ended() && case.outcome == Some(Outcome::Won);
        let sure = matches!(case.graded.grade, Some(Grade::A | Grade::B));
        let may_travel = !case.is_retired() && case.reuse != Some(Reuse::LocalOnly);
        let curated = matches!(case.reuse, Some(Reuse::Approved | Reuse::Playbook));
        let side = if case.tactics.first() == Some(&tactic) { 1.0 } else { SIDE_TACTIC };
        let grade = (weight_of(case.graded.grade) + if curated { 0.15 } else { 0.0 }).min(1.0);
        let strength = grade * against.chance(tactic) * side;
        (won && sure && may_travel).then_some(Lead { case: index, main: *case.tactics.first()?, strength })
    }
}

fn suits(case: &CaseStudy, market: MarketId, groups: &[GroupId]) -> bool {
    case.suited_markets.contains(&market) || case.suited_groups.iter().any(|group| groups.contains(group))
}

fn for_market(against: &Against, tactics: &[Winners], market: MarketId) -> Found {
    let row = against.kinship.row(market).expect("it comes from the table");
    let untried = tactics.iter().filter(|winners| !against.has_tried(market, winners.tactic));
    let mut best: Vec<(f64, TacticId, CaseIndex)> = untried.filter_map(|winners| candidate(against, winners, market, row)).collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let merged = one_for_each_lead(best);
    let total = merged.len();
    let kept = merged.into_iter().take(KEPT).map(|(score, lead, tactics)| proposal(against, market, score, lead, tactics)).collect();
    Found { kind: ProposalKind::Transfer, market: Some(market), kept, total }
}

fn candidate(against: &Against, winners: &Winners, market: MarketId, row: usize) -> Option<(f64, TacticId, CaseIndex)> {
    let (at, speaks) = winners.best_for(against, market, row)?;
    let demand = if against.wanted_here(&[winners.tactic], Some(market)).is_some() { 1.0 } else { winners.demand };
    Some((speaks + DEMAND * demand, winners.tactic, winners.leads[at].case))
}

/// A study with three tactics is one proposal, not three.
fn one_for_each_lead(best: Vec<(f64, TacticId, CaseIndex)>) -> Vec<(f64, CaseIndex, Vec<TacticId>)> {
    let mut merged: Vec<(f64, CaseIndex, Vec<TacticId>)> = Vec::new();
    for (score, tactic, lead) in best {
        match merged.iter_mut().find(|(_, known, _)| *known == lead) {
            Some((_, _, tactics)) => tactics.push(tactic),
            None => merged.push((score, lead, vec![tactic])),
        }
    }
    merged
}

fn proposal(against: &Against, market: MarketId, score: f64, lead: CaseIndex, tactics: Vec<TacticId>) -> Proposal {
    let case = against.catalog.case(lead);
    Proposal {
        kind: ProposalKind::Transfer,
        market: Some(market),
        lead,
        channels: case.channels.clone(),
        score,
        support: against.best_with(tactics.first(), Outcome::Won, lead),
        against: against.best_with(tactics.first(), Outcome::Lost, lead),
        reasons: reasons(against, market, case, &tactics),
        written: against.written(&tactics, Some(market)),
        tactics,
    }
}

fn reasons(against: &Against, market: MarketId, lead: &CaseStudy, tactics: &[TacticId]) -> Vec<Ground> {
    let mut grounds: Vec<Ground> = lead.graded.grade.map(Ground::Won).into_iter().collect();
    if suits(lead, market, &against.catalog.vocabulary.markets[market].groups) {
        grounds.push(Ground::Suited);
    }
    grounds.extend(likeness(against, market, lead));
    grounds.extend(against.common_grounds(lead, tactics, Some(market)));
    grounds
}

/// What the market has in common with the most similar market in which the lead won.
fn likeness(against: &Against, market: MarketId, lead: &CaseStudy) -> Vec<Ground> {
    let kinship = against.kinship;
    let nearest =
        lead.markets.iter().copied().max_by(|a, b| kinship.between(market, *a).total_cmp(&kinship.between(market, *b)).then_with(|| b.cmp(a)));
    let Some(nearest) = nearest else { return Vec::new() };
    let kin = kinship.kin(market, nearest);
    let group = kinship.shared_group(&against.catalog.vocabulary, market, nearest).map(|group| Ground::SameGroup(group, nearest));
    let maturity = (kin.maturity == 1.0).then_some(Ground::SameMaturity(nearest));
    let language = kinship.shared_language(market, nearest).map(|language| Ground::SameLanguage(language.to_owned(), nearest));
    let channels = used_here(against, market, lead);
    let channels = (!channels.is_empty()).then_some(Ground::SameChannels(channels));
    [group, language, maturity, channels].into_iter().flatten().collect()
}

fn used_here(against: &Against, market: MarketId, lead: &CaseStudy) -> Vec<crate::vocabulary::ChannelId> {
    let used = |channel: &&crate::vocabulary::ChannelId| against.evidence.market_channel.contains_key(&(market, **channel));
    lead.channels.iter().filter(used).copied().collect()
}

/// Best first, as lists show them.
pub(super) fn best_first(proposal: &Proposal) -> (Reverse<u64>, Option<MarketId>, CaseIndex) {
    (Reverse((proposal.score * 1e9) as u64), proposal.market, proposal.lead)
}
