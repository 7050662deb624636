//! Extracts countable features from a document: stems, parts of compound names, stem bigrams,
//! concepts and terms.
//!
//! A feature is a 64-bit number: the upper 3 bits are its block, the lower 12 bits are zero, and
//! the bits between are a hash of what it stands for. An entry is a feature with its count in the
//! lower 12 bits, so a sorted list of integers is a bag of features.

use casebook_search::fold::normalise;
use casebook_search::language::{LANGUAGE_COUNT, Language, is_stop_word};
use casebook_search::language_detection::detect_language_of;
use casebook_search::segmentation::for_each_token;
use casebook_search::tokenized::{SpellingIdMap, TokenizedTexts};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

use crate::similar::concept::Concepts;
use crate::similar::document::{Document, Facet};
use crate::similar::hash::{combine_hashes, hash_text, mix_bits, stem_hash};
use crate::similar::same_experiment::TermSets;
use crate::vocabulary::template;

/// Kinds of features; each kind has its own weight in the score (see `score::BlockWeights`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Block {
    /// Stems of words, numbers, names and parts of compound names.
    Word,
    /// Two consecutive stems, stop words remaining out.
    Bigram,
    /// Concepts of the glossary and terms of the vocabularies that the text mentions, in any
    /// language.
    Concept,
    /// Terms in the front matter of the record: tactics, channels, metric, objective.
    Facet,
    /// Stems and concepts of the hypothesis, counted a second time apart from the other text.
    Hypothesis,
}

/// Number of blocks, which are the kinds of features.
pub const BLOCK_COUNT: usize = 5;

/// Number of shards: each block is split into 16 by the upper bits of the hash. In sorted entries a
/// shard is one contiguous range.
pub const SHARD_COUNT: usize = BLOCK_COUNT << (BLOCK_SHIFT - SHARD_SHIFT);

/// Number of lower bits of an entry that hold its count.
const COUNT_BITS: u32 = 12;
/// Position of the lowest of the three bits of a feature that are its block.
const BLOCK_SHIFT: u32 = 61;
/// Position of the lowest of the seven bits of an entry that are its shard: its block and the upper
/// four bits of its hash.
const SHARD_SHIFT: u32 = 57;
/// The bits of an entry that hold its count, which is also the largest count in units of 1/4.
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;
/// Counts are stored as multiples of 1/4, so that half a mention can be counted; divides a stored
/// count into mentions.
const COUNT_SCALE: f32 = 4.0;

/// The most words of a body that are read for features; later ones are ignored.
const MAX_BODY_WORDS: usize = 6_000;

/// A feature: its block and a hash of what it stands for, without a count.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Feature(u64);

impl Feature {
    /// The feature of a hash in a block; of the 64 bits of the hash the upper 49 are kept.
    pub(crate) fn new(block: Block, hash: u64) -> Self {
        Feature((block as u64) << BLOCK_SHIFT | hash >> 3 & !COUNT_MASK)
    }

    /// The block of a feature as a number, 0 to `BLOCK_COUNT - 1`.
    pub fn block_index(self) -> usize {
        (self.0 >> BLOCK_SHIFT) as usize
    }

    /// The feature with the same hash in another block, such as the word that a feature of a
    /// hypothesis stands for.
    pub fn in_block(self, block: Block) -> Self {
        Feature(self.0 & ((1 << BLOCK_SHIFT) - 1) | (block as u64) << BLOCK_SHIFT)
    }

    /// The feature of the stem with this hash.
    pub fn from_stem(stem: u64) -> Self {
        Feature::new(Block::Word, stem)
    }

    /// The feature of a term in front matter.
    pub fn from_facet(facet: Facet) -> Self {
        Feature::new(Block::Facet, mix_bits(facet.to_key()))
    }

    /// The feature of the concept with this number.
    pub fn from_concept(number: u32) -> Self {
        Feature::new(Block::Concept, mix_bits(u64::from(number)))
    }
}

/// The features of one document with their counts.
#[derive(Debug, Clone, Default)]
pub struct FeatureCounts {
    /// The language the document was analysed in; none before it was read.
    pub language: Option<Language>,
    /// Words and terms of the document as sets, independent of other documents.
    pub term_sets: TermSets,
    /// Features with their counts, ascending, each feature once; see [`decode_entry`].
    pub entries: Box<[u64]>,
}

