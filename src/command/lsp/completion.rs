//! What may be written at the cursor: keys, closed words, terms and ids of records.

use std::sync::Arc;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionTextEdit, Documentation,
    MarkupContent, MarkupKind, TextEdit,
};

use crate::catalog::Catalog;
use crate::catalog::field::{Field, FieldKind, TermList, fields_of};
use crate::command::lsp::cursor::{Cursor, Role, find_cursor, find_field_at};
use crate::command::lsp::document::Document;
use crate::command::lsp::name_index::{NameIndex, NamedRecord, fold_name};
use crate::command::lsp::reference::is_key_of_map;
use crate::command::lsp::snapshot::Snapshot;
use crate::record::RecordType;
use crate::record::parse::identify_record;
use crate::vocabulary::Term;

/// The most records that are offered at once; more letters narrow them.
const MAX_RECORDS: usize = 100;

/// The length in bytes from which what is typed is also looked for inside of words: three letters of
/// Latin script, one of Chinese or Japanese, which has no spaces between words.
const MIN_INNER_BYTES: usize = 3;

/// One thing that may be written.
struct Choice {
    /// What is shown.
    label: String,
    /// What is inserted.
    text: String,
    /// What is shown beside the label.
    detail: String,
    /// What is shown when it is chosen.
    help: String,
    kind: CompletionItemKind,
    /// How well it fits what is typed, best first.
    rank: u8,
}

/// The hub as it was read last, which is waited for; none where it cannot be read in time.
type FindSnapshot<'a> = &'a dyn Fn() -> Option<Arc<Snapshot>>;

/// What may be written at a byte offset of a document. The hub is waited for only where the answer
/// depends on it.
pub fn complete(snapshot: FindSnapshot, document: &Document, offset: usize) -> CompletionList {
    let choices = identify_record(&document.path).zip(find_cursor(&document.text, offset)).map(
        |((record_type, id), cursor)| {
            let typed =
                document.text[cursor.token.start..offset.max(cursor.token.start)].to_owned();
            let choices = if cursor.role == Role::Key || is_key_of_map(record_type, &cursor) {
                let has_colon =
                    document.text[cursor.token.end..].trim_start_matches(' ').starts_with(':');
                key_choices(record_type, &cursor, &typed, has_colon)
            } else {
                find_field_at(record_type, &cursor.keys)
                    .map(|field| value_choices(snapshot, field, &typed, id))
                    .unwrap_or_default()
            };
            (cursor, typed, choices)
        },
    );
    let items =
        choices.map(|(cursor, typed, choices)| to_items(document, &cursor, &typed, choices));
    // What fits is decided here, by labels and aliases in any language, so the editor has to ask
    // again after every letter.
    CompletionList { is_incomplete: true, items: items.unwrap_or_default() }
}

/// The choices as the editor takes them, best first.
fn to_items(
    document: &Document,
    cursor: &Cursor,
    typed: &str,
    mut choices: Vec<Choice>,
) -> Vec<CompletionItem> {
    choices.sort_by_key(|choice| choice.rank);
    let range = document.lines().range(&cursor.token);
    // A value needs a space behind the colon of its key.
    let space = if document.text[..cursor.token.start].ends_with(':') { " " } else { "" };
    let to_item = |(at, choice): (usize, Choice)| CompletionItem {
        kind: Some(choice.kind),
        detail: (!choice.detail.is_empty()).then_some(choice.detail),
        documentation: (!choice.help.is_empty()).then_some(Documentation::MarkupContent(
            MarkupContent { kind: MarkupKind::PlainText, value: choice.help },
        )),
        sort_text: Some(format!("{at:04}")),
        filter_text: Some(if typed.is_empty() { choice.label.clone() } else { typed.to_owned() }),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(
            range,
            format!("{space}{}", choice.text),
        ))),
        label: choice.label,
        ..CompletionItem::default()
    };
    choices.into_iter().enumerate().map(to_item).collect()
}

/// How well a name fits what is typed: 0 where it begins so, 1 where one of its words does, 2 where
/// it holds at least [`MIN_INNER_BYTES`] of it anywhere; none where it does not fit.
fn rank_name(name: &str, typed: &str) -> Option<u8> {
    let (name, typed) = (fold_name(name), fold_name(typed));
    let is_start =
        |(at, _): (usize, &str)| name[..at].ends_with(|letter: char| !letter.is_alphanumeric());
    if name.starts_with(&typed) {
        Some(0)
    } else if name.match_indices(&typed).any(is_start) {
        Some(1)
    } else {
        (typed.len() >= MIN_INNER_BYTES && name.contains(&typed)).then_some(2)
    }
}

/// The keys that the map at the cursor does not have yet.
fn key_choices(
    record_type: RecordType,
    cursor: &Cursor,
    typed: &str,
    has_colon: bool,
) -> Vec<Choice> {
    let fields: Vec<&'static Field> = match find_field_at(record_type, &cursor.keys) {
        _ if cursor.keys.is_empty() => fields_of(record_type).collect(),
        Some(field) => field.entries().to_vec(),
        // Behind a language, the entries of its map.
        None => find_field_at(record_type, &cursor.keys[..cursor.keys.len() - 1])
            .filter(|field| matches!(field.kind, FieldKind::MapsByLanguage(_)))
            .map(|field| field.entries().to_vec())
            .unwrap_or_default(),
    };
    let is_missing = |field: &&&'static Field| !cursor.present.iter().any(|key| field.has_key(key));
    fields
        .iter()
        .filter(is_missing)
        .filter_map(|field| {
            let rank = field.keys().filter_map(|key| rank_name(key, typed)).min()?;
            let is_needed = field.is_always_required(record_type);
            Some(Choice {
                label: field.name.to_owned(),
                text: format!("{}{}", field.name, if has_colon { "" } else { ": " }),
                detail: if is_needed { "always needed".to_owned() } else { String::new() },
                help: field.help.to_owned(),
                kind: CompletionItemKind::FIELD,
                rank,
            })
        })
        .collect()
}

