//! Open vocabularies: terms that no vocabulary file lists are accepted as written, each with its
//! own id and address.

use std::collections::BTreeMap;

use crate::catalog::field;
use crate::record::yaml::Value;
use crate::record::{Manuscript, RecordType};
use crate::site::address::to_slug;
use crate::source::ContentHash;
use crate::vocabulary::{Term, TermId, TermKind, Terms, Vocabulary, normalise_name};

/// Kind and written form of a term that no vocabulary file lists.
pub type UnlistedTerm<'a> = (TermKind, &'a str);

/// The longest generated id of a term, in bytes; a longer slug is cut.
const MAX_ID_BYTES: usize = 80;

/// Terms of a record that no vocabulary file lists, in written order, repetitions included.
pub fn find_unlisted_terms<'a>(
    manuscript: &'a Manuscript,
    vocabulary: &Vocabulary,
) -> Vec<UnlistedTerm<'a>> {
    if !matches!(manuscript.record_type, RecordType::CaseStudy | RecordType::Idea) {
        return Vec::new();
    }
    let is_listed = |kind: TermKind, text: &str| match kind {
        TermKind::Markets | TermKind::Groups => {
            vocabulary.markets.find(text).is_some() || vocabulary.groups.find(text).is_some()
        }
        TermKind::Channels => vocabulary.channels.find(text).is_some(),
        TermKind::Tactics => vocabulary.tactics.find(text).is_some(),
    };
    let mut unlisted = Vec::new();
    for (key, node) in manuscript.fields() {
        let kinds = [
            (&field::MARKETS, TermKind::Markets),
            (&field::CHANNELS, TermKind::Channels),
            (&field::TACTICS, TermKind::Tactics),
        ];
        let named = kinds.into_iter().find(|(field, _)| field.has_key(&key.name));
        let Some((_, kind)) = named else { continue };
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

/// The vocabulary with the unlisted terms of all records added to it.
pub fn add_unlisted_terms(vocabulary: Vocabulary, unlisted: &[UnlistedTerm<'_>]) -> Vocabulary {
    if unlisted.is_empty() {
        return vocabulary;
    }
    let names = |kind: TermKind| -> Vec<&str> {
        unlisted.iter().filter(|(of, _)| *of == kind).map(|(_, name)| *name).collect()
    };
    let mut markets = new_terms(names(TermKind::Markets), &vocabulary.markets);
    for market in &mut markets {
        market.id = market.id.to_uppercase().into();
    }
    let channels = new_terms(names(TermKind::Channels), &vocabulary.channels);
    let tactics = new_terms(names(TermKind::Tactics), &vocabulary.tactics);
    vocabulary.with_unlisted(markets, channels, tactics)
}

/// One new term for each name that `listed` lacks, with its first written form as the label. Where several names share
/// a slug (`C`, `C++`, `C#`), the name equal to the slug keeps it, else the first in alphabetical
/// order; ids of the others get a short hash of the name.
pub fn new_terms<'t, K: TermId>(
    unlisted: impl IntoIterator<Item = &'t str>,
    listed: &Terms<K>,
) -> Vec<Term> {
    let mut labels: BTreeMap<String, &str> = BTreeMap::new();
    for text in unlisted {
        labels.entry(normalise_name(text)).or_insert(text);
    }
    let mut by_slug: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
    for (name, label) in labels {
        by_slug.entry(truncate_slug(&to_slug(label))).or_default().push((name, label));
    }
    let mut terms = Vec::new();
    for (slug, mut names) in by_slug {
        names.sort_by_key(|(name, _)| *name != slug);
        let is_free = !slug.is_empty() && listed.find(&slug).is_none();
        for (at, (name, label)) in names.into_iter().enumerate() {
            let id = if at == 0 && is_free { slug.clone() } else { id_with_hash(&slug, &name) };
            terms.push(Term {
                id: id.into(),
                label: label.to_owned(),
                aliases: vec![label.to_owned()],
                is_unlisted: true,
                ..Term::default()
            });
        }
    }
    terms
}

/// The id of a term whose slug is taken or empty: the slug and a short hash of its normalised name.
fn id_with_hash(slug: &str, name: &str) -> String {
    let hash = ContentHash::of(name.as_bytes()).hex_prefix(3);
    if slug.is_empty() { format!("term-{hash}") } else { format!("{slug}-{hash}") }
}

/// The slug, cut at a character boundary to at most `MAX_ID_BYTES` bytes.
fn truncate_slug(slug: &str) -> String {
    let ends = slug.char_indices().map(|(at, letter)| at + letter.len_utf8());
    slug[..ends.take_while(|end| *end <= MAX_ID_BYTES).last().unwrap_or(0)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    #[test]
    fn every_name_becomes_its_own_term() {
        let (long, longer) = ("long ".repeat(100), "long ".repeat(101));
        let tactics = ["C++", "1:1", "C", "1+1", "C#", "🎁", "c", &long, &longer]
            .map(|text| (TermKind::Tactics, text));
        let (base, _) = vocabulary::read::read_vocabulary(&[]);
        let vocabulary = add_unlisted_terms(base.clone(), &tactics);
        let slug = |text: &str| {
            vocabulary.tactics[vocabulary.tactics.find(text).expect("taken as it is")].slug()
        };
        let mut slugs: Vec<String> = tactics.iter().map(|(_, text)| slug(text)).collect();
        assert_eq!((&*slugs[2], &*slugs[6]), ("c", "c"), "upper and lower case are one");
        assert!(slugs[5].starts_with("term-"), "{}", slugs[5]);
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), tactics.len() - 1, "{slugs:?}");
        let mut reversed = tactics;
        reversed.reverse();
        let from_reversed = add_unlisted_terms(base, &reversed);
        let ids = |vocabulary: &Vocabulary| {
            vocabulary.tactics.iter().map(|(_, term)| term.slug()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&from_reversed), ids(&vocabulary));
    }
}
