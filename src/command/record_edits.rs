//! Edits the front matter of records for a subcommand: all files or none, or a diff of what would
//! change.

use std::path::Path;
use std::sync::Arc;

use crate::catalog::field;
use crate::command::unified_diff::render_diff;
use crate::diagnostic::render::{escape_controls, escape_line};
use crate::error::{Error, Result};
use crate::output::{FileChange, change_files};
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
    let mut edited: Vec<(&SourceFile, String)> = Vec::new();
    for record in records {
        let file = find_source(sources, &record.path)?;
        let text = edit_text(file, &record.edits)?;
        if text != *file.text {
            edited.push((file, text));
        }
    }
    if is_dry_run {
        for (file, text) in &edited {
            print!("{}", escape_controls(&render_diff(&file.path, &file.text, text)));
        }
        return Ok(edited.len());
    }
    write_texts(root, &edited)
}

/// Writes the new texts of files, all of them or none, and prints the path of each. Returns their
/// number.
///
/// # Errors
/// Somebody changed a file meanwhile, or it cannot be written; then no file has changed.
pub fn write_texts(root: &Path, edited: &[(&SourceFile, String)]) -> Result<usize> {
    let changes: Vec<FileChange> = edited
        .iter()
        .map(|(file, text)| FileChange {
            path: file.path.to_string(),
            read: Some(file.hash),
            new: Some(file.encode(text)),
        })
        .collect();
    change_files(root, &changes)?;
    for change in &changes {
        println!("{}", escape_line(&change.path));
    }
    Ok(changes.len())
}

/// The text of a file after some edits of its front matter.
///
/// # Errors
/// An edit is refused; the message has the path and the reason.
fn edit_text(file: &SourceFile, edits: &[Edit]) -> Result<String> {
    edits.iter().try_fold(file.text.to_string(), |text, edit| {
        front_matter::apply(&text, edit, field::known_keys()).map_err(|error| {
            Error::new(format!("`{}` cannot be edited: {error}", escape_line(&file.path)))
                .with_hint("write the line by hand; nothing was changed")
        })
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
