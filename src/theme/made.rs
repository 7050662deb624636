//! Pages as they were made last: one that says what it said then is not rendered again.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::source::ContentHash;

/// The pages of two builds, by path. It belongs to one theme under one set of settings: where those change, an empty one takes its place.
#[derive(Debug, Default)]
pub struct Made {
    before: FxHashMap<String, Known>,
    now: Mutex<FxHashMap<String, Known>>,
}

/// What a page said, and its bytes.
type Known = (ContentHash, Arc<[u8]>);

impl Made {
    /// What this build made, for the next; what it no longer made is let go.
    #[must_use]
    pub fn next(self) -> Made {
        Made { before: self.now.into_inner().unwrap_or_else(PoisonError::into_inner), now: Mutex::default() }
    }

    /// The page as the last build made it, where it `says` the same; else as `render` makes it.
    ///
    /// # Errors
    /// Whatever `render` says.
    pub fn again(&self, path: &str, says: ContentHash, render: impl FnOnce() -> Result<Vec<u8>>) -> Result<Arc<[u8]>> {
        let bytes = match self.before.get(path) {
            Some((said, bytes)) if *said == says => Arc::clone(bytes),
            _ => render()?.into(),
        };
        self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), (says, Arc::clone(&bytes)));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
