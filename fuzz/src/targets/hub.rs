//! Whatever files a hub consists of: what every check accepts is built, and its data can be read.

use crate::hub::{build, read, sources};

/// What stands before the path of each file.
const FILE: &str = "=== ";

/// Takes any text for a hub: lines that begin with `=== ` name the files.
pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let files: Vec<(&str, &str)> = text.split(FILE).filter_map(|file| file.split_once('\n')).take(6).collect();
    let sources = sources(&files);
    let Some(read) = read(&sources) else { return };
    if casebook::has_errors(&read.diagnostics) {
        return;
    }
    for (path, bytes) in build(&sources, read).files {
        if path.ends_with(".json") {
            let read: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
            assert!(read.is_ok(), "`{path}` is no JSON: {read:?}");
        } else if path.ends_with(".html") || path.ends_with(".xml") || path.ends_with(".csv") {
            assert!(std::str::from_utf8(&bytes).is_ok(), "`{path}` is no text");
        }
    }
}
