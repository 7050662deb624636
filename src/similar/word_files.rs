//! Writes all studies of every word of a large hub into small files, so that a browser that compares a
//! draft reads only those of the draft's words.
//!
//! The words of one file begin with the same letters, or with others that share its hash; a word whose
//! forms begin differently is in the file of each. A file has the forms of its words, and of each word
//! the studies that have it in their texts and in their hypotheses, and of its pairs with the word that
//! follows, where a title, a summary or a hypothesis has that pair. `themes/atlas/scripts/similarity.js`
//! reads them.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::similar::bit_coder::NumberModel;
use crate::similar::feature::{Block, Feature};
use crate::similar::feature_writer::{FeatureWriter, Posting, WrittenForm, bits_of};
use crate::similar::vector_space::{SparseVector, VectorSpace, WEIGHT_SCALE};

/// Postings of a file, roughly: fewer make more files, more make each larger.
const POSTINGS_PER_FILE: usize = 2_000;

/// The most files.
const MAX_FILES: usize = 1_024;

/// Steps in a doubling of a weight.
const WEIGHT_STEPS: f32 = 12.0;

/// Bits of the hash of a form.
const HASH_BITS: u32 = 23;

/// The files of words, and what their numbers mean.
#[derive(Debug, Default)]
pub struct WordFiles {
    /// For the reader of the files.
    pub header: WordFilesHeader,
    /// The bytes of each file.
    pub files: Vec<Vec<u8>>,
}

/// What the reader of the files must know.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WordFilesHeader {
    /// Number of files, a power of two.
    count: usize,
    /// The first four bytes of each file, little endian: files of another build have another number.
    mark: u32,
    /// Bits of the hash of a form.
    hash_bits: u32,
    /// Steps in a doubling of a weight.
    weight_steps: f32,
    /// How many letters of a form choose its file.
    start_letters: usize,
}

/// Writes the files of words. `in_file` has the studies in the order by which postings number them,
/// `forms` the written forms of all words, and `bigram_words` the pairs of words that are kept.
pub fn build(
    space: &VectorSpace,
    in_file: &[CaseIndex],
    forms: &[WrittenForm],
    bigram_words: &FxHashMap<Feature, [Feature; 2]>,
) -> WordFiles {
    let source = WordSource::new(space, in_file, bigram_words);
    let postings = source.lists.iter().map(|lists| lists.postings.len()).sum::<usize>();
    let count = (postings / POSTINGS_PER_FILE).max(1).next_power_of_two().min(MAX_FILES);
    let mut forms_of: Vec<Vec<&WrittenForm>> = vec![Vec::new(); count];
    for form in forms {
        forms_of[form.start_hash as usize % count].push(form);
    }
    let mut files: Vec<Vec<u8>> = forms_of.par_iter().map(|forms| source.write(forms)).collect();
    let mark = files
        .iter()
        .flatten()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    files.par_iter_mut().for_each(|file| {
        file.splice(0..0, mark.to_le_bytes());
    });
    let header = WordFilesHeader {
        count,
        mark,
        hash_bits: HASH_BITS,
        weight_steps: WEIGHT_STEPS,
        start_letters: crate::similar::feature_writer::START_LETTERS,
    };
    WordFiles { header, files }
}

/// The studies of all features that the files have, of one relation (within a language, or across).
#[derive(Default)]
struct PostingLists {
    /// By position of the feature: where its postings begin; one more at the end.
    starts: Vec<u32>,
    /// The postings of all features, each ascending.
    postings: Vec<Posting>,
}

impl PostingLists {
    /// The postings of the features for which `is_kept` is true, from the vectors of the studies in
    /// the order of the file.
    fn new<'v>(
        is_kept: &[bool],
        vectors: impl Iterator<Item = &'v SparseVector> + Clone,
    ) -> PostingLists {
        let kept = |vector: &'v SparseVector| {
            vector.features.iter().filter(|(position, _)| is_kept[*position as usize])
        };
        let mut starts = vec![0_u32; is_kept.len() + 1];
        for (position, _) in vectors.clone().flat_map(kept) {
            starts[*position as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut postings = vec![(0, 0); starts[is_kept.len()] as usize];
        for (document, vector) in (0..).zip(vectors) {
            for (position, weight) in kept(vector) {
                let steps = ((weight * WEIGHT_SCALE).log2() * WEIGHT_STEPS).round().max(0.0) as u32;
                let at = &mut next[*position as usize];
                postings[*at as usize] = (document, steps);
                *at += 1;
            }
        }
        PostingLists { starts, postings }
    }

    /// The postings of a feature.
    fn of(&self, position: u32) -> &[Posting] {
        let at = position as usize;
        let Some([start, end]) = self.starts.get(at..at + 2) else { return &[] };
        &self.postings[*start as usize..*end as usize]
    }
}

