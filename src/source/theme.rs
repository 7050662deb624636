//! Reading the theme files of the hub, which replace files of the built-in theme path by path.

#![expect(clippy::disallowed_methods, reason = "this module reads the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Place};
use crate::source::io_error::error_text;
use crate::source::{ignore, walk};

/// Reads the files below `themes/<name>/`, by path relative to it. Without that folder there are
/// none, and the built-in theme is used.
pub fn read_theme_files(root: &Path, name: &str) -> (BTreeMap<String, Arc<[u8]>>, Vec<Diagnostic>) {
    let folder = root.join("themes").join(name);
    let mut files = BTreeMap::new();
    let mut diagnostics = Vec::new();
    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
        return (files, diagnostics);
    }
    let entries = WalkDir::new(&folder).into_iter();
    let visible = entries.filter_entry(|entry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(ignore::is_hidden)
    });
    for entry in visible.flatten().filter(|entry| entry.file_type().is_file()) {
        match fs::read(entry.path()) {
            Ok(bytes) => {
                _ = files.insert(
                    walk::relative_path(&folder, entry.path()).to_string(),
                    Arc::from(bytes),
                )
            }
            Err(cause) => {
                diagnostics.push(unreadable(&walk::relative_path(root, entry.path()), &cause))
            }
        }
    }
    (files, diagnostics)
}

/// The error for a theme file that the system does not let be read.
fn unreadable(path: &Arc<str>, cause: &std::io::Error) -> Diagnostic {
    Diagnostic::error(
        "unreadable",
        Place::file(path),
        format!("cannot read this theme file: {}", error_text(cause)),
    )
    .hint("let the account that builds the hub read it")
}
