//! Diagnostics as a JSON array with lines and columns.

use serde::Serialize;

use crate::diagnostic::render::source_texts::{PositionLookup, SourceTexts, sort_by_place};
use crate::diagnostic::{Diagnostic, Severity};

/// A diagnostic with lines and columns instead of byte offsets; the end is behind the last
/// character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PositionedDiagnostic {
    /// Severity under the settings of the hub.
    pub severity: Severity,
    /// Stable name in kebab-case.
    pub code: &'static str,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// Path below the hub's root.
    pub path: String,
    /// One-based line of the first character.
    pub line: usize,
    /// One-based column of the first character, counted in characters.
    pub column: usize,
    /// One-based line of the end.
    pub end_line: usize,
    /// One-based column of the end, counted in characters.
    pub end_column: usize,
    /// What to do about it.
    pub hint: Option<String>,
    /// Other places that explain the problem.
    pub labels: Vec<PositionedLabel>,
}

/// A label with line and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PositionedLabel {
    /// What this place has to do with the problem.
    pub text: String,
    /// Path below the hub's root.
    pub path: String,
    /// One-based line of the first character.
    pub line: usize,
    /// One-based column of the first character, counted in characters.
    pub column: usize,
}

/// Adds lines and columns to diagnostics, and sorts them by path, place and code.
pub fn with_positions(
    diagnostics: &[Diagnostic],
    texts: &dyn SourceTexts,
) -> Vec<PositionedDiagnostic> {
    let mut positions = PositionLookup::new(texts);
    sort_by_place(diagnostics)
        .into_iter()
        .map(|diagnostic| with_position(diagnostic, &mut positions))
        .collect()
}

/// A JSON array with one diagnostic on each line.
pub fn render_json(diagnostics: &[Diagnostic], texts: &dyn SourceTexts) -> String {
    let positioned = with_positions(diagnostics, texts);
    let lines: Vec<String> = positioned
        .iter()
        .map(|diagnostic| serde_json::to_string(diagnostic).expect("it has text and numbers only"))
        .collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

/// One diagnostic with lines and columns in place of its byte offsets.
fn with_position<'a>(
    diagnostic: &'a Diagnostic,
    positions: &mut PositionLookup<'a>,
) -> PositionedDiagnostic {
    let (start, end) = positions.position_range(&diagnostic.place);
    let labels = diagnostic.labels.iter().map(|label| {
        let (start, _) = positions.position_range(&label.place);
        PositionedLabel {
            text: label.text.clone(),
            path: label.place.path.to_string(),
            line: start.line,
            column: start.column,
        }
    });
    PositionedDiagnostic {
        severity: diagnostic.severity,
        code: diagnostic.code,
        message: diagnostic.message.clone(),
        path: diagnostic.place.path.to_string(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        hint: diagnostic.hint.clone(),
        labels: labels.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use std::collections::BTreeMap;

    #[test]
    fn every_problem_is_one_object_with_its_position() {
        let texts = BTreeMap::from([("content/é.md", "---\r\ntitle: é x\r\n")]);
        let place = |span| Place::new(&"content/é.md".into(), span);
        let problem = Diagnostic::error("bad-title", place(15..16), "no")
            .label(place(0..3), "after this")
            .hint("do");
        let parsed: serde_json::Value =
            serde_json::from_str(&render_json(&[problem.clone(), problem], &texts)).unwrap();
        let expected = serde_json::json!({
            "severity": "error", "code": "bad-title", "message": "no", "path": "content/é.md", "line": 2, "column": 10, "end_line": 2, "end_column": 11,
            "hint": "do", "labels": [{ "text": "after this", "path": "content/é.md", "line": 1, "column": 1 }],
        });
        assert_eq!(parsed, serde_json::json!([expected, expected]));
        assert_eq!(render_json(&[], &texts), "[]\n");
    }
}
