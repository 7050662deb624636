//! Words that are written joined here and apart there (`checkout`, `check out`), and the parts of
//! compound words (`Gutscheincode`): both by the words of the hub itself.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::{WordForm, stem};
use crate::language::{Language, is_stop_word};

/// Languages that write compounds as one word.
const COMPOUNDING: [Language; 7] = [
    Language::Danish,
    Language::Dutch,
    Language::Finnish,
    Language::German,
    Language::Hungarian,
    Language::Norwegian,
    Language::Swedish,
];
/// What may stand between two parts of a compound: nothing, or letters such as the `s` of
/// `Geburtstagsrabatt`.
const LINKERS: [&str; 8] = ["", "s", "es", "n", "en", "er", "e", "-"];
/// The fewest letters of a word that may be a compound.
const MIN_COMPOUND_LETTERS: usize = 8;
/// The fewest letters of a part of a compound.
const MIN_PART_LETTERS: usize = 4;
/// The fewest letters that the longest known part of a compound must have if other parts are not
/// known.
const MIN_ONLY_PART_LETTERS: usize = 5;
/// The fewest letters of a word that may be two words written joined (`checkout`).
const MIN_JOINED_LETTERS: usize = 5;
/// The fewest letters of each of two words that are written joined.
const MIN_JOINED_PART_LETTERS: usize = 2;
/// The most letters of a word that is cut into parts, be it as a compound or as two words written
/// joined.
const MAX_SPLIT_LETTERS: usize = 32;

/// The words of all records and value names of an index, by which compounds and words written
/// joined are recognised.
pub(super) struct WordParts<'a> {
    /// Words that stand alone somewhere.
    words: FxHashSet<&'a str>,
    /// For the first of two words, the second ones with which it is one word somewhere.
    joined: FxHashMap<&'a str, Vec<&'a str>>,
}

/// The joined words and compounds of a table of word forms.
#[derive(Debug, Default)]
pub(super) struct FormParts {
    /// The stem of the word that two forms, by their ids, make where one follows the other.
    pub(super) joined: FxHashMap<(u32, u32), Box<str>>,
    /// The stems of the parts of compounds, by form id.
    pub(super) compounds: FxHashMap<u32, Box<[Box<str>]>>,
}

impl<'a> WordParts<'a> {
    /// Collects the words of all forms of an index, those of value names included.
    pub(super) fn collect(forms: impl Iterator<Item = &'a WordForm> + Clone) -> WordParts<'a> {
        let is_word = |form: &&WordForm| form.word.chars().all(char::is_alphabetic);
        let words: FxHashSet<&str> = forms
            .clone()
            .filter(is_word)
            .filter(|form| !form.is_repeated)
            .map(|form| &*form.word)
            .collect();
        let mut joined: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for form in forms.filter(is_word) {
            for (first, second) in split_in_two(&form.word) {
                let are_words = words.contains(first) && words.contains(second);
                if are_words && !(is_stop_word(first, u32::MAX) && is_stop_word(second, u32::MAX)) {
                    joined.entry(first).or_default().push(second);
                }
            }
        }
        WordParts { words, joined }
    }

    /// The joined words and the parts of compounds in a table of forms of one language, by form id.
    pub(super) fn of_forms(&self, forms: &[WordForm], language: Language) -> FormParts {
        let mut ids: FxHashMap<&str, u32> = FxHashMap::default();
        for (id, form) in forms.iter().enumerate().filter(|(_, form)| !form.is_repeated) {
            ids.insert(&form.word, id as u32);
        }
        let mut parts = FormParts::default();
        for (id, form) in forms.iter().enumerate() {
            let second_words = self.joined.get(&*form.word).map_or(&[][..], Vec::as_slice);
            for second in second_words {
                if let Some(second_id) = ids.get(second) {
                    let joined = stem(&format!("{}{second}", form.word), language);
                    parts.joined.insert((id as u32, *second_id), joined.into());
                }
            }
            if COMPOUNDING.contains(&language) && !form.is_repeated {
                let found = self.split_compound(&form.word);
                if !found.is_empty() {
                    let stems = found.iter().map(|part| stem(part, language).into()).collect();
                    parts.compounds.insert(id as u32, stems);
                }
            }
        }
        parts
    }

    /// The parts of a compound that stand alone somewhere in the index: all of them, or those at
    /// its beginning and its end; empty for other words.
    fn split_compound<'w>(&self, word: &'w str) -> Vec<&'w str> {
        let letters = word.chars().count();
        if !(MIN_COMPOUND_LETTERS..=MAX_SPLIT_LETTERS).contains(&letters)
            || !word.chars().all(char::is_alphabetic)
        {
            return Vec::new();
        }
        if let Some(parts) = self.split_wholly(word, true) {
            return parts;
        }
        let parts = self.split_partly(word);
        let longest = parts.iter().map(|part| part.chars().count()).max();
        if longest >= Some(MIN_ONLY_PART_LETTERS) { parts } else { Vec::new() }
    }

    /// The parts that stand alone somewhere at the beginning of a word, one after the other, and
    /// the longest such part at its end.
    fn split_partly<'w>(&self, word: &'w str) -> Vec<&'w str> {
        let mut parts = Vec::new();
        let mut rest = word;
        let cuts = |word: &'w str| word.char_indices().map(|(at, _)| at).skip(MIN_PART_LETTERS);
        while let Some((part, at)) =
            cuts(rest).collect::<Vec<_>>().into_iter().rev().find_map(|at| {
                let first = &rest[..at];
                let mut known = LINKERS.iter().filter_map(|linker| first.strip_suffix(linker));
                known.find(|part| self.is_part(part)).map(|part| (part, at))
            })
        {
            parts.push(part);
            rest = &rest[at..];
        }
        let end = rest.char_indices().map(|(at, _)| &rest[at..]).find(|end| self.is_part(end));
        parts.extend(end.filter(|end| end.len() < word.len()));
        parts
    }

    /// The parts that a word wholly consists of, the longest first part before others; `None` if
    /// some of it stands alone nowhere. The word itself counts as its only part unless `is_whole`.
    fn split_wholly<'w>(&self, word: &'w str, is_whole: bool) -> Option<Vec<&'w str>> {
        if !is_whole && self.is_part(word) {
            return Some(vec![word]);
        }
        let cuts: Vec<usize> =
            word.char_indices().map(|(at, _)| at).skip(MIN_PART_LETTERS).collect();
        for &at in cuts.iter().rev() {
            let first = &word[..at];
            let Some(part) = LINKERS
                .iter()
                .filter_map(|linker| first.strip_suffix(linker))
                .find(|part| self.is_part(part))
            else {
                continue;
            };
            if let Some(rest) = self.split_wholly(&word[at..], false) {
                return Some(std::iter::once(part).chain(rest).collect());
            }
        }
        None
    }

    /// Whether a word can be a part of a compound: it stands alone somewhere in the index, is long
    /// enough, and is no stop word.
    fn is_part(&self, word: &str) -> bool {
        word.chars().count() >= MIN_PART_LETTERS
            && self.words.contains(word)
            && !is_stop_word(word, u32::MAX)
    }
}

