//! Any `site.toml` is parsed or reported as invalid.

use crate::hub::{CASE_STUDY_PATH, VALID_FRONT_MATTER, build_sources, read_hub};

/// Uses the input as the settings of a hub.
pub fn run(bytes: &[u8]) {
    let Ok(toml) = std::str::from_utf8(bytes) else { return };
    read_hub(&build_sources(&[
        ("site.toml", toml),
        (CASE_STUDY_PATH, &format!("---\n{VALID_FRONT_MATTER}---\n")),
    ]));
}
