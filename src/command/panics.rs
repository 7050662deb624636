//! Turns a panic on any thread into an error that names the record that was being processed.

use std::any::Any;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result, current_path};

/// Hint of the error for a panic.
const REPORT_HINT: &str = "this is a fault of Casebook, not of what you wrote: please report it to its maintainers with this message";

/// How the standard library begins the message of its panic when standard output is closed.
const PRINT_FAILURE_PREFIX: &str = "failed printing to ";

/// The last panic as the hook saw it on its thread; the payload that `catch_unwind` returns has no
/// location and no record.
static LAST_PANIC: Mutex<Option<CaughtPanic>> = Mutex::new(None);

/// A panic: its message, its place in the source code, and the path of the record that was being
/// processed.
#[derive(Debug, Clone)]
struct CaughtPanic {
    message: String,
    location: Option<String>,
    record: Option<String>,
}

/// Installs a hook that records each panic instead of printing it; with `RUST_BACKTRACE` set it is
/// printed as well.
pub fn install_hook() {
    let default_hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(CaughtPanic::from_hook(info));
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            default_hook(info);
        }
    }));
}

/// Runs `work` and catches a panic. After an error, values that `work` was changing may be
/// inconsistent and must be dropped.
///
/// # Errors
/// `work` panics, on this thread or on one of its rayon tasks.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| to_error(&*payload))
}

/// The error for a panic, from what the hook recorded or else from the payload.
pub fn to_error(payload: &(dyn Any + Send)) -> Error {
    let message = payload_text(payload);
    // Another thread may have panicked meanwhile, with another message.
    let recorded = LAST_PANIC
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take_if(|caught_panic| caught_panic.message == message);
    let caught_panic = recorded.unwrap_or(CaughtPanic { message, location: None, record: None });
    if let Some(rest) = caught_panic.message.strip_prefix(PRINT_FAILURE_PREFIX) {
        return Error::new(format!("cannot print to {rest}"));
    }
    let record = caught_panic
        .record
        .map(|record| format!(" while it worked on `{record}`"))
        .unwrap_or_default();
    let location =
        caught_panic.location.map(|location| format!(" ({location})")).unwrap_or_default();
    Error::new(format!("Casebook failed{record}: {}{location}", caught_panic.message))
        .with_hint(REPORT_HINT)
}

impl CaughtPanic {
    /// A panic as the hook sees it, with the record that its thread was working on.
    fn from_hook(info: &PanicHookInfo) -> Self {
        CaughtPanic {
            message: payload_text(info.payload()),
            location: info.location().map(ToString::to_string),
            record: current_path::get().map(|path| path.to_string()),
        }
    }
}

/// The message of a panic in one line.
fn payload_text(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
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
        install_hook();
        let paths: Vec<Arc<str>> =
            ["content/ideas/a.md", "content/ideas/b.md"].map(Arc::from).into();
        let read = |path: &Arc<str>| {
            current_path::scope(path, || assert!(path.ends_with("a.md"), "no room\n for this"))
        };
        let error = catch(|| paths.par_iter().for_each(read)).unwrap_err();
        assert!(
            error.to_string().starts_with(
                "Casebook failed while it worked on `content/ideas/b.md`: no room for this (src/"
            ),
            "{error}"
        );
        assert!(error.hint().is_some_and(|hint| hint.contains("report")));
        let error = catch(|| vec![0u8; usize::MAX].len()).unwrap_err();
        assert!(error.to_string().starts_with("Casebook failed: capacity overflow"), "{error}");
        let error =
            catch(|| panic!("failed printing to stdout: Broken pipe (os error 32)")).unwrap_err();
        assert_eq!(error.to_string(), "cannot print to stdout: Broken pipe (os error 32)");
        assert_eq!(catch(|| 7).unwrap(), 7);
    }
}
