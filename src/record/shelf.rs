//! Manuscripts of the last reading, so that a file that did not change is not parsed again.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::record::Manuscript;
use crate::record::parse::parse;
use crate::source::{ContentHash, SourceFile};

/// A file as it was parsed; no manuscript where it is none.
#[derive(Debug, Clone)]
pub struct Parsed {
    hash: ContentHash,
    /// What it says.
    pub manuscript: Option<Arc<Manuscript>>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What was parsed last, by path.
#[derive(Debug, Default)]
pub struct Shelf(FxHashMap<Arc<str>, Parsed>);

impl Shelf {
    /// Parses what is new among these files, takes the rest from the shelf and keeps both, in the order of the files.
    pub fn read(&mut self, files: &[SourceFile]) -> Vec<Parsed> {
        let parsed: Vec<Parsed> = files.par_iter().map(|file| self.known(file).unwrap_or_else(|| fresh(file))).collect();
        self.0 = files.iter().map(|file| Arc::clone(&file.path)).zip(parsed.iter().cloned()).collect();
        parsed
    }

    fn known(&self, file: &SourceFile) -> Option<Parsed> {
        self.0.get(&file.path).filter(|parsed| parsed.hash == file.hash).cloned()
    }
}

fn fresh(file: &SourceFile) -> Parsed {
    let (manuscript, diagnostics) = parse(file);
    Parsed { hash: file.hash, manuscript: manuscript.map(Arc::new), diagnostics }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.into(), text: text.into(), hash: ContentHash::of(text.as_bytes()) }
    }

    #[test]
    fn only_what_changed_is_parsed_again() {
        let mut shelf = Shelf::default();
        let kept = file("content/ideas/kept.md", "---\ntitle: Kept\n---\n");
        let before = shelf.read(&[kept.clone(), file("content/ideas/edited.md", "---\ntitle: One\n---\n")]);
        let after = shelf.read(&[kept, file("content/ideas/edited.md", "---\ntitle: Two\n---\n"), file("content/ideas/new.md", "")]);
        let manuscript = |parsed: &Parsed| parsed.manuscript.clone().expect("a record");
        assert!(Arc::ptr_eq(&manuscript(&before[0]), &manuscript(&after[0])));
        assert!(manuscript(&after[1]).text.contains("Two"));
        assert_eq!(after.len(), 3);
    }
}
