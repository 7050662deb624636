//! Output formats of diagnostics: terminal text, JSON, GitHub annotations, JUnit and SARIF.

use crate::diagnostic::{Diagnostic, Severity};

mod escape;
mod github;
mod human;
mod json;
mod junit;
mod line_index;
mod sarif;
mod source_texts;

pub use escape::{escape_controls, escape_line, is_control_or_bidi};
pub use github::render_github;
pub use human::{RenderOptions, render_human, render_one};
pub use json::{PositionedDiagnostic, render_json, with_positions};
pub use junit::render_junit;
pub use line_index::{LineIndex, Position};
pub use sarif::render_sarif;
pub use source_texts::SourceTexts;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

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
