//! From a document to what can be counted: stems, parts of compound names, pairs of neighbouring stems, concepts and terms.
//!
//! A feature is a number. Its upper bits name the block it belongs to, the others are a hash of what it stands for; how often
//! it occurs is kept in the lowest bits, so that a sorted list of plain numbers is a counted document.

use casebook_search::analysis::{pieces, stem};
use casebook_search::fold::lower;
use casebook_search::language::{LANGUAGES, Language, detect_in, is_small_word};
use casebook_search::wording::{Renumbering, Wording};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

use crate::similar::concept::Concepts;
use crate::similar::document::{Document, Facet};
use crate::similar::same::Content;
use crate::vocabulary::template;

/// Groups of features, each with a weight of its own; see `score`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Block {
    /// Stems, numbers, names.
    Word,
    /// Two stems that stand beside each other.
    Pair,
    /// Concepts of the glossary and terms of the vocabularies that the text speaks of, in whatever language.
    Concept,
    /// Terms of the structured record.
    Facet,
    /// Stems and concepts of the hypothesis: what is changed, for whom, and what it should do to which metric.
    Question,
}

/// How many blocks there are.
pub const BLOCKS: usize = 5;

/// Every block is divided into sixteen parts by the upper bits of its hashes; a sorted document holds each part in one stretch.
pub const PARTS: usize = BLOCKS << (BLOCK_SHIFT - PART_SHIFT);

const COUNT_BITS: u32 = 12;
const BLOCK_SHIFT: u32 = 61;
const PART_SHIFT: u32 = 57;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;
/// Counts are kept in quarters, so that half a mention can be counted.
const QUARTERS: f32 = 4.0;

/// A value for every count that a document can hold, worked out once.
pub struct ByCount(Box<[f32]>);

impl ByCount {
    /// Works out all of them.
    pub fn of(value: impl Fn(f32) -> f32) -> Self {
        ByCount((0..=COUNT_MASK).map(|quarters| value(quarters as f32 / QUARTERS)).collect())
    }

    /// That of a count which a document holds.
    pub fn get(&self, count: f32) -> f32 {
        self.0[(count * QUARTERS) as usize]
    }
}

/// Words of a body beyond this number say nothing new about what a record is about.
const LONGEST_BODY: usize = 6_000;

/// A feature with its block, without its count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Feature(u64);

impl Feature {
    pub(crate) fn new(block: Block, hash: u64) -> Self {
        Feature((block as u64) << BLOCK_SHIFT | hash >> 3 & !COUNT_MASK)
    }

    /// The block it belongs to.
    pub fn block(self) -> usize {
        (self.0 >> BLOCK_SHIFT) as usize
    }

    /// The feature of a concept.
    pub fn concept(number: u32) -> Self {
        Feature::new(Block::Concept, mix(u64::from(number)))
    }

    /// A number of its own, as good as random in the lower bits.
    pub(crate) fn bits(self) -> u64 {
        self.0 >> COUNT_BITS
    }
}

/// A counted document: features in order, each once.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// The language it was read in.
    pub language: Option<Language>,
    /// What it says, whatever others say. Records that state tactics and share none are hardly the same effort.
    pub content: Content,
    /// Features with their counts, in order; see [`counted`].
    pub entries: Box<[u64]>,
}

impl Counted {
    /// Every feature with how often it occurs, weighted by field.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Feature, f32)> {
        self.entries.iter().map(counted)
    }
}

/// The feature of an entry, and how often it occurs.
pub fn counted(entry: &u64) -> (Feature, f32) {
    (Feature(entry & !COUNT_MASK), (entry & COUNT_MASK) as f32 / QUARTERS)
}

/// The part that an entry belongs to.
pub fn part_of(entry: u64) -> usize {
    (entry >> PART_SHIFT) as usize
}

/// The block that a part belongs to.
pub fn block_of(part: usize) -> usize {
    part >> (BLOCK_SHIFT - PART_SHIFT)
}

/// How much a mention counts, by field, in quarters.
const TITLE: u64 = 8;
const LEAD: u64 = 6;
const BODY: u64 = 4;

/// What is known of one spelling; its parts lie in `Reader::parts`.
#[derive(Debug, Clone, Copy)]
struct Word {
    stem: u64,
    small: bool,
    /// The phrases of concepts that begin with it.
    begins: Option<u32>,
    parts: (u32, u32),
    /// The document that it was met in last, and the entry that counts it there.
    met: (u32, u32),
}

/// A word as it was written.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Spelling {
    /// The number of the language it was read in.
    pub language: u8,
    /// Its letters.
    pub written: Box<str>,
    /// What it stands for.
    pub feature: Feature,
}