/// What the files are written from.
struct WordSource<'s> {
    space: &'s VectorSpace,
    /// Within languages, and across; the second is empty in a hub of one language.
    lists: [PostingLists; 2],
    /// Positions of the words, ascending; the place of a word here is its number.
    words: Vec<u32>,
    /// Number of the first word of a bigram, that of the second, and the position of the bigram,
    /// ascending.
    bigrams: Vec<(u32, u32, u32)>,
}

impl<'s> WordSource<'s> {
    /// Collects the studies of all words and of the bigrams whose words are known.
    fn new(
        space: &'s VectorSpace,
        in_file: &[CaseIndex],
        bigram_words: &FxHashMap<Feature, [Feature; 2]>,
    ) -> Self {
        let block_of = |position: u32| space.features[position as usize].block_index();
        let all = 0..space.features.len() as u32;
        let words: Vec<u32> =
            all.clone().filter(|position| block_of(*position) == Block::Word as usize).collect();
        let number_of = |word: &Feature| words.binary_search(&space.position_of(*word)?).ok();
        let mut is_kept: Vec<bool> = all
            .map(|position| {
                let block = block_of(position);
                block == Block::Word as usize || block == Block::Hypothesis as usize
            })
            .collect();
        let mut bigrams: Vec<(u32, u32, u32)> = bigram_words
            .iter()
            .filter_map(|(bigram, [one, other])| {
                let position = space.position_of(*bigram)?;
                Some((number_of(one)? as u32, number_of(other)? as u32, position))
            })
            .collect();
        bigrams.sort_unstable();
        bigrams.iter().for_each(|(_, _, position)| is_kept[*position as usize] = true);
        let list = |vectors: &[SparseVector]| {
            if vectors.is_empty() {
                return PostingLists::default();
            }
            PostingLists::new(&is_kept, in_file.iter().map(|case| &vectors[case.0 as usize]))
        };
        let (own, across) =
            rayon::join(|| list(&space.same_language), || list(&space.cross_language));
        WordSource { space, lists: [own, across], words, bigrams }
    }

    /// The bytes of the file that has these forms, which are ascending by hash.
    fn write(&self, forms: &[&WrittenForm]) -> Vec<u8> {
        let mut forms: Vec<(u32, Option<u32>)> = forms
            .iter()
            .map(|form| {
                let position = self.space.position_of(form.feature).filter(|_| !form.is_ignored);
                let number = position.and_then(|at| self.words.binary_search(&at).ok());
                (form.hash >> (u32::BITS - HASH_BITS), number.map(|number| number as u32))
            })
            .collect();
        forms.dedup_by_key(|(hash, _)| *hash);
        let mut words: Vec<u32> = forms.iter().filter_map(|(_, number)| *number).collect();
        words.sort_unstable();
        words.dedup();
        let mut writer = FeatureWriter::new(self.space);
        writer.write_gap(words.len() as u32);
        writer.write_gap(forms.len() as u32);
        let (mut hashes, mut numbers) = (NumberModel::default(), NumberModel::default());
        let mut before = 0;
        for (hash, number) in &forms {
            writer.encoder.write_number(&mut hashes, hash - before);
            before = *hash;
            // 0 is a word that is ignored.
            let place = number.and_then(|number| words.binary_search(&number).ok());
            let place = place.map_or(0, |place| place as u32 + 1);
            writer.encoder.write_raw(place, bits_of(words.len()));
        }
        let mut before = 0;
        for number in &words {
            writer.encoder.write_number(&mut numbers, number - before);
            before = *number;
            let position = self.words[*number as usize];
            let word = self.space.features[position as usize];
            self.write_feature(&mut writer, position);
            let asked = self.space.position_of(word.in_block(Block::Hypothesis));
            writer.write_gap(u32::from(asked.is_some()));
            asked.iter().for_each(|position| self.write_feature(&mut writer, *position));
            let first = self.bigrams.partition_point(|(one, _, _)| one < number);
            let last = self.bigrams.partition_point(|(one, _, _)| one <= number);
            writer.write_gap((last - first) as u32);
            let mut before = 0;
            for (_, other, position) in &self.bigrams[first..last] {
                writer.encoder.write_number(&mut numbers, other - before);
                before = *other;
                self.write_feature(&mut writer, *position);
            }
        }
        writer.encoder.finish()
    }

    /// Writes a feature with all its studies.
    fn write_feature(&self, writer: &mut FeatureWriter, position: u32) {
        let [own, across] = &self.lists;
        writer.write_feature(position, [own.of(position), across.of(position)], None);
    }
}
