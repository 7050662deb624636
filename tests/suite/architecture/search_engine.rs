//! The search engine takes facets from the header of its index.

use casebook::catalog::field::facet::FACETS;

use super::{repository, sources_in};

/// Names of facets that mean something else where they stand: the tag of a worker's request, a verb,
/// the freshness of a record.
const HOMONYMS: [(&str, &str); 3] =
    [("browser.rs", "type"), ("english_spelling.rs", "channel"), ("rank.rs", "verified")];

#[test]
fn the_engine_knows_no_facet_by_name() {
    let mut found = Vec::new();
    for source in sources_in(&repository().join("search/src")) {
        for (number, line) in source.code_lines() {
            for name in FACETS.iter().flat_map(|facet| facet.names()) {
                let is_homonym = HOMONYMS.contains(&(source.path.as_str(), name));
                if line.contains(&format!("\"{name}\"")) && !is_homonym {
                    found.push(format!("{}:{number}: \"{name}\"", source.path));
                }
            }
        }
    }
    assert!(found.is_empty(), "facets are data of `IndexHeader::facets`: {found:#?}");
}
