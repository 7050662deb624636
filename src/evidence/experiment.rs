//! One experiment, several languages: translations are one study wherever something is counted.

use crate::catalog::{CaseIndex, CaseStudy, Catalog};

/// The records that stand for an experiment, in id order; `originals` is what `originals()` gives.
pub fn studies<'c>(catalog: &'c Catalog, originals: &[CaseIndex]) -> Vec<(CaseIndex, &'c CaseStudy)> {
    catalog.each_case().filter(|(index, _)| originals[index.0 as usize] == *index).collect()
}

/// For each case study by position, the record that stands for its experiment: the one at the end of its chain of
/// translations, itself where it translates nothing. A ring of translations is stood for by its smallest id.
pub fn originals(catalog: &Catalog) -> Vec<CaseIndex> {
    let mut originals: Vec<Option<CaseIndex>> = vec![None; catalog.cases.len()];
    for (index, _) in catalog.each_case() {
        let chain = chain_from(catalog, &originals, index);
        let end = chain[chain.len() - 1];
        let stands = originals[end.0 as usize].unwrap_or_else(|| ring_of(catalog, end));
        chain.iter().for_each(|link| originals[link.0 as usize] = Some(stands));
    }
    originals.into_iter().map(|original| original.expect("every record was visited")).collect()
}

/// Follows translations until the chain ends, meets itself, or meets a record that is settled.
fn chain_from(catalog: &Catalog, settled: &[Option<CaseIndex>], start: CaseIndex) -> Vec<CaseIndex> {
    let mut chain = vec![start];
    let mut seen = rustc_hash::FxHashSet::from_iter([start]);
    while let Some(next) = next(catalog, chain[chain.len() - 1]).filter(|_| settled[chain[chain.len() - 1].0 as usize].is_none()) {
        if !seen.insert(next) {
            break;
        }
        chain.push(next);
    }
    chain
}

/// The smallest id of the ring that `start` stands in; `start` itself where its chain ends.
fn ring_of(catalog: &Catalog, start: CaseIndex) -> CaseIndex {
    let mut smallest = start;
    let mut at = start;
    while let Some(next) = next(catalog, at).filter(|next| *next != start) {
        smallest = smallest.min(next);
        at = next;
    }
    smallest
}

fn next(catalog: &Catalog, index: CaseIndex) -> Option<CaseIndex> {
    catalog.case(index).translation_of
}