impl FeatureCounts {
    /// Every feature with its count, each mention weighted by its field, 0 to 1023.75.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Feature, f32)> {
        self.entries.iter().map(decode_entry)
    }
}

/// Splits an entry into its feature and its count of mentions, 0 to 1023.75.
pub fn decode_entry(entry: &u64) -> (Feature, f32) {
    (Feature(entry & !COUNT_MASK), (entry & COUNT_MASK) as f32 / COUNT_SCALE)
}

/// The shard of an entry, 0 to `SHARD_COUNT - 1`.
pub fn shard_of(entry: u64) -> usize {
    (entry >> SHARD_SHIFT) as usize
}

/// The block of a shard as a number, 0 to `BLOCK_COUNT - 1`.
pub fn block_of_shard(shard: usize) -> usize {
    shard >> (BLOCK_SHIFT - SHARD_SHIFT)
}

/// Weight of one mention in the title, in units of 1/4: it counts 2.
const TITLE_WEIGHT: u64 = 8;
/// Weight of one mention in a lead text or in the hypothesis, in units of 1/4: it counts 1.5.
const LEAD_WEIGHT: u64 = 6;
/// Weight of one mention in the body, and in the block of the hypothesis, in units of 1/4: it
/// counts 1.
const BODY_WEIGHT: u64 = 4;
/// Weight of a tactic in front matter, in units of 1/4.
const TACTIC_WEIGHT: u64 = 16;
/// Weight of a channel in front matter, in units of 1/4.
const CHANNEL_WEIGHT: u64 = 4;

/// How much one mention counts, for a browser: in a title, in a lead text or hypothesis, and in a body;
/// and one tactic and one channel in front matter.
pub const MENTION_COUNTS: [f32; 5] = [
    TITLE_WEIGHT as f32 / COUNT_SCALE,
    LEAD_WEIGHT as f32 / COUNT_SCALE,
    BODY_WEIGHT as f32 / COUNT_SCALE,
    TACTIC_WEIGHT as f32 / COUNT_SCALE,
    CHANNEL_WEIGHT as f32 / COUNT_SCALE,
];

/// What is derived once from the spelling of a word and reused at each occurrence: its stem,
/// whether it is ignored, the parts of a compound, and the phrases that it may start.
#[derive(Debug, Clone, Copy)]
struct AnalysedWord {
    /// Hash of the stem.
    stem: u64,
    /// Whether it is a stop word, a particle or a single letter: it takes part in phrases only.
    is_ignored: bool,
    /// Key in [`Concepts`] of the phrases that start with this stem.
    phrase_list: Option<u32>,
    /// Start and end of its compound parts in `FeatureExtractor::part_stems`.
    part_range: (u32, u32),
}

/// A word as it was written, and the feature it was reduced to.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Spelling {
    /// Number of the language it was read in; see `Language::from_number`.
    pub language: u8,
    /// The word, letter case kept.
    pub written: Box<str>,
    /// Its word feature.
    pub feature: Feature,
}

/// Turns documents into [`FeatureCounts`]; every spelling is analysed once and then looked up.
pub struct FeatureExtractor<'c> {
    concepts: &'c Concepts,
    /// By language: every spelling seen so far with its position in `words`.
    word_numbers: Vec<FxHashMap<Box<str>, u32>>,
    words: Vec<AnalysedWord>,
    /// Stems of the parts of all compound words; see `AnalysedWord::part_range`.
    part_stems: Vec<u64>,
    id_map: SpellingIdMap,
    text_state: TextState,
    /// Entries of the current document so far, unsorted.
    entries: Vec<u64>,
    /// The two words of every bigram read so far, by its feature; none where they are not kept.
    bigram_words: Option<FxHashMap<Feature, [Feature; 2]>>,
}

impl<'c> FeatureExtractor<'c> {
    /// An extractor that finds these concepts and has read no document yet.
    pub fn new(concepts: &'c Concepts) -> Self {
        FeatureExtractor {
            concepts,
            word_numbers: vec![FxHashMap::default(); LANGUAGE_COUNT],
            words: Vec::new(),
            part_stems: Vec::new(),
            id_map: SpellingIdMap::default(),
            text_state: TextState::default(),
            entries: Vec::new(),
            bigram_words: None,
        }
    }

