//! Answers in front matter that settle a pair: relations between records, and `not_duplicate_of`.

use crate::catalog::field;
use crate::catalog::{CaseIndex, Catalog, NotDuplicateScope};
use crate::similar::AnswerState;

/// Groups of case studies linked by adaptations, replications and translations, directly or through
/// others, whatever the direction.
#[derive(Debug, Clone)]
pub struct Lineages(UnionFind);

/// Disjoint sets of numbers (union-find without path compression), by which case studies that are
/// linked in pairs are joined to groups.
#[derive(Debug, Clone)]
pub struct UnionFind(Vec<u32>);

impl UnionFind {
    /// A set of its own for each of the numbers 0 to `count - 1`.
    pub fn new(count: usize) -> UnionFind {
        UnionFind((0..count as u32).collect())
    }

    /// Merges the sets of two numbers; the smaller of their two representatives represents the
    /// result.
    pub fn union(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// The smallest number of the set that `at` belongs to, which represents that set.
    pub fn find(&self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            at = self.0[at as usize];
        }
        at
    }
}

impl Lineages {
    /// Groups the case studies of a catalog by `adapted_from`, `replicates` and `translation_of`.
    pub fn from_catalog(catalog: &Catalog) -> Lineages {
        let mut groups = UnionFind::new(catalog.cases.len());
        for (index, case) in catalog.iter_cases() {
            let relations = &case.relations;
            for other in relations
                .adapted_from
                .iter()
                .chain(&relations.replicates)
                .chain(&relations.translation_of)
                .chain(&case.translation_of)
            {
                groups.union(index.0, other.0);
            }
        }
        Lineages(groups)
    }

    /// The number of the lineage of a case study, which is the smallest index of its members; a
    /// study that no adaptation, replication or translation links is a lineage of its own.
    pub fn lineage_of(&self, case: CaseIndex) -> u32 {
        self.0.find(case.0)
    }

    /// Whether two case studies belong to one lineage, so that their similarity is no duplicated
    /// effort.
    pub fn is_same_lineage(&self, a: CaseIndex, b: CaseIndex) -> bool {
        self.0.find(a.0) == self.0.find(b.0)
    }
}

/// The acknowledgement of a pair by either of its records: `not_duplicate_of` with the reasons
/// given, else a relation; none where neither record has one. `Stale` is never returned.
pub fn find_answer(catalog: &Catalog, a: CaseIndex, b: CaseIndex) -> Option<AnswerState> {
    let mut reasons: Vec<&str> = Vec::new();
    let mut answered = false;
    for (one, other) in [(a, b), (b, a)] {
        for answer in catalog
            .case(one)
            .not_duplicate_of
            .iter()
            .filter(|answer| answer.case == other && answer.scope == NotDuplicateScope::Record)
        {
            answered = true;
            let reason = answer.reason.trim();
            if !reason.is_empty() && !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    if answered {
        Some(AnswerState::Acknowledged { field: field::NOT_DUPLICATE_OF.name, reason })
    } else {
        relation_answer(catalog, a, b)
    }
}

/// The first relation between two records as an acknowledgement, those that `a` states before those
/// of `b`; none where neither names the other.
fn relation_answer(catalog: &Catalog, a: CaseIndex, b: CaseIndex) -> Option<AnswerState> {
    let relation_field = |one: CaseIndex, other: CaseIndex| {
        let case = catalog.case(one);
        let named = case
            .relations
            .by_field()
            .into_iter()
            .find(|(_, list)| list.contains(&other))
            .map(|(field, _)| field.name);
        named.or((case.translation_of == Some(other)).then_some(field::TRANSLATION_OF.name))
    };
    relation_field(a, b)
        .or_else(|| relation_field(b, a))
        .map(|field| AnswerState::Acknowledged { field, reason: None })
}

/// Every pair that `not_duplicate_of` names, each once, the smaller index first, sorted. Pairs that
/// only a relation acknowledges are not among them.
pub fn answered_pairs(catalog: &Catalog) -> Vec<(CaseIndex, CaseIndex)> {
    let named = catalog
        .iter_cases()
        .flat_map(|(index, case)| case.not_duplicate_of.iter().map(move |answer| (index, answer)))
        .filter(|(_, answer)| answer.scope == NotDuplicateScope::Record)
        .map(|(index, answer)| (index.min(answer.case), index.max(answer.case)));
    let mut pairs: Vec<(CaseIndex, CaseIndex)> = named.filter(|(a, b)| a != b).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
