//! Writes all studies of every word of a large hub into small files, so that a browser that compares a
//! draft reads only those of the draft's words.
//!
//! The words of one file begin with the same letters, or with others that share its hash; a word whose
//! forms begin differently is in the file of each. A file has the forms of its words, and of each word
//! the studies that have it in their texts and in their hypotheses, and of its pairs with the word that
//! follows, where a title, a summary or a hypothesis has that pair. Concepts are spread over the files by
//! their numbers in the compact model, which has their phrases.
//!
//! The weight of a feature is its idf times a scale of the study for each block times what its count is
//! worth. Most words of a study are in it once, so the scale is chosen such that the rest is mostly 1;
//! the scales are in a file of their own, the last. `themes/atlas/scripts/similarity.js` reads all.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::similar::bit_coder::{BitEncoder, NumberModel};
use crate::similar::feature::{Block, Feature};
use crate::similar::feature_writer::{
    FeatureWriter, IDF_STEPS, Posting, START_LETTERS, WrittenForm, bits_of, fold_sign, idf_steps,
};
use crate::similar::vector_space::{SparseVector, VectorSpace};

/// Postings of a file, roughly: fewer make more files, more make each larger.
const POSTINGS_PER_FILE: usize = 2_000;

/// The most files.
const MAX_FILES: usize = 1_024;

/// Steps in a doubling of what a count is worth.
const COUNT_STEPS: f32 = 8.0;

/// Steps in a doubling of a scale.
const SCALE_STEPS: f32 = 16.0;

/// The least scale, as a power of two.
const LEAST_SCALE: f32 = -20.0;

/// The blocks of the features in the files.
const BLOCKS: [Block; 4] = [Block::Word, Block::Bigram, Block::Concept, Block::Hypothesis];

/// Bits of the hash of a form.
const HASH_BITS: u32 = 23;

/// The files of words, and what their numbers mean.
#[derive(Debug, Default)]
pub struct WordFiles {
    /// For the reader of the files.
    pub header: WordFilesHeader,
    /// The bytes of each file; the last has the scales.
    pub files: Vec<Vec<u8>>,
}

/// What the reader of the files must know.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WordFilesHeader {
    /// Number of files of words, a power of two; also the number of the file of scales.
    count: usize,
    /// The first four bytes of each file, little endian: files of another build have another number.
    mark: u32,
    /// Bits of the hash of a form.
    hash_bits: u32,
    /// Steps in a doubling of what a count is worth, and of a scale, and the least scale as a power of
    /// two.
    steps: [f32; 3],
    /// How many letters of a form choose its file.
    start_letters: usize,
}

/// Writes the files of words. `in_file` has the studies in the order by which postings number them,
/// `forms` the written forms of all words, `bigram_words` the pairs of words that are kept, and `concepts`
/// by number the position of each concept, in all texts and in hypotheses.
pub fn build(
    space: &VectorSpace,
    in_file: &[CaseIndex],
    forms: &[WrittenForm],
    bigram_words: &FxHashMap<Feature, [Feature; 2]>,
    concepts: &[[Option<u32>; 2]],
) -> WordFiles {
    let source = WordSource::new(space, in_file, bigram_words);
    let postings = source.lists.iter().map(|lists| lists.postings.len()).sum::<usize>();
    let count = (postings / POSTINGS_PER_FILE).max(1).next_power_of_two().min(MAX_FILES);
    let mut forms_of: Vec<Vec<&WrittenForm>> = vec![Vec::new(); count];
    for form in forms {
        forms_of[form.start_hash as usize % count].push(form);
    }
    let mut files: Vec<Vec<u8>> = forms_of
        .par_iter()
        .enumerate()
        .map(|(number, forms)| source.write(forms, concepts.iter().skip(number).step_by(count)))
        .collect();
    files.push(source.write_scales());
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
        steps: [COUNT_STEPS, SCALE_STEPS, LEAST_SCALE],
        start_letters: START_LETTERS,
    };
    WordFiles { header, files }
}

/// The studies of all features that the files have, of one relation (within a language, or across).
#[derive(Default)]
struct PostingLists {
    /// By position of the feature: where its postings begin; one more at the end.
    starts: Vec<u32>,
    /// The postings of all features, each ascending; their steps are those of counts.
    postings: Vec<Posting>,
    /// By study, in the order of the file: the scale of each of [`BLOCKS`] in steps above the least.
    scales: Vec<[u32; 4]>,
}

