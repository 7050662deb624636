//! File names: normalisation to NFC, and warnings of names that some operating systems cannot hold.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::diagnostic::{Diagnostic, Place};

/// Names that Windows reserves for devices, with any extension.
const WINDOWS_DEVICE_NAMES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The longest file name of most file systems, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// The NFC form of a name, in which names are compared and published; some systems store names
/// decomposed.
pub fn to_nfc(name: &str) -> Cow<'_, str> {
    if is_nfc(name) { name.into() } else { name.nfc().collect::<String>().into() }
}

/// A warning if the file name of a path is not portable.
pub fn check_portability(path: &Arc<str>) -> Option<Diagnostic> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let reason = portability_problem(name)?;
    let message = format!("`{}` {reason}", name.escape_debug());
    let hint = "rename it: letters, digits, `-`, `_` and `.` travel everywhere";
    Some(Diagnostic::warning("unportable-name", Place::file(path), message).hint(hint))
}

/// An error for each path that equals an earlier one on a file system that ignores case or Unicode
/// normalisation.
pub fn find_case_collisions<'a>(paths: impl Iterator<Item = &'a Arc<str>>) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, &Arc<str>> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        if let Some(first) = seen.insert(path.to_lowercase(), path) {
            diagnostics.push(same_name(first, path));
        }
    }
    diagnostics
}

/// The error for two paths that some file systems take for one.
fn same_name(first: &Arc<str>, path: &Arc<str>) -> Diagnostic {
    let message = if first == path {
        format!(
            "there are two files `{path}`: one has accented letters composed, the other has letter and accent apart"
        )
    } else {
        format!("`{path}` differs from `{first}` only in upper and lower case")
    };
    Diagnostic::error("same-name", Place::file(path), message)
        .label(Place::file(first), "the other file")
        .hint("rename one of them: Windows and macOS can hold only one")
}

/// Why a file name is not portable; none if it is.
fn portability_problem(name: &str) -> Option<String> {
    let stem = name.split('.').next().unwrap_or(name);
    if WINDOWS_DEVICE_NAMES.contains(&stem.trim_end().to_ascii_lowercase().as_str()) {
        return Some(format!("is a name that Windows keeps for a device: `{stem}`"));
    }
    if let Some(character) = name.chars().find(|character| is_reserved_character(*character)) {
        return Some(format!(
            "holds `{}`, which Windows does not take in a name",
            character.escape_debug()
        ));
    }
    if name.ends_with(['.', ' ']) {
        return Some("ends in a full stop or a space, which Windows drops".to_owned());
    }
    (name.len() > MAX_NAME_BYTES - 10)
        .then(|| format!("is {} bytes long, more than some machines take", name.len()))
}

/// Whether Windows forbids a character in file names.
fn is_reserved_character(character: char) -> bool {
    character.is_control() || matches!(character, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portable_names_pass() {
        for name in ["unboxing-drop.md", "Café à la carte.md", "ブランド.md", "console.md", "a.b.c"]
        {
            assert_eq!(portability_problem(name), None, "{name}");
        }
    }

    #[test]
    fn unportable_names_have_a_reason() {
        for name in [
            "con.md",
            "AUX",
            "nul .txt",
            "why?.md",
            "a:b.md",
            "say \"hi\".md",
            "dot.",
            "space ",
            "tab\t.md",
            "back\\slash",
        ] {
            assert!(portability_problem(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_that_differ_in_case_or_form_collide() {
        let paths: Vec<Arc<str>> =
            ["content/A.md", "content/a.md", "content/b.md"].map(Arc::from).to_vec();
        let collisions = find_case_collisions(paths.iter());
        assert_eq!(collisions.len(), 1);
        assert_eq!(&*collisions[0].place.path, "content/a.md");
        let paths = ["content/caf\u{e9}.md", "content/cafe\u{301}.md"]
            .map(|path| Arc::from(&*to_nfc(path)))
            .to_vec();
        assert_eq!(find_case_collisions(paths.iter()).len(), 1, "one name in two forms");
    }
}
