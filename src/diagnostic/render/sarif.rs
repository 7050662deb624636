//! Diagnostics as SARIF 2.1.0, which code hosts and editors show.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::diagnostic::render::{Entry, Texts, entries, visible};
use crate::diagnostic::{Diagnostic, Severity};

/// A SARIF log of one run; `folder` leads from the repository's root to the hub, empty when it is the same.
pub fn sarif(diagnostics: &[Diagnostic], texts: &dyn Texts, folder: &str) -> String {
    let codes: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    let rules: Vec<Value> = codes.into_iter().map(|code| json!({ "id": code })).collect();
    let results: Vec<Value> = entries(diagnostics, texts).iter().map(|entry| result(entry, folder)).collect();
    let driver = json!({ "name": "casebook", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    format!("{log:#}\n")
}

/// A path as the repository knows it.
pub(super) fn in_repository(folder: &str, path: &str) -> String {
    let folder = folder.trim_matches('/');
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

fn result(entry: &Entry, folder: &str) -> Value {
    let level = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let hint = entry.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
    let region = json!({
        "startLine": entry.line, "startColumn": entry.column, "endLine": entry.end_line, "endColumn": entry.end_column,
    });
    let related = entry.labels.iter().map(|label| {
        let mut location = location(folder, &label.path, json!({ "startLine": label.line, "startColumn": label.column }));
        location["message"] = json!({ "text": plain(&label.text) });
        location
    });
    json!({
        "ruleId": entry.code,
        "level": level,
        "message": { "text": plain(&format!("{}{hint}", entry.message)) },
        "locations": [location(folder, &entry.path, region)],
        "relatedLocations": related.collect::<Vec<_>>(),
    })
}

/// A text without links: in a message `[text](address)` is one unless its brackets are escaped.
fn plain(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn location(folder: &str, path: &str, region: Value) -> Value {
    let uri = encoded(&in_repository(folder, path));
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region } })
}

/// A path as a relative URI.
fn encoded(path: &str) -> String {
    let keeps = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if keeps(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use std::collections::BTreeMap;

    #[test]
    fn a_log_names_rules_and_places() {
        let texts = BTreeMap::from([("content/ü b.md", "title: x")]);
        let problem = Diagnostic::note("stale", Place::new(&"content/ü b.md".into(), 0..5), "old [a](b)\u{1b}");
        let log: Value = serde_json::from_str(&sarif(&[problem], &texts, "")).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"], json!([{ "id": "stale" }]));
        assert_eq!(run["results"][0]["message"]["text"], "old \\[a\\](b)\\\\u{1b}");
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "content/%C3%BC%20b.md");
        assert_eq!(place["region"], json!({ "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 6 }));
    }
}
