//! Resolves translations, so that an experiment written up in several languages counts as one
//! study.

use crate::catalog::{CaseIndex, CaseStudy, Catalog};

/// The records that represent an experiment, so without translations, in id order; `originals` is
/// the result of [`find_originals`].
pub fn original_studies<'c>(
    catalog: &'c Catalog,
    originals: &[CaseIndex],
) -> Vec<(CaseIndex, &'c CaseStudy)> {
    catalog.iter_cases().filter(|(index, _)| originals[index.0 as usize] == *index).collect()
}

/// For each case study by position, the record that represents its experiment: the last record of
/// its chain of translations, itself where it is no translation. A cycle of translations is
/// represented by its smallest id.
pub fn find_originals(catalog: &Catalog) -> Vec<CaseIndex> {
    let mut originals: Vec<Option<CaseIndex>> = vec![None; catalog.cases.len()];
    for (index, _) in catalog.iter_cases() {
        let chain = follow_translations(catalog, &originals, index);
        let end = chain[chain.len() - 1];
        let original = originals[end.0 as usize].unwrap_or_else(|| smallest_in_cycle(catalog, end));
        chain.iter().for_each(|link| originals[link.0 as usize] = Some(original));
    }
    originals.into_iter().map(|original| original.expect("every record was visited")).collect()
}

/// The chain of translations from `start` up to its end, to a record that is in it already, or to a
/// settled record.
fn follow_translations(
    catalog: &Catalog,
    settled: &[Option<CaseIndex>],
    start: CaseIndex,
) -> Vec<CaseIndex> {
    let mut chain = vec![start];
    let mut seen = rustc_hash::FxHashSet::from_iter([start]);
    while let Some(next) = translated_from(catalog, chain[chain.len() - 1])
        .filter(|_| settled[chain[chain.len() - 1].0 as usize].is_none())
    {
        if !seen.insert(next) {
            break;
        }
        chain.push(next);
    }
    chain
}

/// The smallest id of the cycle that contains `start`; `start` itself where its chain ends.
fn smallest_in_cycle(catalog: &Catalog, start: CaseIndex) -> CaseIndex {
    let mut smallest = start;
    let mut current = start;
    while let Some(next) = translated_from(catalog, current).filter(|next| *next != start) {
        smallest = smallest.min(next);
        current = next;
    }
    smallest
}

/// The record that a case study translates by its field `translation_of`; none for an original.
fn translated_from(catalog: &Catalog, index: CaseIndex) -> Option<CaseIndex> {
    catalog.case(index).translation_of
}

#[cfg(test)]
mod tests {
    use crate::support::{CatalogLookup, TestHub, graded_a, study_fields};

    #[test]
    fn translations_are_one_experiment() {
        let hub = TestHub::new()
            .case(
                "be/fr",
                &study_fields("BE", "website", "discount", "won", &graded_a("cvr", 5.0, 2.0, 8.0)),
            )
            .case(
                "be/nl",
                &study_fields(
                    "BE",
                    "website",
                    "discount",
                    "won",
                    &format!("translation_of: be/fr\n{}", graded_a("cvr", 5.0, 2.0, 8.0)),
                ),
            )
            .case(
                "be/de",
                &study_fields("BE", "website", "discount", "won", "translation_of: be/nl"),
            )
            .hub();
        assert_eq!(hub.evidence.all.won, 1);
        assert_eq!(hub.catalog.ids(&hub.evidence.all.cases), ["be/fr"]);
        assert_eq!(hub.evidence.panels.tactics[&hub.catalog.tactic("discount")][0].rows.len(), 1);
    }

    #[test]
    fn a_cycle_of_translations_is_one_experiment() {
        let ring = |other: &str| {
            study_fields("BE", "website", "discount", "won", &format!("translation_of: {other}"))
        };
        let hub = TestHub::new()
            .case("be/a", &ring("be/c"))
            .case("be/b", &ring("be/a"))
            .case("be/c", &ring("be/b"))
            .case("be/d", &ring("be/c"))
            .hub();
        assert_eq!(hub.catalog.ids(&hub.evidence.all.cases), ["be/a"]);
    }
}
