//! Reads a draft that is not in the catalog, valid or not, as a document for the similarity model.

use casebook_search::language_detection::detect_language_of;

use crate::catalog::field::{self, Field};
use crate::record::Manuscript;
use crate::record::yaml::{Node, Value};
use crate::similar::document::{Document, Facet};
use crate::vocabulary::Vocabulary;

/// Fields of front matter whose texts are lead texts of a document, as the summary is, because they
/// say what an experiment is about.
const LEAD_FIELDS: [&Field; 3] = [&field::AUDIENCE, &field::PRODUCT, &field::CATEGORY];

/// The texts and terms of a draft; terms that the vocabulary does not know are left out. `language`
/// is the language of a draft that states none, a BCP 47 tag.
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
        let is = |field: &Field| field.has_key(&key.name);
        if is(&field::TITLE) {
            document.title = texts.first().unwrap_or(&document.title);
        } else if is(&field::LANGUAGE) {
            document.language = texts.first().unwrap_or(&document.language);
        } else if is(&field::HYPOTHESIS) {
            short_texts.extend(texts.first());
            document.hypothesis = texts.first().copied().or(document.hypothesis);
        } else if is(&field::SUMMARY) {
            short_texts.extend_from_slice(&texts);
            document.lead_texts.extend(texts);
        } else if LEAD_FIELDS.into_iter().any(is) {
            document.lead_texts.extend(texts);
        } else if is(&field::TACTICS) {
            let tactics = texts.iter().filter_map(|name| vocabulary.tactics.find(name));
            document.facets.extend(tactics.map(|tactic| Facet::Tactic(tactic.0)));
        } else if is(&field::CHANNELS) {
            let channels = texts.iter().filter_map(|name| vocabulary.channels.find(name));
            document.facets.extend(channels.map(|channel| Facet::Channel(channel.0)));
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

/// All texts in a YAML value, nested lists included; maps and other values have none.
fn collect_texts(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Text(text) => vec![text],
        Value::List(nodes) => nodes.iter().flat_map(collect_texts).collect(),
        _ => Vec::new(),
    }
}
