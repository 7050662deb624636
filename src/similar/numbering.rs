//! Features as numbers: every feature that at least two documents have gets one, the rarest the lowest.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::similar::feature::{BLOCKS, ByCount, Counted, Feature, PARTS, block_of, counted, part_of};
use crate::similar::space::Group;

/// A document with its features numbered, and by block the squared length of those that no other document has.
#[derive(Debug, Default)]
pub struct Numbered {
    /// In order, each with its count.
    pub features: Vec<(u32, f32)>,
    /// By block.
    pub alone: [f32; BLOCKS],
}

/// The rank of a feature that one document has.
const LONELY: u32 = u32::MAX;

/// The features of all documents as they lie after counting; a document with its numbers is put together when it is weighed.
pub struct Numbering<'a> {
    parts: Vec<Part>,
    /// For each part the ranks of its features.
    ranks: Vec<Vec<u32>>,
    count_weights: &'a ByCount,
}

/// Numbers the features that at least two documents have, rarest first, and says how many have each.
///
/// Rarest first means that common features, whose inverted lists are long, stand together at the end of every vector.
pub fn number(mut counted: Vec<Counted>, count_weights: &ByCount) -> (Vec<Feature>, Vec<u32>, Numbering<'_>) {
    let documents = counted.len();
    let batches: Vec<Batch> = counted.par_chunks_mut(BATCH).map(Batch::of).collect();
    let parts: Vec<Part> = (0..PARTS).into_par_iter().with_max_len(1).map(|part| Part::of(&batches, part, count_weights)).collect();
    drop(batches);
    // Where the features that so many documents have begin, once all are in order.
    let mut next = vec![0_u32; documents + 3];
    parts.iter().flat_map(|part| &part.shared_by).for_each(|count| next[*count as usize + 1] += 1);
    let lonely = next[1] + next[2];
    (1..next.len()).for_each(|count| next[count] += next[count - 1]);
    let total = next.last().copied().unwrap_or(0).saturating_sub(lonely) as usize;
    let (mut features, mut shared_by) = (vec![Feature::default(); total], vec![0; total]);
    let ranks: Vec<Vec<u32>> = parts
        .iter()
        .map(|part| {
            let rank = |(feature, count): (&Feature, &u32)| {
                let place = next[*count as usize];
                next[*count as usize] += 1;
                let Some(rank) = place.checked_sub(lonely) else { return LONELY };
                (features[rank as usize], shared_by[rank as usize]) = (*feature, *count);
                rank
            };
            part.features.iter().zip(&part.shared_by).map(rank).collect()
        })
        .collect();
    (features, shared_by, Numbering { parts, ranks, count_weights })
}

impl Numbering<'_> {
    /// A document's features by their numbers, in order.
    pub fn fill(&self, numbered: &mut Numbered, document: usize) {
        numbered.features.clear();
        numbered.alone = [0.0; BLOCKS];
        for ((part, ranks), block) in self.parts.iter().zip(&self.ranks).zip((0..PARTS).map(block_of)) {
            numbered.alone[block] += part.alone[document];
            for (feature, count) in part.places(document) {
                match ranks[*feature as usize] {
                    LONELY => numbered.alone[block] += self.count_weights.get(*count).powi(2),
                    rank => numbered.features.push((rank, *count)),
                }
            }
        }
        radsort::sort_by_key(&mut numbered.features, |(position, _)| *position);
    }

    /// Adds `step` to the count of every feature of a group's documents; the largest number takes one away.
    pub fn count(&self, here: &mut [u32], group: &Group, step: u32) {
        for (part, ranks) in self.parts.iter().zip(&self.ranks) {
            for (feature, _) in group.members.iter().flat_map(|member| part.places(*member as usize)) {
                if let Some(count) = here.get_mut(ranks[*feature as usize] as usize) {
                    *count = count.wrapping_add(step);
                }
            }
        }
    }
}

/// Documents in one batch.
const BATCH: usize = 256;

/// Some documents with their features laid out part by part: whoever numbers a part finds all of it in one piece, not a few entries in
/// each of ten thousand places.
struct Batch {
    /// The entries of all documents in the first part, then those in the second, and so on.
    entries: Vec<u64>,
    /// Where each part begins in `entries`, and where the last ends.
    starts: [u32; PARTS + 1],
    /// For each part how many entries each document has there.
    lengths: Vec<u32>,
}

impl Batch {
    /// Takes the entries of documents over.
    fn of(documents: &mut [Counted]) -> Batch {
        let mut lengths = vec![0; PARTS * documents.len()];
        for (at, document) in documents.iter().enumerate() {
            document.entries.iter().for_each(|entry| lengths[part_of(*entry) * documents.len() + at] += 1);
        }
        let mut starts = [0; PARTS + 1];
        for (part, lengths) in lengths.chunks(documents.len().max(1)).enumerate() {
            starts[part + 1] = starts[part] + lengths.iter().sum::<u32>();
        }
        let (mut next, mut entries) = (starts, vec![0; starts[PARTS] as usize]);
        for document in documents {
            for entry in std::mem::take(&mut document.entries) {
                let next = &mut next[part_of(entry)];
                entries[*next as usize] = entry;
                *next += 1;
            }
        }
        Batch { entries, starts, lengths }
    }

    /// Every entry of a part.
    fn part(&self, part: usize) -> &[u64] {
        &self.entries[self.starts[part] as usize..self.starts[part + 1] as usize]
    }

