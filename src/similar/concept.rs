//! Concepts: what the vocabularies and the glossary name in many languages, found in running text.

use casebook_search::analysis::pieces;
use casebook_search::fold::lower;
use casebook_search::language::{LANGUAGES, Language};
use rustc_hash::FxHashMap;

use crate::similar::feature::{hash, stem_hash};

/// Phrases of every language, each leading to its concept.
#[derive(Debug, Clone, Default)]
pub struct Concepts {
    /// What each concept is called where it is shown as a reason.
    pub names: Vec<String>,
    /// By language, where in `phrases` those lie that begin with a stem.
    beginnings: Vec<FxHashMap<u64, u32>>,
    /// Phrases of one language that begin with the same stem, longest first.
    phrases: Vec<Vec<Phrase>>,
}

#[derive(Debug, Clone)]
struct Phrase {
    rest: Box<[u64]>,
    concept: u32,
}

impl Phrase {
    /// Whether the stems go on as the phrase does. Phrases are short: a loop is faster than comparing memory.
    fn fits(&self, stems: &[u64]) -> bool {
        self.rest.len() <= stems.len() && self.rest.iter().zip(stems).all(|(one, other)| one == other)
    }
}

impl Concepts {
    /// No concepts yet.
    pub fn new() -> Self {
        Concepts { names: Vec::new(), beginnings: vec![FxHashMap::default(); LANGUAGES], phrases: Vec::new() }
    }

    /// Adds a concept and returns its number.
    pub fn add(&mut self, name: &str) -> u32 {
        self.names.push(name.to_owned());
        u32::try_from(self.names.len() - 1).expect("fewer than four billion concepts")
    }

    /// Lets a phrase, read in a language, lead to a concept.
    pub fn phrase(&mut self, concept: u32, phrase: &str, language: Language) {
        let stems = stems_of(phrase, language);
        let Some((first, rest)) = stems.split_first() else { return };
        let beginning = *self.beginnings[language as usize].entry(*first).or_insert_with(|| {
            self.phrases.push(Vec::new());
            self.phrases.len() as u32 - 1
        });
        let phrases = &mut self.phrases[beginning as usize];
        if !phrases.iter().any(|known| known.concept == concept && *known.rest == *rest) {
            let place = phrases.partition_point(|known| known.rest.len() >= rest.len());
            phrases.insert(place, Phrase { rest: rest.into(), concept });
        }
    }

    /// What [`Concepts::at`] knows the phrases by that begin with a stem; nothing where none does.
    pub fn beginning_with(&self, language: Language, stem: u64) -> Option<u32> {
        self.beginnings.get(language as usize)?.get(&stem).copied()
    }

    /// Calls `each` with the concept of every phrase with this beginning that goes on as these stems do, of the longest ones only.
    pub fn at(&self, beginning: u32, rest: &[u64], mut each: impl FnMut(u32)) {
        // Longest first: what fits and is as long as the first that fits is named.
        let mut longest = None;
        for phrase in &self.phrases[beginning as usize] {
            if longest.is_some_and(|longest| phrase.rest.len() < longest) {
                break;
            }
            if phrase.fits(rest) {
                longest = Some(phrase.rest.len());
                each(phrase.concept);
            }
        }
    }
}

/// What a concept of the glossary is called in a language, else in English, else by its id.
pub fn name<'g>(entry: &'g crate::vocabulary::Concept, language: &str) -> &'g str {
    let base = language.split('-').next().unwrap_or(language);
    let terms = [language, base, "en"].into_iter().find_map(|language| entry.terms.get(language));
    terms.and_then(|terms| terms.first()).map_or(&entry.id, |term| term)
}

fn stems_of(phrase: &str, language: Language) -> Vec<u64> {
    let mut stems = Vec::new();
    pieces(phrase, |piece| {
        let word = lower(&phrase[piece.start..piece.end], language);
        stems.push(if piece.pair { hash(&word) } else { stem_hash(&word, language) });
    });
    stems
}
