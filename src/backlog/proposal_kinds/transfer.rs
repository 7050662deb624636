//! Proposes transfers: studies that won with grade A or B, for markets that have not tried their
//! tactics.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::backlog::proposal::{
    MAX_PROPOSALS, Proposal, ProposalBatch, ProposalKind, ProposalReason,
};
use crate::backlog::proposal_context::{ProposalContext, grade_weight};
use crate::catalog::keywords::{Grade, Outcome, Reuse};
use crate::catalog::{CaseIndex, CaseStudy};
use crate::vocabulary::{GroupId, MarketId, TacticId};

/// Weight of the strength of evidence in a transfer's score; the three weights sum to 1.
const EVIDENCE_WEIGHT: f64 = 0.5;
/// Weight of the market similarity in a transfer's score.
const SIMILARITY_WEIGHT: f64 = 0.35;
/// Weight of the demand for the tactic in a transfer's score.
const DEMAND_WEIGHT: f64 = 0.15;
/// The market similarity used for a market that the lead study names as suited.
const SUITED_SIMILARITY: f64 = 0.9;
/// Factor for the strength of a study as the lead of a transfer of a tactic that is not its first.
const SECONDARY_TACTIC_FACTOR: f64 = 0.9;

/// The transfers for every market in use, one batch for each.
pub(super) fn find(context: &ProposalContext) -> Vec<ProposalBatch> {
    let tactics: Vec<WinningStudies> = context
        .evidence
        .tactics
        .keys()
        .map(|tactic| WinningStudies::collect(context, *tactic))
        .filter(|studies| !studies.leads.is_empty())
        .collect();
    context
        .market_similarity
        .markets
        .par_iter()
        .map(|market| transfers_for_market(context, &tactics, *market))
        .collect()
}

/// The studies that won with a tactic, as candidates for the lead of a transfer.
struct WinningStudies {
    tactic: TacticId,
    leads: Vec<LeadStudy>,
    /// The lead study with the strongest evidence for each market and main tactic: row of the
    /// market in `MarketSimilarity`, position in `leads`; ordered by row.
    by_row: Vec<(usize, usize)>,
    /// Positions in `leads` of studies that name suited markets or groups.
    suited: Vec<usize>,
    /// Demand for the tactic in all markets, 0 to 1.
    demand: f64,
}

/// A study that a transfer of one of its tactics can be based on.
struct LeadStudy {
    case: CaseIndex,
    /// The first tactic of the study.
    main_tactic: TacticId,
    /// Strength of evidence, 0 to 1: grade, approval and win probability of the tactic.
    strength: f64,
}

impl WinningStudies {
    /// Collects the studies that can lead a transfer of a tactic, and the strongest of them by
    /// market.
    fn collect(context: &ProposalContext, tactic: TacticId) -> WinningStudies {
        let cases = context.evidence.tactics[&tactic].cases.iter().copied();
        let leads: Vec<LeadStudy> =
            cases.filter_map(|case| LeadStudy::new(context, tactic, case)).collect();
        let mut best: FxHashMap<(usize, TacticId), usize> = FxHashMap::default();
        for (at, lead) in leads.iter().enumerate() {
            for row in context
                .catalog
                .case(lead.case)
                .markets
                .iter()
                .filter_map(|market| context.market_similarity.row(*market))
            {
                let strongest = best.entry((row, lead.main_tactic)).or_insert(at);
                if leads[*strongest].strength < lead.strength {
                    *strongest = at;
                }
            }
        }
        let mut by_row: Vec<(usize, usize)> =
            best.into_iter().map(|((row, _), at)| (row, at)).collect();
        by_row.sort_unstable();
        let names_suited =
            |case: &CaseStudy| !case.suited_markets.is_empty() || !case.suited_groups.is_empty();
        let suited = (0..leads.len())
            .filter(|at| names_suited(context.catalog.case(leads[*at].case)))
            .collect();
        WinningStudies { tactic, leads, by_row, suited, demand: context.demand(&[tactic], None) }
    }

