//! Reduces the similarity model to a few bytes for each study, so that a browser finds the nearest
//! experiments of a draft by the formula of `score`.
//!
//! What is left out: features by which no draft is likely to be found. Every feature of a study is
//! worth its squared weight times a root of the number of studies whose title, summary or hypothesis
//! has it, for every bit that it takes; the best are kept as long as there is room. A small hub keeps
//! all; of a large one `word_files` has all words and concepts, and the model shows something until those
//! of a draft are read.
//! `themes/atlas/scripts/nearest.js` reads it; nothing in it depends on the order of a hash map.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::background::{self, BACKGROUND_SIZE, LanguageRelation};
use crate::similar::bit_coder::{BitModel, NumberModel};
use crate::similar::document::{Document, Facet};
use crate::similar::feature::{Block, Feature, FeatureExtractor, MENTION_COUNTS, decode_entry};
use crate::similar::feature_writer::{
    FeatureWriter, IDF_STEPS, Posting, WrittenForm, bits_of, written_forms,
};
use crate::similar::neighbours::HubBackgrounds;
use crate::similar::score::{BlockWeights, MAX_CORRECTION};
use crate::similar::similarity_model::{SimilarityModel, case_document};
use crate::similar::vector_space::{
    DocumentGroup, LanguageGroup, SparseVector, VectorSpace, WEIGHT_SCALE,
};
use crate::similar::word_files::{self, WordFilesHeader};
use crate::vocabulary::{ChannelId, TacticId};

/// The most bytes that a model takes.
pub const MAX_BYTES: usize = 132_000;

/// The most features of all vectors with which a model is tried with nothing left out.
const MAX_COMPLETE_FEATURES: usize = 120_000;

/// A word is common where one study in this many has it in its title, summary or hypothesis.
const COMMON_SHARE: usize = 1_000;

/// How much it counts that many drafts may have a feature: the power of the number of studies that
/// have it in their titles, summaries or hypotheses.
const LEAD_POWER: f32 = 0.25;

/// The part of the room for the model that its features seem to take at the first attempt: what else
/// is in it takes the rest.
const FIRST_ROOM: f32 = 0.9;

/// Where its features would have less than this part of the room, the model has none.
const LEAST_ROOM: f32 = 0.01;

/// Bits that a feature takes without its studies, roughly.
const BITS_OF_FEATURE: f32 = 24.0;

/// Steps of a background level in a doubling, above [`LEAST_LEVEL`].
const LEVEL_STEPS: f32 = 8.0;

/// The least background level.
const LEAST_LEVEL: f32 = 0.03;

/// Steps of a tail scale in a doubling, above [`LEAST_TAIL_SCALE`].
const TAIL_STEPS: f32 = 4.0;

/// The least tail scale.
const LEAST_TAIL_SCALE: f32 = 0.001;

/// Steps of a correction between its smallest and its largest value.
const CORRECTION_STEPS: f32 = 31.0;

/// Bits of the hash of a word beyond those that tell the words of the model apart, so that few words
/// that it lacks are taken for one that it has.
const SPARE_HASH_BITS: u32 = 8;

/// A similarity model for a browser.
#[derive(Debug, Clone)]
pub struct CompactModel {
    /// What the bytes mean.
    pub header: CompactHeader,
    /// The studies, words and features, as `BitEncoder` writes them.
    pub bytes: Vec<u8>,
    /// The case studies by address, the order in which others refer to them.
    pub by_address: Vec<CaseIndex>,
    /// The files with all studies of every word; none where the model has all.
    pub word_files: Vec<Vec<u8>>,
    /// The positions of the features of each concept, in all texts and in hypotheses.
    concepts: Vec<[Option<u32>; 2]>,
}

