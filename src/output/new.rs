//! Starting a file: written once, never over another.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::output::trouble;

/// Writes a file that does not exist yet, with the folders above it.
///
/// # Errors
/// When there is a file of that name already, or the disk cannot take another.
pub fn write_new(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(trouble::at(parent, "cannot make the folder"))?;
    }
    let mut file = File::create_new(path).map_err(|cause| match cause.kind() {
        ErrorKind::AlreadyExists => taken(path),
        _ => trouble::trouble(path, "cannot write", cause),
    })?;
    file.write_all(text.as_bytes()).map_err(|cause| {
        // Half a file would stand in the way of the next try.
        fs::remove_file(path).unwrap_or_default();
        trouble::trouble(path, "cannot write", cause)
    })
}

fn taken(path: &Path) -> Error {
    Error { path: Some(path.to_owned()), ..Error::new("there is a file already:") }.hint("choose another name; nothing is overwritten")
}
