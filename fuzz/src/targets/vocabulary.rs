//! Whatever a vocabulary lists, its terms are found by their ids.

use casebook::vocabulary::read::read;

use crate::hub::{CASE_STUDY, PLANNED, file, sources};

/// Takes any text for a list of terms of a hub. The first line, a comment, says of what: `# markets`.
pub fn run(bytes: &[u8]) {
    let Ok(yaml) = std::str::from_utf8(bytes) else { return };
    let list = yaml.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or("tactics");
    let path = format!("content/vocabulary/{list}.yaml");
    let (vocabulary, diagnostics) = read(&[file(&path, yaml)]);
    for (id, term) in vocabulary.tactics.iter() {
        assert!(vocabulary.tactics.find(&term.id) == Some(id), "`{}` is not found", term.id);
    }
    if diagnostics.is_empty() {
        crate::hub::read(&sources(&[(&path, yaml), (CASE_STUDY, &format!("---\n{PLANNED}---\n"))]));
    }
}