/// The numbers of the formula and the sizes of what is encoded.
#[derive(Debug, Clone, Serialize)]
pub struct CompactHeader {
    /// Number of studies.
    records: usize,
    /// Languages: the number of the analysis, and how many studies there are.
    groups: Vec<(u8, usize)>,
    /// Ids of tactics by the number that stands for each.
    tactics: Vec<String>,
    /// Ids of channels by the number that stands for each.
    channels: Vec<String>,
    /// Number of written forms of words.
    spellings: usize,
    /// Number of words.
    words: usize,
    /// Bits of the hash of a written form.
    hash_bits: u32,
    /// Number of bigrams.
    bigrams: usize,
    /// Number of concepts.
    concepts: usize,
    /// Number of features of tactics, and of channels.
    terms: [usize; 2],
    /// Steps in a doubling of a weight: of words, and of terms, which weigh most.
    weight_steps: [f32; 2],
    /// Whether no feature is left out.
    is_complete: bool,
    /// Weights, damping and half of `score::Weights`, within a language and across.
    same_language: BlockNumbers,
    /// The same across languages.
    cross_language: BlockNumbers,
    /// `Weights::disjoint_tactics_factor`.
    disjoint_tactics_factor: f32,
    /// `Weights::max_share`.
    max_share: f32,
    /// `Weights::share_pseudo_count`.
    share_pseudo_count: f32,
    /// Level, tail scale and pseudo-count of the prior of backgrounds.
    prior: [f32; 3],
    /// Level, tail scale and mean of the hub within a language and across.
    hub: [[f32; 3]; 2],
    /// `score::MAX_CORRECTION`.
    max_correction: f32,
    /// Number of unrelated records of a background.
    background_size: usize,
    /// Steps of idf, level, tail scale and correction, the least level and the least tail scale.
    steps: [f32; 6],
    /// What a weight is a multiple of, as the number of such parts in 1.
    weight_scale: f32,
    /// How much a mention counts in a title, in a lead text or hypothesis, and in a body, and a
    /// tactic and a channel.
    counts: [f32; 5],
    /// How unrelated records are told from relatives: `background::SEARCH_DEPTH`, `MIN_GAP_RATIO`,
    /// `MIN_SIMILARITY`, `REFERENCE_HUB_SIZE`, `MAX_LEVEL_RATIO`, `MAX_CROSS_LANGUAGE_LEVEL` and
    /// `MAX_KEPT_COUNTERPARTS`.
    background: [f32; 7],
    /// The files of words; none where the model is complete.
    word_files: Option<WordFilesHeader>,
}

/// `score::BlockWeights` for a browser.
#[derive(Debug, Clone, Serialize)]
struct BlockNumbers {
    /// Weight of each block.
    weight: [f32; 5],
    /// Damping of each block.
    damping: [f32; 5],
    /// Steps that give a score of one half.
    half: f32,
}

/// The postings of one feature within languages and across.
#[derive(Debug, Default)]
struct Postings([Vec<Posting>; 2]);

impl Postings {
    /// The postings within languages, and across.
    fn lists(&self) -> [&[Posting]; 2] {
        [&self.0[0], &self.0[1]]
    }
}

/// Builds the compact model of a catalog, of at most [`MAX_BYTES`], and the files of words where not
/// all features have room in it.
pub fn build(catalog: &Catalog, model: &SimilarityModel) -> CompactModel {
    let space = &model.space;
    let vectors = space.same_language.iter().chain(&space.cross_language);
    let is_small =
        vectors.map(|vector| vector.features.len()).sum::<usize>() <= MAX_COMPLETE_FEATURES;
    let mut source = CompactSource::new(catalog, model, is_small);
    let mut room = MAX_BYTES as f32 * 8.0 * FIRST_ROOM;
    let mut compact = source.encode(room);
    if is_small && compact.bytes.len() > MAX_BYTES {
        source = CompactSource::new(catalog, model, false);
        compact = source.encode(room);
    }
    // How much room a feature takes is known only afterwards. Where studies and phrases alone take more
    // than there is, as with several ten thousand studies, the model has these alone.
    while compact.bytes.len() > MAX_BYTES && room > 0.0 {
        let excess = (compact.bytes.len() as f32 - MAX_BYTES as f32 * 0.98) * 8.0;
        room = (room - excess).min(room * 0.98).max(0.0);
        if room < MAX_BYTES as f32 * 8.0 * LEAST_ROOM {
            room = 0.0;
        }
        compact = source.encode(room);
    }
    if !compact.header.is_complete {
        let words = word_files::build(
            &model.space,
            &source.in_file,
            &source.forms,
            &source.bigram_words,
            &compact.concepts,
        );
        compact.header.word_files = Some(words.header);
        compact.word_files = words.files;
    }
    compact
}

/// A feature of a study that may be kept: its value, the study's position in the file, the position
/// of the feature, its weight and the vector that it is of (0 within a language, 1 across).
#[derive(Clone, Copy)]
struct Candidate {
    value: f32,
    document: u32,
    position: u32,
    weight: f32,
    relation: u8,
}

