//! What the hub leaves out: hidden files and the globs of `[content] ignore`.

use std::path::Path;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceFile;

/// The rules by which files and folders are left out.
#[derive(Debug, Default)]
pub struct Rules {
    set: GlobSet,
    /// What the hub wrote, in the order of the set.
    globs: Vec<String>,
}

impl Rules {
    /// Why a file or folder is left out, if it is; `below` is its path below `content/`.
    pub fn leave_out(&self, below: &Path) -> Option<String> {
        let name = below.file_name()?.to_string_lossy();
        if is_hidden(&name) {
            return Some("its name begins with a full stop".to_owned());
        }
        let glob = self.set.matches(below).first().and_then(|at| self.globs.get(*at))?.clone();
        Some(format!("`[content] ignore` holds `{glob}`"))
    }
}

/// Whether a file or folder of this name is left out by custom.
pub fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Compiles the globs; a glob that is none is reported at its place in the settings.
pub fn compile(globs: &[String], settings: Option<&SourceFile>) -> (Rules, Vec<Diagnostic>) {
    let mut set = GlobSetBuilder::new();
    let mut rules = Rules::default();
    let mut diagnostics = Vec::new();
    for glob in globs {
        match GlobBuilder::new(glob).literal_separator(true).build() {
            Ok(compiled) => {
                set.add(compiled);
                rules.globs.push(glob.clone());
            }
            Err(trouble) => diagnostics.push(invalid(glob, &trouble, settings)),
        }
    }
    rules.set = set.build().unwrap_or_default();
    (rules, diagnostics)
}

fn invalid(glob: &str, trouble: &globset::Error, settings: Option<&SourceFile>) -> Diagnostic {
    let path = settings.map_or_else(|| Arc::from("site.toml"), |file| Arc::clone(&file.path));
    let at = settings.and_then(|file| file.text.find(glob));
    let place = at.map_or_else(|| Place::file(&path), |at| Place::new(&path, at..at + glob.len()));
    Diagnostic::error("invalid-glob", place, format!("`{glob}` is not a glob: {}", trouble.kind()))
        .hint("`*` stands for any part of a name, `**/` for any folders")
}
