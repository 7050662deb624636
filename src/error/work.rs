//! Which record a thread is working on, so that a fault of the program can name it.

use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static PATH: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Does work on the record or page of a path; the path is told to whoever asks on this thread meanwhile.
pub fn on<T>(path: &Arc<str>, work: impl FnOnce() -> T) -> T {
    let _before = Before(PATH.replace(Some(Arc::clone(path))));
    work()
}

/// The path of what this thread works on, where that is known.
pub fn current() -> Option<Arc<str>> {
    PATH.try_with(|path| path.borrow().clone()).ok().flatten()
}

/// Puts back what was worked on before, also where the work ends in a panic: threads are used again.
struct Before(Option<Arc<str>>);

impl Drop for Before {
    fn drop(&mut self) {
        PATH.set(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_work_is_known_until_it_ends() {
        let (outer, inner) = (Arc::from("outer"), Arc::from("inner"));
        on(&outer, || {
            std::panic::catch_unwind(|| on(&inner, || panic!("a fault"))).unwrap_err();
            on(&inner, || assert_eq!(current().as_deref(), Some("inner")));
            assert_eq!(current().as_deref(), Some("outer"));
        });
        assert_eq!(current(), None);
    }
}
