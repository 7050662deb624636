//! Copied text: near-identical bodies, found by the runs of words they share.

use std::collections::BTreeMap;

use casebook_search::analysis::pieces;
use casebook_search::fold::lower;
use casebook_search::language::Language;
use rustc_hash::FxHashMap;

use crate::catalog::{CaseIndex, Catalog, Meta};
use crate::diagnostic::{Diagnostic, Place};
use crate::similar::feature::{beside, hash};

/// From this share of common runs on two bodies are the same text.
pub const COPIED: f64 = 0.8;

/// Bodies below this number of words are too short to be copies of anything.
const SHORTEST: usize = 40;

/// Words in a run.
const RUN: usize = 5;

/// More records than this with exactly one text are a crowd: they are reported together.
const CROWD: usize = 4;

/// Runs of words of one body, in order, each once; none for a body that is too short.
#[derive(Debug, Clone, Default)]
pub struct Runs(Box<[u64]>);

/// The runs of a record's body.
pub fn runs(meta: &Meta) -> Runs {
    runs_of(sections(meta))
}

fn sections(meta: &Meta) -> impl Iterator<Item = &str> {
    meta.body.sections.iter().map(|section| &*section.text)
}

/// The runs of a body that is not read as a record, from the texts of its sections.
pub fn runs_of<'t>(texts: impl Iterator<Item = &'t str>) -> Runs {
    let words = words(texts);
    if words.len() < SHORTEST {
        return Runs::default();
    }
    let mut runs: Vec<u64> = words.windows(RUN).map(|run| run.iter().fold(0, |hash, word| beside(hash, *word))).collect();
    runs.sort_unstable();
    runs.dedup();
    Runs(runs.into())
}

fn words<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<u64> {
    let mut words = Vec::new();
    for text in texts {
        pieces(text, |piece| words.push(hash(&lower(&text[piece.start..piece.end], Language::Plain))));
    }
    words
}

impl Runs {
    /// The share of runs that both have in all they have.
    pub fn common(&self, other: &Runs) -> f64 {
        let (mut at, mut common) = (0, 0_usize);
        for run in &self.0 {
            while other.0.get(at).is_some_and(|there| there < run) {
                at += 1;
            }
            common += usize::from(other.0.get(at) == Some(run));
        }
        let all = self.0.len() + other.0.len() - common;
        if all == 0 { 0.0 } else { common as f64 / all as f64 }
    }
}

/// Records that have exactly one text.
#[derive(Debug, Clone, Default)]
pub struct Twins {
    /// Groups of two and more, each in order.
    pub groups: Vec<Vec<CaseIndex>>,
    group_of: FxHashMap<CaseIndex, usize>,
}

impl Twins {
    /// Finds them by a hash of the words.
    pub fn of(catalog: &Catalog) -> Twins {
        let mut by_text: BTreeMap<(usize, &str), Vec<CaseIndex>> = BTreeMap::new();
        for (index, case) in catalog.each_case() {
            let markdown = case.meta.body.markdown().trim();
            if markdown.len() >= SHORTEST * 3 {
                by_text.entry((markdown.len(), markdown)).or_default().push(index);
            }
        }
        let long_enough = |group: &Vec<CaseIndex>| group.len() > 1 && words(sections(&catalog.case(group[0]).meta)).len() >= SHORTEST;
        let groups: Vec<Vec<CaseIndex>> = by_text.into_values().filter(long_enough).collect();
        let members = groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |index| (*index, at)));
        let group_of = members.collect();
        Twins { groups, group_of }
    }

    /// Groups too large to be shown pair by pair.
    pub fn many(&self) -> impl Iterator<Item = &Vec<CaseIndex>> {
        self.groups.iter().filter(|group| group.len() > CROWD)
    }

    /// The first of many records with exactly the text of this one; nothing where they are few.
    pub fn first_of_many(&self, case: CaseIndex) -> Option<CaseIndex> {
        let group = &self.groups[*self.group_of.get(&case)?];
        (group.len() > CROWD).then_some(group[0])
    }

    /// Pairs of exactly one text that are shown: all of a small group, the first record with three others of a crowd.
    pub fn pairs(&self) -> impl Iterator<Item = (CaseIndex, CaseIndex)> {
        self.groups.iter().flat_map(|group| {
            let (firsts, others) = if group.len() > CROWD { (1, CROWD) } else { (group.len(), group.len()) };
            (0..firsts).flat_map(move |one| (one + 1..others).map(move |other| (group[one], group[other])))
        })
    }

    /// Whether both belong to one crowd and are none of its pairs that are shown.
    pub fn left_out(&self, a: CaseIndex, b: CaseIndex) -> bool {
        self.crowded(a, b) && self.group_of.get(&a).is_some_and(|group| a != self.groups[*group][0] || !self.groups[*group][1..CROWD].contains(&b))
    }

    /// Whether both belong to one crowd.
    pub fn crowded(&self, a: CaseIndex, b: CaseIndex) -> bool {
        self.group_of.get(&a).is_some_and(|group| self.groups[*group].len() > CROWD && self.group_of.get(&b) == Some(group))
    }
}

/// One warning for each text that a crowd of case studies shares, in place of its many pairs.
pub fn crowds(catalog: &Catalog) -> Vec<Diagnostic> {
    Twins::of(catalog).many().map(|crowd| crowd_note(catalog, crowd)).collect()
}

fn crowd_note(catalog: &Catalog, crowd: &[CaseIndex]) -> Diagnostic {
    let meta = &catalog.case(crowd[0]).meta;
    let others: Vec<String> = crowd[1..4].iter().map(|case| format!("`{}`", catalog.case(*case).meta.id)).collect();
    let message = format!("{} case studies have the same text: `{}`, {} and {} more", crowd.len(), meta.id, others.join(", "), crowd.len() - 4);
    Diagnostic::warning("copied-crowd", Place::file(&meta.path), message).hint("keep one of them; the report shows them as one family")
}