/// The values that a field may have; `own_id` is the id of the record itself.
fn value_choices(snapshot: FindSnapshot, field: &Field, typed: &str, own_id: &str) -> Vec<Choice> {
    let words = |words: &[&str]| -> Vec<Choice> {
        words.iter().filter_map(|word| word_choice(word, &[], typed)).collect()
    };
    if let FieldKind::Keyword { words, aliases, .. } = field.kind {
        let aliases_of = |word: &str| -> Vec<&str> {
            aliases.iter().filter(|(_, known)| *known == word).map(|(alias, _)| *alias).collect()
        };
        return words
            .iter()
            .filter_map(|word| word_choice(word, &aliases_of(word), typed))
            .collect();
    }
    if matches!(field.kind, FieldKind::Flag) {
        return words(&["true", "false"]);
    }
    let Some(snapshot) = snapshot() else { return Vec::new() };
    let vocabulary = &snapshot.catalog.vocabulary;
    match field.kind {
        FieldKind::Terms(TermList::Markets) => term_choices(vocabulary.markets.iter(), typed)
            .into_iter()
            .chain(term_choices(vocabulary.groups.iter(), typed))
            .collect(),
        FieldKind::Terms(TermList::Channels) => term_choices(vocabulary.channels.iter(), typed),
        FieldKind::Terms(TermList::Tactics) => term_choices(vocabulary.tactics.iter(), typed),
        FieldKind::Metric => term_choices(vocabulary.metrics.iter(), typed),
        FieldKind::CaseStudies | FieldKind::CaseStudy | FieldKind::Evidence => {
            record_choices(&snapshot.cases, typed, own_id)
        }
        FieldKind::Idea => record_choices(&snapshot.ideas, typed, own_id),
        FieldKind::Language => words(&languages_of(&snapshot.catalog)),
        _ => Vec::new(),
    }
}

/// A word of a closed list; none where neither it nor another spelling fits what is typed.
fn word_choice(word: &str, aliases: &[&str], typed: &str) -> Option<Choice> {
    let names = aliases.iter().copied().chain([word]);
    let rank = names.filter_map(|name| rank_name(name, typed)).min()?;
    Some(Choice {
        label: word.to_owned(),
        text: word.to_owned(),
        detail: String::new(),
        help: String::new(),
        kind: CompletionItemKind::ENUM_MEMBER,
        rank,
    })
}

/// The terms of which the id, a label or an alias in any language fits what is typed. A term that
/// another replaces is not offered.
fn term_choices<'t, K>(terms: impl Iterator<Item = (K, &'t Term)>, typed: &str) -> Vec<Choice> {
    let choice = |(_, term): (K, &Term)| {
        let names = [&*term.id, &term.label]
            .into_iter()
            .chain(term.labels.values().chain(&term.aliases).map(String::as_str));
        let (rank, name) = names
            .filter_map(|name| Some((rank_name(name, typed)?, name)))
            .min_by_key(|(rank, _)| *rank)?;
        // Says by which word it was found, where that is none of what is shown.
        let is_shown = name == &*term.id || name == term.label || typed.is_empty();
        let found_by = if is_shown { String::new() } else { format!(" ({name})") };
        Some(Choice {
            label: term.id.to_string(),
            text: term.id.to_string(),
            detail: format!("{}{found_by}", term.label),
            help: term.description.clone(),
            kind: CompletionItemKind::VALUE,
            rank,
        })
    };
    terms.filter(|(_, term)| term.deprecated_by.is_none()).filter_map(choice).collect()
}

/// The records that fit what is typed by title or id, without the record itself.
fn record_choices(index: &NameIndex, typed: &str, own_id: &str) -> Vec<Choice> {
    let found = index.find(typed, MAX_RECORDS).into_iter().filter(|record| *record.id != *own_id);
    let choice = |record: &NamedRecord| Choice {
        label: record.id.to_string(),
        text: record.id.to_string(),
        detail: record.title.clone(),
        help: String::new(),
        kind: CompletionItemKind::REFERENCE,
        rank: 0,
    };
    found.map(choice).collect()
}

/// The languages of the records and markets of a hub, in order.
fn languages_of(catalog: &Catalog) -> Vec<&str> {
    let spoken = catalog.vocabulary.markets.iter().flat_map(|(_, market)| &market.languages);
    let mut languages: Vec<&str> = catalog
        .metas()
        .map(|meta| meta.language.as_str())
        .chain(spoken.map(String::as_str))
        .collect();
    languages.sort_unstable();
    languages.dedup();
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ranked_by_where_they_fit() {
        assert_eq!(rank_name("E-mail marketing", "E mail"), Some(0));
        assert_eq!(rank_name("Free delivery", "deli"), Some(1));
        assert_eq!(rank_name("送料無料", "無料"), Some(2));
        assert_eq!(rank_name("Réparation", "repa"), Some(0));
        assert_eq!(rank_name("archived", "r"), None);
        assert_eq!(rank_name("Discount", "mail"), None);
        assert_eq!(rank_name("Discount", ""), Some(0));
    }
}