    /// As [`FeatureExtractor::new`], and keeps the two words of every bigram, for
    /// [`FeatureExtractor::into_bigram_words`].
    pub fn with_bigram_words(concepts: &'c Concepts) -> Self {
        FeatureExtractor {
            bigram_words: Some(FxHashMap::default()),
            ..FeatureExtractor::new(concepts)
        }
    }

    /// The two word features of every bigram in the documents that were read, by its feature; empty
    /// where they were not kept.
    pub fn into_bigram_words(self) -> FxHashMap<Feature, [Feature; 2]> {
        self.bigram_words.unwrap_or_default()
    }

    /// Counts the features of a document in the language that it is in; see `detect_language`.
    pub fn extract(&mut self, document: &Document) -> FeatureCounts {
        let language = detect_language(document);
        self.entries.clear();
        self.add_field(document.title, language, TITLE_WEIGHT);
        for text in &document.lead_texts {
            self.add_field(text, language, LEAD_WEIGHT);
        }
        if let Some(hypothesis) = document.hypothesis {
            self.add_hypothesis(hypothesis, language);
        }
        if let Some(tokenized) = document.tokenized {
            self.add_body(tokenized, language);
        }
        for facet in &document.facets {
            self.entries.push(
                Feature::new(Block::Facet, mix_bits(facet.to_key())).0 | facet_weight(*facet),
            );
        }
        let entries = merge_entries(&mut self.entries);
        FeatureCounts {
            language: Some(language),
            term_sets: build_term_sets(document, &entries),
            entries,
        }
    }

    /// Every spelling in the documents that were read, with its feature, in no particular order.
    pub fn into_spellings(self) -> impl Iterator<Item = Spelling> {
        let FeatureExtractor { word_numbers, words, .. } = self;
        let spelling = move |language: usize, written: Box<str>, word: u32| Spelling {
            language: language as u8,
            written,
            feature: Feature::new(Block::Word, words[word as usize].stem),
        };
        let all = word_numbers.into_iter().enumerate().flat_map(|(language, spellings)| {
            spellings.into_iter().map(move |(written, word)| (language, written, word))
        });
        all.map(move |(language, written, word)| spelling(language, written, word))
    }

    /// Counts the words, bigrams and concepts of one text; every mention counts `weight`, in units
    /// of 1/4.
    fn add_field(&mut self, text: &str, language: Language, weight: u64) {
        self.text_state.clear();
        for_each_token(text, |token| {
            let number =
                self.word_number(&text[token.start..token.end], token.kind.is_bigram(), language);
            self.add_word(number, weight);
        });
        self.add_concepts(weight);
    }

    /// Counts the hypothesis twice: as a lead text, and in its own block.
    fn add_hypothesis(&mut self, hypothesis: &str, language: Language) {
        self.add_field(hypothesis, language, LEAD_WEIGHT);
        let FeatureExtractor { concepts, text_state, entries, .. } = self;
        entries.extend(
            text_state
                .content_stems
                .iter()
                .map(|stem| Feature::new(Block::Hypothesis, *stem).0 | BODY_WEIGHT),
        );
        for (phrase_list, next) in &text_state.phrase_starts {
            let add = |concept| {
                entries.push(
                    Feature::new(Block::Hypothesis, mix_bits(u64::from(concept))).0 | BODY_WEIGHT,
                )
            };
            concepts.for_each_match(*phrase_list, &text_state.stems[*next as usize..], add);
        }
    }

    /// Counts all headings of a body, then all its sections, up to [`MAX_BODY_WORDS`] words.
    fn add_body(&mut self, tokenized: &TokenizedTexts, language: Language) {
        let mut id_map = std::mem::take(&mut self.id_map);
        let numbers = id_map.ids_mut(tokenized.spellings(), language);
        let mut remaining = MAX_BODY_WORDS;
        let mut word_ids: Vec<u32> = Vec::new();
        for text in
            (0..tokenized.text_count()).step_by(2).chain((1..tokenized.text_count()).step_by(2))
        {
            let spellings = tokenized.spellings();
            word_ids.clear();
            word_ids.extend(
                tokenized
                    .token_ids(text)
                    .iter()
                    .filter(|word| !spellings.get(**word).kind.is_repeated()),
            );
            let words = skip_template_phrase(tokenized, &word_ids);
            let words = &words[..remaining.min(words.len())];
            remaining -= words.len();
            self.text_state.clear();
            for word in words {
                let number = &mut numbers[*word as usize];
                if *number == SpellingIdMap::UNASSIGNED {
                    let spelling = spellings.get(*word);
                    *number = self.word_number(spelling.text, spelling.kind.is_bigram(), language);
                }
                self.add_word(*number, BODY_WEIGHT);
            }
            self.add_concepts(BODY_WEIGHT);
        }
        self.id_map = id_map;
    }

