//! Pages and files of the index as they were made last: one that says what it said then is not made again.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use casebook_search::frame::{self, Sort};
use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::source::ContentHash;

/// What two builds made. It belongs to one theme under one set of settings: where those change, an empty one takes its place.
#[derive(Debug, Default)]
pub struct Made {
    /// By path.
    pages: Generations<String, (ContentHash, Arc<[u8]>)>,
    /// Files of the index, by what they hold.
    sealed: Generations<(u8, ContentHash), Arc<[u8]>>,
}

/// What the last build made, and this one so far.
#[derive(Debug)]
struct Generations<K, V> {
    before: FxHashMap<K, V>,
    now: Mutex<FxHashMap<K, V>>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Generations { before: FxHashMap::default(), now: Mutex::default() }
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn next(self) -> Self {
        Generations { before: self.now.into_inner().unwrap_or_else(PoisonError::into_inner), now: Mutex::default() }
    }

    fn keep(&self, key: K, value: V) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
    }
}

impl Made {
    /// What this build made, for the next; what it no longer made is let go.
    #[must_use]
    pub fn next(self) -> Made {
        Made { pages: self.pages.next(), sealed: self.sealed.next() }
    }

    /// The page as the last build made it, where it `says` the same; else as `render` makes it.
    ///
    /// # Errors
    /// Whatever `render` says.
    pub fn again(&self, path: &str, says: ContentHash, render: impl FnOnce() -> Result<Vec<u8>>) -> Result<Arc<[u8]>> {
        let bytes = match self.pages.before.get(path) {
            Some((said, bytes)) if *said == says => Arc::clone(bytes),
            _ => render()?.into(),
        };
        self.pages.keep(path.to_owned(), (says, Arc::clone(&bytes)));
        Ok(bytes)
    }

    /// A file of the index around some content, as the last build sealed it. Its name follows from its bytes, so its content alone
    /// says which it is.
    pub fn sealed(&self, content: &[u8], sort: Sort) -> Vec<u8> {
        let key = (sort as u8, ContentHash::of(content));
        let file = self.sealed.before.get(&key).cloned().unwrap_or_else(|| frame::seal(content, sort).into());
        self.sealed.keep(key, Arc::clone(&file));
        file.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_sealing_it_gives() {
        let content = b"what a block holds ".repeat(50);
        let made = Made::default();
        let sealed = [Sort::Block, Sort::Texts].map(|sort| made.sealed(&content, sort));
        assert_ne!(sealed[0], sealed[1]);
        let made = made.next();
        for (sort, sealed) in [Sort::Block, Sort::Texts].into_iter().zip(&sealed) {
            assert_eq!(*sealed, frame::seal(&content, sort));
            assert_eq!(*sealed, made.sealed(&content, sort));
        }
    }

    #[test]
    fn a_page_is_rendered_when_it_says_something_else() {
        let (one, two) = (ContentHash::of(b"one"), ContentHash::of(b"two"));
        let text =
            |made: &Made, says, text: &str| made.again("a", says, || Ok(text.into())).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let made = Made::default();
        assert_eq!(text(&made, one, "first").expect("rendered"), "first");
        let made = made.next();
        assert_eq!(text(&made, one, "never").expect("kept"), "first");
        let made = made.next();
        assert_eq!(text(&made, two, "second").expect("rendered"), "second");
        assert_eq!(text(&made.next().next(), two, "third").expect("forgotten"), "third");
    }
}
