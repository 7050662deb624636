//! Finds the concepts of the vocabularies and the glossary in text, by their phrases in all
//! languages.

use casebook_search::fold::normalise;
use casebook_search::language::{LANGUAGE_COUNT, Language};
use casebook_search::segmentation::for_each_token;
use rustc_hash::FxHashMap;

use crate::similar::hash::{hash_text, stem_hash};

/// The concepts that texts are searched for: their display names, and by language the phrases that
/// mention each.
#[derive(Debug, Clone, Default)]
pub struct Concepts {
    /// Display name of each concept by number, in the language of the hub.
    pub names: Vec<String>,
    /// By language: first stem of a phrase to the position in `phrase_lists` of the phrases that
    /// start with it.
    first_stems: Vec<FxHashMap<u64, u32>>,
    /// Phrases of one language that start with the same stem, longest first.
    phrase_lists: Vec<Vec<Phrase>>,
}

/// A phrase of a concept without its first stem, by which the list that holds the phrase is found.
#[derive(Debug, Clone)]
struct Phrase {
    /// Hashes of the stems after the first.
    rest: Box<[u64]>,
    concept: u32,
}

impl Phrase {
    /// Whether `stems`, which follow the first stem of the phrase in a text, begin with the rest of
    /// it. Phrases are short, so a loop avoids the call of `memcmp`.
    fn matches(&self, stems: &[u64]) -> bool {
        self.rest.len() <= stems.len()
            && self.rest.iter().zip(stems).all(|(one, other)| one == other)
    }
}

impl Concepts {
    /// An empty set of concepts.
    pub fn new() -> Self {
        Concepts {
            names: Vec::new(),
            first_stems: vec![FxHashMap::default(); LANGUAGE_COUNT],
            phrase_lists: Vec::new(),
        }
    }

    /// Adds a concept without phrases and returns its number.
    pub fn add(&mut self, name: &str) -> u32 {
        self.names.push(name.to_owned());
        u32::try_from(self.names.len() - 1).expect("fewer than four billion concepts")
    }

    /// Adds a phrase to a concept, to be found in texts of this language only; a phrase without
    /// words is left out.
    pub fn add_phrase(&mut self, concept: u32, phrase: &str, language: Language) {
        let stems = stem_phrase(phrase, language);
        let Some((first, rest)) = stems.split_first() else { return };
        let phrase_list = *self.first_stems[language as usize].entry(*first).or_insert_with(|| {
            self.phrase_lists.push(Vec::new());
            self.phrase_lists.len() as u32 - 1
        });
        let phrases = &mut self.phrase_lists[phrase_list as usize];
        if !phrases.iter().any(|known| known.concept == concept && *known.rest == *rest) {
            let position = phrases.partition_point(|known| known.rest.len() >= rest.len());
            phrases.insert(position, Phrase { rest: rest.into(), concept });
        }
    }

    /// Every phrase with its concept in one language, as hashes of its stems, in no particular order.
    pub fn phrases_in(&self, language: Language) -> impl Iterator<Item = (u32, Vec<u64>)> {
        let phrases_of = |(first, list): (&u64, &u32)| {
            let first = *first;
            self.phrase_lists[*list as usize].iter().map(move |phrase| {
                let stems = std::iter::once(first).chain(phrase.rest.iter().copied()).collect();
                (phrase.concept, stems)
            })
        };
        self.first_stems.get(language as usize).into_iter().flatten().flat_map(phrases_of)
    }

    /// The number of the list of phrases that start with a stem, for [`Concepts::for_each_match`];
    /// none where no phrase does.
    pub fn phrases_starting_with(&self, language: Language, stem: u64) -> Option<u32> {
        self.first_stems.get(language as usize)?.get(&stem).copied()
    }

    /// Calls `each` with the concept of every phrase of a list whose remaining stems are a prefix
    /// of `rest`, the stems that follow in the text; of the longest matches only.
    pub fn for_each_match(&self, phrase_list: u32, rest: &[u64], mut each: impl FnMut(u32)) {
        let mut longest = None;
        for phrase in &self.phrase_lists[phrase_list as usize] {
            if longest.is_some_and(|longest| phrase.rest.len() < longest) {
                break;
            }
            if phrase.matches(rest) {
                longest = Some(phrase.rest.len());
                each(phrase.concept);
            }
        }
    }
}

/// Hashes of the stems of a phrase, in order; equal to those that a text in this language has where
/// it contains the phrase.
fn stem_phrase(phrase: &str, language: Language) -> Vec<u64> {
    let mut stems = Vec::new();
    for_each_token(phrase, |piece| {
        let word = normalise(&phrase[piece.start..piece.end], language);
        stems.push(if piece.kind.is_bigram() {
            hash_text(&word)
        } else {
            stem_hash(&word, language)
        });
    });
    stems
}
