//! Writes words and the features of studies for a browser, each kind of number with a model of its own.

use std::collections::BTreeSet;

use casebook_search::fold::{fold_accents, normalise};
use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::similar::bit_coder::{BitEncoder, BitModel, NumberModel};
use crate::similar::feature::{Feature, is_ignored_word};
use crate::similar::similarity_model::SimilarityModel;
use crate::similar::vector_space::VectorSpace;

/// Steps of an idf in a whole one.
pub const IDF_STEPS: f32 = 16.0;

/// Letters of a form by which its file of words is chosen: forms of one word mostly share them.
pub const START_LETTERS: usize = 4;

/// A feature of one study, by the position of the study in the order of the file, and its weight in
/// steps.
pub type Posting = (u32, u32);

/// A form in which a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenForm {
    /// Hash of the folded form in its language.
    pub hash: u32,
    /// Hash of its first letters, by which a file of words is chosen.
    pub start_hash: u32,
    /// Its word feature.
    pub feature: Feature,
    /// Whether it is a stop word, which counts in phrases only.
    pub is_ignored: bool,
}

/// Hash of a written form, which must be folded, in a language: FNV-1a, then mixed.
fn hash_form(language: u8, folded: &str) -> u32 {
    let hash = std::iter::once(language)
        .chain(folded.bytes())
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let hash = (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
    let hash = (hash ^ hash >> 12).wrapping_mul(0x297a_2d39);
    hash ^ hash >> 15
}

/// The forms in which words are written that two studies or more have or that a phrase of a concept has,
/// and stop words, by hash.
pub fn written_forms(model: &SimilarityModel) -> Vec<WrittenForm> {
    let languages: BTreeSet<Language> = model.languages.iter().copied().collect();
    let phrase_words: FxHashSet<Feature> = languages
        .iter()
        .flat_map(|language| model.concepts.phrases_in(*language))
        .flat_map(|(_, stems)| stems.into_iter().map(Feature::from_stem))
        .collect();
    let mut forms: Vec<WrittenForm> = model
        .spellings
        .par_iter()
        .filter_map(|spelling| {
            let language = Language::from_number(spelling.language);
            let is_ignored = is_ignored_word(&normalise(&spelling.written, language), language);
            let is_wanted = model.space.position_of(spelling.feature).is_some()
                || phrase_words.contains(&spelling.feature);
            if !is_ignored && !is_wanted {
                return None;
            }
            let folded = fold_accents(&spelling.written);
            let start = folded.char_indices().nth(START_LETTERS).map_or(folded.len(), |(at, _)| at);
            Some(WrittenForm {
                hash: hash_form(spelling.language, &folded),
                start_hash: hash_form(spelling.language, &folded[..start]),
                feature: spelling.feature,
                is_ignored,
            })
        })
        .collect();
    forms.par_sort_unstable();
    forms.dedup();
    forms
}

/// Writes features, how rare they are and the studies that have them.
pub struct FeatureWriter<'s> {
    space: &'s VectorSpace,
    /// Whether the steps of postings are written as they are, and not as changes of the one before.
    are_steps_relative: bool,
    /// What is written so far.
    pub encoder: BitEncoder,
    gaps: NumberModel,
    has_weight: BitModel,
    frequencies: NumberModel,
    idfs: NumberModel,
    counts: NumberModel,
    /// By block, then by the length of the gap before.
    posting_gaps: [[NumberModel; 24]; 5],
    weights: [NumberModel; 5],
}

impl<'s> FeatureWriter<'s> {
    /// A writer that has written nothing.
    pub fn new(space: &'s VectorSpace) -> Self {
        FeatureWriter {
            space,
            are_steps_relative: false,
            encoder: BitEncoder::default(),
            gaps: NumberModel::default(),
            has_weight: BitModel::default(),
            frequencies: NumberModel::default(),
            idfs: NumberModel::default(),
            counts: NumberModel::default(),
            posting_gaps: Default::default(),
            weights: Default::default(),
        }
    }

    /// A writer of postings whose steps are mostly 0.
    pub fn with_relative_steps(space: &'s VectorSpace) -> Self {
        FeatureWriter { are_steps_relative: true, ..FeatureWriter::new(space) }
    }

    /// Number of languages of the hub.
    pub fn group_count(&self) -> usize {
        self.space.groups.len()
    }

    /// Writes the distance to the next number of a list.
    pub fn write_gap(&mut self, gap: u32) {
        self.encoder.write_number(&mut self.gaps, gap);
    }

    /// Writes how rare a feature is, and the studies that have it with its weight in each; where
    /// `studies` are given, ascending, those are known to the reader.
    pub fn write_feature(
        &mut self,
        position: u32,
        lists: [&[Posting]; 2],
        studies: Option<&[u32]>,
    ) {
        let space = self.space;
        let block = space.features[position as usize].block_index();
        if self.group_count() > 1 {
            let frequency = space.document_frequencies[position as usize];
            self.encoder.write_number(&mut self.frequencies, frequency);
        }
        for idf in space.idfs_of(position) {
            let step = idf.map_or(0, |idf| 1 + idf_steps(idf));
            self.encoder.write_number(&mut self.idfs, step);
        }
        let relations = if self.group_count() > 1 { 2 } else { 1 };
        for list in &lists[..relations] {
            let (mut next, mut length, mut weight) = (0, 0, None);
            if let Some(studies) = studies {
                for study in studies {
                    let is_weighted = list.binary_search_by_key(study, |(document, _)| *document);
                    self.encoder.write_bit(&mut self.has_weight, is_weighted.is_ok());
                }
            } else {
                self.encoder.write_number(&mut self.counts, list.len() as u32);
            }
            for (document, steps) in *list {
                let gap = document - next;
                if studies.is_none() {
                    self.encoder.write_number(&mut self.posting_gaps[block][length], gap);
                }
                (next, length) = (document + 1, bits_of(gap as usize) as usize);
                match weight {
                    _ if self.are_steps_relative => {
                        self.encoder.write_number(&mut self.weights[block], *steps)
                    }
                    None => self.encoder.write_raw(*steps, 8),
                    Some(before) => {
                        let change = fold_sign(*steps as i32 - before as i32);
                        self.encoder.write_number(&mut self.weights[block], change);
                    }
                }
                weight = Some(*steps);
            }
        }
    }
}

/// An idf in steps.
pub fn idf_steps(idf: f32) -> u32 {
    (idf * IDF_STEPS).round() as u32
}

/// A number without a sign: 0, -1, 1, -2, 2 and so on become 0, 1, 2, 3, 4.
pub fn fold_sign(number: i32) -> u32 {
    (number << 1 ^ number >> 31) as u32
}

/// Bits in which every number up to this one can be written.
pub fn bits_of(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}
