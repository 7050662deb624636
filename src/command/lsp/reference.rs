//! What the word at a place of a record refers to: a field, a term of the vocabulary, or a record.

use std::ops::Range;

use crate::catalog::field::{Field, FieldKind, TermList, fields_of};
use crate::catalog::{LinkTarget, RecordIndex};
use crate::command::lsp::cursor::{Cursor, Role, find_cursor, find_field_at};
use crate::command::lsp::document::Document;
use crate::command::lsp::snapshot::Snapshot;
use crate::record::RecordType;
use crate::record::parse::identify_record;
use crate::vocabulary::{Term, Vocabulary};

/// What a word refers to, and its byte range.
pub struct Reference<'s> {
    /// What it refers to.
    pub target: Target<'s>,
    /// Byte range of the word in the document.
    pub span: Range<usize>,
}

/// What a word can refer to.
pub enum Target<'s> {
    /// A field, by its key.
    Field(&'static Field),
    /// A term, with what it is called: "market".
    Term(&'static str, &'s Term),
    /// A record.
    Record(RecordIndex),
}

/// What the word at a byte offset of a document refers to.
pub fn find_reference<'s>(
    snapshot: &'s Snapshot,
    document: &Document,
    offset: usize,
) -> Option<Reference<'s>> {
    let (record_type, _) = identify_record(&document.path)?;
    let Some(cursor) = find_cursor(&document.text, offset) else {
        return find_link(snapshot, document, offset);
    };
    let word = document.text[cursor.token.clone()].trim();
    let target = if cursor.role == Role::Key || is_key_of_map(record_type, &cursor) {
        Target::Field(find_key(record_type, &cursor, word)?)
    } else {
        find_value(snapshot, find_field_at(record_type, &cursor.keys)?, word)?
    };
    Some(Reference { target, span: cursor.token })
}

/// Whether the word that stands alone in a line is a key, because its field is a map.
pub fn is_key_of_map(record_type: RecordType, cursor: &Cursor) -> bool {
    cursor.role == Role::Bare
        && find_field_at(record_type, &cursor.keys).is_some_and(|field| !field.entries().is_empty())
}

/// The field of a key at the cursor.
fn find_key(record_type: RecordType, cursor: &Cursor, word: &str) -> Option<&'static Field> {
    if cursor.keys.is_empty() {
        return fields_of(record_type).find(|field| field.has_key(word));
    }
    let keys: Vec<String> = cursor.keys.iter().cloned().chain([word.to_owned()]).collect();
    find_field_at(record_type, &keys)
}

/// What a value of a field refers to.
fn find_value<'s>(snapshot: &'s Snapshot, field: &Field, word: &str) -> Option<Target<'s>> {
    let catalog = &snapshot.catalog;
    match field.kind {
        FieldKind::Terms(_) | FieldKind::Metric => {
            find_term(&catalog.vocabulary, field, word).map(|(noun, term)| Target::Term(noun, term))
        }
        FieldKind::CaseStudies | FieldKind::CaseStudy | FieldKind::Evidence => {
            catalog.find_case(word).map(|case| Target::Record(RecordIndex::Case(case)))
        }
        FieldKind::Idea => {
            catalog.find_idea(word).map(|idea| Target::Record(RecordIndex::Idea(idea)))
        }
        _ => None,
    }
}

/// The term that a word names in the vocabulary of a field, with what it is called.
fn find_term<'v>(
    vocabulary: &'v Vocabulary,
    field: &Field,
    word: &str,
) -> Option<(&'static str, &'v Term)> {
    let Vocabulary { markets, groups, channels, tactics, metrics, .. } = vocabulary;
    match field.kind {
        FieldKind::Terms(TermList::Markets) => markets
            .find(word)
            .map(|id| ("market", &markets[id]))
            .or_else(|| groups.find(word).map(|id| ("group of markets", &groups[id]))),
        FieldKind::Terms(TermList::Channels) => {
            channels.find(word).map(|id| ("channel", &channels[id]))
        }
        FieldKind::Terms(TermList::Tactics) => {
            tactics.find(word).map(|id| ("tactic", &tactics[id]))
        }
        FieldKind::Metric => metrics.find(word).map(|id| ("metric", &metrics[id])),
        _ => None,
    }
}

/// The record that the link at a byte offset of the body leads to. Links are known from the last
/// reading, so not while the text has changed since.
fn find_link<'s>(
    snapshot: &'s Snapshot,
    document: &Document,
    offset: usize,
) -> Option<Reference<'s>> {
    let meta = snapshot.catalog.metas().find(|meta| meta.path == document.path)?;
    if *meta.body.text != *document.text {
        return None;
    }
    let link = meta.body.links.iter().find(|link| link.span.contains(&offset))?;
    match &link.target {
        LinkTarget::Record(record, _) => {
            Some(Reference { target: Target::Record(*record), span: link.span.clone() })
        }
        _ => None,
    }
}
