//! What people wrote, best first, with the studies that bear on each idea.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::backlog::{Kinship, MATCHING, Ranked, score};
use crate::catalog::words::IdeaStatus;
use crate::catalog::{CaseIndex, CaseStudy, Catalog, Idea, IdeaIndex};
use crate::error::work;
use crate::evidence::{Evidence, Tally};
use crate::similar::Similar;
use crate::site::Site;
use crate::vocabulary::{MarketId, TermId};

/// Ranks all ideas: by score, then demand, then id; those without a score last.
pub(super) fn rank(site: &Site, catalog: &Catalog, similar: &Similar, evidence: &Evidence, kinship: &Kinship) -> Vec<Ranked> {
    let weight = weights(catalog);
    let ranker = Ranker { site, catalog, similar, evidence, kinship, weight };
    let mut ideas: Vec<Ranked> = catalog
        .ideas
        .par_iter()
        .with_max_len(16)
        .enumerate()
        .map(|(at, idea)| work::on(&idea.meta.path, || ranker.ranked(IdeaIndex(at as u32), idea)))
        .collect();
    ideas.sort_by(|a, b| {
        b.score.unwrap_or(-1.0).total_cmp(&a.score.unwrap_or(-1.0)).then_with(|| (Reverse(a.demand), a.idea).cmp(&(Reverse(b.demand), b.idea)))
    });
    ideas
}

/// For each case study by position, its place in the order of evidence: ended before open ones, better grades first,
/// then the newest.
pub(super) fn weights(catalog: &Catalog) -> Vec<u32> {
    let key = |case: &CaseStudy| (!case.has_ended(), case.graded.grade.is_none(), case.graded.grade, Reverse(case.day()));
    let mut order: Vec<CaseIndex> = catalog.each_case().map(|(index, _)| index).collect();
    order.sort_by_cached_key(|index| (key(catalog.case(*index)), *index));
    let mut weights = vec![0; order.len()];
    for (weight, index) in order.into_iter().enumerate() {
        weights[index.0 as usize] = weight as u32;
    }
    weights
}

/// Whether an idea still waits for somebody to do it.
pub(super) fn is_open(idea: &Idea) -> bool {
    !matches!(idea.status, IdeaStatus::Done | IdeaStatus::Declined)
}

/// The distinct markets that want an idea.
pub(super) fn wanting(idea: &Idea) -> BTreeSet<MarketId> {
    idea.wanted_by.iter().copied().collect()
}

struct Ranker<'a> {
    site: &'a Site,
    catalog: &'a Catalog,
    similar: &'a Similar,
    evidence: &'a Evidence,
    kinship: &'a Kinship,
    weight: Vec<u32>,
}

impl Ranker<'_> {
    fn ranked(&self, index: IdeaIndex, idea: &Idea) -> Ranked {
        let parts = score::compute(&self.site.ideas, idea);
        let shared = self.sharing_a_tactic(idea);
        let near = self.near(idea);
        let (tried, trying) = self.tried(index, idea);
        let age = self.age(idea);
        Ranked {
            idea: index,
            score: parts.total(),
            capped: parts.claimed.is_some(),
            parts,
            demand: wanting(idea).len(),
            matching: self.best(idea, shared.clone()),
            nearby: self.nearby(&shared, &near),
            tally: self.tally(shared),
            near,
            tried,
            trying,
            age,
            stale: is_open(idea) && age.is_some_and(|age| age > i64::from(self.site.ideas.stale_after_days)),
        }
    }

    /// In id order.
    fn sharing_a_tactic(&self, idea: &Idea) -> Vec<CaseIndex> {
        let tallies = idea.tactics.iter().filter_map(|tactic| self.evidence.tactics.get(tactic));
        let mut cases: Vec<CaseIndex> = tallies.flat_map(|tally| tally.cases.iter().copied()).collect();
        if idea.tactics.len() > 1 {
            cases.sort_unstable();
            cases.dedup();
        }
        cases
    }

    /// The best of them: those that share a channel too come first.
    fn best(&self, idea: &Idea, mut cases: Vec<CaseIndex>) -> Vec<CaseIndex> {
        let shares_channel = |case: &CaseStudy| case.channels.iter().any(|channel| idea.channels.contains(channel));
        let key = |index: &CaseIndex| (!shares_channel(self.catalog.case(*index)), self.weight[index.0 as usize]);
        if cases.len() > MATCHING {
            cases.select_nth_unstable_by_key(MATCHING, key);
            cases.truncate(MATCHING);
        }
        cases.sort_unstable_by_key(key);
        cases
    }

    fn tally(&self, cases: Vec<CaseIndex>) -> Tally {
        Tally::of(cases.into_iter().map(|index| (index, self.catalog.case(index))))
    }

    fn nearby(&self, cases: &[CaseIndex], near: &[MarketId]) -> Tally {
        let mut is_near = vec![false; self.catalog.vocabulary.markets.len()];
        near.iter().for_each(|market| is_near[market.index()] = true);
        let holds = |index: &CaseIndex| near.is_empty() || self.catalog.case(*index).markets.iter().any(|market| is_near[market.index()]);
        self.tally(cases.iter().copied().filter(holds).collect())
    }

    /// The markets an idea would run in, else those that want it, else those that brought it up; with all that are like them.
    fn near(&self, idea: &Idea) -> Vec<MarketId> {
        let named = [&idea.markets, &idea.wanted_by, &idea.proposed_by];
        named.into_iter().find(|markets| !markets.is_empty()).map_or(Vec::new(), |markets| self.kinship.near(markets))
    }

    /// Ended and open studies that are this idea.
    fn tried(&self, index: IdeaIndex, idea: &Idea) -> (Vec<CaseIndex>, Vec<CaseIndex>) {
        let mut same: Vec<CaseIndex> = idea.becomes.into_iter().collect();
        for neighbour in self.similar.of_idea(index) {
            if !same.contains(&neighbour.case) {
                same.push(neighbour.case);
            }
        }
        let known = same.into_iter().filter(|case| self.catalog.case(*case).status.is_some());
        known.partition(|case| self.catalog.case(*case).has_ended())
    }

    fn age(&self, idea: &Idea) -> Option<i64> {
        let updated = idea.meta.change.as_ref()?.updated;
        Some(days_between(updated, self.site.today).max(0))
    }
}

/// Whole days from one day to another.
pub(super) fn days_between(from: jiff::civil::Date, to: jiff::civil::Date) -> i64 {
    i64::from((to - from).get_days())
}
