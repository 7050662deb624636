//! Any hub without errors can be built, and the generated files are valid JSON or UTF-8.

use crate::hub::{build_site, build_sources, read_hub};

/// Precedes the path of each file.
const FILE_MARK: &str = "=== ";

/// Uses the input as the files of a hub, whose paths are in lines that begin with `=== `.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let files: Vec<(&str, &str)> =
        text.split(FILE_MARK).filter_map(|file| file.split_once('\n')).take(6).collect();
    let sources = build_sources(&files);
    let Some(checked) = read_hub(&sources) else { return };
    if casebook::has_errors(&checked.diagnostics) {
        return;
    }
    for (path, bytes) in build_site(&sources, checked).files {
        if path.ends_with(".json") {
            let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
            assert!(parsed.is_ok(), "`{path}` is no JSON: {parsed:?}");
        } else if path.ends_with(".html") || path.ends_with(".xml") || path.ends_with(".csv") {
            assert!(std::str::from_utf8(&bytes).is_ok(), "`{path}` is no text");
        }
    }
}
