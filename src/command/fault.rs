//! Faults of the program itself: a panic on any thread ends as an error that names the record it came from.

use std::any::Any;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result, work};

/// What a fault asks of whoever meets it.
const ADVICE: &str = "this is a fault of Casebook, not of what you wrote: please report it to its maintainers with this message";

/// How the standard library begins its panic when nobody reads what is printed any more.
const UNREAD: &str = "failed printing to ";

/// The last panic, told by the thread that panicked: whoever catches it knows only its payload.
static LAST: Mutex<Option<Fault>> = Mutex::new(None);

/// A panic, where it came from, and the record that was worked on.
#[derive(Debug, Clone)]
struct Fault {
    message: String,
    place: Option<String>,
    record: Option<String>,
}

/// Has panics noted for those who catch them, in place of the standard library's lines; a backtrace is printed where one is asked for.
pub fn note_panics() {
    let standard = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Fault::of(info));
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            standard(info);
        }
    }));
}

/// Does some work; what it was changing must be thrown away where that failed.
///
/// # Errors
/// When it panics, on this thread or on one that works for it.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| error(&*payload))
}

/// The error for a panic that was caught.
pub fn error(payload: &(dyn Any + Send)) -> Error {
    let noted = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let fault = noted.unwrap_or_else(|| Fault { message: words(payload), place: None, record: None });
    if let Some(rest) = fault.message.strip_prefix(UNREAD) {
        return Error::new(format!("cannot print to {rest}"));
    }
    let record = fault.record.map(|record| format!(" while it worked on `{record}`")).unwrap_or_default();
    let place = fault.place.map(|place| format!(" ({place})")).unwrap_or_default();
    Error::new(format!("Casebook failed{record}: {}{place}", fault.message)).hint(ADVICE)
}

impl Fault {
    fn of(info: &PanicHookInfo) -> Self {
        Fault {
            message: words(info.payload()),
            place: info.location().map(ToString::to_string),
            record: work::current().map(|path| path.to_string()),
        }
    }
}

/// The words of a panic in one line.
fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no reason is known").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rayon::prelude::*;

    use super::*;

    /// One test for all, because they share the hook of the process.
    #[test]
    fn a_panic_becomes_an_error_that_names_its_record() {
        note_panics();
        let paths: Vec<Arc<str>> = ["content/ideas/a.md", "content/ideas/b.md"].map(Arc::from).into();
        let read = |path: &Arc<str>| work::on(path, || assert!(path.ends_with("a.md"), "no room\n for this"));
        let error = caught(|| paths.par_iter().for_each(read)).unwrap_err();
        assert!(error.message.starts_with("Casebook failed while it worked on `content/ideas/b.md`: no room for this (src/"), "{error}");
        assert!(error.hint.is_some_and(|hint| hint.contains("report")));
        let error = caught(|| vec![0u8; usize::MAX].len()).unwrap_err();
        assert!(error.message.starts_with("Casebook failed: capacity overflow"), "{error}");
        let error = caught(|| panic!("failed printing to stdout: Broken pipe (os error 32)")).unwrap_err();
        assert_eq!(error.message, "cannot print to stdout: Broken pipe (os error 32)");
        assert_eq!(caught(|| 7).unwrap(), 7);
    }
}
