//! The facets as the header of the index lists them.

use casebook_search::{FacetDefinition, FacetLevels};

use crate::catalog::field::Facet;
use crate::catalog::field::facet::FACETS;

/// The definitions of all facets.
pub fn define_facets() -> Vec<FacetDefinition> {
    FACETS.iter().map(|facet| define_facet(facet)).collect()
}

/// The definition of one facet as the search engine reads it; without an id, which is its position
/// in the list of definitions.
fn define_facet(facet: &Facet) -> FacetDefinition {
    FacetDefinition {
        name: facet.name.to_owned(),
        aliases: facet.aliases.iter().map(|&alias| alias.to_owned()).collect(),
        source: facet.source,
        matching: facet.matching,
        fallback: facet.fallback,
        levels: facet.levels.map(|(noun, steps)| FacetLevels {
            noun: noun.to_owned(),
            steps: steps.iter().map(|&(value, factor)| (value.to_owned(), factor)).collect(),
        }),
        panel: facet.panel,
    }
}
