//! The tf-idf vector space in which records are compared: every document is a sparse vector of
//! weighted features.

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::similar::feature::{BLOCK_COUNT, Block, Feature, FeatureCounts};
use crate::similar::numbering::{NumberedFeatures, number_features};
use crate::similar::same_experiment::TermSets;
use crate::similar::score::{BlockWeights, Weights};

/// The most features of a vector; the heaviest are kept. More of them change no score by 0.01 or
/// more.
const MAX_VECTOR_FEATURES: usize = 400;

/// Weights are multiples of `1 / WEIGHT_SCALE` below 1, so that a weight fits into a `u16`.
pub const WEIGHT_SCALE: f32 = 65_536.0;

/// All documents of a hub as vectors, grouped by language. A document is referred to by its number,
/// which is its position in `same_language`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct VectorSpace {
    /// One group for each language, ordered by language.
    pub groups: Vec<DocumentGroup>,
    /// For each document the position of its group in `groups`.
    pub group_of: Vec<u32>,
    /// Vector of each document for comparison within its language.
    pub same_language: Vec<SparseVector>,
    /// Vector of each document for comparison across languages; empty in a hub of one language.
    pub cross_language: Vec<SparseVector>,
    /// Tactics of each document, ascending.
    pub tactics: Vec<Box<[u32]>>,
    /// Words and terms of each document as sets.
    pub term_sets: Vec<TermSets>,
    /// Every feature that at least two documents have, rarest first; vectors refer to features by
    /// position.
    pub features: Vec<Feature>,
    /// For each feature the number of documents that have it, ascending.
    pub document_frequencies: Vec<u32>,
    /// Position of each feature in `features`; rebuilt after deserialisation.
    #[serde(skip)]
    positions: FxHashMap<Feature, u32>,
    /// For each group the inverse document frequency of every feature that occurs in it, by
    /// position, ascending.
    group_idfs: Vec<Vec<(u32, f32)>>,
}

/// The documents in one language; the neighbours of a record are looked for in each group apart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentGroup {
    /// The language they were analysed in.
    pub language: LanguageGroup,
    /// Document numbers, ascending.
    pub members: Vec<u32>,
}

/// The language that a document is grouped under: the analyser's language, or the declared tag
/// where the analyser has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LanguageGroup {
    /// A language with a stemmer.
    Known(#[serde(with = "language_number")] Language),
    /// Any other language, by the first subtag of its BCP 47 tag in lower case.
    Tag(String),
}

/// A sparse tf-idf vector; the squared length of each block is at most its weight in
/// [`BlockWeights`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SparseVector {
    /// Positions in `VectorSpace::features`, ascending, each with its weight, which is positive and
    /// below 1.
    pub features: Box<[(u32, f32)]>,
    /// Bit `n` is set where the document has a feature in block `n`.
    pub block_mask: u8,
}

impl VectorSpace {
    /// Builds the vectors of documents from their features; `language_groups` holds the language
    /// group of each.
    pub fn new(
        mut counts: Vec<FeatureCounts>,
        language_groups: &[LanguageGroup],
        weights: &Weights,
    ) -> VectorSpace {
        let groups = group_by_language(language_groups);
        let total = counts.len();
        let term_sets: Vec<TermSets> =
            counts.iter_mut().map(|document| std::mem::take(&mut document.term_sets)).collect();
        let tactics = term_sets.iter().map(|sets| sets.tactics.clone()).collect();
        let mut group_of = vec![0; total];
        for (position, group) in groups.iter().enumerate() {
            for member in &group.members {
                group_of[*member as usize] = position as u32;
            }
        }
        let (features, document_frequencies, numbering) = number_features(counts, weights);
        let mut group_idfs = Vec::with_capacity(groups.len());
        let (mut same_language, mut cross_language) = (
            vec![SparseVector::default(); total],
            vec![SparseVector::default(); if groups.len() > 1 { total } else { 0 }],
        );
        let mut group_frequencies = vec![0_u32; features.len()];
        for group in &groups {
            match groups.len() {
                1 => group_frequencies.copy_from_slice(&document_frequencies),
                _ => numbering.add_to_frequencies(&mut group_frequencies, &group.members, 1),
            }
            let feature_weights = FeatureWeights::new(
                &features,
                &document_frequencies,
                &group_frequencies,
                (total, group.members.len()),
                weights,
            );
            let vectorise = |numbered: &mut NumberedFeatures, member: &u32| {
                numbering.fill(numbered, *member as usize);
                feature_weights.tf_idf(numbered, groups.len() > 1)
            };
            let vectors: Vec<(SparseVector, SparseVector)> =
                group.members.par_iter().map_init(NumberedFeatures::default, vectorise).collect();
            for (member, (own, across)) in group.members.iter().zip(vectors) {
                same_language[*member as usize] = own;
                if let Some(vector) = cross_language.get_mut(*member as usize) {
                    *vector = across;
                }
            }
            group_idfs.push(
                (0..features.len())
                    .filter(|at| group_frequencies[*at] > 0)
                    .map(|at| (at as u32, feature_weights.weights_by_feature[at].idf))
                    .collect(),
            );
            if groups.len() > 1 {
                numbering.add_to_frequencies(&mut group_frequencies, &group.members, u32::MAX);
            }
        }
        VectorSpace {
            groups,
            group_of,
            same_language,
            cross_language,
            tactics,
            term_sets,
            features,
            document_frequencies,
            positions: FxHashMap::default(),
            group_idfs,
        }
        .with_positions()
    }

