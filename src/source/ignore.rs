//! What the hub leaves out: hidden files and the globs of `[content] ignore`.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceFile;

/// Compiles the globs; a glob that is none is reported at its place in the settings.
pub fn compile(globs: &[String], settings: Option<&SourceFile>) -> (GlobSet, Vec<Diagnostic>) {
    let mut set = GlobSetBuilder::new();
    let mut diagnostics = Vec::new();
    for glob in globs {
        match GlobBuilder::new(glob).literal_separator(true).build() {
            Ok(compiled) => _ = set.add(compiled),
            Err(trouble) => diagnostics.push(invalid(glob, &trouble, settings)),
        }
    }
    (set.build().unwrap_or_default(), diagnostics)
}

/// Whether a file or folder of this name is left out by custom.
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

fn invalid(glob: &str, trouble: &globset::Error, settings: Option<&SourceFile>) -> Diagnostic {
    let path = settings.map_or_else(|| Arc::from("site.toml"), |file| Arc::clone(&file.path));
    let at = settings.and_then(|file| file.text.find(glob));
    let place = at.map_or_else(|| Place::file(&path), |at| Place::new(&path, at..at + glob.len()));
    Diagnostic::error("invalid-glob", place, format!("`{glob}` is not a glob: {}", trouble.kind()))
        .hint("`*` stands for any part of a name, `**/` for any folders")
}
