//! Rendered pages and compressed index files kept between two builds, so that `serve` makes only
//! what has changed.

use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use casebook_search::frame::{self, FileKind};
use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::source::ContentHash;

/// Pages and index files of the previous and the current build. It is valid for one theme under one
/// set of settings: where those change, start with an empty one.
#[derive(Debug, Default)]
pub struct RenderCache {
    /// Hash of the view and rendered bytes, by site path.
    pages: Generations<String, (ContentHash, Bytes)>,
    /// Sealed files of the search index, by sort and hash of the content.
    index_files: Generations<(u8, ContentHash), Bytes>,
}

/// A map that keeps the entries of the previous build for reading, and collects those of the
/// current one.
#[derive(Debug)]
struct Generations<K, V> {
    /// Entries of the previous build, which are only read.
    previous: FxHashMap<K, V>,
    /// Entries of the current build, which are only added.
    current: Mutex<FxHashMap<K, V>>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Generations { previous: FxHashMap::default(), current: Mutex::default() }
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    /// The map for the next build: entries of the current build become those of the previous one,
    /// and older ones are dropped.
    fn advance(self) -> Self {
        Generations {
            previous: self.current.into_inner().unwrap_or_else(PoisonError::into_inner),
            current: Mutex::default(),
        }
    }

    /// Adds an entry to those of the current build, from any thread.
    fn insert(&self, key: K, value: V) {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
    }
}

impl RenderCache {
    /// The cache for the next build: what this build used becomes readable, what it did not use is
    /// dropped.
    #[must_use]
    pub fn advance(self) -> RenderCache {
        RenderCache { pages: self.pages.advance(), index_files: self.index_files.advance() }
    }

    /// The bytes of a page: from the previous build where `view_hash` is the same, else from
    /// `render`.
    ///
    /// # Errors
    /// Those of `render`.
    pub fn get_or_render(
        &self,
        path: &str,
        view_hash: ContentHash,
        render: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<Bytes> {
        let bytes = match self.pages.previous.get(path) {
            Some((previous_hash, bytes)) if *previous_hash == view_hash => bytes.clone(),
            // A boxed slice, because what is kept for long is kept without spare capacity.
            _ => render()?.into_boxed_slice().into(),
        };
        self.pages.insert(path.to_owned(), (view_hash, bytes.clone()));
        Ok(bytes)
    }

    /// The sealed index file for some content: from the previous build where it had the same
    /// content, else from [`frame::encode`].
    pub fn get_or_encode(&self, content: &[u8], kind: FileKind) -> Vec<u8> {
        let key = (kind as u8, ContentHash::of(content));
        let file = self
            .index_files
            .previous
            .get(&key)
            .cloned()
            .unwrap_or_else(|| frame::encode(content, kind).into());
        self.index_files.insert(key, file.clone());
        file.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_index_file_equals_a_sealed_one() {
        let content = b"what a block holds ".repeat(50);
        let cache = RenderCache::default();
        let sealed =
            [FileKind::Block, FileKind::Texts].map(|kind| cache.get_or_encode(&content, kind));
        assert_ne!(sealed[0], sealed[1]);
        let cache = cache.advance();
        for (kind, sealed) in [FileKind::Block, FileKind::Texts].into_iter().zip(&sealed) {
            assert_eq!(*sealed, frame::encode(&content, kind));
            assert_eq!(*sealed, cache.get_or_encode(&content, kind));
        }
    }

    #[test]
    fn a_page_is_rendered_again_when_its_view_changes() {
        let (one, two) = (ContentHash::of(b"one"), ContentHash::of(b"two"));
        let text = |cache: &RenderCache, view_hash, text: &str| {
            cache
                .get_or_render("a", view_hash, || Ok(text.into()))
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let cache = RenderCache::default();
        assert_eq!(text(&cache, one, "first").expect("rendered"), "first");
        let cache = cache.advance();
        assert_eq!(text(&cache, one, "never").expect("kept"), "first");
        let cache = cache.advance();
        assert_eq!(text(&cache, two, "second").expect("rendered"), "second");
        assert_eq!(text(&cache.advance().advance(), two, "third").expect("forgotten"), "third");
    }
}
