//! The hub as it was read last, from which requests are answered.

use std::path::PathBuf;

use crate::catalog::Catalog;
use crate::command::lsp::name_index::NameIndex;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The hub as it was read last.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// The hub's folder.
    pub root: PathBuf,
    /// All records and terms.
    pub catalog: Catalog,
    /// The problems of all files, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, with the unsaved texts.
    pub sources: Sources,
    /// The titles of case studies.
    pub cases: NameIndex,
    /// The titles of ideas.
    pub ideas: NameIndex,
}

impl Snapshot {
    /// The text of a file, as it was read.
    pub fn text(&self, path: &str) -> Option<&str> {
        let files = &self.sources.files;
        let found = files.binary_search_by(|file| (*file.path).cmp(path)).ok().map(|at| &files[at]);
        found
            .or(self.sources.settings.as_ref().filter(|file| *file.path == *path))
            .map(|file| &*file.text)
    }
}
