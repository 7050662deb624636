//! Rules that exclude files and folders: hidden names and the globs of `[content] ignore`.

use std::path::Path;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceFile;

/// The compiled globs of `[content] ignore`.
#[derive(Debug, Default)]
pub struct IgnoreRules {
    set: GlobSet,
    /// The globs as written, in the order of the set.
    globs: Vec<String>,
}

impl IgnoreRules {
    /// The rule that excludes a file or folder, in words; none if it is read. `path` is relative to
    /// `content/`.
    pub fn ignore_reason(&self, path: &Path) -> Option<String> {
        let name = path.file_name()?.to_string_lossy();
        if is_hidden(&name) {
            return Some("its name begins with a full stop".to_owned());
        }
        let glob = self.set.matches(path).first().and_then(|index| self.globs.get(*index))?.clone();
        Some(format!("`[content] ignore` holds `{glob}`"))
    }
}

/// Whether a name begins with a full stop, which marks hidden files.
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Compiles the globs; an invalid one becomes a diagnostic at its place in the settings.
pub fn compile(globs: &[String], settings: Option<&SourceFile>) -> (IgnoreRules, Vec<Diagnostic>) {
    let mut set = GlobSetBuilder::new();
    let mut rules = IgnoreRules::default();
    let mut diagnostics = Vec::new();
    for glob in globs {
        match GlobBuilder::new(glob).literal_separator(true).build() {
            Ok(compiled) => {
                set.add(compiled);
                rules.globs.push(glob.clone());
            }
            Err(error) => diagnostics.push(invalid_glob(glob, &error, settings)),
        }
    }
    rules.set = set.build().unwrap_or_default();
    (rules, diagnostics)
}

/// The error for a glob that cannot be compiled, at its text in the settings.
fn invalid_glob(glob: &str, error: &globset::Error, settings: Option<&SourceFile>) -> Diagnostic {
    let path = settings.map_or_else(|| Arc::from("site.toml"), |file| Arc::clone(&file.path));
    let start = settings.and_then(|file| file.text.find(glob));
    let place = start
        .map_or_else(|| Place::file(&path), |start| Place::new(&path, start..start + glob.len()));
    Diagnostic::error("invalid-glob", place, format!("`{glob}` is not a glob: {}", error.kind()))
        .hint("`*` stands for any part of a name, `**/` for any folders")
}
