//! Diagnostics for programs.

use serde::Serialize;

use crate::diagnostic::render::{Positions, Texts, in_order};
use crate::diagnostic::{Diagnostic, Severity};

/// A diagnostic with its position worked out; the end is just behind the last character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// How bad it is.
    pub severity: Severity,
    /// Its stable name.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Path below the hub's root.
    pub path: String,
    /// From one.
    pub line: usize,
    /// In characters, from one.
    pub column: usize,
    /// From one.
    pub end_line: usize,
    /// In characters, from one.
    pub end_column: usize,
    /// What to do.
    pub hint: Option<String>,
    /// Other places that explain it.
    pub labels: Vec<EntryLabel>,
}

/// A second place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryLabel {
    /// Why it matters here.
    pub text: String,
    /// Path below the hub's root.
    pub path: String,
    /// From one.
    pub line: usize,
    /// In characters, from one.
    pub column: usize,
}

/// All diagnostics with their positions, by file and place.
pub fn entries(diagnostics: &[Diagnostic], texts: &dyn Texts) -> Vec<Entry> {
    let mut positions = Positions::new(texts);
    in_order(diagnostics).into_iter().map(|diagnostic| entry(diagnostic, &mut positions)).collect()
}

/// A JSON array with one diagnostic on each line.
pub fn json(diagnostics: &[Diagnostic], texts: &dyn Texts) -> String {
    let entries = entries(diagnostics, texts);
    let lines: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).expect("an entry is always JSON")).collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}

fn entry<'a>(diagnostic: &'a Diagnostic, positions: &mut Positions<'a>) -> Entry {
    let (start, end) = positions.range(&diagnostic.place);
    let labels = diagnostic.labels.iter().map(|label| {
        let (start, _) = positions.range(&label.place);
        EntryLabel { text: label.text.clone(), path: label.place.path.to_string(), line: start.line, column: start.column }
    });
    Entry {
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
        let problem = Diagnostic::error("bad-title", place(15..16), "no").label(place(0..3), "after this").hint("do");
        let parsed: serde_json::Value = serde_json::from_str(&json(&[problem.clone(), problem], &texts)).unwrap();
        let expected = serde_json::json!({
            "severity": "error", "code": "bad-title", "message": "no", "path": "content/é.md", "line": 2, "column": 10, "end_line": 2, "end_column": 11,
            "hint": "do", "labels": [{ "text": "after this", "path": "content/é.md", "line": 1, "column": 1 }],
        });
        assert_eq!(parsed, serde_json::json!([expected, expected]));
        assert_eq!(json(&[], &texts), "[]\n");
    }
}
