//! Finding the hub's root folder and its settings.

#![expect(clippy::disallowed_methods, reason = "this room reads the disk")]

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use crate::error::{Error, Result};
use crate::source::{ContentHash, SourceFile};

/// Name of the settings file, which marks the root of a hub.
const SETTINGS: &str = "site.toml";

/// More than this is not a settings file.
const SETTINGS_LIMIT: u64 = 1 << 20;

/// The nearest folder from `from` upwards that holds a `site.toml`, without symbolic links in its path.
///
/// # Errors
/// When there is none, or `from` cannot be read.
pub fn find_root(from: &Path) -> Result<PathBuf> {
    let start = real(from)?;
    let found = start.ancestors().find(|folder| folder.join(SETTINGS).is_file());
    found.map(Path::to_owned).ok_or_else(|| Error {
        path: Some(start.clone()),
        ..Error::new(format!("no `{SETTINGS}` in this folder or any above it:"))
            .hint("run this inside a hub, name one with `--root DIR`, or start one with `casebook init DIR`")
    })
}

/// A folder's path without symbolic links.
///
/// # Errors
/// When there is no such folder.
pub fn real(folder: &Path) -> Result<PathBuf> {
    fs::canonicalize(folder).map_err(|cause| missing_folder(folder, cause))
}

/// Reads `site.toml`; a hub that has none is settled by defaults.
///
/// # Errors
/// When the file is there and cannot be read, is not UTF-8, or is far too long for settings.
pub fn read_settings(root: &Path) -> Result<Option<SourceFile>> {
    let path = root.join(SETTINGS);
    match fs::metadata(&path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Error::at(&path, "cannot read the settings", cause)),
        Ok(facts) if facts.len() > SETTINGS_LIMIT => return Err(oversized(path)),
        Ok(_) => {}
    }
    let bytes = fs::read(&path).map_err(|cause| Error::at(&path, "cannot read the settings", cause))?;
    let hash = ContentHash::of(&bytes);
    let text = String::from_utf8(bytes).map_err(|cause| Error::at(&path, "the settings are not UTF-8", cause.utf8_error()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(Some(SourceFile { path: Arc::from(SETTINGS), text: Arc::from(text), hash }))
}

/// A `--root` that is not there is most often a slip of the pen.
fn missing_folder(from: &Path, cause: std::io::Error) -> Error {
    let here = env::current_dir().map(|folder| folder.display().to_string()).unwrap_or_default();
    Error::at(from, "cannot find the folder", cause).hint(format!("paths are relative to `{here}`"))
}

fn oversized(path: PathBuf) -> Error {
    Error { path: Some(path), ..Error::new("more than a megabyte of settings in") }
}
