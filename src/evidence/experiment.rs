//! One experiment, several languages: translations are one study wherever something is counted.

use crate::catalog::{CaseIndex, Catalog};

/// For each case study by position, the record that stands for its experiment: the one it translates (at the end of
/// the chain), else itself. A ring of translations is stood for by its smallest id.
pub fn originals(catalog: &Catalog) -> Vec<CaseIndex> {
    catalog.each_case().map(|(index, _)| original(catalog, index)).collect()
}

fn original(catalog: &Catalog, index: CaseIndex) -> CaseIndex {
    let mut seen = vec![index];
    while let Some(next) = catalog.case(seen[seen.len() - 1]).translation_of {
        if let Some(ring) = seen.iter().position(|known| *known == next) {
            return seen[ring..].iter().copied().min().expect("a ring holds at least one record");
        }
        seen.push(next);
    }
    seen[seen.len() - 1]
}