/// Reads documents; every spelling is stemmed once.
pub struct Reader<'c> {
    concepts: &'c Concepts,
    /// By language, every spelling met with its place in `words`.
    met: Vec<FxHashMap<Box<str>, u32>>,
    words: Vec<Word>,
    parts: Vec<u64>,
    renumbering: Renumbering,
    sentence: Sentence,
    /// The number of the document that is being read, and what it holds so far.
    document: u32,
    entries: Vec<u64>,
}

impl<'c> Reader<'c> {
    /// A reader that knows these concepts.
    pub fn new(concepts: &'c Concepts) -> Self {
        Reader {
            concepts,
            met: vec![FxHashMap::default(); LANGUAGES],
            words: Vec::new(),
            parts: Vec::new(),
            renumbering: Renumbering::default(),
            sentence: Sentence::default(),
            document: 0,
            entries: Vec::new(),
        }
    }

    /// Counts what a document says.
    pub fn read(&mut self, document: &Document) -> Counted {
        let language = language_of(document);
        self.document += 1;
        self.entries.clear();
        self.field(document.title, language, TITLE);
        for text in &document.lead {
            self.field(text, language, LEAD);
        }
        if let Some(hypothesis) = document.hypothesis {
            self.question(hypothesis, language);
        }
        if let Some(wording) = document.wording {
            self.body(wording, language);
        }
        for facet in &document.facets {
            self.entries.push(Feature::new(Block::Facet, mix(facet.key())).0 | facet_count(*facet));
        }
        let entries = merged(&mut self.entries);
        Counted { language: Some(language), content: content(document, &entries), entries }
    }

    /// Every spelling met.
    pub fn into_spellings(self) -> impl Iterator<Item = Spelling> {
        let Reader { met, words, .. } = self;
        let spelling = move |language: usize, written: Box<str>, word: u32| Spelling {
            language: language as u8,
            written,
            feature: Feature::new(Block::Word, words[word as usize].stem),
        };
        let all = met.into_iter().enumerate().flat_map(|(language, met)| met.into_iter().map(move |(written, word)| (language, written, word)));
        all.map(move |(language, written, word)| spelling(language, written, word))
    }

    fn field(&mut self, text: &str, language: Language, weight: u64) {
        self.sentence.clear();
        pieces(text, |piece| {
            let number = self.number(&text[piece.start..piece.end], piece.pair, language);
            self.word(number, weight);
        });
        self.name_concepts(weight);
    }

    /// The hypothesis is read like any leading text, and what it asks is kept apart as well.
    fn question(&mut self, hypothesis: &str, language: Language) {
        self.field(hypothesis, language, LEAD);
        let Reader { concepts, sentence, entries, .. } = self;
        entries.extend(sentence.telling.iter().map(|stem| Feature::new(Block::Question, *stem).0 | BODY));
        for (beginning, next) in &sentence.beginnings {
            let ask = |concept| entries.push(Feature::new(Block::Question, mix(u64::from(concept))).0 | BODY);
            concepts.at(*beginning, &sentence.stems[*next as usize..], ask);
        }
    }

    /// All headings, then all sections, as long as they are worth reading.
    fn body(&mut self, wording: &Wording, language: Language) {
        let mut renumbering = std::mem::take(&mut self.renumbering);
        let numbers = renumbering.with(wording.spellings(), language);
        let mut left = LONGEST_BODY;
        for text in (0..wording.texts()).step_by(2).chain((1..wording.texts()).step_by(2)) {
            let words = without_template(wording, wording.text(text));
            let words = &words[..left.min(words.len())];
            left -= words.len();
            self.sentence.clear();
            for word in words {
                let number = &mut numbers[*word as usize];
                if *number == Renumbering::UNKNOWN {
                    let spelling = wording.spellings().get(*word);
                    *number = self.number(spelling.written, spelling.pair, language);
                }
                self.word(*number, BODY);
            }
            self.name_concepts(BODY);
        }
        self.renumbering = renumbering;
    }

    /// The place of a spelling among all words.
    fn number(&mut self, written: &str, pair: bool, language: Language) -> u32 {
        let met = &mut self.met[language as usize];
        if let Some(number) = met.get(written) {
            return *number;
        }
        let number = self.words.len() as u32;
        met.insert(written.into(), number);
        self.words.push(word(written, language, pair, self.concepts, &mut self.parts));
        number
    }

    fn word(&mut self, number: u32, weight: u64) {
        let word = &mut self.words[number as usize];
        self.sentence.push(word);
        if word.small {
            return;
        }
        self.sentence.telling.push(word.stem);
        // Most words come again: what is counted in place need not be sorted.
        if word.met.0 == self.document {
            let entry = &mut self.entries[word.met.1 as usize];
            *entry = counted_too(*entry, weight);
        } else {
            word.met = (self.document, self.entries.len() as u32);
            self.entries.push(Feature::new(Block::Word, word.stem).0 | weight);
        }
        for part in &self.parts[word.parts.0 as usize..word.parts.1 as usize] {
            self.entries.push(Feature::new(Block::Word, *part).0 | (weight / 2));
        }
        if let Some(before) = self.sentence.before.replace(word.stem) {
            self.entries.push(Feature::new(Block::Pair, beside(before, word.stem)).0 | weight);
        }
    }