impl PostingLists {
    /// The postings of the features that have a place in `block_of`, which is that of their block in
    /// [`BLOCKS`]. `vectors` are those of the studies in the order of the file, each with the idfs of
    /// its language by position.
    fn new(block_of: &[Option<u8>], vectors: &[(&SparseVector, &[f32])]) -> PostingLists {
        let read: Vec<([u32; 4], Vec<Posting>)> = vectors
            .par_iter()
            .map(|(vector, idfs)| relative_weights(block_of, vector, idfs))
            .collect();
        let mut starts = vec![0_u32; block_of.len() + 1];
        for (position, _) in read.iter().flat_map(|(_, features)| features) {
            starts[*position as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut postings = vec![(0, 0); starts[block_of.len()] as usize];
        for (document, (_, features)) in (0..).zip(&read) {
            for (position, steps) in features {
                let at = &mut next[*position as usize];
                postings[*at as usize] = (document, *steps);
                *at += 1;
            }
        }
        PostingLists {
            starts,
            postings,
            scales: read.into_iter().map(|(scales, _)| scales).collect(),
        }
    }

    /// The postings of a feature.
    fn of(&self, position: u32) -> &[Posting] {
        let at = position as usize;
        let Some([start, end]) = self.starts.get(at..at + 2) else { return &[] };
        &self.postings[*start as usize..*end as usize]
    }
}

/// The scale of each block of a vector in steps above the least, and its features by position, each with
/// what its count is worth, in steps without a sign.
fn relative_weights(
    block_of: &[Option<u8>],
    vector: &SparseVector,
    idfs: &[f32],
) -> ([u32; 4], Vec<Posting>) {
    let weighted: Vec<(u32, usize, f32)> = vector
        .features
        .iter()
        .filter_map(|(position, weight)| {
            let idf = idfs[*position as usize];
            let block = block_of[*position as usize].filter(|_| idf > 0.0)?;
            Some((*position, usize::from(block), (weight / idf).log2() - LEAST_SCALE))
        })
        .collect();
    let mut scales = [0; 4];
    for (block, scale) in scales.iter_mut().enumerate() {
        let mut steps: Vec<u32> = weighted
            .iter()
            .filter(|(_, own, _)| *own == block)
            .map(|(_, _, weight)| (weight * SCALE_STEPS).round().max(0.0) as u32)
            .collect();
        steps.sort_unstable();
        // The most frequent; of several, the least.
        let runs = steps.chunk_by(|one, other| one == other).rev();
        *scale = runs.max_by_key(|run| run.len()).map_or(0, |run| run[0]);
    }
    let features = weighted.into_iter().map(|(position, block, weight)| {
        let above = weight - scales[block] as f32 / SCALE_STEPS;
        (position, fold_sign((above * COUNT_STEPS).round() as i32))
    });
    (scales, features.collect())
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
        let place_of = |block: usize| BLOCKS.iter().position(|one| *one as usize == block);
        let mut places: Vec<Option<u8>> = all
            .clone()
            .map(|position| {
                let block = block_of(position);
                let is_kept = block != Block::Bigram as usize;
                place_of(block).filter(|_| is_kept).map(|place| place as u8)
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
        let bigram_place = place_of(Block::Bigram as usize).map(|place| place as u8);
        bigrams.iter().for_each(|(_, _, position)| places[*position as usize] = bigram_place);
        let mut idfs = vec![vec![0.0_f32; space.features.len()]; space.groups.len()];
        for position in all.filter(|position| places[*position as usize].is_some()) {
            for (idfs, idf) in idfs.iter_mut().zip(space.idfs_of(position)) {
                // As the reader will have it.
                idfs[position as usize] = idf.map_or(0, idf_steps) as f32 / IDF_STEPS;
            }
        }
        let list = |vectors: &[SparseVector]| {
            if vectors.is_empty() {
                return PostingLists::default();
            }
            let with_idfs = |case: &CaseIndex| {
                let at = case.0 as usize;
                (&vectors[at], &idfs[space.group_of[at] as usize][..])
            };
            let vectors: Vec<(&SparseVector, &[f32])> = in_file.iter().map(with_idfs).collect();
            PostingLists::new(&places, &vectors)
        };
        let (own, across) =
            rayon::join(|| list(&space.same_language), || list(&space.cross_language));
        WordSource { space, lists: [own, across], words, bigrams }
    }

    /// The bytes of the file that has these forms, which are ascending by hash, and these concepts.
    fn write<'c>(
        &self,
        forms: &[&WrittenForm],
        concepts: impl Iterator<Item = &'c [Option<u32>; 2]>,
    ) -> Vec<u8> {
        let mut forms: Vec<(u32, Option<u32>)> = forms
            .iter()
            .filter_map(|form| {
                let hash = form.hash >> (u32::BITS - HASH_BITS);
                if form.is_ignored {
                    return Some((hash, None));
                }
                // What no two studies have is not in the files.
                let position = self.space.position_of(form.feature)?;
                Some((hash, Some(self.words.binary_search(&position).ok()? as u32)))
            })
            .collect();
        forms.dedup_by_key(|(hash, _)| *hash);
        let mut words: Vec<u32> = forms.iter().filter_map(|(_, number)| *number).collect();
        words.sort_unstable();
        words.dedup();
        let mut writer = FeatureWriter::with_relative_steps(self.space);
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
            self.write_optional_feature(&mut writer, asked);
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
        for position in concepts.flatten() {
            self.write_optional_feature(&mut writer, *position);
        }
        writer.encoder.finish()
    }

    /// Writes whether there is a feature, and the feature where there is.
    fn write_optional_feature(&self, writer: &mut FeatureWriter, position: Option<u32>) {
        writer.write_gap(u32::from(position.is_some()));
        position.iter().for_each(|position| self.write_feature(writer, *position));
    }

    /// The bytes of the file of scales: of each relation the scales of all studies, by block, each as
    /// its change.
    fn write_scales(&self) -> Vec<u8> {
        let mut encoder = BitEncoder::default();
        for list in self.lists.iter().filter(|list| !list.scales.is_empty()) {
            for block in 0..BLOCKS.len() {
                let (mut changes, mut before) = (NumberModel::default(), 0);
                for scales in &list.scales {
                    let change = fold_sign(scales[block] as i32 - before);
                    encoder.write_number(&mut changes, change);
                    before = scales[block] as i32;
                }
            }
        }
        encoder.finish()
    }

    /// Writes a feature with all its studies.
    fn write_feature(&self, writer: &mut FeatureWriter, position: u32) {
        let [own, across] = &self.lists;
        writer.write_feature(position, [own.of(position), across.of(position)], None);
    }
}
