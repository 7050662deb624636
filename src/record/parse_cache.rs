//! A cache of parsed files, so that unchanged files are not parsed again.

use std::sync::Arc;

use casebook_search::tokenized::{SpellingTable, TextTokenizer, TokenIds};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::error::current_path;
use crate::record::Manuscript;
use crate::record::parse::{ParsedFrontMatter, parse_front_matter};
use crate::source::{ContentHash, SourceFile};

/// A file in parsed form, with the hash by which a change of it is noticed.
#[derive(Debug, Clone)]
pub struct ParsedFile {
    hash: ContentHash,
    /// The manuscript; none if the file is not a readable record.
    pub manuscript: Option<Arc<Manuscript>>,
    /// Problems of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// The files parsed by the last [`parse_files`](ParseCache::parse_files), by path.
#[derive(Debug, Default)]
pub struct ParseCache(FxHashMap<Arc<str>, ParsedFile>);

impl ParseCache {
    /// Returns the files in parsed form and in the given order, and replaces the cache by them.
    /// Only files whose hash changed are parsed.
    pub fn parse_files(&mut self, files: &[SourceFile]) -> Vec<ParsedFile> {
        let chunk_length =
            files.len().div_ceil(rayon::current_num_threads() * CHUNKS_PER_THREAD).max(1);
        let chunks: Vec<Vec<ParsedFile>> =
            files.par_chunks(chunk_length).map(|chunk| self.parse_chunk(chunk)).collect();
        let parsed: Vec<ParsedFile> = chunks.into_iter().flatten().collect();
        self.0 =
            files.iter().map(|file| Arc::clone(&file.path)).zip(parsed.iter().cloned()).collect();
        parsed
    }

    /// Parses the changed files of a chunk, whose bodies share one spelling table. All front matter
    /// is parsed before any body: it is dropped early, and memory that holds nothing else can then
    /// be reused.
    fn parse_chunk(&self, files: &[SourceFile]) -> Vec<ParsedFile> {
        let mut tokenizer = TextTokenizer::default();
        let front_matters: Vec<Result<ParsedFile, ParsedFrontMatter>> = files
            .iter()
            .map(|file| {
                self.get(file)
                    .ok_or_else(|| current_path::scope(&file.path, || parse_front_matter(file)))
            })
            .collect();
        let bodies: Vec<Result<ParsedFile, ParsedBody>> = front_matters
            .into_iter()
            .map(|file| file.map_err(|front_matter| parse_body(front_matter, &mut tokenizer)))
            .collect();
        let spellings = tokenizer.into_spellings();
        bodies
            .into_iter()
            .map(|file| file.unwrap_or_else(|body| body.into_parsed_file(&spellings)))
            .collect()
    }

    /// The cached form of a file; none unless it has the same path and hash.
    fn get(&self, file: &SourceFile) -> Option<ParsedFile> {
        self.0.get(&file.path).filter(|parsed| parsed.hash == file.hash).cloned()
    }
}

/// Chunks of files for each thread: more balance the load of the threads, fewer share spelling
/// tables among more files.
const CHUNKS_PER_THREAD: usize = 8;

/// A parsed file whose tokens refer to a spelling table that is still being built.
struct ParsedBody {
    hash: ContentHash,
    manuscript: Option<(Manuscript, TokenIds)>,
    diagnostics: Vec<Diagnostic>,
}

/// Parses and tokenizes the body of a file.
fn parse_body(front_matter: ParsedFrontMatter, tokenizer: &mut TextTokenizer) -> ParsedBody {
    let hash = front_matter.file.hash;
    current_path::scope(&Arc::clone(&front_matter.file.path), || {
        let (manuscript, diagnostics) = front_matter.parse_body();
        let tokenize = |manuscript: Manuscript| {
            let token_ids = tokenizer.tokenize(manuscript.outline.section_texts());
            (manuscript, token_ids)
        };
        ParsedBody { hash, manuscript: manuscript.map(tokenize), diagnostics }
    })
}

impl ParsedBody {
    /// Completes the file with the finished spelling table.
    fn into_parsed_file(self, spellings: &Arc<SpellingTable>) -> ParsedFile {
        let ParsedBody { hash, manuscript, diagnostics } = self;
        let attach_tokens = |(mut manuscript, token_ids): (Manuscript, TokenIds)| {
            manuscript.outline.tokenized = Arc::new(token_ids.with_spellings(spellings));
            Arc::new(manuscript)
        };
        ParsedFile { hash, manuscript: manuscript.map(attach_tokens), diagnostics }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use casebook_search::tokenized::TokenizedTexts;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.into(), text: text.into(), hash: ContentHash::of(text.as_bytes()) }
    }

    #[test]
    fn only_changed_files_are_parsed_again() {
        let mut parse_cache = ParseCache::default();
        let unchanged = file("content/ideas/kept.md", "---\ntitle: Kept\n---\n");
        let before = parse_cache.parse_files(&[
            unchanged.clone(),
            file("content/ideas/edited.md", "---\ntitle: One\n---\n"),
        ]);
        let after = parse_cache.parse_files(&[
            unchanged,
            file("content/ideas/edited.md", "---\ntitle: Two\n---\n"),
            file("content/ideas/new.md", ""),
        ]);
        let manuscript = |parsed: &ParsedFile| parsed.manuscript.clone().expect("a record");
        assert!(Arc::ptr_eq(&manuscript(&before[0]), &manuscript(&after[0])));
        assert!(manuscript(&after[1]).text.contains("Two"));
        assert_eq!(after.len(), 3);
    }

    #[test]
    fn tokens_are_those_of_the_texts() {
        let texts = ["One.\n\n## Two words\n\nThree of them\n", "## Words\n", ""];
        let files: Vec<SourceFile> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| file(&format!("content/pages/{at}.md"), text))
            .collect();
        for parsed in ParseCache::default().parse_files(&files) {
            let outline = &parsed.manuscript.as_ref().expect("a record").outline;
            let alone = TokenizedTexts::tokenize(outline.section_texts());
            assert_eq!(
                (outline.tokenized.text_count(), alone.text_count()),
                (2 * outline.sections.len(), 2 * outline.sections.len())
            );
            for text in 0..alone.text_count() {
                let written = |tokenized: &TokenizedTexts| -> Vec<String> {
                    tokenized
                        .token_ids(text)
                        .iter()
                        .map(|word| tokenized.spellings().get(*word).text.to_owned())
                        .collect()
                };
                assert_eq!(written(&outline.tokenized), written(&alone));
            }
        }
    }
}
