//! Renames the term or the record that the word at the cursor names, wherever the hub names it.

use std::ops::Range;

use lsp_types::{
    ClientCapabilities, CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges,
    OneOf, OptionalVersionedTextDocumentIdentifier, PrepareRenameResponse, RenameFile, ResourceOp,
    ResourceOperationKind, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use crate::catalog::RecordIndex;
use crate::command::file_edits::{FileEdit, HubEdits};
use crate::command::lsp::document::Document;
use crate::command::lsp::file_address::to_uri;
use crate::command::lsp::position::LineIndex;
use crate::command::lsp::reference::{Target, find_reference};
use crate::command::lsp::snapshot::Snapshot;
use crate::command::rename_record::rename_record;
use crate::command::rename_term::{check_new_id, replace_terms};
use crate::error::{Error, Result};
use crate::record::RecordType;
use crate::vocabulary::VocabularyKind;

/// What is renamed: a term of a vocabulary or a record, and its id.
enum Renamed<'s> {
    /// A term.
    Term(VocabularyKind, &'s str),
    /// A case study or an idea.
    Record(RecordType, &'s str),
}

/// What can be renamed at a byte offset of a document, and the byte range of the word there.
fn find_renamed<'s>(
    snapshot: &'s Snapshot,
    document: &Document,
    offset: usize,
) -> Option<(Renamed<'s>, Range<usize>)> {
    let reference = find_reference(snapshot, document, offset)?;
    let renamed = match reference.target {
        Target::Term(noun, term) => {
            let kind = VocabularyKind::ALL.into_iter().find(|kind| kind.noun() == noun)?;
            Renamed::Term(kind, &term.id)
        }
        Target::Record(record) => {
            let id = &*snapshot.catalog.meta(record).id;
            match record {
                RecordIndex::Case(_) => Renamed::Record(RecordType::CaseStudy, id),
                RecordIndex::Idea(_) => Renamed::Record(RecordType::Idea, id),
                _ => return None,
            }
        }
        Target::Field(_) => return None,
    };
    Some((renamed, reference.span))
}

/// The word at a byte offset of a document that can be renamed, with the id that it stands for.
pub fn prepare(
    snapshot: &Snapshot,
    document: &Document,
    offset: usize,
) -> Option<PrepareRenameResponse> {
    let (renamed, span) = find_renamed(snapshot, document, offset)?;
    let (Renamed::Term(_, id) | Renamed::Record(_, id)) = renamed;
    let range = document.lines().range(&span);
    Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: id.to_owned() })
}

/// The changes of all files by which what is named at a byte offset of a document gets a new id.
/// `documents` are the open files; the snapshot was read with their texts.
///
/// # Errors
/// Nothing there can be renamed, the new id is taken or none, a file cannot be edited, or the editor
/// cannot move files.
pub fn rename<'d>(
    snapshot: &Snapshot,
    documents: impl Iterator<Item = &'d Document> + Clone,
    capabilities: &ClientCapabilities,
    (document, offset): (&Document, usize),
    new: &str,
) -> Result<WorkspaceEdit> {
    let Some((renamed, _)) = find_renamed(snapshot, document, offset) else {
        return Err(Error::new("nothing here has an id that can be changed")
            .with_hint("put the cursor on a market, channel, tactic, metric, case study or idea"));
    };
    let is_stale = |document: &Document| {
        snapshot.text(&document.path).is_some_and(|text| *text != *document.text)
    };
    if documents.clone().any(is_stale) {
        return Err(Error::new("an open file has changed since it was read").with_hint("try again"));
    }
    let sources = &snapshot.sources;
    let edits = match renamed {
        Renamed::Term(kind, old) => {
            let new = check_new_id(sources, kind, old, new.trim())?;
            replace_terms(sources, kind, &[old.to_owned()], &new, false)?
        }
        Renamed::Record(record_type, old) => {
            rename_record(sources, &snapshot.catalog, record_type, old, new.trim())?
        }
    };
    let operations = Planner { snapshot, documents }.plan(&edits)?;
    if operations.iter().any(|operation| matches!(operation, DocumentChangeOperation::Op(_)))
        && !can_move_files(capabilities)
    {
        return Err(Error::new("this editor cannot make or move files")
            .with_hint("use `casebook rename`, which changes all files or none"));
    }
    Ok(WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(operations)),
        ..WorkspaceEdit::default()
    })
}