    /// Position of a spelling in `words`; a spelling that is not there yet is analysed and added.
    fn word_number(&mut self, written: &str, is_bigram: bool, language: Language) -> u32 {
        let word_numbers = &mut self.word_numbers[language as usize];
        if let Some(number) = word_numbers.get(written) {
            return *number;
        }
        let number = self.words.len() as u32;
        word_numbers.insert(written.into(), number);
        self.words.push(analyse_word(
            written,
            language,
            is_bigram,
            self.concepts,
            &mut self.part_stems,
        ));
        number
    }

    /// Counts one occurrence of the word at this position in `words`: its stem, its compound parts
    /// with half the weight, and the bigram with the word before. A stop word only takes part in
    /// phrases of concepts.
    fn add_word(&mut self, number: u32, weight: u64) {
        let word = &self.words[number as usize];
        self.text_state.push(word);
        if word.is_ignored {
            return;
        }
        self.text_state.content_stems.push(word.stem);
        self.entries.push(Feature::new(Block::Word, word.stem).0 | weight);
        for part in &self.part_stems[word.part_range.0 as usize..word.part_range.1 as usize] {
            self.entries.push(Feature::new(Block::Word, *part).0 | (weight / 2));
        }
        if let Some(previous) = self.text_state.previous_stem.replace(word.stem) {
            let bigram = Feature::new(Block::Bigram, combine_hashes(previous, word.stem));
            self.entries.push(bigram.0 | weight);
            if let Some(bigram_words) = &mut self.bigram_words {
                bigram_words.insert(
                    bigram,
                    [previous, word.stem].map(|stem| Feature::new(Block::Word, stem)),
                );
            }
        }
    }

    /// Counts the concepts whose phrases occur in the text whose words were counted last.
    fn add_concepts(&mut self, weight: u64) {
        let FeatureExtractor { concepts, text_state, entries, .. } = self;
        for (phrase_list, next) in &text_state.phrase_starts {
            concepts.for_each_match(*phrase_list, &text_state.stems[*next as usize..], |concept| {
                entries.push(Feature::from_concept(concept).0 | weight)
            });
        }
    }
}

/// The stems and possible phrases of the text (a field, a heading or a section) that is being read,
/// from which bigrams and concepts are counted.
#[derive(Default)]
struct TextState {
    /// Stems of all words.
    stems: Vec<u64>,
    /// Stems of the words that are no stop words.
    content_stems: Vec<u64>,
    /// Phrases of concepts that may start in the text: key in [`Concepts`], and the position in
    /// `stems` of the second word.
    phrase_starts: Vec<(u32, u32)>,
    /// Stem of the last word that is no stop word.
    previous_stem: Option<u64>,
}

impl TextState {
    /// Empties the state before the next text; allocated memory is kept.
    fn clear(&mut self) {
        self.stems.clear();
        self.content_stems.clear();
        self.phrase_starts.clear();
        self.previous_stem = None;
    }

    /// Adds the next word of a text, a stop word too, and the phrases of concepts that may start
    /// with it.
    fn push(&mut self, word: &AnalysedWord) {
        self.stems.push(word.stem);
        self.phrase_starts
            .extend(word.phrase_list.map(|phrase_list| (phrase_list, self.stems.len() as u32)));
    }
}

/// The words of a text without the heading or placeholder of the record template at its start,
/// which every record has and which therefore says nothing.
fn skip_template_phrase<'w>(tokenized: &TokenizedTexts, words: &'w [u32]) -> &'w [u32] {
    let spellings = tokenized.spellings();
    let phrases = template_phrases();
    let is_known =
        |word: &u32| phrases.words.contains(&normalise(spellings.get(*word).text, Language::Plain));
    let longest = words.iter().take(phrases.longest).take_while(|word| is_known(word)).count();
    let is_phrase = |length: &usize| {
        let start: Vec<String> = words[..*length]
            .iter()
            .map(|word| normalise(spellings.get(*word).text, Language::Plain))
            .collect();
        phrases.phrases.contains(&start)
    };
    let length = (1..=longest).rev().find(is_phrase).unwrap_or(0);
    &words[length..]
}

