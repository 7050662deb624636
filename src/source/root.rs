//! Finding the root folder of a hub, and reading its settings file.

#![expect(clippy::disallowed_methods, reason = "this module reads the disk")]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use crate::error::{Error, Result};
use crate::source::{ContentHash, SourceFile};

/// Name of the settings file, which marks the root folder of a hub.
const SETTINGS_FILE: &str = "site.toml";

/// The largest settings file, in bytes.
const MAX_SETTINGS_BYTES: u64 = 1 << 20;

/// The nearest ancestor of `start`, itself included, that contains a `site.toml`; links resolved.
///
/// # Errors
/// When there is none, or `start` does not exist.
pub fn find_root(start: &Path) -> Result<PathBuf> {
    let start = canonicalize_folder(start)?;
    let found = start.ancestors().find(|folder| folder.join(SETTINGS_FILE).is_file());
    found.map(Path::to_owned).ok_or_else(|| {
        Error::about(&start, format!("no `{SETTINGS_FILE}` in this folder or any above it:"))
            .with_hint("run this inside a hub, name one with `--root DIR`, or start one with `casebook init DIR`")
    })
}

/// The absolute path of a folder, links resolved.
///
/// # Errors
/// When the folder does not exist.
pub fn canonicalize_folder(folder: &Path) -> Result<PathBuf> {
    fs::canonicalize(folder).map_err(|cause| missing_folder(folder, cause))
}

/// Reads `site.toml`; none if the hub has none.
///
/// # Errors
/// When the file cannot be read, is not UTF-8, or is larger than a megabyte.
pub fn read_settings(root: &Path) -> Result<Option<SourceFile>> {
    let path = root.join(SETTINGS_FILE);
    match fs::metadata(&path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Error::at(&path, "cannot read the settings", cause)),
        Ok(metadata) if metadata.len() > MAX_SETTINGS_BYTES => {
            return Err(oversized_settings(&path));
        }
        Ok(_) => {}
    }
    let bytes =
        fs::read(&path).map_err(|cause| Error::at(&path, "cannot read the settings", cause))?;
    let hash = ContentHash::of(&bytes);
    let text = String::from_utf8(bytes)
        .map_err(|cause| Error::at(&path, "the settings are not UTF-8", cause.utf8_error()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(Some(SourceFile { path: Arc::from(SETTINGS_FILE), text: Arc::from(text), hash }))
}

/// The error for a folder that does not exist; its hint names the working folder, because a
/// relative path is the usual cause.
fn missing_folder(folder: &Path, cause: std::io::Error) -> Error {
    let working_folder =
        env::current_dir().map(|folder| folder.display().to_string()).unwrap_or_default();
    Error::at(folder, "cannot find the folder", cause)
        .with_hint(format!("paths are relative to `{working_folder}`"))
}

/// The error for a settings file above `MAX_SETTINGS_BYTES`.
fn oversized_settings(path: &Path) -> Error {
    Error::about(path, "more than a megabyte of settings in")
}
