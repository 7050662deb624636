//! Finds identical bodies and near-identical ones, the latter by the shingles (word n-grams) they
//! share.

use std::collections::BTreeMap;

use casebook_search::fold::normalise;
use casebook_search::language::Language;
use casebook_search::segmentation::for_each_token;
use rustc_hash::FxHashMap;

use crate::catalog::{CaseIndex, Catalog, Meta};
use crate::diagnostic::{Diagnostic, Place};
use crate::similar::hash::{combine_hashes, hash_text};

/// Jaccard similarity of the shingles of two bodies from which one counts as a copy of the other.
pub const MIN_COPIED_SHARE: f64 = 0.8;

/// The fewest words of a body that is compared with other bodies.
const MIN_BODY_WORDS: usize = 40;

/// Number of consecutive words in a shingle.
const SHINGLE_WORDS: usize = 5;

/// The most records with identical bodies that are listed pair by pair; larger groups are reported
/// once.
const MAX_PAIRED_COPIES: usize = 4;

/// The distinct shingles of one body as hashes, ascending; empty for a body that is too short.
#[derive(Debug, Clone, Default)]
pub struct Shingles(Box<[u64]>);

/// The shingles of a record's body; empty where it has fewer than 40 words.
pub fn shingles_of_record(meta: &Meta) -> Shingles {
    shingles_of_texts(section_texts(meta))
}

/// The text of each section of a record's body, in order.
fn section_texts(meta: &Meta) -> impl Iterator<Item = &str> {
    meta.body.sections.iter().map(|section| &*section.text)
}

/// The shingles of a body from the texts of its sections, of which some reach from one section into
/// the next; empty where it has fewer than 40 words.
pub fn shingles_of_texts<'t>(texts: impl Iterator<Item = &'t str>) -> Shingles {
    let words = word_hashes(texts);
    if words.len() < MIN_BODY_WORDS {
        return Shingles::default();
    }
    let mut shingles: Vec<u64> = words
        .windows(SHINGLE_WORDS)
        .map(|shingle| shingle.iter().fold(0, |hash, word| combine_hashes(hash, *word)))
        .collect();
    shingles.sort_unstable();
    shingles.dedup();
    Shingles(shingles.into())
}

/// Hashes of the words of texts in order, letter case ignored.
fn word_hashes<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<u64> {
    let mut words = Vec::new();
    for text in texts {
        for_each_token(text, |token| {
            words.push(hash_text(&normalise(&text[token.start..token.end], Language::Plain)))
        });
    }
    words
}

impl Shingles {
    /// Jaccard similarity: the number of common shingles divided by that of distinct shingles in
    /// either, 0 to 1; 0 for two empty sets.
    pub fn jaccard(&self, other: &Shingles) -> f64 {
        let (mut at, mut common) = (0, 0_usize);
        for shingle in &self.0 {
            while other.0.get(at).is_some_and(|there| there < shingle) {
                at += 1;
            }
            common += usize::from(other.0.get(at) == Some(shingle));
        }
        let all = self.0.len() + other.0.len() - common;
        if all == 0 { 0.0 } else { common as f64 / all as f64 }
    }
}

/// Groups of case studies with identical bodies.
#[derive(Debug, Clone, Default)]
pub struct IdenticalBodies {
    /// Groups of two or more case studies, each in id order.
    pub groups: Vec<Vec<CaseIndex>>,
    /// For each case study in a group the position of the group in `groups`.
    group_of: FxHashMap<CaseIndex, usize>,
}

impl IdenticalBodies {
    /// Finds the groups by comparing the Markdown of all bodies with at least 40 words.
    pub fn find(catalog: &Catalog) -> IdenticalBodies {
        let mut by_text: BTreeMap<(usize, &str), Vec<CaseIndex>> = BTreeMap::new();
        for (index, case) in catalog.iter_cases() {
            let markdown = case.meta.body.markdown().trim();
            if markdown.len() >= MIN_BODY_WORDS * 3 {
                by_text.entry((markdown.len(), markdown)).or_default().push(index);
            }
        }
        let is_long_enough = |group: &Vec<CaseIndex>| {
            group.len() > 1
                && word_hashes(section_texts(&catalog.case(group[0]).meta)).len() >= MIN_BODY_WORDS
        };
        let groups: Vec<Vec<CaseIndex>> = by_text.into_values().filter(is_long_enough).collect();
        let members = groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| group.iter().map(move |index| (*index, at)));
        let group_of = members.collect();
        IdenticalBodies { groups, group_of }
    }

    /// Groups of more than four case studies with identical bodies, which are reported once instead
    /// of pair by pair.
    pub fn large_groups(&self) -> impl Iterator<Item = &Vec<CaseIndex>> {
        self.groups.iter().filter(|group| group.len() > MAX_PAIRED_COPIES)
    }

    /// The first case study of the group of more than four that this one belongs to; none where it
    /// belongs to no such group.
    pub fn representative(&self, case: CaseIndex) -> Option<CaseIndex> {
        let group = &self.groups[*self.group_of.get(&case)?];
        (group.len() > MAX_PAIRED_COPIES).then_some(group[0])
    }

    /// The pairs of identical bodies that are listed one by one: all pairs of a group of two to
    /// four, and of a larger group its first case study with each of the next three.
    pub fn shown_pairs(&self) -> impl Iterator<Item = (CaseIndex, CaseIndex)> {
        self.groups.iter().flat_map(|group| {
            let (firsts, others) = if group.len() > MAX_PAIRED_COPIES {
                (1, MAX_PAIRED_COPIES)
            } else {
                (group.len(), group.len())
            };
            (0..firsts)
                .flat_map(move |one| (one + 1..others).map(move |other| (group[one], group[other])))
        })
    }

    /// Whether both case studies belong to one group of more than four and are not among its
    /// `shown_pairs`, so that they are not listed as a pair; `a` is the first in catalog order.
    pub fn is_hidden_pair(&self, a: CaseIndex, b: CaseIndex) -> bool {
        self.in_large_group(a, b)
            && self.group_of.get(&a).is_some_and(|group| {
                a != self.groups[*group][0]
                    || !self.groups[*group][1..MAX_PAIRED_COPIES].contains(&b)
            })
    }

    /// Whether both case studies belong to one group of more than four with identical bodies.
    pub fn in_large_group(&self, a: CaseIndex, b: CaseIndex) -> bool {
        self.group_of.get(&a).is_some_and(|group| {
            self.groups[*group].len() > MAX_PAIRED_COPIES && self.group_of.get(&b) == Some(group)
        })
    }
}

/// One warning for each group of more than four case studies with identical bodies, in place of its
/// many pairs.
pub fn identical_body_warnings(catalog: &Catalog) -> Vec<Diagnostic> {
    IdenticalBodies::find(catalog)
        .large_groups()
        .map(|group| identical_body_warning(catalog, group))
        .collect()
}

/// The warning for one group of more than four case studies with identical bodies; it stands at the
/// file of the first and names three others.
fn identical_body_warning(catalog: &Catalog, group: &[CaseIndex]) -> Diagnostic {
    let meta = &catalog.case(group[0]).meta;
    let others: Vec<String> =
        group[1..4].iter().map(|case| format!("`{}`", catalog.case(*case).meta.id)).collect();
    let message = format!(
        "{} case studies have the same text: `{}`, {} and {} more",
        group.len(),
        meta.id,
        others.join(", "),
        group.len() - 4
    );
    Diagnostic::warning("copied-crowd", Place::file(&meta.path), message)
        .hint("keep one of them; the report shows them as one family")
}