/// Headings and placeholders of the record template, split into lower-case words.
struct TemplatePhrases {
    phrases: FxHashSet<Vec<String>>,
    /// Every word of the phrases.
    words: FxHashSet<String>,
    /// Words in the longest phrase.
    longest: usize,
}

/// The headings and placeholders of the record template, split into words at the first call and
/// then kept.
fn template_phrases() -> &'static TemplatePhrases {
    /// The phrases that `template_phrases` returns, split at its first call.
    static PHRASES: LazyLock<TemplatePhrases> = LazyLock::new(|| {
        let words = |phrase: &str| {
            let mut words = Vec::new();
            for_each_token(phrase, |token| {
                words.push(normalise(&phrase[token.start..token.end], Language::Plain))
            });
            words
        };
        let phrases: FxHashSet<Vec<String>> = template::all_phrases().map(words).collect();
        let longest = phrases.iter().map(Vec::len).max().unwrap_or(0);
        TemplatePhrases { words: phrases.iter().flatten().cloned().collect(), phrases, longest }
    });
    &PHRASES
}

/// Whether a word occurs in a heading or placeholder of the record template, letter case ignored;
/// such words are not named as reasons.
pub fn is_template_word(word: &str) -> bool {
    template_phrases().words.contains(&normalise(word, Language::Plain))
}

/// Weight that one term in front matter adds to the count of its feature, in units of 1/4: tactics
/// count most, the objective least.
fn facet_weight(facet: Facet) -> u64 {
    match facet {
        Facet::Tactic(_) => TACTIC_WEIGHT,
        Facet::Channel(_) => CHANNEL_WEIGHT,
        Facet::Metric(_) => 3,
        Facet::Objective(_) => 2,
    }
}

/// The words and terms of a document as sets, by which `same_experiment` compares records;
/// `entries` are its features, ascending.
fn build_term_sets(document: &Document, entries: &[u64]) -> TermSets {
    let hashes = |block: Block| -> Box<[u32]> {
        let start =
            entries.partition_point(|entry| block_of_shard(shard_of(*entry)) < block as usize);
        let end =
            entries.partition_point(|entry| block_of_shard(shard_of(*entry)) <= block as usize);
        entries[start..end].iter().map(|entry| (entry >> (BLOCK_SHIFT - 32)) as u32).collect()
    };
    let terms = |position: fn(&Facet) -> Option<u32>| {
        let mut terms: Vec<u32> = document.facets.iter().filter_map(position).collect();
        terms.sort_unstable();
        terms
    };
    TermSets {
        words: hashes(Block::Word),
        hypothesis: hashes(Block::Hypothesis),
        tactics: terms(
            |facet| if let Facet::Tactic(tactic) = facet { Some(*tactic) } else { None },
        )
        .into(),
        channels: terms(
            |facet| if let Facet::Channel(channel) = facet { Some(*channel) } else { None },
        )
        .into(),
        metric: terms(|facet| if let Facet::Metric(metric) = facet { Some(*metric) } else { None })
            .first()
            .copied(),
    }
}

/// The language a document is analysed in: the one already detected, else the one that title and
/// lead texts are detected to be in, with the declared one as the default.
fn detect_language(document: &Document) -> Language {
    document.detected_language.unwrap_or_else(|| {
        detect_language_of(
            document.lead_texts.iter().copied().chain([document.title]),
            document.language,
        )
    })
}

/// Sorts entries and sums the counts of equal features; the result has each feature once.
fn merge_entries(entries: &mut Vec<u64>) -> Box<[u64]> {
    let feature = |entry: &u64| entry & !COUNT_MASK;
    entries.sort_unstable();
    entries.dedup_by(|repeated, entry| {
        let is_same = feature(repeated) == feature(entry);
        if is_same {
            *entry = add_count(*entry, *repeated & COUNT_MASK);
        }
        is_same
    });
    entries.as_slice().into()
}

/// The entry with `weight` added to its count, which stays at the largest count that an entry can
/// hold.
fn add_count(entry: u64, weight: u64) -> u64 {
    entry & !COUNT_MASK | ((entry & COUNT_MASK) + weight).min(COUNT_MASK)
}

