//! The terms of any vocabulary are found by their ids.

use casebook::vocabulary::read::read_vocabulary;

use crate::hub::{CASE_STUDY_PATH, VALID_FRONT_MATTER, build_sources, read_hub, source_file};

/// Uses the input as a vocabulary file of a hub. Its first line, a comment, names the vocabulary:
/// `# markets`.
pub fn run(bytes: &[u8]) {
    let Ok(yaml) = std::str::from_utf8(bytes) else { return };
    let vocabulary_name =
        yaml.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or("tactics");
    let path = format!("content/vocabulary/{vocabulary_name}.yaml");
    let (vocabulary, diagnostics) = read_vocabulary(&[source_file(&path, yaml)]);
    for (id, term) in vocabulary.tactics.iter() {
        assert!(vocabulary.tactics.find(&term.id) == Some(id), "`{}` is not found", term.id);
    }
    if diagnostics.is_empty() {
        read_hub(&build_sources(&[
            (&path, yaml),
            (CASE_STUDY_PATH, &format!("---\n{VALID_FRONT_MATTER}---\n")),
        ]));
    }
}
