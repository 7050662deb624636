//! The texts that diagnostics point into: their order by place, and positions in lines.

use std::collections::BTreeMap;

use crate::diagnostic::render::line_index::{LineIndex, Position};
use crate::diagnostic::{Diagnostic, Place};

/// Looks up the text of the files that diagnostics point into.
pub trait SourceTexts {
    /// The text of a file by its path below the root; none for a file that was never read.
    fn text(&self, path: &str) -> Option<&str>;
}

impl SourceTexts for BTreeMap<&str, &str> {
    fn text(&self, path: &str) -> Option<&str> {
        self.get(path).copied()
    }
}

/// Diagnostics by path, start of the span and code.
pub(super) fn sort_by_place(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| {
        (&*diagnostic.place.path, diagnostic.place.span.start, diagnostic.code)
    });
    sorted
}

/// Line indexes of the files looked up so far, each built once.
pub(super) struct PositionLookup<'a> {
    texts: &'a dyn SourceTexts,
    indexes: BTreeMap<&'a str, LineIndex<'a>>,
}

impl<'a> PositionLookup<'a> {
    /// A look-up in these texts, without any index so far.
    pub(super) fn new(texts: &'a dyn SourceTexts) -> Self {
        PositionLookup { texts, indexes: BTreeMap::new() }
    }

    /// The index of a file, built when it is first asked for; a file that was never read counts as
    /// empty.
    pub(super) fn line_index(&mut self, path: &'a str) -> &LineIndex<'a> {
        let texts = self.texts;
        self.indexes
            .entry(path)
            .or_insert_with(|| LineIndex::new(texts.text(path).unwrap_or_default()))
    }

    /// The positions of the first byte of a place and of the byte behind its last.
    pub(super) fn position_range(&mut self, place: &'a Place) -> (Position, Position) {
        let index = self.line_index(&place.path);
        (index.position(place.span.start), index.position(place.span.end))
    }
}
