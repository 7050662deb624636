//! Diagnostics as a SARIF 2.1.0 log, which code hosts and editors can show.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::diagnostic::render::{
    PositionedDiagnostic, SourceTexts, escape_controls, with_positions,
};
use crate::diagnostic::{Diagnostic, Severity};

/// Characters to encode in a relative URI: all but slashes and the unreserved ones of RFC 3986.
const ENCODED_IN_URI: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A SARIF log with one run; `folder` is the path from the root of the repository to the hub, empty
/// if they are the same.
pub fn render_sarif(diagnostics: &[Diagnostic], texts: &dyn SourceTexts, folder: &str) -> String {
    let codes: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    let rules: Vec<Value> = codes.into_iter().map(|code| json!({ "id": code })).collect();
    let results: Vec<Value> = with_positions(diagnostics, texts)
        .iter()
        .map(|diagnostic| to_result(diagnostic, folder))
        .collect();
    let driver =
        json!({ "name": "casebook", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    format!("{log:#}\n")
}

/// The path of a file from the root of the repository: the hub's `folder` in it, then the `path` of
/// the file below the hub.
pub(super) fn repository_path(folder: &str, path: &str) -> String {
    let folder = folder.trim_matches('/');
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The SARIF `result` object of a diagnostic.
fn to_result(diagnostic: &PositionedDiagnostic, folder: &str) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let hint = diagnostic.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
    let region = json!({
        "startLine": diagnostic.line, "startColumn": diagnostic.column, "endLine": diagnostic.end_line, "endColumn": diagnostic.end_column,
    });
    let related = diagnostic.labels.iter().map(|label| {
        let mut location = to_location(
            folder,
            &label.path,
            json!({ "startLine": label.line, "startColumn": label.column }),
        );
        location["message"] = json!({ "text": escape_links(&label.text) });
        location
    });
    json!({
        "ruleId": diagnostic.code,
        "level": level,
        "message": { "text": escape_links(&format!("{}{hint}", diagnostic.message)) },
        "locations": [to_location(folder, &diagnostic.path, region)],
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

/// Escapes the brackets of a message, in which `[text](address)` would be a link.
fn escape_links(text: &str) -> String {
    escape_controls(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The SARIF `location` object of a region of a file, whose `path` is that below the hub.
fn to_location(folder: &str, path: &str, region: Value) -> Value {
    let path = repository_path(folder, path);
    let uri = utf8_percent_encode(&path, ENCODED_IN_URI).to_string();
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use std::collections::BTreeMap;

    #[test]
    fn a_log_names_rules_and_places() {
        let texts = BTreeMap::from([("content/ü b.md", "title: x")]);
        let problem = Diagnostic::note(
            "stale",
            Place::new(&"content/ü b.md".into(), 0..5),
            "old [a](b)\u{1b}",
        );
        let log: Value = serde_json::from_str(&render_sarif(&[problem], &texts, "")).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"], json!([{ "id": "stale" }]));
        assert_eq!(run["results"][0]["message"]["text"], "old \\[a\\](b)\\\\u{1b}");
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "content/%C3%BC%20b.md");
        assert_eq!(
            place["region"],
            json!({ "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6 })
        );
    }
}
