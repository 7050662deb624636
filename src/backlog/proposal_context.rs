//! Lookup tables for proposals: best studies and demand by tactic, existing ideas, tactics already
//! tried, and follow-ups.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::backlog::market_similarity::MarketSimilarity;
use crate::backlog::proposal::{Proposal, ProposalKind, ProposalReason};
use crate::backlog::ranked;
use crate::catalog::keywords::{Grade, IdeaStatus, Outcome, Reuse};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, Idea, IdeaIndex};
use crate::evidence::{Evidence, Tally};
use crate::vocabulary::{MarketId, TacticId};

/// The results of earlier stages with look-ups by tactic and market, from which proposals of all
/// kinds are derived.
pub(super) struct ProposalContext<'a> {
    pub catalog: &'a Catalog,
    pub evidence: &'a Evidence,
    pub market_similarity: &'a MarketSimilarity,
    /// By tactic the markets that want an open idea with it.
    wanting_markets: BTreeMap<TacticId, BTreeSet<MarketId>>,
    /// The first open idea with a tactic that a market wants.
    wanted_ideas: FxHashMap<(TacticId, MarketId), IdeaIndex>,
    /// The idea with a tactic that is for a market, wanted by it or proposed by it: the first open
    /// one, else the first.
    existing_ideas: FxHashMap<(TacticId, MarketId), IdeaIndex>,
    /// Markets with the tactics of their case studies, ended or open.
    tried: FxHashSet<(MarketId, TacticId)>,
    /// Studies that were repeated, adapted or replaced, or that an idea cites as evidence.
    followed_up: FxHashSet<CaseIndex>,
    /// Studies that were repeated or adapted.
    repeated: FxHashSet<CaseIndex>,
    /// By tactic and outcome (won or lost) the four studies with the best evidence.
    best_cases: FxHashMap<(TacticId, Outcome), Vec<CaseIndex>>,
}

impl<'a> ProposalContext<'a> {
    /// Fills the look-ups from all ideas and case studies of a hub.
    pub(super) fn new(
        catalog: &'a Catalog,
        evidence: &'a Evidence,
        market_similarity: &'a MarketSimilarity,
    ) -> Self {
        let mut context = ProposalContext {
            catalog,
            evidence,
            market_similarity,
            wanting_markets: BTreeMap::new(),
            wanted_ideas: FxHashMap::default(),
            existing_ideas: FxHashMap::default(),
            tried: evidence.market_tactic.keys().copied().collect(),
            followed_up: FxHashSet::default(),
            repeated: FxHashSet::default(),
            best_cases: best_by_tactic(catalog, evidence),
        };
        catalog.iter_ideas().for_each(|(index, idea)| context.add_idea(index, idea));
        catalog.iter_cases().for_each(|(_, case)| context.add_relations(case));
        context
    }

    /// Adds an idea to the look-ups of demand and of existing ideas; the studies that it cites
    /// count as followed up, unless it is declined or parked.
    fn add_idea(&mut self, index: IdeaIndex, idea: &Idea) {
        for tactic in &idea.tactics {
            for market in idea.markets.iter().chain(&idea.wanted_by).chain(&idea.proposed_by) {
                let existing = self.existing_ideas.entry((*tactic, *market)).or_insert(index);
                if ranked::is_open(idea) && !ranked::is_open(self.catalog.idea(*existing)) {
                    *existing = index;
                }
            }
            if ranked::is_open(idea) {
                self.wanting_markets.entry(*tactic).or_default().extend(&idea.wanted_by);
                for market in &idea.wanted_by {
                    self.wanted_ideas.entry((*tactic, *market)).or_insert(index);
                }
            }
        }
        if !matches!(idea.status, IdeaStatus::Declined | IdeaStatus::Parked) {
            let cited = idea.evidence.iter().filter(|case| idea.becomes != Some(**case));
            self.followed_up.extend(cited.map(|case| self.evidence.originals[case.0 as usize]));
        }
    }

