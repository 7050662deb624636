//! Open hubs: terms that no vocabulary names are taken as they are written, each with an id and an address of its own.

use std::collections::BTreeMap;

use crate::record::node::Value;
use crate::record::{Kind, Manuscript};
use crate::site::address::slug;
use crate::source::ContentHash;
use crate::vocabulary::{Term, TermId, TermKind, Terms, Vocabulary, fold};

/// A term that no vocabulary names, as a record writes it.
pub type Unlisted<'a> = (TermKind, &'a str);

/// The longest id that a term is given, in bytes; a longer text keeps its beginning.
const LONGEST_ID: usize = 80;

/// Terms that a record uses and no vocabulary names.
pub fn unlisted<'a>(manuscript: &'a Manuscript, vocabulary: &Vocabulary) -> Vec<Unlisted<'a>> {
    if !matches!(manuscript.kind, Kind::CaseStudy | Kind::Idea) {
        return Vec::new();
    }
    let is_listed = |kind: TermKind, text: &str| match kind {
        TermKind::Markets | TermKind::Groups => vocabulary.markets.find(text).is_some() || vocabulary.groups.find(text).is_some(),
        TermKind::Channels => vocabulary.channels.find(text).is_some(),
        TermKind::Tactics => vocabulary.tactics.find(text).is_some(),
    };
    let mut unlisted = Vec::new();
    for (key, node) in manuscript.entries() {
        let kind = match &*key.name {
            "markets" | "market" => TermKind::Markets,
            "channels" | "channel" => TermKind::Channels,
            "tactics" | "tactic" => TermKind::Tactics,
            _ => continue,
        };
        let nodes = match &node.value {
            Value::List(nodes) => nodes,
            _ => std::slice::from_ref(node),
        };
        let texts = nodes.iter().filter_map(|node| match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.trim()),
            _ => None,
        });
        unlisted.extend(texts.filter(|text| !is_listed(kind, text)).map(|text| (kind, text)));
    }
    unlisted
}

/// The vocabulary with the unlisted terms of all records added.
pub fn with_unlisted(vocabulary: Vocabulary, unlisted: &[Unlisted<'_>]) -> Vocabulary {
    if unlisted.is_empty() {
        return vocabulary;
    }
    let markets = new_terms(TermKind::Markets, unlisted, &vocabulary.markets);
    let channels = new_terms(TermKind::Channels, unlisted, &vocabulary.channels);
    let tactics = new_terms(TermKind::Tactics, unlisted, &vocabulary.tactics);
    vocabulary.with_unlisted(markets, channels, tactics)
}

/// One term for each name, labelled as it was first written. Where several names have one slug (`C`, `C++`, `C#`), the one that is written
/// like it keeps it, else the first in alphabetical order; the others get a short hash of their name.
fn new_terms<K: TermId>(kind: TermKind, unlisted: &[Unlisted<'_>], listed: &Terms<K>) -> Vec<Term> {
    let mut labels: BTreeMap<String, &str> = BTreeMap::new();
    for (_, text) in unlisted.iter().filter(|(of, _)| *of == kind) {
        labels.entry(fold(text)).or_insert(text);
    }
    let mut by_slug: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
    for (name, label) in labels {
        by_slug.entry(shortened(&slug(label))).or_default().push((name, label));
    }
    let mut terms = Vec::new();
    for (slug, mut names) in by_slug {
        names.sort_by_key(|(name, _)| *name != slug);
        let is_free = !slug.is_empty() && listed.find(&slug).is_none();
        for (at, (name, label)) in names.into_iter().enumerate() {
            let id = if at == 0 && is_free { slug.clone() } else { hashed(&slug, &name) };
            terms.push(Term {
                id: if kind == TermKind::Markets { id.to_uppercase().into() } else { id.into() },
                label: label.to_owned(),
                aliases: vec![label.to_owned()],
                unlisted: true,
                ..Term::default()
            });
        }
    }
    terms
}

fn hashed(slug: &str, name: &str) -> String {
    let hash = ContentHash::of(name.as_bytes()).hex(3);
    if slug.is_empty() { format!("term-{hash}") } else { format!("{slug}-{hash}") }
}

fn shortened(slug: &str) -> String {
    let ends = slug.char_indices().map(|(at, letter)| at + letter.len_utf8());
    slug[..ends.take_while(|end| *end <= LONGEST_ID).last().unwrap_or(0)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    #[test]
    fn every_name_is_a_term_of_its_own() {
        let (long, longer) = ("long ".repeat(100), "long ".repeat(101));
        let tactics = ["C++", "1:1", "C", "1+1", "C#", "🎁", "c", &long, &longer].map(|text| (TermKind::Tactics, text));
        let (base, _) = vocabulary::read::read(&[]);
        let vocabulary = with_unlisted(base.clone(), &tactics);
        let slug = |text: &str| vocabulary.tactics[vocabulary.tactics.find(text).expect("taken as it is")].slug();
        let mut slugs: Vec<String> = tactics.iter().map(|(_, text)| slug(text)).collect();
        assert_eq!((&*slugs[2], &*slugs[6]), ("c", "c"), "upper and lower case are one");
        assert!(slugs[5].starts_with("term-"), "{}", slugs[5]);
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), tactics.len() - 1, "{slugs:?}");
        let mut reversed = tactics;
        reversed.reverse();
        let again = with_unlisted(base, &reversed);
        let ids = |vocabulary: &Vocabulary| vocabulary.tactics.iter().map(|(_, term)| term.slug()).collect::<Vec<_>>();
        assert_eq!(ids(&again), ids(&vocabulary));
    }
}
