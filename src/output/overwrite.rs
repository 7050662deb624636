//! Writes a file that the command line asks for with `--out`.

#![expect(clippy::disallowed_methods, reason = "this module writes the disk")]

use std::fs;
use std::path::Path;

use crate::error::Result;
use crate::output::io_error;

/// Writes a file, replacing an earlier one without asking; its folder must exist.
///
/// # Errors
/// The file cannot be written.
pub fn overwrite(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(io_error::at_path(path, "cannot write"))
}