    /// Adds the studies that a case study repeats, adapts or replaces, each as its original, to
    /// those that are followed up or repeated.
    fn add_relations(&mut self, case: &CaseStudy) {
        let original = |case: &CaseIndex| self.evidence.originals[case.0 as usize];
        let repeats: Vec<CaseIndex> = case
            .relations
            .adapted_from
            .iter()
            .chain(&case.relations.replicates)
            .map(original)
            .collect();
        let replaces: Vec<CaseIndex> = case.relations.supersedes.iter().map(original).collect();
        self.followed_up.extend(repeats.iter().copied().chain(replaces));
        self.repeated.extend(repeats);
    }

    /// A proposal to continue a study in the first of its markets; `reasons` come before those that
    /// apply to every kind of proposal.
    pub(super) fn propose_for_study(
        &self,
        kind: ProposalKind,
        index: CaseIndex,
        case: &CaseStudy,
        score: f64,
        mut reasons: Vec<ProposalReason>,
    ) -> Proposal {
        let market = case.markets.first().copied();
        reasons.extend(self.common_reasons(case, &case.tactics, market));
        Proposal {
            kind,
            market,
            lead: index,
            tactics: case.tactics.clone(),
            channels: case.channels.clone(),
            score,
            supporting_cases: self.best_with(case.tactics.first(), Outcome::Won, index),
            opposing_cases: self.best_with(case.tactics.first(), Outcome::Lost, index),
            reasons,
            existing_idea: None,
        }
    }

