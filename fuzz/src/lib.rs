//! Fuzz targets: each takes any bytes, and panics when something is not as it must always be.
//!
//! `fuzz/run TARGET SECONDS` looks for such bytes, starting from those in `fuzz/corpus/TARGET/`; the tests repeat what is there.

mod hub;
mod targets;

/// A function that takes any bytes, and its name.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 7] = [
    ("query", targets::query::run),
    ("opening", targets::opening::run),
    ("front-matter", targets::front_matter::run),
    ("body", targets::body::run),
    ("settings", targets::settings::run),
    ("vocabulary", targets::vocabulary::run),
    ("hub", targets::hub::run),
];

/// The target of a name.
pub fn target(name: &str) -> Option<fn(&[u8])> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, run)| *run)
}
