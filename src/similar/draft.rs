//! Reads a draft that is not in the catalog, valid or not, as a document for the similarity model.

use casebook_search::language_detection::detect_language_of;

use crate::record::Manuscript;
use crate::record::yaml::{Node, Value};
use crate::similar::document::{Document, Facet};
use crate::vocabulary::Vocabulary;

/// The texts and terms of a draft; unknown terms are left out. `language` is the default language,
/// a BCP 47 tag.
pub fn draft_document<'m>(
    manuscript: &'m Manuscript,
    vocabulary: &Vocabulary,
    language: &'m str,
) -> Document<'m> {
    let outline = &manuscript.outline;
    let mut short_texts = Vec::new();
    let mut document =
        Document { language, tokenized: Some(&outline.tokenized), ..Document::default() };
    for (key, node) in manuscript.fields() {
        let texts = collect_texts(node);
        match (&*key.name, texts.first()) {
            ("title", Some(title)) => document.title = title,
            ("language" | "lang", Some(language)) => document.language = language,
            ("hypothesis", Some(hypothesis)) => {
                short_texts.push(*hypothesis);
                document.hypothesis = Some(hypothesis);
            }
            ("summary" | "tldr", _) => {
                short_texts.extend_from_slice(&texts);
                document.lead_texts.extend(texts);
            }
            ("audience" | "product" | "category", _) => document.lead_texts.extend(texts),
            ("tactics" | "tactic", _) => document.facets.extend(
                texts
                    .iter()
                    .filter_map(|name| vocabulary.tactics.find(name))
                    .map(|tactic| Facet::Tactic(tactic.0)),
            ),
            ("channels" | "channel", _) => document.facets.extend(
                texts
                    .iter()
                    .filter_map(|name| vocabulary.channels.find(name))
                    .map(|channel| Facet::Channel(channel.0)),
            ),
            _ => {}
        }
    }
    if document.title.is_empty() {
        document.title = outline.headings.first().map_or("", |heading| &heading.text);
    }
    let texts = outline
        .sections
        .iter()
        .map(|section| &*section.text)
        .chain(short_texts)
        .chain([document.title]);
    document.detected_language = Some(detect_language_of(texts, document.language));
    document
}

/// All texts in a YAML value, nested lists included.
fn collect_texts(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Text(text) => vec![text],
        Value::List(nodes) => nodes.iter().flat_map(collect_texts).collect(),
        _ => Vec::new(),
    }
}
