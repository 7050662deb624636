//! Output formats of diagnostics: terminal text, JSON, GitHub annotations and SARIF.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Place, Severity};

mod escape;
mod github;
mod human;
mod json;
mod line_index;
mod sarif;

pub use escape::{escape_controls, escape_line, is_control_or_bidi};
pub use github::render_github;
pub use human::{RenderOptions, render_human, render_one};
pub use json::{PositionedDiagnostic, render_json, with_positions};
pub use line_index::{LineIndex, Position};
pub use sarif::render_sarif;

/// Looks up the text of the files that diagnostics point into.
pub trait SourceTexts {
    /// The text of a file by its path below the root; none for a file that was never read.
    fn text(&self, path: &str) -> Option<&str>;
}

impl SourceTexts for BTreeMap<&str, &str> {
    fn text(&self, path: &str) -> Option<&str> {
        self.get(path).copied()
    }
}

/// The number of diagnostics of each severity in words: `2 errors, 1 warning and 3 notes`; empty
/// for no diagnostics.
pub fn format_counts(diagnostics: &[Diagnostic]) -> String {
    let count =
        |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let kinds =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let counted = kinds
        .map(|(severity, word)| (count(severity), word))
        .into_iter()
        .filter(|(count, _)| *count > 0);
    let parts: Vec<String> = counted
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Diagnostics by path, start of the span and code.
fn sort_by_place(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| {
        (&*diagnostic.place.path, diagnostic.place.span.start, diagnostic.code)
    });
    sorted
}

/// Line indexes of the files looked up so far, each built once.
struct PositionLookup<'a> {
    texts: &'a dyn SourceTexts,
    indexes: BTreeMap<&'a str, LineIndex<'a>>,
}

impl<'a> PositionLookup<'a> {
    fn new(texts: &'a dyn SourceTexts) -> Self {
        PositionLookup { texts, indexes: BTreeMap::new() }
    }

    fn line_index(&mut self, path: &'a str) -> &LineIndex<'a> {
        let texts = self.texts;
        self.indexes
            .entry(path)
            .or_insert_with(|| LineIndex::new(texts.text(path).unwrap_or_default()))
    }

    /// The positions of the first byte of a place and of the byte behind its last.
    fn position_range(&mut self, place: &'a Place) -> (Position, Position) {
        let index = self.line_index(&place.path);
        (index.position(place.span.start), index.position(place.span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_a_sentence() {
        let place = Place::file(&"a.md".into());
        let error = Diagnostic::error("x", place.clone(), "x");
        let warning = Diagnostic::warning("x", place.clone(), "x");
        let note = Diagnostic::note("x", place, "x");
        assert_eq!(format_counts(&[]), "");
        assert_eq!(format_counts(std::slice::from_ref(&error)), "1 error");
        assert_eq!(
            format_counts(&[note.clone(), error.clone(), warning, note, error]),
            "2 errors, 1 warning and 2 notes"
        );
    }
}