    fn name_concepts(&mut self, weight: u64) {
        let Reader { concepts, sentence, entries, .. } = self;
        for (beginning, next) in &sentence.beginnings {
            concepts.at(*beginning, &sentence.stems[*next as usize..], |concept| entries.push(Feature::concept(concept).0 | weight));
        }
    }
}

/// The words of one text so far.
#[derive(Default)]
struct Sentence {
    stems: Vec<u64>,
    /// Stems of the words that say something.
    telling: Vec<u64>,
    /// Which phrases of concepts may begin, and where they would go on.
    beginnings: Vec<(u32, u32)>,
    /// The last word that says something.
    before: Option<u64>,
}

impl Sentence {
    fn clear(&mut self) {
        self.stems.clear();
        self.telling.clear();
        self.beginnings.clear();
        self.before = None;
    }

    fn push(&mut self, word: &Word) {
        self.stems.push(word.stem);
        self.beginnings.extend(word.begins.map(|beginning| (beginning, self.stems.len() as u32)));
    }
}

/// The words of a text behind the heading or placeholder of the template that it begins with.
fn without_template<'w>(wording: &Wording, words: &'w [u32]) -> &'w [u32] {
    let spellings = wording.spellings();
    let phrases = template_phrases();
    let is_part = |word: &u32| phrases.words.contains(&lower(spellings.get(*word).written, Language::Plain));
    let most = words.iter().take(phrases.longest).take_while(|word| is_part(word)).count();
    let begins = |length: &usize| {
        let beginning: Vec<String> = words[..*length].iter().map(|word| lower(spellings.get(*word).written, Language::Plain)).collect();
        phrases.known.contains(&beginning)
    };
    let length = (1..=most).rev().find(begins).unwrap_or(0);
    &words[length..]
}

/// Headings and placeholders of the template, cut into words in lower case.
struct TemplatePhrases {
    known: FxHashSet<Vec<String>>,
    words: FxHashSet<String>,
    longest: usize,
}

fn template_phrases() -> &'static TemplatePhrases {
    static PHRASES: LazyLock<TemplatePhrases> = LazyLock::new(|| {
        let words = |phrase: &str| {
            let mut words = Vec::new();
            pieces(phrase, |piece| words.push(lower(&phrase[piece.start..piece.end], Language::Plain)));
            words
        };
        let known: FxHashSet<Vec<String>> = template::phrases().map(words).collect();
        let longest = known.iter().map(Vec::len).max().unwrap_or(0);
        TemplatePhrases { words: known.iter().flatten().cloned().collect(), known, longest }
    });
    &PHRASES
}

/// Whether a word is one of the template's own: of a heading or a placeholder that every new record begins with.
pub fn is_of_template(word: &str) -> bool {
    template_phrases().words.contains(&lower(word, Language::Plain))
}

/// How much a term of the record counts: what was done says most, what it is for says least.
fn facet_count(facet: Facet) -> u64 {
    match facet {
        Facet::Tactic(_) => 16,
        Facet::Channel(_) => 4,
        Facet::Metric(_) => 3,
        Facet::Objective(_) => 2,
    }
}

/// What a document says as sets; `entries` are its features, in order.
fn content(document: &Document, entries: &[u64]) -> Content {
    let hashes = |block: Block| -> Box<[u32]> {
        let start = entries.partition_point(|entry| block_of(part_of(*entry)) < block as usize);
        let end = entries.partition_point(|entry| block_of(part_of(*entry)) <= block as usize);
        entries[start..end].iter().map(|entry| (entry >> (BLOCK_SHIFT - 32)) as u32).collect()
    };
    let terms = |position: fn(&Facet) -> Option<u32>| {
        let mut terms: Vec<u32> = document.facets.iter().filter_map(position).collect();
        terms.sort_unstable();
        terms
    };
    Content {
        words: hashes(Block::Word),
        question: hashes(Block::Question),
        tactics: terms(|facet| if let Facet::Tactic(tactic) = facet { Some(*tactic) } else { None }).into(),
        channels: terms(|facet| if let Facet::Channel(channel) = facet { Some(*channel) } else { None }).into(),
        metric: terms(|facet| if let Facet::Metric(metric) = facet { Some(*metric) } else { None }).first().copied(),
    }
}

/// The language a document is read in: the declared one, unless its text says otherwise.
fn language_of(document: &Document) -> Language {
    document.read_in.unwrap_or_else(|| detect_in(document.lead.iter().copied().chain([document.title]), document.language))
}

