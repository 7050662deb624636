//! The addresses by which editors name files, and paths below the hub's folder.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use url::Url;

use crate::source;

/// The path on the disk that an address names, links in its folder resolved; none for a text that
/// is no file.
pub fn to_disk_path(uri: &Uri) -> Option<PathBuf> {
    let path = Url::parse(uri.as_str()).ok()?.to_file_path().ok()?;
    let folder = path.parent().and_then(|folder| source::canonicalize_folder(folder).ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => Some(folder.join(name)),
        _ => Some(path),
    }
}

/// A path below the hub's folder, with forward slashes and composed letters; none for a file
/// elsewhere.
pub fn to_hub_path(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?.replace('\\', "/");
    Some(source::to_nfc(&path).into())
}

/// The editor's address of a file of the hub.
pub fn to_uri(root: &Path, path: &str) -> Option<Uri> {
    let url = Url::from_file_path(root.join(path)).ok()?;
    Uri::from_str(url.as_str()).ok()
}
