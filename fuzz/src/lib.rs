//! Fuzz targets: each takes any bytes and panics if an invariant is violated.
//!
//! `fuzz/run TARGET SECONDS` searches for such bytes, starting from the corpus in
//! `fuzz/corpus/TARGET/`, which the tests run too.

mod hub;
mod targets;

/// Name and function of a fuzz target.
pub type Target = (&'static str, fn(&[u8]));

/// All fuzz targets; each name is also that of the folder of its corpus.
pub const TARGETS: [Target; 7] = [
    ("query", targets::query::run),
    ("opening", targets::opening::run),
    ("front-matter", targets::front_matter::run),
    ("body", targets::body::run),
    ("settings", targets::settings::run),
    ("vocabulary", targets::vocabulary::run),
    ("hub", targets::hub::run),
];

/// The function of the target with a name.
pub fn find_target(name: &str) -> Option<fn(&[u8])> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, run)| *run)
}
