//! Answers: relations and acknowledgements in front matter that settle a pair.

use crate::catalog::{AnswerAbout, CaseIndex, Catalog};
use crate::similar::PairState;

/// Case studies that go back to one another through adaptations, replications and translations: their teams know.
#[derive(Debug, Clone)]
pub struct Lineages(Groups);

/// Numbers that belong together, directly or through others (union-find).
#[derive(Debug, Clone)]
pub struct Groups(Vec<u32>);

impl Groups {
    /// So many numbers, each by itself.
    pub fn new(count: usize) -> Groups {
        Groups((0..count as u32).collect())
    }

    /// Puts the groups of two numbers together.
    pub fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// The least number of a group.
    pub fn of(&self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            at = self.0[at as usize];
        }
        at
    }
}

impl Lineages {
    /// Finds them.
    pub fn in_catalog(catalog: &Catalog) -> Lineages {
        let mut groups = Groups::new(catalog.cases.len());
        for (index, case) in catalog.each_case() {
            let relations = &case.relations;
            for other in relations.adapted_from.iter().chain(&relations.replicates).chain(&relations.translation_of).chain(&case.translation_of) {
                groups.join(index.0, other.0);
            }
        }
        Lineages(groups)
    }

    /// What all case studies of one lineage have in common: a number.
    pub fn of(&self, case: CaseIndex) -> u32 {
        self.0.of(case.0)
    }

    /// Whether two case studies belong to one lineage.
    pub fn join(&self, a: CaseIndex, b: CaseIndex) -> bool {
        self.0.of(a.0) == self.0.of(b.0)
    }
}

/// What the two records say about each other, if anything.
pub fn answer(catalog: &Catalog, a: CaseIndex, b: CaseIndex) -> Option<PairState> {
    let mut reasons: Vec<&str> = Vec::new();
    let mut answered = false;
    for (one, other) in [(a, b), (b, a)] {
        for answer in catalog.case(one).not_duplicate_of.iter().filter(|answer| answer.case == other && answer.about == AnswerAbout::Record) {
            answered = true;
            let reason = answer.reason.trim();
            if !reason.is_empty() && !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    if answered { Some(PairState::Acknowledged { field: "not_duplicate_of", reason }) } else { related(catalog, a, b) }
}

fn related(catalog: &Catalog, a: CaseIndex, b: CaseIndex) -> Option<PairState> {
    let says = |one: CaseIndex, other: CaseIndex| {
        let case = catalog.case(one);
        let named = case.relations.named().into_iter().find(|(_, list)| list.contains(&other)).map(|(field, _)| field);
        named.or((case.translation_of == Some(other)).then_some("translation_of"))
    };
    says(a, b).or_else(|| says(b, a)).map(|field| PairState::Acknowledged { field, reason: None })
}

/// Every pair that `not_duplicate_of` names, once, in order.
pub fn answered(catalog: &Catalog) -> Vec<(CaseIndex, CaseIndex)> {
    let named = catalog
        .each_case()
        .flat_map(|(index, case)| case.not_duplicate_of.iter().map(move |answer| (index, answer)))
        .filter(|(_, answer)| answer.about == AnswerAbout::Record)
        .map(|(index, answer)| (index.min(answer.case), index.max(answer.case)));
    let mut pairs: Vec<(CaseIndex, CaseIndex)> = named.filter(|(a, b)| a != b).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
