//! Edits the front matter of records for a subcommand: all files or none, or a diff of what would
//! change.

use std::path::Path;
use std::sync::Arc;

use crate::catalog::field;
use crate::command::file_edits::HubEdits;
use crate::command::record_texts::edit_error;
use crate::diagnostic::render::escape_line;
use crate::error::{Error, Result};
use crate::record::front_matter::{self, Edit};
use crate::source::{SourceFile, Sources};

/// The edits of the front matter of one file.
pub struct RecordEdits {
    /// Path below the root.
    pub path: Arc<str>,
    /// The edits, in the order in which they are made.
    pub edits: Vec<Edit>,
}

/// Makes the edits, all files or none, and prints the path of each file that changed; with
/// `is_dry_run` it prints a diff instead and writes nothing. Returns the number of files that change;
/// one that already says what it should does not.
///
/// # Errors
/// A file cannot be edited without touching more than is meant, somebody changed it meanwhile, or
/// it cannot be written; then no file has changed.
pub fn edit_records(
    root: &Path,
    sources: &Sources,
    records: &[RecordEdits],
    is_dry_run: bool,
) -> Result<usize> {
    let mut hub_edits = HubEdits::default();
    for record in records {
        let file = find_source(sources, &record.path)?;
        hub_edits.add_text(file, edit_text(file, &record.edits)?);
    }
    hub_edits.write(root, is_dry_run)?;
    Ok(hub_edits.files.len())
}

/// The text of a file after some edits of its front matter.
///
/// # Errors
/// An edit is refused; the message has the path and the reason.
fn edit_text(file: &SourceFile, edits: &[Edit]) -> Result<String> {
    edits.iter().try_fold(file.text.to_string(), |text, edit| {
        front_matter::apply(&text, edit, field::known_keys())
            .map_err(|error| edit_error(&file.path, &error.to_string()))
    })
}

/// The file of the hub with this path.
///
/// # Errors
/// There is none.
fn find_source<'s>(sources: &'s Sources, path: &str) -> Result<&'s SourceFile> {
    sources
        .files
        .iter()
        .find(|file| &*file.path == path)
        .ok_or_else(|| Error::new(format!("there is no file `{}`", escape_line(path))))
}