    /// Fills the lookup table of feature positions, which is not serialised.
    #[must_use]
    pub fn with_positions(mut self) -> VectorSpace {
        self.positions = self
            .features
            .iter()
            .enumerate()
            .map(|(position, feature)| (*feature, position as u32))
            .collect();
        self
    }
}

/// Serialises a language as its number.
mod language_number {
    use casebook_search::language::Language;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes the number of a language.
    pub fn serialize<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*language as u8)
    }

    /// Reads the number of a language; `Plain` for an unknown one.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
        u8::deserialize(deserializer).map(Language::from_number)
    }
}

/// A document that is compared with the documents of a space without being one of them: an idea, a
/// draft.
#[derive(Debug, Clone)]
pub struct QueryDocument {
    /// Position of its language group in `VectorSpace::groups`; none where no document of the space
    /// is in its language.
    pub group: Option<u32>,
    /// Vector for comparison with documents in its language.
    pub same_language: SparseVector,
    /// Vector for comparison with documents in other languages.
    pub cross_language: SparseVector,
    /// Its tactics, ascending.
    pub tactics: Box<[u32]>,
    /// Its words and terms as sets.
    pub term_sets: TermSets,
}

impl VectorSpace {
    /// The position of a feature in `features`; none where fewer than two documents have it.
    pub fn position_of(&self, feature: Feature) -> Option<u32> {
        self.positions.get(&feature).copied()
    }

    /// The inverse document frequency of a feature, by position, in each group; none in a group
    /// where no document has it.
    pub fn idfs_of(&self, position: u32) -> impl Iterator<Item = Option<f32>> {
        self.group_idfs.iter().map(move |idfs| {
            idfs.binary_search_by_key(&position, |(at, _)| *at).ok().map(|at| idfs[at].1)
        })
    }

    /// A document of the space as a query. The query does not remember which document it was, so
    /// the search finds that too unless it is passed `document` as `except`.
    ///
    /// # Panics
    /// When the space has no document of this number.
    pub fn to_query(&self, document: u32) -> QueryDocument {
        let at = document as usize;
        QueryDocument {
            group: Some(self.group_of[at]),
            same_language: self.same_language[at].clone(),
            cross_language: self.cross_language.get(at).cloned().unwrap_or_default(),
            tactics: self.tactics[at].clone(),
            term_sets: self.term_sets[at].clone(),
        }
    }

    /// The vectors of a document that is not in the space, with the document frequencies of the
    /// space.
    pub fn query_document(
        &self,
        counts: &FeatureCounts,
        language_group: &LanguageGroup,
        weights: &Weights,
    ) -> QueryDocument {
        let group = self.groups.binary_search_by(|group| group.language.cmp(language_group)).ok();
        let size = group.map_or(0, |group| self.groups[group].members.len());
        let others = (self.same_language.len() - size) as f32;
        let idfs = group.map_or(&[][..], |group| &self.group_idfs[group]);
        let idf = |position: u32| match idfs.binary_search_by_key(&position, |(at, _)| *at) {
            Ok(at) => idfs[at].1,
            Err(_) => weights.inverse_document_frequency(
                0.0,
                size as f32,
                self.document_frequencies[position as usize] as f32,
                others,
            ),
        };
        let (mut weighted, mut unique_norms) = (Vec::new(), [0.0; BLOCK_COUNT]);
        for (feature, count) in counts.iter() {
            match self.positions.get(&feature) {
                Some(position) => {
                    let weight = weights.term_frequency(count) * idf(*position);
                    weighted.push(WeightedFeature {
                        position: *position,
                        weight,
                        block: feature.block_index() as u8,
                    });
                }
                None => {
                    unique_norms[feature.block_index()] += (weights.term_frequency(count)
                        * weights.inverse_document_frequency(1.0, size as f32, 0.0, others))
                    .powi(2)
                }
            }
        }
        weighted.sort_unstable_by_key(|feature: &WeightedFeature| feature.position);
        let cross_language =
            normalise_blocks(weighted.clone(), [0.0; BLOCK_COUNT], &weights.cross_language);
        let same_language = normalise_blocks(weighted, unique_norms, &weights.same_language);
        QueryDocument {
            group: group.map(|group| group as u32),
            same_language,
            cross_language,
            tactics: counts.term_sets.tactics.clone(),
            term_sets: counts.term_sets.clone(),
        }
    }