/// What a compact model is chosen from.
struct CompactSource<'m> {
    catalog: &'m Catalog,
    model: &'m SimilarityModel,
    by_address: Vec<CaseIndex>,
    /// Case studies in the order of the file: those of one language, tactic and channel together.
    in_file: Vec<CaseIndex>,
    /// Best first.
    candidates: Vec<Candidate>,
    /// Positions of the words, bigrams and concepts that many drafts have, the most frequent first: how
    /// rare they are must be known even where no study is found by them.
    common: Vec<u32>,
    /// The forms in which words of the studies are written, by hash.
    forms: Vec<WrittenForm>,
    /// The two words of bigrams.
    bigram_words: FxHashMap<Feature, [Feature; 2]>,
    /// As in the header.
    weight_steps: [f32; 2],
    is_complete: bool,
}

impl<'m> CompactSource<'m> {
    /// Reads the short texts of all studies, or all texts where the model `is_complete`, and orders the
    /// features of the studies by their value.
    fn new(catalog: &'m Catalog, model: &'m SimilarityModel, is_complete: bool) -> Self {
        let space = &model.space;
        let mut by_address: Vec<CaseIndex> = catalog.iter_cases().map(|(case, _)| case).collect();
        by_address.sort_by_key(|case| catalog.case(*case).meta.address.as_bytes());
        let mut in_file = by_address.clone();
        in_file.sort_by_key(|case| {
            let (study, at) = (catalog.case(*case), case.0 as usize);
            (space.group_of[at], tactic_numbers(study), channel_numbers(study))
        });
        let documents: Vec<Document> = catalog
            .cases
            .iter()
            .map(|case| if is_complete { case_document(case) } else { lead_document(case) })
            .collect();
        let read = |part: &[Document]| {
            let mut extractor = FeatureExtractor::with_bigram_words(&model.concepts);
            let positions: Vec<u32> = part
                .iter()
                .flat_map(|document| extractor.extract(document).entries.into_vec())
                .filter_map(|entry| space.position_of(decode_entry(&entry).0))
                .collect();
            (positions, extractor.into_bigram_words())
        };
        let size = documents.len().div_ceil(rayon::current_num_threads() * 2).max(1);
        let mut lead_counts = vec![0_u32; space.features.len()];
        let mut bigram_words = FxHashMap::default();
        for (positions, words) in documents.par_chunks(size).map(read).collect::<Vec<_>>() {
            positions.iter().for_each(|at| lead_counts[*at as usize] += 1);
            bigram_words.extend(words);
        }
        let terms: BTreeSet<Feature> = catalog
            .cases
            .iter()
            .flat_map(|case| {
                let tactics = tactic_numbers(case).into_iter().map(Facet::Tactic);
                tactics.chain(channel_numbers(case).into_iter().map(Facet::Channel))
            })
            .map(Feature::from_facet)
            .collect();
        let least_count = if is_complete { 1 } else { (documents.len() / COMMON_SHARE) as u32 };
        let mut common: Vec<u32> = (0..)
            .zip(space.features.iter().zip(&lead_counts))
            .filter(|(_, (feature, count))| {
                let block = feature.block_index();
                let is_listed = match block {
                    block if block == Block::Bigram as usize => bigram_words.contains_key(*feature),
                    block => block != Block::Facet as usize,
                };
                is_listed && **count >= least_count.max(1)
            })
            .map(|(position, _)| position)
            .collect();
        common.sort_by_key(|position| Reverse(lead_counts[*position as usize]));
        let usable: Vec<f32> = (0..)
            .zip(space.features.iter().zip(&lead_counts))
            .map(|(position, (feature, count))| match feature.block_index() {
                block if block == Block::Bigram as usize && !bigram_words.contains_key(feature) => {
                    0.0
                }
                block if block == Block::Facet as usize && !terms.contains(feature) => 0.0,
                block if block == Block::Facet as usize => f32::INFINITY,
                _ => {
                    (*count as f32).powf(LEAD_POWER)
                        / bits_of_posting(space, documents.len(), position)
                }
            })
            .collect();
        let of_study = |(document, case): (usize, &CaseIndex)| -> Vec<Candidate> {
            let at = case.0 as usize;
            let vectors = [Some(&space.same_language[at]), space.cross_language.get(at)];
            let features = |(relation, vector): (usize, &'m SparseVector)| {
                vector.features.iter().map(move |(position, weight)| (relation, *position, *weight))
            };
            vectors
                .into_iter()
                .enumerate()
                .filter_map(|(relation, vector)| Some((relation, vector?)))
                .flat_map(features)
                .filter(|(_, position, _)| usable[*position as usize] > 0.0)
                .map(|(relation, position, weight)| Candidate {
                    value: weight * weight * usable[position as usize],
                    document: document as u32,
                    position,
                    weight,
                    relation: relation as u8,
                })
                .collect()
        };
        let mut candidates: Vec<Candidate> = in_file
            .par_iter()
            .enumerate()
            .flat_map_iter(|(document, case)| of_study((document, case)))
            .collect();
        let better = |one: &Candidate, other: &Candidate| {
            other.value.total_cmp(&one.value).then_with(|| {
                (one.document, one.position, one.relation).cmp(&(
                    other.document,
                    other.position,
                    other.relation,
                ))
            })
        };
        // Far more than there is room for are never looked at.
        let most = MAX_BYTES * 8 / 3;
        if candidates.len() > most {
            candidates.select_nth_unstable_by(most, better);
            candidates.truncate(most);
        }
        candidates.par_sort_unstable_by(better);
        CompactSource {
            catalog,
            model,
            by_address,
            in_file,
            candidates,
            common,
            forms: written_forms(model),
            bigram_words,
            weight_steps: if is_complete { [8.0; 2] } else { [2.0, 8.0] },
            is_complete,
        }
    }

