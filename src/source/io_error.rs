//! Messages of I/O errors in the words of diagnostics.

use std::io;

/// The message of an I/O error in lower case, without its number.
pub(super) fn error_text(cause: &io::Error) -> String {
    let text = cause.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