/// All ways to cut a word in two parts that are long enough to be words; none for a word that is
/// too short or too long.
fn split_in_two(word: &str) -> impl Iterator<Item = (&str, &str)> {
    let letters = word.chars().count();
    let last = letters.saturating_sub(MIN_JOINED_PART_LETTERS);
    let is_long_enough = (MIN_JOINED_LETTERS..=MAX_SPLIT_LETTERS).contains(&letters);
    word.char_indices()
        .enumerate()
        .filter(move |(count, _)| {
            is_long_enough && (MIN_JOINED_PART_LETTERS..=last).contains(count)
        })
        .map(move |(_, (at, _))| word.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::WordParts;
    use crate::analysis::{Analyzer, WordForm};
    use crate::language::Language;

    fn forms(text: &str, language: Language) -> Vec<WordForm> {
        let mut analyzer = Analyzer::default();
        analyzer.analyse(text, language, |_, _| {});
        analyzer.into_forms().flat_map(|(_, forms)| forms).collect()
    }

    #[test]
    fn compounds_consist_of_words_of_the_hub() {
        let hub = forms(
            "Gutschein Code Versand Kosten Freigrenze Geburtstag Rabatt Aktion und",
            Language::German,
        );
        let parts = WordParts::collect(hub.iter());
        for (word, expected) in [
            ("gutscheincode", &["gutschein", "code"][..]),
            ("versandkostenfreigrenze", &["versand", "kosten", "freigrenze"]),
            ("geburtstagsrabatt", &["geburtstag", "rabatt"]),
            ("sommeraktion", &["aktion"]),
            ("gutscheinheft", &["gutschein"]),
            ("gutschein", &[]),
            ("kosten", &[]),
            ("freundschaft", &[]),
        ] {
            assert_eq!(parts.split_compound(word), expected, "{word}");
        }
    }

    #[test]
    fn two_words_are_one_where_the_hub_joins_them() {
        let hub = forms("checkout check-in check out in pop up shop", Language::English);
        let parts = WordParts::collect(hub.iter());
        let of_forms = parts.of_forms(&hub, Language::English);
        let mut joined: Vec<&str> = of_forms.joined.values().map(|stem| &**stem).collect();
        joined.sort_unstable();
        assert_eq!(joined, ["checkin", "checkout"]);
        assert!(of_forms.compounds.is_empty());
    }
}