    /// The postings of the best features for which there seems to be room, in bits, by position.
    fn choose(&self, room: f32) -> BTreeMap<u32, Postings> {
        let space = &self.model.space;
        let mut chosen: BTreeMap<u32, Postings> = BTreeMap::new();
        // All where the model is complete; else they must leave room for those that find studies.
        let share = if self.is_complete { 1.0 } else { 0.5 };
        let common_count = self.common.len().min((room * share / BITS_OF_FEATURE) as usize);
        let common = &self.common[..common_count];
        let mut used = common.len() as f32 * BITS_OF_FEATURE;
        chosen.extend(common.iter().map(|position| (*position, Postings::default())));
        for candidate in &self.candidates {
            if used > room {
                break;
            }
            let postings = chosen.entry(candidate.position).or_insert_with(|| {
                used += BITS_OF_FEATURE;
                Postings::default()
            });
            used += bits_of_posting(space, self.in_file.len(), candidate.position);
            let block = space.features[candidate.position as usize].block_index();
            let per_doubling = self.weight_steps[usize::from(block == Block::Facet as usize)];
            let steps = ((candidate.weight * WEIGHT_SCALE).log2() * per_doubling).round();
            postings.0[usize::from(candidate.relation)].push((candidate.document, steps as u32));
        }
        for postings in chosen.values_mut() {
            postings.0.iter_mut().for_each(|list| list.sort_unstable());
        }
        chosen
    }

