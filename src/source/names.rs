//! Names of files: the one form in which they are compared, and those that cannot be carried to every machine.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::diagnostic::{Diagnostic, Place};

/// Names that Windows keeps for devices, whatever their extension.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5",
    "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The longest name most file systems take, in bytes.
const LONGEST: usize = 255;

/// A name in the one form in which names are compared and published: composed letters (Unicode NFC), where some systems write a letter and
/// its accent as two.
pub fn composed(name: &str) -> Cow<'_, str> {
    if is_nfc(name) { name.into() } else { name.nfc().collect::<String>().into() }
}

/// Warns of a path whose last name some machine cannot hold.
pub fn check(path: &Arc<str>) -> Option<Diagnostic> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let reason = unportable(name)?;
    let message = format!("`{}` {reason}", name.escape_debug());
    let hint = "rename it: letters, digits, `-`, `_` and `.` travel everywhere";
    Some(Diagnostic::warning("unportable-name", Place::file(path), message).hint(hint))
}

/// Reports paths that a machine which ignores case, or the form of letters, would take for one.
pub fn alike<'a>(paths: impl Iterator<Item = &'a Arc<str>>) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<String, &Arc<str>> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        if let Some(first) = seen.insert(path.to_lowercase(), path) {
            diagnostics.push(same(first, path));
        }
    }
    diagnostics
}

fn same(first: &Arc<str>, path: &Arc<str>) -> Diagnostic {
    let message = if first == path {
        format!("there are two files `{path}`: one has accented letters composed, the other has letter and accent apart")
    } else {
        format!("`{path}` differs from `{first}` only in upper and lower case")
    };
    Diagnostic::error("same-name", Place::file(path), message)
        .label(Place::file(first), "the other file")
        .hint("rename one of them: Windows and macOS can hold only one")
}

/// Why a single name is not portable.
fn unportable(name: &str) -> Option<String> {
    let stem = name.split('.').next().unwrap_or(name);
    if DEVICES.contains(&stem.trim_end().to_ascii_lowercase().as_str()) {
        return Some(format!("is a name that Windows keeps for a device: `{stem}`"));
    }
    if let Some(character) = name.chars().find(|character| is_unportable(*character)) {
        return Some(format!("holds `{}`, which Windows does not take in a name", character.escape_debug()));
    }
    if name.ends_with(['.', ' ']) {
        return Some("ends in a full stop or a space, which Windows drops".to_owned());
    }
    (name.len() > LONGEST - 10).then(|| format!("is {} bytes long, more than some machines take", name.len()))
}

fn is_unportable(character: char) -> bool {
    character.is_control() || matches!(character, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_travel_pass() {
        for name in ["unboxing-drop.md", "Café à la carte.md", "ブランド.md", "console.md", "a.b.c"] {
            assert_eq!(unportable(name), None, "{name}");
        }
    }

    #[test]
    fn names_that_do_not_are_told_why() {
        for name in ["con.md", "AUX", "nul .txt", "why?.md", "a:b.md", "say \"hi\".md", "dot.", "space ", "tab\t.md", "back\\slash"] {
            assert!(unportable(name).is_some(), "{name}");
        }
    }

    #[test]
    fn case_alone_does_not_make_two_names() {
        let paths: Vec<Arc<str>> = ["content/A.md", "content/a.md", "content/b.md"].map(Arc::from).to_vec();
        let found = alike(paths.iter());
        assert_eq!(found.len(), 1);
        assert_eq!(&*found[0].place.path, "content/a.md");
        let paths = ["content/caf\u{e9}.md", "content/cafe\u{301}.md"].map(|path| Arc::from(&*composed(path))).to_vec();
        assert_eq!(alike(paths.iter()).len(), 1, "one name in two forms");
    }
}
