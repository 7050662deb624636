//! Which theme files a hub overrides, and whether the built-in versions have changed since.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::ContentHash;
use crate::theme::files::{self, BUILT_IN_PREFIX};

/// The file below the theme's folder that records the hash of the built-in version of each copied
/// file: a TOML table from path to hash.
pub const RECORD_FILE: &str = "copied.toml";

/// A theme file, and its relation to the built-in theme.
#[derive(Debug, PartialEq, Eq)]
pub struct ThemePart {
    /// Path below the theme's folder: `templates/case-study.html`.
    pub path: String,
    /// Who provides the file.
    pub state: PartState,
}

/// The relation of a theme file to the built-in theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// Not overridden.
    BuiltIn,
    /// Overridden by a file with the same bytes.
    Identical,
    /// Overridden by a template that extends the built-in one, so that later changes reach it.
    Extends,
    /// Overridden by a changed copy of the present built-in version.
    Changed,
    /// Overridden by a copy of an earlier built-in version.
    Outdated,
    /// Overridden by a file that was not copied with `casebook theme`.
    Unrecorded,
    /// Added by the hub; the built-in theme has no such file.
    Added,
}

impl PartState {
    /// The state in words, as `casebook theme` lists it.
    pub fn as_str(self) -> &'static str {
        match self {
            PartState::BuiltIn => "built in",
            PartState::Identical => "same as built in, can be removed",
            PartState::Extends => "extends the built-in template",
            PartState::Changed => "changed by this hub",
            PartState::Outdated => "changed by this hub; the built-in version has changed since",
            PartState::Unrecorded => {
                "changed by this hub; from which built-in version is not recorded"
            }
            PartState::Added => "added by this hub",
        }
    }
}

/// Every built-in file and every file of the hub's own theme folder, `overlay`, in the order of
/// their paths. `records` maps the paths of copied files to the hash of the version that was
/// copied.
pub fn list_parts(
    overlay: &BTreeMap<String, Arc<[u8]>>,
    records: &BTreeMap<String, String>,
) -> Vec<ThemePart> {
    let built_in = files::ThemeFiles::new(&BTreeMap::new());
    let built_in_parts = built_in.iter().map(|(path, bytes)| {
        let state = match overlay.get(path) {
            None => PartState::BuiltIn,
            Some(own) => override_state(own, bytes, records.get(path)),
        };
        ThemePart { path: path.to_owned(), state }
    });
    let added = overlay
        .keys()
        .filter(|path| built_in.get(path).is_none() && *path != RECORD_FILE)
        .map(|path| ThemePart { path: path.clone(), state: PartState::Added });
    let mut parts: Vec<ThemePart> = built_in_parts.chain(added).collect();
    parts.sort_by(|one, other| one.path.cmp(&other.path));
    parts
}

/// How the file of a hub relates to the built-in file with the same path; `record` is the hash of
/// the built-in version that it was copied from, where that is recorded.
fn override_state(own: &[u8], built_in: &[u8], record: Option<&String>) -> PartState {
    let extends = || {
        std::str::from_utf8(own).is_ok_and(|text| {
            text.contains("{% extends") && text.contains(&format!("\"{BUILT_IN_PREFIX}"))
        })
    };
    match record {
        _ if own == built_in => PartState::Identical,
        _ if extends() => PartState::Extends,
        None => PartState::Unrecorded,
        Some(hash) if *hash == version_hash(built_in) => PartState::Changed,
        Some(_) => PartState::Outdated,
    }
}

/// The bytes of a built-in file, to copy it into a hub's theme, and the hash of this version, to
/// record in `RECORD_FILE`; none where the built-in theme has no such file.
pub fn built_in_file(path: &str) -> Option<(Arc<[u8]>, String)> {
    let bytes = files::ThemeFiles::new(&BTreeMap::new()).get(path)?.clone();
    let hash = version_hash(&bytes);
    Some((bytes, hash))
}

/// The hash that identifies one version of a built-in file, in hexadecimal.
fn version_hash(bytes: &[u8]) -> String {
    ContentHash::of(bytes).short_hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_from_the_record_and_the_bytes() {
        let path = "templates/prose.html";
        let (bytes, hash) = built_in_file(path).unwrap();
        let state = |own: &[u8], record: Option<&str>| {
            let overlay = BTreeMap::from([(path.to_owned(), Arc::from(own))]);
            let records =
                record.map(|hash| (path.to_owned(), hash.to_owned())).into_iter().collect();
            let parts = list_parts(&overlay, &records);
            parts.into_iter().find(|part| part.path == path).unwrap().state
        };
        assert_eq!(state(&bytes, None), PartState::Identical);
        assert_eq!(state(b"x", None), PartState::Unrecorded);
        assert_eq!(state(b"x", Some(&hash)), PartState::Changed);
        assert_eq!(state(b"x", Some("0")), PartState::Outdated);
        let extension = b"{% extends \"built-in/prose.html\" %}{% block footer %}{% endblock %}";
        assert_eq!(state(extension, None), PartState::Extends);
        let parts = list_parts(
            &BTreeMap::from([
                ("styles/99-own.css".to_owned(), Arc::from(&b"a{}"[..])),
                (RECORD_FILE.to_owned(), Arc::from(&b""[..])),
            ]),
            &BTreeMap::new(),
        );
        let others: Vec<&ThemePart> =
            parts.iter().filter(|part| part.state != PartState::BuiltIn).collect();
        let added = ThemePart { path: "styles/99-own.css".into(), state: PartState::Added };
        assert_eq!(others, [&added]);
    }
}
