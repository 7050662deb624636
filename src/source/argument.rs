//! Reading files that are arguments of the command line, such as a list of queries.

#![expect(clippy::disallowed_methods, reason = "this module reads the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Reads a text file that need not belong to the hub.
///
/// # Errors
/// When the file cannot be read, or is not UTF-8.
pub fn read_argument_file(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|cause| Error::at(path, "cannot read", cause))
}

/// Reads the bytes of a file that need not belong to the hub.
///
/// # Errors
/// When the file cannot be read.
pub fn read_argument_bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|cause| Error::at(path, "cannot read", cause))
}

/// The absolute path of an existing file or folder, links and dots resolved; none if it does not
/// exist.
pub fn canonicalize_file(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}
