//! Concepts: what the vocabularies and the glossary name in many languages, found in running text.

use casebook_search::analysis::pieces;
use casebook_search::language::{LANGUAGES, Language};
use rustc_hash::FxHashMap;

use crate::similar::feature::{hash, stem_hash};

/// Phrases of every language, each leading to its concept.
#[derive(Debug, Clone, Default)]
pub struct Concepts {
    /// What each concept is called where it is shown as a reason.
    pub names: Vec<String>,
    by_language: Vec<FxHashMap<u64, Vec<Phrase>>>,
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
        Concepts { names: Vec::new(), by_language: vec![FxHashMap::default(); LANGUAGES] }
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
        let phrases = self.by_language[language as usize].entry(*first).or_default();
        if !phrases.iter().any(|known| known.concept == concept && *known.rest == *rest) {
            let place = phrases.partition_point(|known| known.rest.len() >= rest.len());
            phrases.insert(place, Phrase { rest: rest.into(), concept });
        }
    }

    /// Whether a phrase of this language begins with a stem.
    pub fn begin_with(&self, language: Language, stem: u64) -> bool {
        self.by_language.get(language as usize).is_some_and(|phrases| phrases.contains_key(&stem))
    }

    /// Calls `each` with the concept of every phrase that these stems begin with, of the longest ones only.
    pub fn at(&self, language: Language, stems: &[u64], mut each: impl FnMut(u32)) {
        let Some((first, rest)) = stems.split_first() else { return };
        let starting = self.by_language.get(language as usize).and_then(|phrases| phrases.get(first));
        // Longest first: what fits and is as long as the first that fits is named.
        let mut longest = None;
        for phrase in starting.into_iter().flatten() {
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
        let written = &phrase[piece.start..piece.end];
        stems.push(if piece.pair { hash(written) } else { stem_hash(&written.to_lowercase(), language) });
    });
    stems
}