    /// Weighted cosine similarity of two documents of the space, 0 to 1, from their vectors within
    /// a language or across languages; see `score`.
    ///
    /// # Panics
    /// When the space has no document of one of these numbers.
    pub fn similarity(&self, weights: &Weights, a: u32, b: u32) -> f32 {
        let is_same_language = self.group_of[a as usize] == self.group_of[b as usize];
        let (vectors, block_weights) = if is_same_language {
            (&self.same_language, &weights.same_language)
        } else {
            (&self.cross_language, &weights.cross_language)
        };
        let (a_vector, b_vector) = (&vectors[a as usize], &vectors[b as usize]);
        let sum: f32 = shared_products(a_vector, b_vector).map(|(_, product)| product).sum();
        let factor =
            if self.have_disjoint_tactics(a, b) { weights.disjoint_tactics_factor } else { 1.0 };
        factor * sum / block_weights.shared_weight(a_vector.block_mask & b_vector.block_mask)
    }

    /// Dot product of a query's cross-language vector and that of a document, without terms in
    /// front matter; 0 in a hub of one language.
    pub fn cross_language_text_similarity(&self, query: &SparseVector, document: u32) -> f32 {
        let is_text =
            |position: u32| self.features[position as usize].block_index() != Block::Facet as usize;
        let Some(other) = self.cross_language.get(document as usize) else { return 0.0 };
        shared_products(query, other)
            .filter(|(position, _)| is_text(*position))
            .map(|(_, product)| product)
            .sum()
    }

    /// Whether both documents of the space state tactics and share none.
    ///
    /// # Panics
    /// When the space has no document of one of these numbers.
    pub fn have_disjoint_tactics(&self, a: u32, b: u32) -> bool {
        are_disjoint(&self.tactics[a as usize], &self.tactics[b as usize])
    }
}

/// Whether two sorted lists are both non-empty and share no element.
pub fn are_disjoint(a: &[u32], b: &[u32]) -> bool {
    !a.is_empty() && !b.is_empty() && !a.iter().any(|tactic| b.binary_search(tactic).is_ok())
}

/// The groups of documents by language, ordered by language; `language_groups` holds the language
/// of each document.
fn group_by_language(language_groups: &[LanguageGroup]) -> Vec<DocumentGroup> {
    let mut order: Vec<u32> = (0..language_groups.len() as u32).collect();
    order.sort_by(|a, b| {
        language_groups[*a as usize].cmp(&language_groups[*b as usize]).then(a.cmp(b))
    });
    let mut groups: Vec<DocumentGroup> = Vec::new();
    for document in order {
        let language_group = &language_groups[document as usize];
        match groups.last_mut() {
            Some(group) if group.language == *language_group => group.members.push(document),
            _ => groups
                .push(DocumentGroup { language: language_group.clone(), members: vec![document] }),
        }
    }
    groups
}

/// What weighs the features of documents of one language group: the inverse document frequency of
/// every feature, and the weights of counts.
struct FeatureWeights<'a> {
    /// By position of the feature.
    weights_by_feature: Vec<FeatureWeight>,
    /// Inverse document frequency of a feature that only one document has.
    unique_idf: f32,
    weights: &'a Weights,
}

/// The inverse document frequency of one feature in a language group; block and flag lie beside it
/// so that one lookup fetches all three.
#[derive(Clone, Copy)]
struct FeatureWeight {
    /// Inverse document frequency; 0 for a feature that does not occur in the group.
    idf: f32,
    block: u8,
    /// Whether documents in other languages have it too.
    is_cross_language: bool,
}

/// A feature of a document, by its position in `VectorSpace::features`, with its weight and block.
#[derive(Clone, Copy)]
struct WeightedFeature {
    position: u32,
    weight: f32,
    block: u8,
}

impl<'a> FeatureWeights<'a> {
    /// Computes the weights of all features in one language group. Document frequencies of words
    /// and bigrams are those of the language, of concepts and terms those of the whole hub.
    ///
    /// `group_frequencies` are document frequencies within the group, `total` is the number of
    /// documents in the hub, `size` that of the group.
    fn new(
        features: &[Feature],
        document_frequencies: &[u32],
        group_frequencies: &[u32],
        (total, size): (usize, usize),
        weights: &'a Weights,
    ) -> Self {
        let others = (total - size) as f32;
        let idf = |at: usize| match (group_frequencies[at], document_frequencies[at]) {
            (0, _) | (_, 0 | 1) => 0.0,
            (_, all) if features[at].block_index() >= Block::Concept as usize => {
                weights.inverse_document_frequency(all as f32, total as f32, 0.0, 0.0)
            }
            (in_group, all) => weights.inverse_document_frequency(
                in_group as f32,
                size as f32,
                (all - in_group) as f32,
                others,
            ),
        };
        let weight = |at: usize| FeatureWeight {
            idf: idf(at),
            block: features[at].block_index() as u8,
            is_cross_language: document_frequencies[at] > group_frequencies[at],
        };
        let weights_by_feature = (0..features.len()).into_par_iter().map(weight).collect();
        let unique_idf = weights.inverse_document_frequency(1.0, size as f32, 0.0, others);
        FeatureWeights { weights_by_feature, unique_idf, weights }
    }

