//! What every proposal is weighed with: winners, losers and demand by tactic, ideas that say so already, follow-ups.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::backlog::proposal::Ground;
use crate::backlog::{Kinship, ranked};
use crate::catalog::words::{Grade, IdeaStatus, Outcome, Reuse};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, Idea, IdeaIndex};
use crate::evidence::{Evidence, Tally};
use crate::vocabulary::{MarketId, TacticId};

/// The state of the hub that proposals are weighed against.
pub(super) struct Against<'a> {
    pub catalog: &'a Catalog,
    pub evidence: &'a Evidence,
    pub kinship: &'a Kinship,
    /// By tactic: markets that want an open idea with it.
    wanted: BTreeMap<TacticId, BTreeSet<MarketId>>,
    /// The first idea with this tactic that a market wants.
    wanted_here: FxHashMap<(TacticId, MarketId), IdeaIndex>,
    /// The idea with this tactic that would run in, came from or is wanted by a market: the first open one, else the first.
    written: FxHashMap<(TacticId, MarketId), IdeaIndex>,
    /// Markets with the tactics they have tried or are trying.
    tried: FxHashSet<(MarketId, TacticId)>,
    /// Studies that somebody has repeated, adapted, replaced or taken into an idea.
    followed: FxHashSet<CaseIndex>,
    /// Studies that somebody has repeated or adapted.
    repeated: FxHashSet<CaseIndex>,
    /// The four best studies that won or lost with a tactic.
    best: FxHashMap<(TacticId, Outcome), Vec<CaseIndex>>,
}

impl<'a> Against<'a> {
    pub(super) fn of(catalog: &'a Catalog, evidence: &'a Evidence, kinship: &'a Kinship) -> Self {
        let mut against = Against {
            catalog,
            evidence,
            kinship,
            wanted: BTreeMap::new(),
            wanted_here: FxHashMap::default(),
            written: FxHashMap::default(),
            tried: evidence.market_tactic.keys().copied().collect(),
            followed: FxHashSet::default(),
            repeated: FxHashSet::default(),
            best: best_by_tactic(catalog, evidence),
        };
        catalog.each_idea().for_each(|(index, idea)| against.read_idea(index, idea));
        catalog.each_case().for_each(|(_, case)| against.read_relations(case));
        against
    }

    fn read_idea(&mut self, index: IdeaIndex, idea: &Idea) {
        for tactic in &idea.tactics {
            for market in idea.markets.iter().chain(&idea.wanted_by).chain(&idea.proposed_by) {
                let known = self.written.entry((*tactic, *market)).or_insert(index);
                if ranked::is_open(idea) && !ranked::is_open(self.catalog.idea(*known)) {
                    *known = index;
                }
            }
            if ranked::is_open(idea) {
                self.wanted.entry(*tactic).or_default().extend(&idea.wanted_by);
                for market in &idea.wanted_by {
                    self.wanted_here.entry((*tactic, *market)).or_insert(index);
                }
            }
        }
        if !matches!(idea.status, IdeaStatus::Declined | IdeaStatus::Parked) {
            let cited = idea.evidence.iter().filter(|case| idea.becomes != Some(**case));
            self.followed.extend(cited.map(|case| self.evidence.originals[case.0 as usize]));
        }
    }

    fn read_relations(&mut self, case: &CaseStudy) {
        let original = |case: &CaseIndex| self.evidence.originals[case.0 as usize];
        let repeats: Vec<CaseIndex> = case.relations.adapted_from.iter().chain(&case.relations.replicates).map(original).collect();
        let replaces: Vec<CaseIndex> = case.relations.supersedes.iter().map(original).collect();
        self.followed.extend(repeats.iter().copied().chain(replaces));
        self.repeated.extend(repeats);
    }