/// Sorts features and adds up the counts of equal ones.
fn merged(entries: &mut Vec<u64>) -> Box<[u64]> {
    // The upper half of a hash says nearly always which of two comes first, and takes half the passes of the whole.
    radsort::sort_by_key(entries, |entry| (entry >> 32) as u32);
    let feature = |entry: &u64| entry & !COUNT_MASK;
    if !entries.is_sorted_by_key(feature) {
        entries.sort_unstable_by_key(feature);
    }
    entries.dedup_by(|again, entry| {
        let same = feature(again) == feature(entry);
        if same {
            *entry = counted_too(*entry, *again & COUNT_MASK);
        }
        same
    });
    entries.as_slice().into()
}

/// An entry that was met once more.
fn counted_too(entry: u64, weight: u64) -> u64 {
    entry & !COUNT_MASK | ((entry & COUNT_MASK) + weight).min(COUNT_MASK)
}

fn word(written: &str, language: Language, pair: bool, concepts: &Concepts, parts: &mut Vec<u64>) -> Word {
    let start = parts.len() as u32;
    let lower = lower(written, language);
    if pair {
        let stem = hash(&lower);
        let begins = concepts.beginning_with(language, stem);
        return Word { stem, small: is_particle(&lower), begins, parts: (start, start), met: (0, 0) };
    }
    let small = is_small_word(&lower, language.bit()) || lower.chars().count() < 2 && !lower.starts_with(|letter: char| letter.is_numeric());
    parts.extend(parts_of(written).iter().map(|part| stem_hash(part, language)));
    let stem = stem_hash(&lower, language);
    let begins = concepts.beginning_with(language, stem);
    Word { stem, small, begins, parts: (start, parts.len() as u32), met: (0, 0) }
}

/// Two Hiragana are nearly always an ending or a particle.
fn is_particle(pair: &str) -> bool {
    pair.chars().all(|letter| ('\u{3041}'..='\u{309f}').contains(&letter))
}

/// Parts of a compound name: `S3AInputStream` holds `s`, `3`, `a`, `input` and `stream`. None for plain words.
fn parts_of(written: &str) -> Vec<String> {
    if !written.bytes().skip(1).any(|byte| !byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    let letters: Vec<char> = written.chars().collect();
    let mut parts = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        if at > 0 && begins_part(letters[at - 1], *letter, letters.get(at + 1).copied()) {
            parts.push(String::new());
        }
        parts.last_mut().expect("there is always a part").extend(letter.to_lowercase());
    }
    if parts.len() > 1 { parts } else { Vec::new() }
}

fn begins_part(before: char, letter: char, after: Option<char>) -> bool {
    letter.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && after.is_some_and(char::is_lowercase))
        || letter.is_numeric() != before.is_numeric() && before.is_alphanumeric() && letter.is_alphanumeric()
}

pub(crate) fn stem_hash(lower: &str, language: Language) -> u64 {
    hash(&stem(lower, language))
}

pub(crate) fn beside(one: u64, other: u64) -> u64 {
    mix(one.rotate_left(17) ^ other)
}

/// FNV-1a, then mixed: the same on every machine.
pub(crate) fn hash(text: &str) -> u64 {
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// The finaliser of splitmix64.
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each word of some texts counts, least first; all are read by one reader.
    fn counts<const N: usize>(texts: [&str; N]) -> [Vec<f32>; N] {
        let concepts = Concepts::new();
        let mut reader = Reader::new(&concepts);
        texts.map(|text| {
            let counted = reader.read(&Document { language: "en", lead: vec![text], ..Document::default() });
            let mut counts: Vec<f32> =
                counted.iter().filter(|(feature, _)| feature.block() == Block::Word as usize).map(|(_, count)| count).collect();
            counts.sort_by(f32::total_cmp);
            counts
        })
    }

    #[test]
    fn a_word_that_comes_again_counts_again_in_its_own_document() {
        assert_eq!(counts(["boat sail boats", "sail", "boat sail boat"]), [vec![1.5, 3.0], vec![1.5], vec![1.5, 3.0]]);
    }

    #[test]
    fn features_that_differ_in_their_lower_half_only_are_told_apart() {
        let feature = |upper: u64, lower: u64| upper << 32 | lower << COUNT_BITS;
        let mut entries = vec![feature(7, 9) | 4, feature(3, 2) | 8, feature(7, 1) | 4, feature(7, 9) | 2];
        assert_eq!(*merged(&mut entries), [feature(3, 2) | 8, feature(7, 1) | 4, feature(7, 9) | 6]);
    }

    #[test]
    fn no_word_counts_beyond_all_bounds() {
        assert_eq!(counts([&*"boat ".repeat(2_000), "boat"]), [vec![1023.75], vec![1.5]]);
    }
}
