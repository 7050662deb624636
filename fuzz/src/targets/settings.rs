//! Whatever `site.toml` says is understood or told.

use crate::hub::{CASE_STUDY, PLANNED, read, sources};

/// Takes any text for the settings of a hub.
pub fn run(bytes: &[u8]) {
    let Ok(toml) = std::str::from_utf8(bytes) else { return };
    read(&sources(&[("site.toml", toml), (CASE_STUDY, &format!("---\n{PLANNED}---\n"))]));
}