    /// The model with the best features for which there seems to be room, in bits.
    fn encode(&self, room: f32) -> CompactModel {
        let (space, weights) = (&self.model.space, &self.model.weights);
        let vocabulary = &self.catalog.vocabulary;
        let chosen = self.choose(room);
        let is_complete = self.is_complete
            && chosen.values().flat_map(|postings| &postings.0).map(Vec::len).sum::<usize>()
                == self.candidates.len();
        let of_block = |block: Block| {
            chosen.iter().filter(move |(position, _)| {
                space.features[**position as usize].block_index() == block as usize
            })
        };
        let feature_of = |position: &u32| space.features[*position as usize];
        // Concepts whose phrases a draft may have, and in hypotheses.
        let mut concepts: BTreeMap<u32, [Option<u32>; 2]> = BTreeMap::new();
        let mut concept_hypotheses: BTreeSet<u32> = BTreeSet::new();
        for number in 0..self.model.concepts.names.len() as u32 {
            let feature = Feature::from_concept(number);
            let own = space.position_of(feature).filter(|at| chosen.contains_key(at));
            let asked = space
                .position_of(feature.in_block(Block::Hypothesis))
                .filter(|at| chosen.contains_key(at));
            if own.or(asked).is_some() {
                concepts.insert(number, [own, asked]);
                concept_hypotheses.extend(asked);
            }
        }
        let languages: BTreeSet<Language> = self.model.languages.iter().copied().collect();
        let mut phrases: Vec<(u8, Vec<Feature>, u32)> = Vec::new();
        for language in &languages {
            for (concept, stems) in self.model.concepts.phrases_in(*language) {
                if concepts.contains_key(&concept) {
                    let words = stems.into_iter().map(Feature::from_stem).collect();
                    phrases.push((*language as u8, words, concept));
                }
            }
        }
        phrases.sort();
        // Words: those with postings, and those that bigrams, hypotheses and phrases are made of.
        let mut needed: BTreeSet<Feature> =
            of_block(Block::Word).map(|(position, _)| feature_of(position)).collect();
        let bigrams: Vec<(&u32, &Postings)> = of_block(Block::Bigram).collect();
        for (position, _) in &bigrams {
            needed.extend(self.bigram_words[&feature_of(position)]);
        }
        needed.extend(
            of_block(Block::Hypothesis)
                .filter(|(position, _)| !concept_hypotheses.contains(position))
                .map(|(position, _)| feature_of(position).in_block(Block::Word)),
        );
        needed.extend(phrases.iter().flat_map(|(_, words, _)| words));
        let (spellings, hash_bits) = self.spellings(&needed);
        let mut word_numbers: BTreeMap<Feature, u32> = BTreeMap::new();
        for spelling in &spellings {
            let next = word_numbers.len() as u32;
            word_numbers.entry(spelling.feature).or_insert(next);
        }
        let mut words: Vec<(u32, Feature)> =
            word_numbers.iter().map(|(feature, number)| (*number, *feature)).collect();
        words.sort_unstable();
        // What a written form leads to can be found, all else is left out.
        let bigrams: Vec<(u32, u32, &u32, &Postings)> = {
            let mut known: Vec<_> = bigrams
                .into_iter()
                .filter_map(|(position, postings)| {
                    let [one, other] = self.bigram_words[&feature_of(position)];
                    let number = |word: Feature| word_numbers.get(&word).copied();
                    Some((number(one)?, number(other)?, position, postings))
                })
                .collect();
            known.sort_unstable_by_key(|(one, other, _, _)| (*one, *other));
            known
        };
        let phrases: Vec<(u8, Vec<u32>, u32)> = phrases
            .into_iter()
            .filter_map(|(language, stems, concept)| {
                let numbers: Option<Vec<u32>> =
                    stems.iter().map(|stem| word_numbers.get(stem).copied()).collect();
                Some((language, numbers?, concept))
            })
            .collect();
        concepts.retain(|number, _| phrases.iter().any(|(_, _, concept)| concept == number));
        let term_features = |facets: Vec<Facet>| -> Vec<(usize, u32)> {
            facets
                .into_iter()
                .enumerate()
                .filter_map(|(number, facet)| {
                    let position = space.position_of(Feature::from_facet(facet))?;
                    chosen.contains_key(&position).then_some((number, position))
                })
                .collect()
        };
        let used = |numbers: &dyn Fn(&CaseStudy) -> Vec<u32>| -> Vec<u32> {
            let all: BTreeSet<u32> = self.catalog.cases.iter().flat_map(numbers).collect();
            all.into_iter().collect()
        };
        let (tactics, channels) = (used(&tactic_numbers), used(&channel_numbers));
        let tactic_features = term_features(tactics.iter().copied().map(Facet::Tactic).collect());
        let channel_features =
            term_features(channels.iter().copied().map(Facet::Channel).collect());

        let mut writer = ModelWriter::new(self, &chosen);
        writer.write_studies(&tactics, &channels);
        writer.write_spellings(&spellings, &word_numbers);
        for (_, word) in &words {
            writer.write_feature_if_known(*word);
            writer.write_feature_if_known(word.in_block(Block::Hypothesis));
        }
        let kinds = [
            (&tactic_features, &tactics, tactic_numbers as NumbersOfStudy),
            (&channel_features, &channels, channel_numbers),
        ];
        for (features, all, numbers_of) in kinds {
            let mut studies: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
            for (document, case) in (0..).zip(&self.in_file) {
                for number in numbers_of(self.catalog.case(*case)) {
                    studies[all.binary_search(&number).unwrap_or_default()].push(document);
                }
            }
            let mut before = 0;
            for (number, position) in features {
                writer.features.write_gap(*number as u32 - before);
                before = *number as u32;
                writer.features.write_feature(
                    *position,
                    chosen[position].lists(),
                    Some(&studies[*number]),
                );
            }
        }
        let mut before = 0;
        for (one, other, position, postings) in &bigrams {
            writer.write_pair(*one - before, *other, words.len());
            before = *one;
            writer.features.write_feature(**position, postings.lists(), None);
        }
        for (concept, features) in &concepts {
            let own: Vec<&(u8, Vec<u32>, u32)> =
                phrases.iter().filter(|(_, _, number)| number == concept).collect();
            writer.features.write_gap(own.len() as u32);
            for (language, numbers, _) in own {
                writer.write_phrase(*language, numbers, words.len());
            }
            for position in features {
                writer.write_optional_feature(*position);
            }
        }
        let numbers = |block_weights: &BlockWeights| BlockNumbers {
            weight: block_weights.weight,
            damping: block_weights.damping,
            half: block_weights.half,
        };
        let HubBackgrounds { same_language, cross_language } =
            self.model.neighbours.hub_backgrounds;
        let group = |group: &DocumentGroup| match &group.language {
            LanguageGroup::Known(language) => (*language as u8, group.members.len()),
            LanguageGroup::Tag(_) => (Language::Plain as u8, group.members.len()),
        };
        let header = CompactHeader {
            records: self.in_file.len(),
            groups: space.groups.iter().map(group).collect(),
            tactics: tactics
                .iter()
                .map(|at| vocabulary.tactics[TacticId(*at)].id.to_string())
                .collect(),
            channels: channels
                .iter()
                .map(|at| vocabulary.channels[ChannelId(*at)].id.to_string())
                .collect(),
            spellings: spellings.len(),
            words: words.len(),
            hash_bits,
            bigrams: bigrams.len(),
            concepts: concepts.len(),
            terms: [tactic_features.len(), channel_features.len()],
            weight_steps: self.weight_steps,
            is_complete,
            same_language: numbers(&weights.same_language),
            cross_language: numbers(&weights.cross_language),
            disjoint_tactics_factor: weights.disjoint_tactics_factor,
            max_share: weights.max_share,
            share_pseudo_count: weights.share_pseudo_count,
            prior: [weights.prior_level, weights.prior_tail_scale, weights.tail_pseudo_count],
            hub: [same_language, cross_language].map(|hub| [hub.level, hub.tail_scale, hub.mean]),
            max_correction: MAX_CORRECTION,
            background_size: BACKGROUND_SIZE,
            steps: [
                IDF_STEPS,
                LEVEL_STEPS,
                TAIL_STEPS,
                CORRECTION_STEPS,
                LEAST_LEVEL,
                LEAST_TAIL_SCALE,
            ],
            weight_scale: WEIGHT_SCALE,
            counts: MENTION_COUNTS,
            background: background::rules(),
            word_files: None,
        };
        CompactModel {
            header,
            bytes: writer.features.encoder.finish(),
            by_address: self.by_address.clone(),
            word_files: Vec::new(),
            concepts: concepts.into_values().collect(),
        }
    }

