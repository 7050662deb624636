//! Reads all records of a hub, and changes places of their front matter and links, for the commands
//! that rename.

use std::ops::Range;

use crate::catalog::field;
use crate::catalog::moved_links::{Moves, moved_destination};
use crate::diagnostic::render::escape_line;
use crate::error::{Error, Result};
use crate::record::Manuscript;
use crate::record::front_matter::{self, Edit};
use crate::record::link_edit::replace_destinations;
use crate::record::parse::{identify_record, parse_file};
use crate::source::{SourceFile, Sources};

/// All records of a hub, parsed.
///
/// # Errors
/// The front matter of one cannot be read, so that it might hide a use.
pub fn parse_records(sources: &Sources) -> Result<Vec<(&SourceFile, Manuscript)>> {
    let files = sources.files.iter().filter(|file| identify_record(&file.path).is_some());
    files
        .map(|file| match parse_file(file).0 {
            Some(manuscript) => Ok((file, manuscript)),
            None => Err(Error::new(format!("`{}` cannot be read", escape_line(&file.path)))
                .with_hint("`casebook check` says why; nothing was changed")),
        })
        .collect()
}

/// The text of a record with new texts at some places of its front matter.
///
/// # Errors
/// The front matter cannot be edited.
pub fn edit_front_matter(
    path: &str,
    text: &str,
    replaced: Vec<(Range<usize>, String)>,
) -> Result<String> {
    if replaced.is_empty() {
        return Ok(text.to_owned());
    }
    front_matter::apply(text, &Edit::ReplaceTexts(replaced), field::known_keys())
        .map_err(|error| edit_error(path, &error.to_string()))
}

/// The text of a record whose links follow what moves; `path` is where its file is from now on.
///
/// # Errors
/// A link is written in a way in which its destination cannot be replaced.
pub fn move_links(
    file: &SourceFile,
    manuscript: &Manuscript,
    path: &str,
    moves: &Moves,
) -> Result<String> {
    let links = &manuscript.outline.links;
    let wanted: Vec<Option<String>> = links
        .iter()
        .map(|link| moved_destination(&link.destination, &file.path, path, moves))
        .collect();
    if wanted.iter().all(Option::is_none) {
        return Ok(file.text.to_string());
    }
    replace_destinations(&file.text, manuscript.body_start, links, &wanted)
        .ok_or_else(|| edit_error(&file.path, "a link in its text cannot be changed"))
}

/// The error that a file cannot be edited.
pub fn edit_error(path: &str, reason: &str) -> Error {
    Error::new(format!("`{}` cannot be edited: {reason}", escape_line(path)))
        .with_hint("write the line by hand; nothing was changed")
}
