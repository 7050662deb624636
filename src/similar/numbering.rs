//! Numbers the features that at least two documents have, by ascending document frequency.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::similar::feature::{
    BLOCK_COUNT, Feature, FeatureCounts, SHARD_COUNT, block_of_shard, decode_entry, shard_of,
};
use crate::similar::score::Weights;

/// The features of one document by number; features that no other document has are kept as a
/// squared length only.
#[derive(Debug, Default)]
pub struct NumberedFeatures {
    /// Feature numbers, ascending, each with its count.
    pub features: Vec<(u32, f32)>,
    /// By block, the sum of squared count weights of the features that no other document has.
    pub unique_norms: [f32; BLOCK_COUNT],
}

/// Stands for the number of a feature that only one document has.
const UNIQUE: u32 = u32::MAX;

/// The features of all documents by shard, with the number of each; [`Numbering::fill`] collects
/// those of one document.
pub struct Numbering<'a> {
    shards: Vec<Shard>,
    /// For each shard the numbers of its features.
    numbers: Vec<Vec<u32>>,
    weights: &'a Weights,
}

/// Numbers the features that at least two documents have, rarest first. Returns features and
/// document frequencies by number.
///
/// With this order the common features, whose posting lists are long, are together at the end of
/// every vector.
pub fn number_features(
    mut counts: Vec<FeatureCounts>,
    weights: &Weights,
) -> (Vec<Feature>, Vec<u32>, Numbering<'_>) {
    let documents = counts.len();
    let batches: Vec<Batch> =
        counts.par_chunks_mut(BATCH_SIZE).map(Batch::from_documents).collect();
    let shards: Vec<Shard> =
        (0..SHARD_COUNT).into_par_iter().map(|shard| Shard::new(&batches, shard)).collect();
    drop(batches);
    // Counting sort: `next[count]` is the next number for a feature with this document frequency.
    let mut next = vec![0_u32; documents + 3];
    shards
        .iter()
        .flat_map(|shard| &shard.document_frequencies)
        .for_each(|count| next[*count as usize + 1] += 1);
    let unique_count = next[1] + next[2];
    (1..next.len()).for_each(|count| next[count] += next[count - 1]);
    let total = next.last().copied().unwrap_or(0).saturating_sub(unique_count) as usize;
    let (mut features, mut document_frequencies) =
        (vec![Feature::default(); total], vec![0; total]);
    let numbers: Vec<Vec<u32>> = shards
        .iter()
        .map(|shard| {
            let number = |(feature, count): (&Feature, &u32)| {
                let position = next[*count as usize];
                next[*count as usize] += 1;
                let Some(number) = position.checked_sub(unique_count) else { return UNIQUE };
                (features[number as usize], document_frequencies[number as usize]) =
                    (*feature, *count);
                number
            };
            shard.features.iter().zip(&shard.document_frequencies).map(number).collect()
        })
        .collect();
    (features, document_frequencies, Numbering { shards, numbers, weights })
}

impl Numbering<'_> {
    /// Replaces `numbered` by the features of the document at this position; the memory of
    /// `numbered` is reused.
    pub fn fill(&self, numbered: &mut NumberedFeatures, document: usize) {
        numbered.features.clear();
        numbered.unique_norms = [0.0; BLOCK_COUNT];
        for ((shard, numbers), block) in
            self.shards.iter().zip(&self.numbers).zip((0..SHARD_COUNT).map(block_of_shard))
        {
            for (feature, count) in shard.features_of(document) {
                match numbers[*feature as usize] {
                    UNIQUE => {
                        numbered.unique_norms[block] += self.weights.term_frequency(*count).powi(2)
                    }
                    number => numbered.features.push((number, *count)),
                }
            }
        }
        numbered.features.sort_unstable_by_key(|(number, _)| *number);
    }

    /// Adds `step` (wrapping, so `u32::MAX` subtracts 1) to the frequencies of a feature once for
    /// each of these documents that has it.
    pub fn add_to_frequencies(&self, frequencies: &mut [u32], members: &[u32], step: u32) {
        for (shard, numbers) in self.shards.iter().zip(&self.numbers) {
            for (feature, _) in
                members.iter().flat_map(|member| shard.features_of(*member as usize))
            {
                if let Some(frequency) = frequencies.get_mut(numbers[*feature as usize] as usize) {
                    *frequency = frequency.wrapping_add(step);
                }
            }
        }
    }
}

/// Number of documents whose entries are sorted by shard together, as one [`Batch`].
const BATCH_SIZE: usize = 256;

/// The entries of some documents sorted by shard, so that all entries of a shard are contiguous
/// when it is numbered.
struct Batch {
    /// The entries of all documents in the first shard, then those in the second, and so on.
    entries: Vec<u64>,
    /// Start of each shard in `entries`, and the end of the last one.
    starts: [u32; SHARD_COUNT + 1],
    /// For each shard the number of entries of each document.
    lengths: Vec<u32>,
}

