//! A manuscript that no catalog holds yet as a document: what it says so far, whatever is still wrong with it.

use casebook_search::language::detect_in;

use crate::record::Manuscript;
use crate::record::node::{Node, Value};
use crate::similar::document::{Document, Facet};
use crate::vocabulary::Vocabulary;

/// Reads what can be compared of a manuscript; terms that no vocabulary knows are left out.
pub fn document_of_draft<'m>(manuscript: &'m Manuscript, vocabulary: &Vocabulary, language: &'m str) -> Document<'m> {
    let outline = &manuscript.outline;
    let mut lead = Vec::new();
    let mut document = Document { language, wording: Some(&outline.wording), ..Document::default() };
    for (key, node) in manuscript.entries() {
        let texts = texts(node);
        match (&*key.name, texts.first()) {
            ("title", Some(title)) => document.title = title,
            ("language" | "lang", Some(language)) => document.language = language,
            ("hypothesis", Some(hypothesis)) => {
                lead.push(*hypothesis);
                document.hypothesis = Some(hypothesis);
            }
            ("summary" | "tldr", _) => {
                lead.extend_from_slice(&texts);
                document.lead.extend(texts);
            }
            ("audience" | "product" | "category", _) => document.lead.extend(texts),
            ("tactics" | "tactic", _) => {
                document.facets.extend(texts.iter().filter_map(|name| vocabulary.tactics.find(name)).map(|tactic| Facet::Tactic(tactic.0)))
            }
            ("channels" | "channel", _) => {
                document.facets.extend(texts.iter().filter_map(|name| vocabulary.channels.find(name)).map(|channel| Facet::Channel(channel.0)))
            }
            _ => {}
        }
    }
    if document.title.is_empty() {
        document.title = outline.headings.first().map_or("", |heading| &heading.text);
    }
    let texts = outline.sections.iter().map(|section| &*section.text).chain(lead).chain([document.title]);
    document.read_in = Some(detect_in(texts, document.language));
    document
}

fn texts(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Text(text) => vec![text],
        Value::List(nodes) => nodes.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
