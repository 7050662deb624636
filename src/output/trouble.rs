//! What the machine says, with what can be done about it.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::Error;

/// Trouble with writing, with advice for the usual causes.
pub fn trouble(path: &Path, message: &str, cause: io::Error) -> Error {
    let advice = advice(cause.kind());
    let error = Error::at(path, message, cause);
    match advice {
        Some(advice) => error.hint(advice),
        None => error,
    }
}

/// For `map_err`.
pub fn at<'a>(path: &'a Path, message: &'a str) -> impl Fn(io::Error) -> Error + 'a {
    move |cause| trouble(path, message, cause)
}

fn advice(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some("the disk is full: free some space; what was published before is untouched"),
        ErrorKind::PermissionDenied => Some(
            "Casebook writes beside the output folder, then exchanges the two: let this account write there, or choose another folder with `--out`",
        ),
        ErrorKind::ReadOnlyFilesystem => Some("the disk is read-only: choose another folder with `--out`"),
        ErrorKind::InvalidFilename => Some("a name is too long for this disk: shorten the record's file name"),
        ErrorKind::NotADirectory | ErrorKind::IsADirectory => Some("one path is both a file and a folder: rename one of the two"),
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
            Some("the output folder is a mount point, which cannot be exchanged: choose a folder inside it with `--out`")
        }
        _ => None,
    }
}