    /// Ended studies that stand for their experiment and may still be built on.
    pub(super) fn usable(&self) -> impl Iterator<Item = (CaseIndex, &'a CaseStudy)> + '_ {
        let stands = |index: CaseIndex| self.evidence.originals[index.0 as usize] == index;
        self.catalog.each_case().filter(move |(index, case)| stands(*index) && case.has_ended() && !case.is_retired())
    }

    /// Whether a market has tried a tactic or is trying it.
    pub(super) fn has_tried(&self, market: MarketId, tactic: TacticId) -> bool {
        self.tried.contains(&(market, tactic))
    }

    /// Whether somebody has followed a study up.
    pub(super) fn is_followed(&self, case: CaseIndex) -> bool {
        self.followed.contains(&case)
    }

    /// Whether somebody has repeated or adapted a study.
    pub(super) fn is_repeated(&self, case: CaseIndex) -> bool {
        self.repeated.contains(&case)
    }

    /// How many markets want an open idea with one of these tactics.
    pub(super) fn wants(&self, tactics: &[TacticId]) -> usize {
        match tactics {
            [tactic] => self.wanted.get(tactic).map_or(0, BTreeSet::len),
            _ => tactics.iter().filter_map(|tactic| self.wanted.get(tactic)).flatten().collect::<BTreeSet<_>>().len(),
        }
    }

    /// Demand from 0 to 1: 0 without any, 0.5 for two markets, 1 where the market itself wants it.
    pub(super) fn demand(&self, tactics: &[TacticId], market: Option<MarketId>) -> f64 {
        if self.wanted_here(tactics, market).is_some() {
            return 1.0;
        }
        let wants = self.wants(tactics) as f64;
        wants / (wants + 2.0)
    }

    pub(super) fn wanted_here(&self, tactics: &[TacticId], market: Option<MarketId>) -> Option<IdeaIndex> {
        tactics.iter().filter_map(|tactic| self.wanted_here.get(&(*tactic, market?))).min().copied()
    }

    pub(super) fn written(&self, tactics: &[TacticId], market: Option<MarketId>) -> Option<IdeaIndex> {
        tactics.iter().filter_map(|tactic| self.written.get(&(*tactic, market?))).min().copied()
    }

    /// The chance that a tactic wins, from 0 to 1: (won + 1) / (counted + 2), so that few studies stay near one half.
    pub(super) fn chance(&self, tactic: TacticId) -> f64 {
        self.evidence.tactics.get(&tactic).map_or(0.5, |tally| (f64::from(tally.won) + 1.0) / (f64::from(tally.counted()) + 2.0))
    }

    /// The chance of the main tactic.
    pub(super) fn chance_of(&self, case: &CaseStudy) -> f64 {
        case.tactics.first().map_or(0.5, |tactic| self.chance(*tactic))
    }

    /// At most three studies with this tactic and outcome, best evidence first, `but` left out.
    pub(super) fn best_with(&self, tactic: Option<&TacticId>, outcome: Outcome, but: CaseIndex) -> Vec<CaseIndex> {
        let best = tactic.and_then(|tactic| self.best.get(&(*tactic, outcome)));
        best.into_iter().flatten().copied().filter(|case| *case != but).take(3).collect()
    }

    /// Reasons that hold for any kind of proposal.
    pub(super) fn common_grounds(&self, lead: &CaseStudy, tactics: &[TacticId], market: Option<MarketId>) -> Vec<Ground> {
        let mut grounds = Vec::new();
        if let Some(tally) = tactics.first().and_then(|tactic| self.evidence.tactics.get(tactic)).filter(|tally| tally.counted() > 1) {
            grounds.push(Ground::Rate { won: tally.won, counted: tally.counted() });
        }
        if matches!(lead.reuse, Some(Reuse::Approved | Reuse::Playbook)) {
            grounds.push(Ground::Approved);
        }
        if let Some(idea) = self.wanted_here(tactics, market) {
            grounds.push(Ground::WantedHere(idea));
        }
        match self.wants(tactics) {
            0 => {}
            wants => grounds.push(Ground::Wanted(wants)),
        }
        grounds
    }
}

/// How much a grade counts, 0 to 1.
pub(super) fn weight_of(grade: Option<Grade>) -> f64 {
    match grade {
        Some(Grade::A) => 1.0,
        Some(Grade::B) => 0.75,
        Some(Grade::C) => 0.5,
        Some(Grade::D) => 0.25,
        None => 0.0,
    }
}

fn best_by_tactic(catalog: &Catalog, evidence: &Evidence) -> FxHashMap<(TacticId, Outcome), Vec<CaseIndex>> {
    let weights = ranked::weights(catalog);
    let mut best: FxHashMap<(TacticId, Outcome), Vec<CaseIndex>> = FxHashMap::default();
    for (tactic, tally) in &evidence.tactics {
        for outcome in [Outcome::Won, Outcome::Lost] {
            best.insert((*tactic, outcome), best_of(catalog, &weights, tally, outcome));
        }
    }
    best
}

fn best_of(catalog: &Catalog, weights: &[u32], tally: &Tally, outcome: Outcome) -> Vec<CaseIndex> {
    let fits = |case: &CaseStudy| case.has_ended() && case.outcome == Some(outcome);
    let mut cases: Vec<CaseIndex> = tally.cases.iter().copied().filter(|index| fits(catalog.case(*index))).collect();
    cases.sort_unstable_by_key(|index| weights[index.0 as usize]);
    cases.truncate(4);
    cases
}
