//! Texts as numbers: every spelling is kept once, and a text is the numbers of its words.
//!
//! To cut a text and to look up each of its words takes longer than most of what is done with them. So it is done once, where a text
//! is read first, and whoever stems, counts or compares words looks up each spelling of a dictionary once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::pieces;
use crate::language::Language;

/// A dictionary: every spelling of some texts, each with a number.
#[derive(Debug, Default)]
pub struct Spellings {
    /// All of them, one after the other.
    letters: String,
    /// Where each ends.
    ends: Vec<u32>,
    pairs: Vec<bool>,
}

/// A word as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelling<'a> {
    /// Its letters.
    pub written: &'a str,
    /// Whether it is two characters of a script that has no spaces.
    pub pair: bool,
}

impl Spellings {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The spelling of a number.
    pub fn get(&self, number: u32) -> Spelling<'_> {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        Spelling { written: &self.letters[start as usize..self.ends[at] as usize], pair: self.pairs[at] }
    }

    fn push(&mut self, spelling: Spelling) -> u32 {
        self.letters.push_str(spelling.written);
        self.ends.push(self.letters.len() as u32);
        self.pairs.push(spelling.pair);
        self.ends.len() as u32 - 1
    }
}

/// The texts of a record as numbers of a dictionary.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    spellings: Arc<Spellings>,
    cut: Cut,
}

impl Wording {
    /// Texts with a dictionary of their own.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Wording {
        let mut cutter = Cutter::default();
        let cut = cutter.cut(texts);
        cut.by(&cutter.finish())
    }

    /// What the numbers stand for.
    pub fn spellings(&self) -> &Arc<Spellings> {
        &self.spellings
    }

    /// How many texts there are.
    pub fn texts(&self) -> usize {
        self.cut.ends.len()
    }

    /// The words of a text, by its place among the texts.
    pub fn text(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).map_or(0, |before| self.cut.ends[before]);
        &self.cut.words[start as usize..self.cut.ends[at] as usize]
    }
}

/// Texts as numbers of a dictionary that is still growing.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    words: Box<[u32]>,
    /// Where each text ends.
    ends: Box<[u32]>,
}

impl Cut {
    /// The same with the dictionary, now whole.
    #[must_use]
    pub fn by(self, spellings: &Arc<Spellings>) -> Wording {
        Wording { spellings: Arc::clone(spellings), cut: self }
    }
}

/// Cuts texts into words and writes the dictionary.
#[derive(Default)]
pub struct Cutter {
    spellings: Spellings,
    numbers: FxHashMap<Box<str>, u32>,
    words: Vec<u32>,
}

impl Cutter {
    /// Cuts the texts of one record.
    pub fn cut<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> Cut {
        let Cutter { spellings, numbers, words } = self;
        words.clear();
        let cut = |text: &str| {
            pieces(text, |piece| {
                let written = &text[piece.start..piece.end];
                words.push(match numbers.get(written) {
                    Some(number) => *number,
                    None => {
                        let number = spellings.push(Spelling { written, pair: piece.pair });
                        numbers.insert(written.into(), number);
                        number
                    }
                });
            });
            words.len() as u32
        };
        let ends = texts.map(cut).collect();
        Cut { words: words.as_slice().into(), ends }
    }

    /// The dictionary.
    pub fn finish(self) -> Arc<Spellings> {
        Arc::new(self.spellings)
    }
}

/// For each dictionary, by language, the numbers under which a reader knows its spellings.
#[derive(Default)]
pub struct Renumbering(FxHashMap<(usize, Language), Renumbered>);

struct Renumbered {
    /// Kept, so that no other dictionary can come to lie at its address.
    _spellings: Arc<Spellings>,
    numbers: Vec<u32>,
}

impl Renumbering {
    /// Stands for a spelling that was not met yet.
    pub const UNKNOWN: u32 = u32::MAX;

    /// The numbers for a dictionary, by the numbers of its spellings.
    pub fn with(&mut self, spellings: &Arc<Spellings>, language: Language) -> &mut [u32] {
        let new = || Renumbered { _spellings: Arc::clone(spellings), numbers: vec![Self::UNKNOWN; spellings.len()] };
        &mut self.0.entry((Arc::as_ptr(spellings) as usize, language)).or_insert_with(new).numbers
    }
}

#[cfg(test)]
mod tests {
    use super::{Cutter, Wording};

    fn written(wording: &Wording, at: usize) -> Vec<&str> {
        wording.text(at).iter().map(|number| wording.spellings().get(*number).written).collect()
    }

    #[test]
    fn texts_share_one_dictionary() {
        let mut cutter = Cutter::default();
        let cuts = [cutter.cut(["Two words", "", "two 茶道"].into_iter()), cutter.cut(["words"].into_iter())];
        let spellings = cutter.finish();
        let [one, other] = cuts.map(|cut| cut.by(&spellings));
        assert_eq!((one.texts(), other.texts()), (3, 1));
        assert_eq!(written(&one, 0), ["Two", "words"]);
        assert_eq!(written(&one, 1), [""; 0]);
        assert_eq!(written(&one, 2), ["two", "茶道"]);
        assert_eq!(one.text(0)[1], other.text(0)[0]);
        let pairs: Vec<bool> = (0..spellings.len() as u32).map(|number| spellings.get(number).pair).collect();
        assert_eq!(pairs, [false, false, false, true]);
    }

    #[test]
    fn one_record_has_a_dictionary_of_its_own() {
        let wording = Wording::of(["a b a"].into_iter());
        assert_eq!(wording.text(0), [0, 1, 0]);
        assert_eq!(Wording::default().texts(), 0);
    }
}