    /// The lead study with the highest score for a market, whose row is `row`: its position in
    /// `leads` and the score without demand. None where the market has tried the main tactics of
    /// all.
    fn best_for(
        &self,
        context: &ProposalContext,
        market: MarketId,
        row: usize,
    ) -> Option<(usize, f64)> {
        let is_untried = |at: &usize| !context.has_tried(market, self.leads[*at].main_tactic);
        let by_similarity =
            self.by_row.iter().filter(|(_, at)| is_untried(at)).map(|(source, at)| {
                (*at, self.score_without_demand(*at, context.market_similarity.at(row, *source)))
            });
        let groups = &context.catalog.vocabulary.markets[market].groups;
        let suited = self.suited.iter().filter(|at| {
            is_untried(at) && is_suited(context.catalog.case(self.leads[**at].case), market, groups)
        });
        let by_author = suited.map(|at| (*at, self.score_without_demand(*at, SUITED_SIMILARITY)));
        by_similarity.chain(by_author).max_by(|(a, one), (b, other)| {
            one.total_cmp(other).then_with(|| self.leads[*b].case.cmp(&self.leads[*a].case))
        })
    }

    /// The part of a transfer's score, 0 to 0.85, that comes from the evidence of the lead study at
    /// position `at` of `leads` and from the market similarity.
    fn score_without_demand(&self, at: usize, similarity: f64) -> f64 {
        EVIDENCE_WEIGHT * self.leads[at].strength + SIMILARITY_WEIGHT * similarity
    }
}

impl LeadStudy {
    /// A study as the lead for transfers of a tactic; none unless it won with grade A or B and may
    /// be used in other markets.
    fn new(context: &ProposalContext, tactic: TacticId, index: CaseIndex) -> Option<LeadStudy> {
        let case = context.catalog.case(index);
        let has_won = case.has_ended() && case.outcome == Some(Outcome::Won);
        let has_good_grade = matches!(case.evidence_grade.grade, Some(Grade::A | Grade::B));
        let is_transferable = !case.is_retired() && case.reuse != Some(Reuse::LocalOnly);
        let is_approved = matches!(case.reuse, Some(Reuse::Approved | Reuse::Playbook));
        let tactic_factor =
            if case.tactics.first() == Some(&tactic) { 1.0 } else { SECONDARY_TACTIC_FACTOR };
        let grade = (grade_weight(case.evidence_grade.grade)
            + if is_approved { 0.15 } else { 0.0 })
        .min(1.0);
        let strength = grade * context.win_probability(tactic) * tactic_factor;
        (has_won && has_good_grade && is_transferable).then_some(LeadStudy {
            case: index,
            main_tactic: *case.tactics.first()?,
            strength,
        })
    }
}

/// Whether a study names a market, or one of its groups, as suited.
fn is_suited(case: &CaseStudy, market: MarketId, groups: &[GroupId]) -> bool {
    case.suited_markets.contains(&market)
        || case.suited_groups.iter().any(|group| groups.contains(group))
}

/// The transfers to a market: of the best lead study of each tactic that it has not tried, those
/// with the same lead study merged into one. The `MAX_PROPOSALS` best are kept, all are counted.
fn transfers_for_market(
    context: &ProposalContext,
    tactics: &[WinningStudies],
    market: MarketId,
) -> ProposalBatch {
    let row = context.market_similarity.row(market).expect("it comes from the table");
    let untried = tactics.iter().filter(|studies| !context.has_tried(market, studies.tactic));
    let mut best: Vec<(f64, TacticId, CaseIndex)> =
        untried.filter_map(|studies| best_candidate(context, studies, market, row)).collect();
    best.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let merged = merge_by_lead(best);
    let total = merged.len();
    let kept = merged
        .into_iter()
        .take(MAX_PROPOSALS)
        .map(|(score, lead, tactics)| build_proposal(context, market, score, lead, tactics))
        .collect();
    ProposalBatch { kind: ProposalKind::Transfer, market: Some(market), kept, total }
}

/// The best lead study of a tactic for a market, with the score of the transfer, 0 to 1; none where
/// the market has tried the main tactics of all.
fn best_candidate(
    context: &ProposalContext,
    studies: &WinningStudies,
    market: MarketId,
    row: usize,
) -> Option<(f64, TacticId, CaseIndex)> {
    let (at, score) = studies.best_for(context, market, row)?;
    let demand = if context.wanted_idea(&[studies.tactic], Some(market)).is_some() {
        1.0
    } else {
        studies.demand
    };
    Some((score + DEMAND_WEIGHT * demand, studies.tactic, studies.leads[at].case))
}