/// Whether an editor makes and moves files when it is told to.
fn can_move_files(capabilities: &ClientCapabilities) -> bool {
    let workspace = capabilities.workspace.as_ref();
    let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
    let operations = edit.and_then(|edit| edit.resource_operations.as_deref()).unwrap_or_default();
    operations.contains(&ResourceOperationKind::Create)
        && operations.contains(&ResourceOperationKind::Rename)
}

/// Turns changes of a hub's files into what an editor does.
struct Planner<'s, D> {
    /// The hub that the changes begin from.
    snapshot: &'s Snapshot,
    /// The open files.
    documents: D,
}

impl<'d, D: Iterator<Item = &'d Document> + Clone> Planner<'_, D> {
    /// What an editor does in this order: texts first, while files still have their names.
    fn plan(&self, edits: &HubEdits) -> Result<Vec<DocumentChangeOperation>> {
        let (mut operations, mut moves) = (Vec::new(), Vec::new());
        for FileEdit { former, path, text } in &edits.files {
            let Some(former) = former else {
                let uri = self.uri(path)?;
                let options =
                    CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
                operations.push(DocumentChangeOperation::Op(ResourceOp::Create(CreateFile {
                    uri: uri.clone(),
                    options: Some(options),
                    annotation_id: None,
                })));
                operations.push(edit_text(uri, None, &LineIndex::new("", false), "", text));
                continue;
            };
            let document = self.documents.clone().find(|document| document.path == former.path);
            if *former.text != **text {
                let has_mark = document.is_some_and(|document| document.has_mark);
                let lines = LineIndex::new(&former.text, has_mark);
                let version = document.map(|document| document.version);
                let uri = match document {
                    Some(document) => document.uri.clone(),
                    None => self.uri(&former.path)?,
                };
                operations.push(edit_text(uri, version, &lines, &former.text, text));
            }
            if *former.path != **path {
                moves.push((&*former.path, path));
            }
        }
        moves.extend(edits.assets.iter().map(|(asset, path)| (&*asset.path, path)));
        for (from, to) in moves {
            operations.push(DocumentChangeOperation::Op(ResourceOp::Rename(RenameFile {
                old_uri: self.uri(from)?,
                new_uri: self.uri(to)?,
                options: None,
                annotation_id: None,
            })));
        }
        Ok(operations)
    }

    /// The editor's address of a file of the hub.
    fn uri(&self, path: &str) -> Result<Uri> {
        to_uri(&self.snapshot.root, path)
            .ok_or_else(|| Error::new(format!("`{path}` has no address that an editor knows")))
    }
}

/// The change of a file from a text to another one, from the first letter that differs to the last.
/// `version` is that of an open file.
fn edit_text(
    uri: Uri,
    version: Option<i32>,
    lines: &LineIndex,
    old: &str,
    new: &str,
) -> DocumentChangeOperation {
    let (span, replacement) = find_difference(old, new);
    let edit = TextEdit::new(lines.range(&span), replacement.to_owned());
    DocumentChangeOperation::Edit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: vec![OneOf::Left(edit)],
    })
}

/// The byte range of the old text in which it differs from the new one, and what stands there in the
/// new one.
fn find_difference<'n>(old: &str, new: &'n str) -> (Range<usize>, &'n str) {
    let same = |(one, other): &(char, char)| one == other;
    let start: usize =
        old.chars().zip(new.chars()).take_while(same).map(|(letter, _)| letter.len_utf8()).sum();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(same)
        .map(|(letter, _)| letter.len_utf8())
        .sum();
    (start..old.len() - end, &new_rest[..new_rest.len() - end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_middle_that_differs_is_replaced() {
        assert_eq!(find_difference("a: bé, c", "a: dé, c"), (3..4, "d"));
        assert_eq!(find_difference("aa", "aaa"), (2..2, "a"));
        assert_eq!(find_difference("é", "è"), (0..2, "è"));
        assert_eq!(find_difference("same", "same"), (4..4, ""));
        assert_eq!(find_difference("", "x"), (0..0, "x"));
    }
}
