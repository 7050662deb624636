//! The error of an index that cannot be written.

use std::fmt;

/// Why an index could not be written: a failure of the machine or a bug of this crate, never a
/// content problem.
#[derive(Debug)]
pub struct WriteError(pub(super) String);

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "the search index cannot be written: {}", self.0)
    }
}

impl std::error::Error for WriteError {}

impl From<tantivy::TantivyError> for WriteError {
    fn from(error: tantivy::TantivyError) -> WriteError {
        WriteError(error.to_string())
    }
}