/// Merges transfers, each given as score, tactic and lead study, that have the same lead study into
/// one with several tactics. `best` is ordered by score, of which the highest is kept.
fn merge_by_lead(best: Vec<(f64, TacticId, CaseIndex)>) -> Vec<(f64, CaseIndex, Vec<TacticId>)> {
    let mut merged: Vec<(f64, CaseIndex, Vec<TacticId>)> = Vec::new();
    for (score, tactic, lead) in best {
        match merged.iter_mut().find(|(_, known, _)| *known == lead) {
            Some((_, _, tactics)) => tactics.push(tactic),
            None => merged.push((score, lead, vec![tactic])),
        }
    }
    merged
}

/// The proposal to run a lead study in a market, with the tactics that the market has not tried.
fn build_proposal(
    context: &ProposalContext,
    market: MarketId,
    score: f64,
    lead: CaseIndex,
    tactics: Vec<TacticId>,
) -> Proposal {
    let case = context.catalog.case(lead);
    Proposal {
        kind: ProposalKind::Transfer,
        market: Some(market),
        lead,
        channels: case.channels.clone(),
        score,
        supporting_cases: context.best_with(tactics.first(), Outcome::Won, lead),
        opposing_cases: context.best_with(tactics.first(), Outcome::Lost, lead),
        reasons: transfer_reasons(context, market, case, &tactics),
        existing_idea: context.existing_idea(&tactics, Some(market)),
        tactics,
    }
}

/// The reasons of a transfer: the grade of the lead study, that it names the market as suited, what
/// the market has in common with its markets, and those that apply to every kind.
fn transfer_reasons(
    context: &ProposalContext,
    market: MarketId,
    lead: &CaseStudy,
    tactics: &[TacticId],
) -> Vec<ProposalReason> {
    let mut reasons: Vec<ProposalReason> =
        lead.evidence_grade.grade.map(ProposalReason::Won).into_iter().collect();
    if is_suited(lead, market, &context.catalog.vocabulary.markets[market].groups) {
        reasons.push(ProposalReason::Suited);
    }
    reasons.extend(market_reasons(context, market, lead));
    reasons.extend(context.common_reasons(lead, tactics, Some(market)));
    reasons
}

/// Reasons from what the market has in common with the most similar market of the lead study.
fn market_reasons(
    context: &ProposalContext,
    market: MarketId,
    lead: &CaseStudy,
) -> Vec<ProposalReason> {
    let market_similarity = context.market_similarity;
    let nearest = lead.markets.iter().copied().max_by(|a, b| {
        market_similarity
            .similarity(market, *a)
            .total_cmp(&market_similarity.similarity(market, *b))
            .then_with(|| b.cmp(a))
    });
    let Some(nearest) = nearest else { return Vec::new() };
    let parts = market_similarity.parts(market, nearest);
    let group = market_similarity
        .shared_group(&context.catalog.vocabulary, market, nearest)
        .map(|group| ProposalReason::SameGroup(group, nearest));
    let maturity = (parts.maturity == 1.0).then_some(ProposalReason::SameMaturity(nearest));
    let language = market_similarity
        .shared_language(market, nearest)
        .map(|language| ProposalReason::SameLanguage(language.to_owned(), nearest));
    let channels = shared_channels(context, market, lead);
    let channels = (!channels.is_empty()).then_some(ProposalReason::SameChannels(channels));
    [group, language, maturity, channels].into_iter().flatten().collect()
}

/// Channels of a lead study that a market uses.
fn shared_channels(
    context: &ProposalContext,
    market: MarketId,
    lead: &CaseStudy,
) -> Vec<crate::vocabulary::ChannelId> {
    let is_used = |channel: &&crate::vocabulary::ChannelId| {
        context.evidence.market_channel.contains_key(&(market, **channel))
    };
    lead.channels.iter().filter(is_used).copied().collect()
}