impl Batch {
    /// Moves the entries out of documents and groups them by shard; the documents are left without
    /// entries.
    fn from_documents(documents: &mut [FeatureCounts]) -> Batch {
        let mut lengths = vec![0; SHARD_COUNT * documents.len()];
        for (at, document) in documents.iter().enumerate() {
            document
                .entries
                .iter()
                .for_each(|entry| lengths[shard_of(*entry) * documents.len() + at] += 1);
        }
        let mut starts = [0; SHARD_COUNT + 1];
        for (shard, lengths) in lengths.chunks(documents.len().max(1)).enumerate() {
            starts[shard + 1] = starts[shard] + lengths.iter().sum::<u32>();
        }
        let (mut next, mut entries) = (starts, vec![0; starts[SHARD_COUNT] as usize]);
        for document in documents {
            for entry in std::mem::take(&mut document.entries) {
                let next = &mut next[shard_of(entry)];
                entries[*next as usize] = entry;
                *next += 1;
            }
        }
        Batch { entries, starts, lengths }
    }

    /// All entries of a shard, document after document.
    fn shard(&self, shard: usize) -> &[u64] {
        &self.entries[self.starts[shard] as usize..self.starts[shard + 1] as usize]
    }

    /// The entries of a shard, one slice for each document of the batch in order.
    fn documents(&self, shard: usize) -> impl Iterator<Item = &[u64]> {
        let (mut remaining, documents) = (self.shard(shard), self.lengths.len() / SHARD_COUNT);
        self.lengths[shard * documents..(shard + 1) * documents].iter().map(move |length| {
            let (document, rest) = remaining.split_at(*length as usize);
            remaining = rest;
            document
        })
    }
}

/// One shard of the features of all documents; features are numbered within it, so that shards are
/// built in parallel without locks.
struct Shard {
    /// Features in order of their first occurrence.
    features: Vec<Feature>,
    /// For each feature the number of documents that have it.
    document_frequencies: Vec<u32>,
    /// For each document the start of its range in `occurrences`, and the end of the last range.
    starts: Vec<u32>,
    /// Positions in `features`, each with its count, document after document.
    occurrences: Vec<(u32, f32)>,
}

impl Shard {
    /// Collects the features of one shard from all batches.
    fn new(batches: &[Batch], shard: usize) -> Shard {
        let entries = batches.iter().map(|batch| batch.shard(shard).len()).sum();
        let mut positions: FxHashMap<Feature, u32> = FxHashMap::default();
        let (mut features, mut document_frequencies) = (Vec::new(), Vec::new());
        let (mut starts, mut occurrences) = (vec![0], Vec::with_capacity(entries));
        for document in batches.iter().flat_map(|batch| batch.documents(shard)) {
            for (feature, count) in document.iter().map(decode_entry) {
                let position = *positions.entry(feature).or_insert_with(|| {
                    features.push(feature);
                    document_frequencies.push(0);
                    features.len() as u32 - 1
                });
                document_frequencies[position as usize] += 1;
                occurrences.push((position, count));
            }
            starts.push(occurrences.len() as u32);
        }
        Shard { features, document_frequencies, starts, occurrences }
    }

    /// The features of a document, as positions in `features` with counts.
    fn features_of(&self, document: usize) -> &[(u32, f32)] {
        &self.occurrences[self.starts[document] as usize..self.starts[document + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Documents with features from 64 shards, some of which are in one document only; the last
    /// document is empty.
    fn documents(count: u64) -> Vec<FeatureCounts> {
        let mut number = 1_u64;
        let mut next = |below: u64| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % below
        };
        let mut document = |at: u64| {
            let feature = |hash: u64, shard: u64| shard << 57 | hash << 12;
            let shared = (0..64).map(|shard| feature(next(5), shard) | (1 + next(9)));
            let mut entries: Vec<u64> = shared.chain([feature(1000 + at, at % 64) | 4]).collect();
            entries.sort_unstable();
            FeatureCounts { entries: entries.into(), ..FeatureCounts::default() }
        };
        let mut documents: Vec<FeatureCounts> = (0..count).map(&mut document).collect();
        documents.push(FeatureCounts::default());
        documents
    }

    #[test]
    fn features_are_numbered_rarest_first_and_documents_keep_theirs() {
        // One full batch and a part of a second.
        let documents = documents(BATCH_SIZE as u64 + 40);
        let mut shared: BTreeMap<Feature, u32> = BTreeMap::new();
        documents
            .iter()
            .flat_map(FeatureCounts::iter)
            .for_each(|(feature, _)| *shared.entry(feature).or_default() += 1);
        let weights = Weights::default();
        let (features, document_frequencies, numbering) =
            number_features(documents.clone(), &weights);
        assert_eq!(features.len(), shared.values().filter(|documents| **documents > 1).count());
        assert!(document_frequencies.is_sorted());
        assert!(
            features
                .iter()
                .zip(&document_frequencies)
                .all(|(feature, documents)| shared[feature] == *documents)
        );
        let mut numbered = NumberedFeatures::default();
        for (at, document) in documents.iter().enumerate() {
            numbering.fill(&mut numbered, at);
            assert!(numbered.features.is_sorted_by_key(|(number, _)| *number));
            let mut found: Vec<(Feature, f32)> = numbered
                .features
                .iter()
                .map(|(number, count)| (features[*number as usize], *count))
                .collect();
            found.sort_by_key(|(feature, _)| *feature);
            let (common, unique): (Vec<_>, Vec<_>) =
                document.iter().partition(|(feature, _)| shared[feature] > 1);
            assert_eq!(found, common, "document {at}");
            let mut unique_norms = [0.0; BLOCK_COUNT];
            unique.iter().for_each(|(feature, count)| {
                unique_norms[feature.block_index()] += weights.term_frequency(*count).powi(2);
            });
            assert_eq!(numbered.unique_norms, unique_norms, "document {at}");
        }
    }
}
