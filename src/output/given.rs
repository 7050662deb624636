//! A file that the command line asks for, such as a list of results.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::fs;
use std::path::Path;

use crate::error::Result;
use crate::output::trouble;

/// Writes a file, over an earlier one of that name.
///
/// # Errors
/// The disk cannot take it.
pub fn write_given(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(trouble::at(path, "cannot write"))
}