    /// The vectors of a document for comparison within its language and across languages; the
    /// second is empty unless `with_cross_language`.
    fn tf_idf(
        &self,
        numbered: &NumberedFeatures,
        with_cross_language: bool,
    ) -> (SparseVector, SparseVector) {
        let (mut own, mut across) = (Vec::with_capacity(numbered.features.len()), Vec::new());
        for (position, count) in &numbered.features {
            let FeatureWeight { idf, block, is_cross_language } =
                self.weights_by_feature[*position as usize];
            let weight = self.weights.term_frequency(*count) * idf;
            if weight > 0.0 {
                own.push(WeightedFeature { position: *position, weight, block });
                if with_cross_language && is_cross_language {
                    across.push(WeightedFeature { position: *position, weight, block });
                }
            }
        }
        let unique_norms = numbered.unique_norms.map(|norm| norm * self.unique_idf.powi(2));
        (
            normalise_blocks(own, unique_norms, &self.weights.same_language),
            normalise_blocks(across, [0.0; BLOCK_COUNT], &self.weights.cross_language),
        )
    }
}

/// Features that two vectors share, rarest first, each with the product of its two weights.
pub fn shared_products<'a>(
    one: &'a SparseVector,
    other: &'a SparseVector,
) -> impl Iterator<Item = (u32, f32)> + 'a {
    let mut at = 0;
    one.features.iter().filter_map(move |(feature, weight)| {
        while other.features.get(at).is_some_and(|(there, _)| there < feature) {
            at += 1;
        }
        other
            .features
            .get(at)
            .filter(|(there, _)| there == feature)
            .map(|(_, there)| (*feature, weight * there))
    })
}

/// Scales the weights of every block so that its squared length becomes the weight of the block in
/// `block_weights`, or less where the block is damped there.
///
/// `unique_norms` are, by block, the squared lengths of the features that no other document has;
/// they count in the length only.
fn normalise_blocks(
    mut weighted: Vec<WeightedFeature>,
    unique_norms: [f32; BLOCK_COUNT],
    block_weights: &BlockWeights,
) -> SparseVector {
    let mut norms = unique_norms;
    for WeightedFeature { weight, block, .. } in &weighted {
        norms[usize::from(*block)] += weight * weight;
    }
    let block_mask = (0..BLOCK_COUNT)
        .filter(|block| norms[*block] > 0.0)
        .fold(0, |bits, block| bits | 1 << block);
    let scales: [f32; BLOCK_COUNT] = std::array::from_fn(|block| {
        if norms[block] > 0.0 {
            (block_weights.weight[block] / (norms[block] + block_weights.damping[block])).sqrt()
        } else {
            0.0
        }
    });
    for WeightedFeature { weight, block, .. } in &mut weighted {
        *weight = quantise(*weight * scales[usize::from(*block)]);
    }
    keep_heaviest(weighted, block_mask)
}

/// A weight of at most 1 rounded to a multiple of `1 / WEIGHT_SCALE` below 1.
fn quantise(weight: f32) -> f32 {
    (weight * WEIGHT_SCALE).round().min(WEIGHT_SCALE - 1.0) / WEIGHT_SCALE
}

/// The vector of at most [`MAX_VECTOR_FEATURES`] features with the largest weights.
fn keep_heaviest(mut weighted: Vec<WeightedFeature>, block_mask: u8) -> SparseVector {
    weighted.retain(|feature| feature.weight > 0.0);
    if weighted.len() > MAX_VECTOR_FEATURES {
        let heavier = |a: &WeightedFeature, b: &WeightedFeature| {
            b.weight.total_cmp(&a.weight).then(a.position.cmp(&b.position))
        };
        // The lightest feature to keep is selected in a copy, because selection reorders its slice.
        let lightest = *weighted.clone().select_nth_unstable_by(MAX_VECTOR_FEATURES - 1, heavier).1;
        weighted.retain(|feature| heavier(feature, &lightest).is_le());
    }
    SparseVector {
        features: weighted.iter().map(|feature| (feature.position, feature.weight)).collect(),
        block_mask,
    }
}
