//! Writes a new file and never overwrites one.

#![expect(clippy::disallowed_methods, reason = "this module writes the disk")]

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::output::io_error;

/// Writes a file that does not exist yet, and creates its folders.
///
/// # Errors
/// The file exists already, or cannot be written.
pub fn write_new(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io_error::at_path(parent, "cannot make the folder"))?;
    }
    let mut file = File::create_new(path).map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => already_exists_error(path),
        _ => io_error::to_error(path, "cannot write", cause),
    })?;
    file.write_all(text.as_bytes()).map_err(|cause| {
        // A partial file would make the next attempt fail.
        fs::remove_file(path).unwrap_or_default();
        io_error::to_error(path, "cannot write", cause)
    })
}

/// The error that a new file would overwrite one.
fn already_exists_error(path: &Path) -> Error {
    Error::about(path, "there is a file already:")
        .with_hint("choose another name; nothing is overwritten")
}
