//! Diagnostics as people and programs read them: in the terminal, as JSON, on GitHub, as SARIF.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Place, Severity};

mod github;
mod human;
mod json;
mod lines;
mod sarif;
mod visible;

pub use github::github;
pub use human::{Look, human, one};
pub use json::{Entry, entries, json};
pub use lines::{Lines, Position};
pub use sarif::sarif;
pub use visible::{acts, visible, visible_line};

/// The texts that diagnostics point into.
pub trait Texts {
    /// The text of a file by its path below the root; nothing for a file that was never read.
    fn text(&self, path: &str) -> Option<&str>;
}

/// A few texts by their paths.
impl Texts for BTreeMap<&str, &str> {
    fn text(&self, path: &str) -> Option<&str> {
        self.get(path).copied()
    }
}

/// What there is, in words: `2 errors, 1 warning and 3 notes`; empty when there is nothing.
pub fn tally(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let named = kinds.map(|(severity, word)| (count(severity), word)).into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = named.map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" })).collect();
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Diagnostics by file and place, so that a file is mended from top to bottom.
fn in_order(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (&*diagnostic.place.path, diagnostic.place.span.start, diagnostic.code));
    sorted
}

/// Looks positions up, going through each file once.
struct Positions<'a> {
    texts: &'a dyn Texts,
    files: BTreeMap<&'a str, Lines<'a>>,
}

impl<'a> Positions<'a> {
    fn new(texts: &'a dyn Texts) -> Self {
        Positions { texts, files: BTreeMap::new() }
    }

    fn lines(&mut self, path: &'a str) -> &Lines<'a> {
        let texts = self.texts;
        self.files.entry(path).or_insert_with(|| Lines::of(texts.text(path).unwrap_or_default()))
    }

    /// First and last position of a place, the last one just behind it.
    fn range(&mut self, place: &'a Place) -> (Position, Position) {
        let lines = self.lines(&place.path);
        (lines.position(place.span.start), lines.position(place.span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_reads_as_a_sentence() {
        let place = Place::file(&"a.md".into());
        let error = Diagnostic::error("x", place.clone(), "x");
        let warning = Diagnostic::warning("x", place.clone(), "x");
        let note = Diagnostic::note("x", place, "x");
        assert_eq!(tally(&[]), "");
        assert_eq!(tally(std::slice::from_ref(&error)), "1 error");
        assert_eq!(tally(&[note.clone(), error.clone(), warning, note, error]), "2 errors, 1 warning and 2 notes");
    }
}
