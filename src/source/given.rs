//! A file that the command line names, such as a list of queries.

#![expect(clippy::disallowed_methods, reason = "this room reads the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The text of a file outside the hub's content.
///
/// # Errors
/// It cannot be read, or is not UTF-8.
pub fn given(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|cause| Error::at(path, "cannot read", cause))
}

/// A path without links, dots and a working folder; nothing where there is no such file.
pub fn resolve(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}