    /// The entries of a part by document.
    fn documents(&self, part: usize) -> impl Iterator<Item = &[u64]> {
        let (mut left, documents) = (self.part(part), self.lengths.len() / PARTS);
        self.lengths[part * documents..(part + 1) * documents].iter().map(move |length| {
            let (document, rest) = left.split_at(*length as usize);
            left = rest;
            document
        })
    }
}

/// A sixty-fourth of all features, numbered by themselves: few enough to stay in a core's cache, and no two cores meet.
struct Part {
    /// In the order they were met.
    features: Vec<Feature>,
    shared_by: Vec<u32>,
    /// Where the places of each document begin.
    starts: Vec<u32>,
    /// Positions in `features`, each with its count.
    places: Vec<(u32, f32)>,
    /// For each document the squared length of what no other document has.
    alone: Vec<f32>,
}

impl Part {
    /// Numbers the features of one part.
    fn of(batches: &[Batch], part: usize, count_weights: &ByCount) -> Part {
        let entries = batches.iter().map(|batch| batch.part(part).len()).sum();
        let twice = Twice::of(batches.iter().flat_map(|batch| batch.part(part)), entries);
        let mut positions: FxHashMap<Feature, u32> = FxHashMap::default();
        let (mut features, mut shared_by) = (Vec::new(), Vec::new());
        let (mut starts, mut places, mut alone) = (vec![0], Vec::with_capacity(entries), Vec::new());
        for document in batches.iter().flat_map(|batch| batch.documents(part)) {
            let mut by_itself = 0.0;
            for (feature, count) in document.iter().map(counted) {
                if !twice.holds(feature) {
                    by_itself += count_weights.get(count).powi(2);
                    continue;
                }
                let position = *positions.entry(feature).or_insert_with(|| {
                    features.push(feature);
                    shared_by.push(0);
                    features.len() as u32 - 1
                });
                shared_by[position as usize] += 1;
                places.push((position, count));
            }
            starts.push(places.len() as u32);
            alone.push(by_itself);
        }
        Part { features, shared_by, starts, places, alone }
    }

    /// The places of a document.
    fn places(&self, document: usize) -> &[(u32, f32)] {
        &self.places[self.starts[document] as usize..self.starts[document + 1] as usize]
    }
}

/// Which features occur in two documents or more: two bits for each, addressed by hash. Now and then it says so of a feature that
/// occurs in one, never the other way round.
struct Twice {
    /// Of each pair of bits the lower says once, the upper twice.
    seen: Vec<u64>,
    mask: u64,
}

impl Twice {
    fn of<'e>(all: impl Iterator<Item = &'e u64>, entries: usize) -> Twice {
        let places = (entries * 4).next_power_of_two().clamp(1 << 8, 1 << 28);
        let mut found = Twice { seen: vec![0; places / 32], mask: places as u64 - 1 };
        for (feature, _) in all.map(counted) {
            let (word, once) = found.place(feature);
            let seen = &mut found.seen[word];
            *seen |= (*seen & once) << 1 | once;
        }
        found
    }

    fn place(&self, feature: Feature) -> (usize, u64) {
        let at = feature.bits() & self.mask;
        ((at / 32) as usize, 1 << (at % 32 * 2))
    }

    fn holds(&self, feature: Feature) -> bool {
        let (word, once) = self.place(feature);
        self.seen[word] & once << 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Documents of features from all parts, of which some are in one document only; the last has none.
    fn documents(count: u64) -> Vec<Counted> {
        let mut number = 1_u64;
        let mut next = |below: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % below
        };
        let mut document = |at: u64| {
            let feature = |hash: u64, part: u64| part << 57 | hash << 12;
            let shared = (0..64).map(|part| feature(next(5), part) | (1 + next(9)));
            let mut entries: Vec<u64> = shared.chain([feature(1000 + at, at % 64) | 4]).collect();
            entries.sort_unstable();
            Counted { entries: entries.into(), ..Counted::default() }
        };
        let mut documents: Vec<Counted> = (0..count).map(&mut document).collect();
        documents.push(Counted::default());
        documents
    }

    #[test]
    fn features_are_numbered_rarest_first_and_documents_keep_theirs() {
        // More than a batch holds, and neither one nor two whole ones.
        let documents = documents(BATCH as u64 + 40);
        let mut shared: BTreeMap<Feature, u32> = BTreeMap::new();
        documents.iter().flat_map(Counted::iter).for_each(|(feature, _)| *shared.entry(feature).or_default() += 1);
        let weights = ByCount::of(|count| count);
        let (features, shared_by, numbering) = number(documents.clone(), &weights);
        assert_eq!(features.len(), shared.values().filter(|documents| **documents > 1).count());
        assert!(shared_by.is_sorted());
        assert!(features.iter().zip(&shared_by).all(|(feature, documents)| shared[feature] == *documents));
        let mut numbered = Numbered::default();
        for (at, document) in documents.iter().enumerate() {
            numbering.fill(&mut numbered, at);
            assert!(numbered.features.is_sorted_by_key(|(rank, _)| *rank));
            let mut found: Vec<(Feature, f32)> = numbered.features.iter().map(|(rank, count)| (features[*rank as usize], *count)).collect();
            found.sort_by_key(|(feature, _)| *feature);
            let (own, lonely): (Vec<_>, Vec<_>) = document.iter().partition(|(feature, _)| shared[feature] > 1);
            assert_eq!(found, own, "document {at}");
            let mut alone = [0.0; BLOCKS];
            lonely.iter().for_each(|(feature, count)| alone[feature.block()] += count * count);
            assert_eq!(numbered.alone, alone, "document {at}");
        }
    }
}
