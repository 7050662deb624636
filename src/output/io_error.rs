//! Turns I/O errors of writing into errors with a hint.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::Error;

/// An error of writing for a path, with a hint where the cause is a usual one.
pub fn to_error(path: &Path, message: &str, cause: io::Error) -> Error {
    let hint = find_hint(cause.kind());
    let error = Error::at(path, message, cause);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// [`to_error`] as a closure for `map_err`.
pub fn at_path<'a>(path: &'a Path, message: &'a str) -> impl Fn(io::Error) -> Error + 'a {
    move |cause| to_error(path, message, cause)
}

/// What the user can do about an I/O error of this kind while writing; none for an unusual kind.
fn find_hint(kind: ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("the disk is full: free some space; what was published before is untouched")
        }
        ErrorKind::PermissionDenied => Some(
            "Casebook writes beside the output folder, then exchanges the two: let this account write there, or choose another folder with `--out`",
        ),
        ErrorKind::ReadOnlyFilesystem => {
            Some("the disk is read-only: choose another folder with `--out`")
        }
        ErrorKind::InvalidFilename => {
            Some("a name is too long for this disk: shorten the record's file name")
        }
        ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
            Some("one path is both a file and a folder: rename one of the two")
        }
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => Some(
            "the output folder is a mount point, which cannot be exchanged: choose a folder inside it with `--out`",
        ),
        _ => None,
    }
}