    /// The written forms of words that are needed, and of stop words, by hash; and the bits of a
    /// hash.
    fn spellings(&self, needed: &BTreeSet<Feature>) -> (Vec<WrittenForm>, u32) {
        let is_needed = |form: &&WrittenForm| form.is_ignored || needed.contains(&form.feature);
        let mut forms: Vec<WrittenForm> = self.forms.iter().filter(is_needed).copied().collect();
        let hash_bits = (forms.len().max(1).ilog2() + 1 + SPARE_HASH_BITS).min(23);
        forms.iter_mut().for_each(|form| form.hash >>= 32 - hash_bits);
        forms.dedup_by_key(|form| form.hash);
        (forms, hash_bits)
    }
}

/// The title, summary and hypothesis of a study, which are what a draft begins with.
fn lead_document(case: &CaseStudy) -> Document<'_> {
    Document {
        language: &case.meta.language,
        detected_language: Some(case.text_language()),
        title: &case.meta.title,
        lead_texts: case.summary.iter().map(String::as_str).collect(),
        hypothesis: case.hypothesis.as_deref(),
        facets: case_document(case).facets,
        ..Document::default()
    }
}

/// Function that returns the positions of the terms of one kind that a study states, ascending.
type NumbersOfStudy = fn(&CaseStudy) -> Vec<u32>;

