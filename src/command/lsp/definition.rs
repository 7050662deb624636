//! Where what the word at the cursor refers to is defined: the file of a record, the entry of a
//! term in a vocabulary file of the hub.

use lsp_types::Location;

use crate::command::lsp::document::Document;
use crate::command::lsp::problem::locate;
use crate::command::lsp::reference::{Target, find_reference};
use crate::command::lsp::snapshot::Snapshot;
use crate::diagnostic::Place;
use crate::vocabulary::Term;

/// The definition of what stands at a byte offset of a document. The terms of the built-in lists
/// are in no file of the hub.
pub fn find_definition(
    snapshot: &Snapshot,
    document: &Document,
    offset: usize,
) -> Option<Location> {
    match find_reference(snapshot, document, offset)?.target {
        Target::Field(_) => None,
        Target::Term(noun, term) => locate(snapshot, &find_term_entry(snapshot, noun, term)?),
        Target::Record(record) => {
            locate(snapshot, &Place::file(&snapshot.catalog.meta(record).path))
        }
    }
}

/// The place of the id of a term in the vocabulary files of the hub: in the file that has the name
/// of its list, else in any. `noun` is what the term is called.
fn find_term_entry(snapshot: &Snapshot, noun: &str, term: &Term) -> Option<Place> {
    let list = noun.split(' ').next().unwrap_or(noun);
    let files = snapshot.sources.files.iter();
    let mut files: Vec<_> =
        files.filter(|file| file.path.starts_with("content/vocabulary/")).collect();
    files.sort_by_key(|file| !file.path["content/vocabulary/".len()..].starts_with(list));
    files.into_iter().find_map(|file| {
        let mut at = 0;
        for line in file.text.split_inclusive('\n') {
            let content = line.trim_start_matches([' ', '-']);
            if let Some(value) = content.strip_prefix("id:") {
                let id = value.trim().trim_matches(['"', '\'']);
                if id.eq_ignore_ascii_case(&term.id) {
                    let start = at + line.find(id)?;
                    return Some(Place::new(&file.path, start..start + id.len()));
                }
            }
            at += line.len();
        }
        None
    })
}