    /// Ended studies that are not retired and no translations, on which a proposal can be based.
    pub(super) fn usable_studies(&self) -> impl Iterator<Item = (CaseIndex, &'a CaseStudy)> + '_ {
        let is_original = |index: CaseIndex| self.evidence.originals[index.0 as usize] == index;
        self.catalog.iter_cases().filter(move |(index, case)| {
            is_original(*index) && case.has_ended() && !case.is_retired()
        })
    }

    /// Whether a market has a case study with a tactic, ended or open.
    pub(super) fn has_tried(&self, market: MarketId, tactic: TacticId) -> bool {
        self.tried.contains(&(market, tactic))
    }

    /// Whether another study repeats, adapts or replaces a study, or an idea cites it that is
    /// neither declined nor parked.
    pub(super) fn is_followed_up(&self, case: CaseIndex) -> bool {
        self.followed_up.contains(&case)
    }

    /// Whether another study repeats or adapts a study, in any market.
    pub(super) fn is_repeated(&self, case: CaseIndex) -> bool {
        self.repeated.contains(&case)
    }

    /// Number of markets that want an open idea with one of these tactics.
    pub(super) fn count_wanting_markets(&self, tactics: &[TacticId]) -> usize {
        match tactics {
            [tactic] => self.wanting_markets.get(tactic).map_or(0, BTreeSet::len),
            _ => tactics
                .iter()
                .filter_map(|tactic| self.wanting_markets.get(tactic))
                .flatten()
                .collect::<BTreeSet<_>>()
                .len(),
        }
    }

    /// Demand for an experiment, 0 to 1: `n / (n + 2)` for `n` wanting markets, 1 where `market`
    /// itself wants it.
    pub(super) fn demand(&self, tactics: &[TacticId], market: Option<MarketId>) -> f64 {
        if self.wanted_idea(tactics, market).is_some() {
            return 1.0;
        }
        let markets = self.count_wanting_markets(tactics) as f64;
        markets / (markets + 2.0)
    }

    /// The first open idea with one of these tactics that `market` wants; none without a market.
    pub(super) fn wanted_idea(
        &self,
        tactics: &[TacticId],
        market: Option<MarketId>,
    ) -> Option<IdeaIndex> {
        tactics
            .iter()
            .filter_map(|tactic| self.wanted_ideas.get(&(*tactic, market?)))
            .min()
            .copied()
    }

    /// The first idea, open or not, with one of these tactics that is for `market`, wanted by it or
    /// proposed by it; none without a market.
    pub(super) fn existing_idea(
        &self,
        tactics: &[TacticId],
        market: Option<MarketId>,
    ) -> Option<IdeaIndex> {
        tactics
            .iter()
            .filter_map(|tactic| self.existing_ideas.get(&(*tactic, market?)))
            .min()
            .copied()
    }

    /// Estimated win probability of a tactic over all markets of the hub, 0 to 1:
    /// `(won + 1) / (counted + 2)` (Laplace's rule of succession), with `counted` as in
    /// [`Tally::counted`]; 0.5 where no study counts.
    pub(super) fn win_probability(&self, tactic: TacticId) -> f64 {
        self.evidence
            .tactics
            .get(&tactic)
            .map_or(0.5, |tally| (f64::from(tally.won) + 1.0) / (f64::from(tally.counted()) + 2.0))
    }

    /// Estimated win probability of a study's first tactic over all markets of the hub; 0.5 without
    /// tactics.
    pub(super) fn case_win_probability(&self, case: &CaseStudy) -> f64 {
        case.tactics.first().map_or(0.5, |tactic| self.win_probability(*tactic))
    }

    /// At most three studies of any market with this tactic and outcome (won or lost), best
    /// evidence first, `except` left out; none for another outcome or without a tactic.
    pub(super) fn best_with(
        &self,
        tactic: Option<&TacticId>,
        outcome: Outcome,
        except: CaseIndex,
    ) -> Vec<CaseIndex> {
        let best = tactic.and_then(|tactic| self.best_cases.get(&(*tactic, outcome)));
        best.into_iter().flatten().copied().filter(|case| *case != except).take(3).collect()
    }

    /// Reasons that apply to every kind of proposal: the win rate of the first tactic over all
    /// markets if at least two studies count in it, approval of the lead study, and demand.
    pub(super) fn common_reasons(
        &self,
        lead: &CaseStudy,
        tactics: &[TacticId],
        market: Option<MarketId>,
    ) -> Vec<ProposalReason> {
        let mut reasons = Vec::new();
        if let Some(tally) = tactics
            .first()
            .and_then(|tactic| self.evidence.tactics.get(tactic))
            .filter(|tally| tally.counted() > 1)
        {
            reasons.push(ProposalReason::WinRate { won: tally.won, counted: tally.counted() });
        }
        if matches!(lead.reuse, Some(Reuse::Approved | Reuse::Playbook)) {
            reasons.push(ProposalReason::Approved);
        }
        if let Some(idea) = self.wanted_idea(tactics, market) {
            reasons.push(ProposalReason::WantedByMarket(idea));
        }
        match self.count_wanting_markets(tactics) {
            0 => {}
            markets => reasons.push(ProposalReason::WantedByMarkets(markets)),
        }
        reasons
    }
}

/// Weight of an evidence grade in a score, from 1 for A in steps of 0.25 to 0 for none.
pub(super) fn grade_weight(grade: Option<Grade>) -> f64 {
    match grade {
        Some(Grade::A) => 1.0,
        Some(Grade::B) => 0.75,
        Some(Grade::C) => 0.5,
        Some(Grade::D) => 0.25,
        None => 0.0,
    }
}

/// By tactic and outcome, won or lost, the four studies with the best evidence.
fn best_by_tactic(
    catalog: &Catalog,
    evidence: &Evidence,
) -> FxHashMap<(TacticId, Outcome), Vec<CaseIndex>> {
    let ranks = ranked::evidence_ranks(catalog);
    let mut best: FxHashMap<(TacticId, Outcome), Vec<CaseIndex>> = FxHashMap::default();
    for (tactic, tally) in &evidence.tactics {
        for outcome in [Outcome::Won, Outcome::Lost] {
            best.insert((*tactic, outcome), best_of(catalog, &ranks, tally, outcome));
        }
    }
    best
}

/// At most four studies of a tally with this outcome, those with the best evidence first; `ranks`
/// is the result of `evidence_ranks`.
fn best_of(catalog: &Catalog, ranks: &[u32], tally: &Tally, outcome: Outcome) -> Vec<CaseIndex> {
    let has_outcome = |case: &CaseStudy| case.has_ended() && case.outcome == Some(outcome);
    let mut cases: Vec<CaseIndex> =
        tally.cases.iter().copied().filter(|index| has_outcome(catalog.case(*index))).collect();
    cases.sort_unstable_by_key(|index| ranks[index.0 as usize]);
    cases.truncate(4);
    cases
}