/// Positions of the tactics of a study in the vocabulary, ascending.
fn tactic_numbers(case: &CaseStudy) -> Vec<u32> {
    let numbers: BTreeSet<u32> = case.tactics.iter().map(|tactic| tactic.0).collect();
    numbers.into_iter().collect()
}

/// Positions of the channels of a study in the vocabulary, ascending.
fn channel_numbers(case: &CaseStudy) -> Vec<u32> {
    let numbers: BTreeSet<u32> = case.channels.iter().map(|channel| channel.0).collect();
    numbers.into_iter().collect()
}

/// Writes the parts of a compact model.
struct ModelWriter<'s> {
    source: &'s CompactSource<'s>,
    chosen: &'s BTreeMap<u32, Postings>,
    features: FeatureWriter<'s>,
    has_feature: BitModel,
}

impl<'s> ModelWriter<'s> {
    /// A writer that has written nothing.
    fn new(source: &'s CompactSource<'s>, chosen: &'s BTreeMap<u32, Postings>) -> Self {
        let features = FeatureWriter::new(&source.model.space);
        ModelWriter { source, chosen, features, has_feature: BitModel::default() }
    }

    /// Writes of every study, by address, its language, terms, blocks and backgrounds; terms by
    /// their positions in these lists.
    fn write_studies(&mut self, tactics: &[u32], channels: &[u32]) {
        let (source, model) = (self.source, self.source.model);
        let hub = &model.neighbours.hub_backgrounds;
        let prior = model.weights.prior();
        let mut groups = NumberModel::default();
        let mut terms: [[NumberModel; 2]; 2] = Default::default();
        let (mut masks, mut corrections) = ([[BitModel::default(); 5]; 2], NumberModel::default());
        let (mut levels, mut tails) = (NumberModel::default(), NumberModel::default());
        for case in &source.by_address {
            let (at, study) = (case.0 as usize, source.catalog.case(*case));
            let group = model.space.group_of[at];
            if self.features.group_count() > 1 {
                self.features.encoder.write_number(&mut groups, group);
            }
            let lists = [(tactic_numbers(study), tactics), (channel_numbers(study), channels)];
            for ((numbers, all), [counts, gaps]) in lists.into_iter().zip(&mut terms) {
                self.features.encoder.write_number(counts, numbers.len() as u32);
                let mut before = 0;
                for number in numbers {
                    let place = all.binary_search(&number).unwrap_or_default() as u32;
                    self.features.encoder.write_number(gaps, place - before);
                    before = place;
                }
            }
            let vectors =
                [Some(&model.space.same_language[at]), model.space.cross_language.get(at)];
            for (vector, masks) in vectors.into_iter().zip(&mut masks) {
                for (block, has_block) in masks.iter_mut().enumerate().filter(|_| vector.is_some())
                {
                    let mask = vector.map_or(0, |vector| vector.block_mask);
                    self.features.encoder.write_bit(has_block, mask >> block & 1 == 1);
                }
            }
            for (number, backgrounds) in (0..).zip(&model.neighbours.backgrounds) {
                let estimate = backgrounds[at].estimate(&prior);
                if number == group {
                    let most = MAX_CORRECTION.sqrt();
                    let correction = (hub.same_language.mean / estimate.mean.max(f32::EPSILON))
                        .sqrt()
                        .clamp(most.recip(), most);
                    let share = (correction.ln() / most.ln() + 1.0) / 2.0;
                    let step = (share * CORRECTION_STEPS).round() as u32;
                    self.features.encoder.write_number(&mut corrections, step);
                } else {
                    let limited =
                        hub.cross_language.limit(estimate, LanguageRelation::CrossLanguage);
                    let step = |value: f32, least: f32, steps: f32| {
                        ((value.max(least) / least).log2() * steps).round() as u32
                    };
                    let level = step(limited.level, LEAST_LEVEL, LEVEL_STEPS);
                    self.features.encoder.write_number(&mut levels, level);
                    let tail = step(limited.tail_scale, LEAST_TAIL_SCALE, TAIL_STEPS);
                    self.features.encoder.write_number(&mut tails, tail);
                }
            }
        }
    }

