//! Manuscripts of the last reading, so that a file that did not change is not parsed again.

use std::sync::Arc;

use casebook_search::wording::{Cut, Cutter, Spellings};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::error::work;
use crate::record::Manuscript;
use crate::record::parse::{Begun, parse_front};
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
        let size = files.len().div_ceil(rayon::current_num_threads() * PARTS).max(1);
        let parts: Vec<Vec<Parsed>> = files.par_chunks(size).with_max_len(1).map(|part| self.read_part(part)).collect();
        let parsed: Vec<Parsed> = parts.into_iter().flatten().collect();
        self.0 = files.iter().map(|file| Arc::clone(&file.path)).zip(parsed.iter().cloned()).collect();
        parsed
    }

    /// Lets go of everything, on all cores: front matter is many small things.
    pub fn let_go(self) {
        self.0.into_values().collect::<Vec<Parsed>>().into_par_iter().with_max_len(64).for_each(drop);
    }

    /// What is new of a part is cut into words of one dictionary. All front matter is read before any body: it is let go soon, and
    /// memory that holds nothing else can be used again.
    fn read_part(&self, files: &[SourceFile]) -> Vec<Parsed> {
        let mut cutter = Cutter::default();
        let begun: Vec<Result<Parsed, Begun>> =
            files.iter().map(|file| self.known(file).ok_or_else(|| work::on(&file.path, || parse_front(file)))).collect();
        let parts: Vec<Result<Parsed, Fresh>> = begun.into_iter().map(|part| part.map_err(|begun| fresh(begun, &mut cutter))).collect();
        let spellings = cutter.finish();
        parts.into_iter().map(|part| part.unwrap_or_else(|fresh| fresh.parsed(&spellings))).collect()
    }

    fn known(&self, file: &SourceFile) -> Option<Parsed> {
        self.0.get(&file.path).filter(|parsed| parsed.hash == file.hash).cloned()
    }
}

/// Parts of all files for each core: as many as keep every core busy, as few as leave large dictionaries.
const PARTS: usize = 8;

/// A file that was parsed just now, while its dictionary is still growing.
struct Fresh {
    hash: ContentHash,
    manuscript: Option<(Manuscript, Cut)>,
    diagnostics: Vec<Diagnostic>,
}

fn fresh(begun: Begun, cutter: &mut Cutter) -> Fresh {
    let hash = begun.file.hash;
    work::on(&Arc::clone(&begun.file.path), || {
        let (manuscript, diagnostics) = begun.manuscript();
        let cut = |manuscript: Manuscript| {
            let cut = cutter.cut(manuscript.outline.texts());
            (manuscript, cut)
        };
        Fresh { hash, manuscript: manuscript.map(cut), diagnostics }
    })
}

impl Fresh {
    fn parsed(self, spellings: &Arc<Spellings>) -> Parsed {
        let Fresh { hash, manuscript, diagnostics } = self;
        let worded = |(mut manuscript, cut): (Manuscript, Cut)| {
            manuscript.outline.wording = Arc::new(cut.by(spellings));
            Arc::new(manuscript)
        };
        Parsed { hash, manuscript: manuscript.map(worded), diagnostics }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casebook_search::wording::Wording;

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

    #[test]
    fn words_are_those_of_the_texts() {
        let texts = ["One.\n\n## Two words\n\nThree of them\n", "## Words\n", ""];
        let files: Vec<SourceFile> = texts.iter().enumerate().map(|(at, text)| file(&format!("content/pages/{at}.md"), text)).collect();
        for parsed in Shelf::default().read(&files) {
            let outline = &parsed.manuscript.as_ref().expect("a record").outline;
            let alone = Wording::of(outline.texts());
            assert_eq!((outline.wording.texts(), alone.texts()), (2 * outline.sections.len(), 2 * outline.sections.len()));
            for text in 0..alone.texts() {
                let written = |wording: &Wording| -> Vec<String> {
                    wording.text(text).iter().map(|word| wording.spellings().get(*word).written.to_owned()).collect()
                };
                assert_eq!(written(&outline.wording), written(&alone));
            }
        }
    }
}
