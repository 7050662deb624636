//! The facets of the indexes in tests.

use casebook_search::{FacetDefinition, FacetId, FacetLevels, FacetSource, ValueMatching};

const NAMES: [&str; 10] = [
    "market", "group", "channel", "tactic", "outcome", "grade", "owner", "year", "language", "type",
];

/// The position of a facet in [`define_facets`].
pub fn find_facet(name: &str) -> Option<FacetId> {
    NAMES.iter().position(|known| *known == name).map(|at| FacetId(at as u8))
}

/// All facets: some match in their own way, markets and groups fall back on each other, and grades
/// are levels.
pub fn define_facets() -> Vec<FacetDefinition> {
    NAMES.iter().map(|name| define_facet(name)).collect()
}

fn define_facet(name: &str) -> FacetDefinition {
    let plain = FacetDefinition { name: name.to_owned(), ..FacetDefinition::default() };
    match name {
        "market" => FacetDefinition { fallback: find_facet("group"), ..plain },
        "group" => FacetDefinition { fallback: find_facet("market"), ..plain },
        "grade" => FacetDefinition {
            levels: Some(FacetLevels {
                noun: "evidence grade".to_owned(),
                steps: [("D", 1.0), ("C", 1.01), ("B", 1.03), ("A", 1.05)]
                    .map(|(value, factor)| (value.to_owned(), factor))
                    .into(),
            }),
            ..plain
        },
        "owner" => FacetDefinition { matching: ValueMatching::Parts, ..plain },
        "language" => FacetDefinition {
            source: FacetSource::Language,
            matching: ValueMatching::FirstPart,
            ..plain
        },
        "type" => FacetDefinition {
            aliases: vec!["kind".to_owned()],
            source: FacetSource::Kind,
            matching: ValueMatching::LastPart,
            ..plain
        },
        _ => plain,
    }
}
