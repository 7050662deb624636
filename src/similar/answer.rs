//! Answers: relations and acknowledgements in front matter that settle a pair.

use crate::catalog::{CaseIndex, Catalog};
use crate::similar::PairState;

/// Case studies that go back to one another through adaptations, replications and translations: their teams know.
#[derive(Debug, Clone)]
pub struct Lineages(Vec<u32>);

impl Lineages {
    /// Finds them.
    pub fn of(catalog: &Catalog) -> Lineages {
        let mut lineages = Lineages((0..catalog.cases.len() as u32).collect());
        for (index, case) in catalog.each_case() {
            let relations = &case.relations;
            for other in relations.adapted_from.iter().chain(&relations.replicates).chain(&relations.translation_of).chain(&case.translation_of) {
                let (a, b) = (lineages.root(index.0), lineages.root(other.0));
                lineages.0[a.max(b) as usize] = a.min(b);
            }
        }
        lineages
    }

    fn root(&self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            at = self.0[at as usize];
        }
        at
    }

    /// Whether two case studies belong to one lineage.
    pub fn join(&self, a: CaseIndex, b: CaseIndex) -> bool {
        self.root(a.0) == self.root(b.0)
    }
}

/// What the two records say about each other, if anything.
pub fn answer(catalog: &Catalog, a: CaseIndex, b: CaseIndex) -> Option<PairState> {
    let mut reasons: Vec<&str> = Vec::new();
    let mut answered = false;
    for (one, other) in [(a, b), (b, a)] {
        for answer in catalog.case(one).not_duplicate_of.iter().filter(|answer| answer.case == other) {
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
        .flat_map(|(index, case)| case.not_duplicate_of.iter().map(move |answer| (index.min(answer.case), index.max(answer.case))));
    let mut pairs: Vec<(CaseIndex, CaseIndex)> = named.filter(|(a, b)| a != b).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