/// Analyses a spelling and appends the stems of its compound parts to `part_stems`; `is_bigram`
/// says that it is a character bigram of a script without spaces.
fn analyse_word(
    written: &str,
    language: Language,
    is_bigram: bool,
    concepts: &Concepts,
    part_stems: &mut Vec<u64>,
) -> AnalysedWord {
    let start = part_stems.len() as u32;
    let lower = normalise(written, language);
    if is_bigram {
        let stem = hash_text(&lower);
        let phrase_list = concepts.phrases_starting_with(language, stem);
        return AnalysedWord {
            stem,
            is_ignored: is_particle(&lower),
            phrase_list,
            part_range: (start, start),
        };
    }
    let is_ignored = is_ignored_word(&lower, language);
    part_stems.extend(compound_parts(written).iter().map(|part| stem_hash(part, language)));
    let stem = stem_hash(&lower, language);
    let phrase_list = concepts.phrases_starting_with(language, stem);
    AnalysedWord { stem, is_ignored, phrase_list, part_range: (start, part_stems.len() as u32) }
}

/// Whether a lower-case word counts in phrases only: a stop word, or a single letter.
pub fn is_ignored_word(lower: &str, language: Language) -> bool {
    is_stop_word(lower, language.bit())
        || lower.chars().count() < 2 && !lower.starts_with(|letter: char| letter.is_numeric())
}

/// Whether a character bigram is all Hiragana, which is nearly always an ending or a particle and
/// is therefore ignored like a stop word.
fn is_particle(pair: &str) -> bool {
    pair.chars().all(|letter| ('\u{3041}'..='\u{309f}').contains(&letter))
}

/// Lower-case parts of a compound name: `S3AInputStream` gives `s`, `3`, `a`, `input` and `stream`.
/// Empty for plain words.
fn compound_parts(written: &str) -> Vec<String> {
    if !written.bytes().skip(1).any(|byte| !byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    let letters: Vec<char> = written.chars().collect();
    let mut parts = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        if at > 0 && starts_part(letters[at - 1], *letter, letters.get(at + 1).copied()) {
            parts.push(String::new());
        }
        parts.last_mut().expect("there is always a part").extend(letter.to_lowercase());
    }
    if parts.len() > 1 { parts } else { Vec::new() }
}

/// Whether a new part of a compound name starts at `letter`.
fn starts_part(before: char, letter: char, after: Option<char>) -> bool {
    letter.is_uppercase()
        && (before.is_lowercase() || before.is_uppercase() && after.is_some_and(char::is_lowercase))
        || letter.is_numeric() != before.is_numeric()
            && before.is_alphanumeric()
            && letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts of the word features of each text, ascending; one extractor reads all of them.
    fn counts<const N: usize>(texts: [&str; N]) -> [Vec<f32>; N] {
        let concepts = Concepts::new();
        let mut extractor = FeatureExtractor::new(&concepts);
        texts.map(|text| {
            let counted = extractor.extract(&Document {
                language: "en",
                lead_texts: vec![text],
                ..Document::default()
            });
            let mut counts: Vec<f32> = counted
                .iter()
                .filter(|(feature, _)| feature.block_index() == Block::Word as usize)
                .map(|(_, count)| count)
                .collect();
            counts.sort_by(f32::total_cmp);
            counts
        })
    }

    #[test]
    fn a_repeated_word_is_counted_in_its_own_document_only() {
        assert_eq!(
            counts(["boat sail boats", "sail", "boat sail boat"]),
            [vec![1.5, 3.0], vec![1.5], vec![1.5, 3.0]]
        );
    }

    #[test]
    fn features_that_differ_in_their_lower_half_only_are_kept_apart() {
        let feature = |upper: u64, lower: u64| upper << 32 | lower << COUNT_BITS;
        let mut entries =
            vec![feature(7, 9) | 4, feature(3, 2) | 8, feature(7, 1) | 4, feature(7, 9) | 2];
        assert_eq!(
            *merge_entries(&mut entries),
            [feature(3, 2) | 8, feature(7, 1) | 4, feature(7, 9) | 6]
        );
    }

    #[test]
    fn counts_stop_at_the_largest_that_fits() {
        assert_eq!(counts([&*"boat ".repeat(2_000), "boat"]), [vec![1023.75], vec![1.5]]);
    }
}