    /// Writes the written forms of words by hash, each with the number of its word.
    fn write_spellings(&mut self, forms: &[WrittenForm], numbers: &BTreeMap<Feature, u32>) {
        let (mut gaps, mut is_new) = (NumberModel::default(), BitModel::default());
        let mut is_ignored = BitModel::default();
        let (mut before, mut known) = (0, 0);
        for form in forms {
            self.features.encoder.write_number(&mut gaps, form.hash - before);
            before = form.hash;
            let number = numbers[&form.feature];
            self.features.encoder.write_bit(&mut is_new, number == known);
            if number == known {
                known += 1;
            } else {
                self.features.encoder.write_raw(number, bits_of(known as usize));
            }
            self.features.encoder.write_bit(&mut is_ignored, form.is_ignored);
        }
    }

    /// Writes the words of a bigram: the first as the distance from that of the bigram before, the
    /// second, where the first is the same, likewise.
    fn write_pair(&mut self, first: u32, second: u32, words: usize) {
        self.features.write_gap(first);
        self.features.encoder.write_raw(second, bits_of(words));
    }

    /// Writes the words of a phrase and its language.
    fn write_phrase(&mut self, language: u8, words: &[u32], word_count: usize) {
        self.features.write_gap(u32::from(language));
        self.features.write_gap(words.len() as u32);
        for word in words {
            self.features.encoder.write_raw(*word, bits_of(word_count));
        }
    }

    /// Writes whether the model has a feature, and the feature where it has.
    fn write_feature_if_known(&mut self, feature: Feature) {
        let position = self.source.model.space.position_of(feature);
        self.write_optional_feature(position.filter(|at| self.chosen.contains_key(at)));
    }

    /// Writes whether there is a feature, and the feature where there is.
    fn write_optional_feature(&mut self, position: Option<u32>) {
        self.features.encoder.write_bit(&mut self.has_feature, position.is_some());
        if let Some(position) = position {
            self.features.write_feature(position, self.chosen[&position].lists(), None);
        }
    }
}

/// Bits that a posting of a feature takes, roughly, where all its studies are kept.
fn bits_of_posting(space: &VectorSpace, records: usize, position: u32) -> f32 {
    4.0 - (space.document_frequencies[position as usize] as f32 / records as f32).log2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similar::find::find_with_model;
    use crate::support::{TestHub, sample_hub, study_fields};

    /// A number as a word of letters, so that it is read as one.
    fn word_of(number: usize) -> String {
        let letters = "bcdfghjklmnprstv".as_bytes();
        (0..4).map(|at| format!("{}a", char::from(letters[number >> (4 * at) & 15]))).collect()
    }

    /// Between hubs of which all fits and those that are large from the beginning are hubs of long texts.
    #[test]
    fn long_texts_that_do_not_fit_leave_a_model_that_does() {
        let mut hub = TestHub::new();
        for study in 0..200 {
            // Pairs of studies have the same rare words.
            let words: Vec<String> = (0..360).map(|at| word_of(study / 2 * 360 + at)).collect();
            let (title, text) = (words[..20].join(" "), words.join(" "));
            let fields = study_fields("NL", "email", "discount", "won", "");
            let text = format!("---\ntitle: {title}\n{}\n---\n\n{text}.\n", fields.trim_end());
            hub = hub.file(&format!("content/case-studies/nl/study-{study}.md"), &text);
        }
        let hub = hub.hub();
        let (_, model) = find_with_model(&hub.site, &hub.catalog);
        let compact = build(&hub.catalog, &model);
        assert!(compact.bytes.len() <= MAX_BYTES, "{} bytes", compact.bytes.len());
        assert!(!compact.header.is_complete && !compact.word_files.is_empty());
    }

    #[test]
    fn files_of_words_are_the_same_each_time_and_know_their_build() {
        let hub = sample_hub();
        let (_, model) = find_with_model(&hub.site, &hub.catalog);
        let source = CompactSource::new(&hub.catalog, &model, true);
        let concepts = source.encode(MAX_BYTES as f32 * 8.0).concepts;
        let write = |concepts: &[[Option<u32>; 2]]| {
            word_files::build(
                &model.space,
                &source.in_file,
                &source.forms,
                &source.bigram_words,
                concepts,
            )
        };
        let words = write(&concepts);
        assert!(words.files.len() > 2 && (words.files.len() - 1).is_power_of_two());
        let mark = &words.files[0][..4];
        assert!(words.files.iter().all(|file| file.starts_with(mark)));
        assert!((0..3).all(|_| write(&concepts).files == words.files));
        let fewer = write(&[]);
        assert!(fewer.files[0][..4] != *mark, "another build has another mark");
    }
}
