//! The record or page that a thread is working on, so that the report of a panic can name it.

use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    /// The path of the innermost running [`scope`] of this thread.
    static CURRENT_PATH: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Runs `work` with `path` as the current path of this thread; nested calls restore the outer path
/// when they end.
pub fn scope<T>(path: &Arc<str>, work: impl FnOnce() -> T) -> T {
    let _restore = RestorePath(CURRENT_PATH.replace(Some(Arc::clone(path))));
    work()
}

/// The path that the innermost running [`scope`] of this thread has set; none outside of any.
pub fn get() -> Option<Arc<str>> {
    CURRENT_PATH.try_with(|path| path.borrow().clone()).ok().flatten()
}

/// Restores the previous path when dropped, also while a panic unwinds: pool threads are used
/// again.
struct RestorePath(Option<Arc<str>>);

impl Drop for RestorePath {
    fn drop(&mut self) {
        CURRENT_PATH.set(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_scope_sets_the_path_until_it_ends() {
        let (outer, inner) = (Arc::from("outer"), Arc::from("inner"));
        scope(&outer, || {
            std::panic::catch_unwind(|| scope(&inner, || panic!("a fault"))).unwrap_err();
            scope(&inner, || assert_eq!(get().as_deref(), Some("inner")));
            assert_eq!(get().as_deref(), Some("outer"));
        });
        assert_eq!(get(), None);
    }
}
