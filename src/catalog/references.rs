//! Where the front matter of a record names terms, other records and images, by the types of its
//! fields.

use std::ops::Range;

use crate::catalog::field::{self, Field, FieldKind, TermList};
use crate::record::Manuscript;
use crate::record::yaml::{Key, Node, Value};
use crate::vocabulary::VocabularyKind;

/// A text of the front matter with its byte range in the file.
pub type WrittenText<'m> = (&'m str, Range<usize>);

/// The terms of a vocabulary that a record names: one list for each field, in the order of the
/// file.
pub fn term_lists(manuscript: &Manuscript, kind: VocabularyKind) -> Vec<Vec<WrittenText<'_>>> {
    let mut lists = Vec::new();
    visit_values(manuscript, &mut |field, node| {
        let is_of_kind = match field.kind {
            FieldKind::Terms(TermList::Markets) => kind == VocabularyKind::Markets,
            FieldKind::Terms(TermList::Channels) => kind == VocabularyKind::Channels,
            FieldKind::Terms(TermList::Tactics) => kind == VocabularyKind::Tactics,
            FieldKind::Metric => kind == VocabularyKind::Metrics,
            _ => false,
        };
        if is_of_kind {
            lists.push(texts_of(node));
        }
    });
    lists
}

/// The metrics of results that a record marks as the region's own, which no list names.
pub fn local_metrics(manuscript: &Manuscript) -> Vec<&str> {
    let results = manuscript.fields().iter().filter(|(key, _)| field::RESULTS.has_key(&key.name));
    let maps = results.flat_map(|(_, node)| match &node.value {
        Value::List(maps) => maps,
        _ => std::slice::from_ref(node),
    });
    let text_of = |map: &'_ Node, wanted: &Field| -> Option<Range<usize>> {
        let Value::Map(entries) = &map.value else { return None };
        entries.iter().find(|(key, _)| wanted.has_key(&key.name)).map(|(_, value)| value.span())
    };
    let is_local = |map: &&Node| {
        let flag = text_of(map, &field::result::LOCAL);
        flag.is_some_and(|span| {
            matches!(manuscript.text[span].trim().to_lowercase().as_str(), "true" | "yes")
        })
    };
    maps.filter(is_local)
        .filter_map(|map| match &map.value {
            Value::Map(entries) => {
                entries.iter().find(|(key, _)| field::result::METRIC.has_key(&key.name))
            }
            _ => None,
        })
        .filter_map(|(_, value)| match &value.value {
            Value::Text(text) => Some(&**text),
            _ => None,
        })
        .collect()
}

/// The ids of case studies that a record names; web addresses among the evidence of an idea too.
pub fn case_references(manuscript: &Manuscript) -> Vec<WrittenText<'_>> {
    collect_texts(manuscript, |field| {
        matches!(field.kind, FieldKind::CaseStudy | FieldKind::CaseStudies | FieldKind::Evidence)
            || *field == field::NOT_DUPLICATE_OF
    })
}

/// The ids of ideas that a record names.
pub fn idea_references(manuscript: &Manuscript) -> Vec<WrittenText<'_>> {
    collect_texts(manuscript, |field| matches!(field.kind, FieldKind::Idea))
}

/// The ids of families that a record names: the id of a study, `~` and a tactic.
pub fn family_references(manuscript: &Manuscript) -> Vec<WrittenText<'_>> {
    collect_texts(manuscript, |field| *field == field::not_duplicate::FAMILY)
}

/// The paths of images that a record names.
pub fn image_references(manuscript: &Manuscript) -> Vec<WrittenText<'_>> {
    collect_texts(manuscript, |field| matches!(field.kind, FieldKind::Image))
}

/// The old addresses of a record.
pub fn alias_references(manuscript: &Manuscript) -> Vec<WrittenText<'_>> {
    collect_texts(manuscript, |field| *field == field::ALIASES)
}

/// The texts of all fields that `is_wanted` chooses.
fn collect_texts(
    manuscript: &Manuscript,
    is_wanted: impl Fn(&Field) -> bool,
) -> Vec<WrittenText<'_>> {
    let mut found = Vec::new();
    visit_values(manuscript, &mut |field, node| {
        if is_wanted(field) {
            found.extend(texts_of(node));
        }
    });
    found
}

/// The texts of a value that is one text or a list of texts.
fn texts_of(node: &Node) -> Vec<WrittenText<'_>> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    };
    nodes
        .iter()
        .filter_map(|node| match &node.value {
            Value::Text(text) => Some((&**text, node.span())),
            _ => None,
        })
        .collect()
}

/// Calls `visit` with each value of the front matter and its field, those within maps too.
fn visit_values<'m>(manuscript: &'m Manuscript, visit: &mut impl FnMut(&'static Field, &'m Node)) {
    let fields: Vec<&'static Field> = field::fields_of(manuscript.record_type).collect();
    visit_entries(&fields, manuscript.fields(), visit);
}

/// Calls `visit` with each value of a map whose keys are these fields.
fn visit_entries<'m>(
    fields: &[&'static Field],
    entries: &'m [(Key, Node)],
    visit: &mut impl FnMut(&'static Field, &'m Node),
) {
    for (key, node) in entries {
        let Some(field) = fields.iter().find(|field| field.has_key(&key.name)) else { continue };
        let below = match &node.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(node),
        };
        match field.kind {
            FieldKind::Map(entries) | FieldKind::Maps(entries) => {
                for node in below {
                    match &node.value {
                        Value::Map(map) => visit_entries(entries, map, visit),
                        _ => visit(field, node),
                    }
                }
            }
            FieldKind::MapsByLanguage(entries) => {
                let Value::Map(languages) = &node.value else { continue };
                for (_, gist) in languages {
                    if let Value::Map(map) = &gist.value {
                        visit_entries(entries, map, visit);
                    }
                }
            }
            _ => visit(field, node),
        }
    }
}
