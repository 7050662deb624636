//! The space in which records are compared: every document as a short list of weighted features.

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::similar::feature::{BLOCKS, Block, Counted, Feature};
use crate::similar::score::Weights;

/// A document keeps its heaviest features only; more of them no longer change a score by a hundredth.
const LONGEST_VECTOR: usize = 400;

/// Every document as a vector, ordered by group of one language.
#[derive(Debug, Clone, Default)]
pub struct Space {
    /// Documents of each language, in order.
    pub groups: Vec<Group>,
    /// Group of each document.
    pub group_of: Vec<u32>,
    /// Vector of each document.
    pub vectors: Vec<Vector>,
    /// Every feature that at least two documents have, rarest first; a vector names it by position.
    pub features: Vec<Feature>,
    /// How many documents have each feature.
    pub shared_by: Vec<u32>,
}

/// The documents of one language.
#[derive(Debug, Clone)]
pub struct Group {
    /// The language they were read in.
    pub language: Tongue,
    /// Which documents, in order.
    pub members: Vec<u32>,
}

/// A language as far as grouping goes: the analyser's, or the declared tag where it has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// A language with a stemmer.
    Known(Language),
    /// Any other, by the first part of its tag.
    Tag(String),
}

/// A document's features in order, each with its weight; the blocks it has at all as bits.
#[derive(Debug, Clone, Default)]
pub struct Vector {
    /// Positions in `Space::features`, ascending.
    pub features: Box<[u32]>,
    /// Their weights.
    pub weights: Box<[f32]>,
    /// Bit `n` is set where the document has something in block `n`.
    pub blocks: u8,
}

impl Space {
    /// Weighs counted documents against each other; `tongues` says which language each is grouped under.
    pub fn new(counted: Vec<Counted>, tongues: &[Tongue], weights: &Weights) -> Space {
        let groups = group(tongues);
        let total = counted.len();
        let mut group_of = vec![0; total];
        for (position, group) in groups.iter().enumerate() {
            for member in &group.members {
                group_of[*member as usize] = position as u32;
            }
        }
        let (features, shared_by, numbered) = number(counted);
        let mut vectors = vec![Vector::default(); total];
        let mut here = vec![0_u32; features.len()];
        for group in &groups {
            count(&mut here, group, &numbered, 1);
            let scale = Scale::new(&features, &shared_by, &here, total, group.members.len(), weights);
            let weighed: Vec<Vector> = group.members.par_iter().map(|member| scale.weigh(&numbered[*member as usize])).collect();
            for (member, vector) in group.members.iter().zip(weighed) {
                vectors[*member as usize] = vector;
            }
            count(&mut here, group, &numbered, u32::MAX);
        }
        Space { groups, group_of, vectors, features, shared_by }
    }
}

fn group(tongues: &[Tongue]) -> Vec<Group> {
    let mut order: Vec<u32> = (0..tongues.len() as u32).collect();
    order.sort_by(|a, b| tongues[*a as usize].cmp(&tongues[*b as usize]).then(a.cmp(b)));
    let mut groups: Vec<Group> = Vec::new();
    for document in order {
        let tongue = &tongues[document as usize];
        match groups.last_mut() {
            Some(group) if group.language == *tongue => group.members.push(document),
            _ => groups.push(Group { language: tongue.clone(), members: vec![document] }),
        }
    }
    groups
}

/// A document with its features numbered, and the counts of those that no other document has, by block.
#[derive(Debug, Clone, Default)]
struct Numbered {
    features: Vec<(u32, f32)>,
    alone: Vec<(u8, f32)>,
}

/// Numbers the features that at least two documents have, rarest first, and says how many have each.
///
/// Rarest first means that whoever follows a vector from its start follows the inverted lists from the shortest.
fn number(counted: Vec<Counted>) -> (Vec<Feature>, Vec<u32>, Vec<Numbered>) {
    let twice = Twice::of(&counted);
    let mut positions: FxHashMap<Feature, u32> = FxHashMap::default();
    let mut features = Vec::new();
    let mut shared_by: Vec<u32> = Vec::new();
    let mut numbered: Vec<Numbered> = Vec::with_capacity(counted.len());
    for document in counted {
        let mut list = Numbered { features: Vec::with_capacity(document.iter().len() / 2), alone: Vec::new() };
        for (feature, count) in document.iter() {
            if !twice.holds(feature) {
                list.alone.push((feature.block() as u8, count));
                continue;
            }
            let position = *positions.entry(feature).or_insert_with(|| {
                features.push(feature);
                shared_by.push(0);
                features.len() as u32 - 1
            });
            shared_by[position as usize] += 1;
            list.features.push((position, count));
        }
        numbered.push(list);
    }
    let mut order: Vec<u32> = (0..features.len() as u32).collect();
    order.sort_unstable_by_key(|position| (shared_by[*position as usize], *position));
    let mut rank = vec![0_u32; order.len()];
    for (to, from) in order.iter().enumerate() {
        rank[*from as usize] = to as u32;
    }
    let lonely = order.partition_point(|position| shared_by[*position as usize] < 2);
    let order = &order[lonely..];
    numbered.par_iter_mut().for_each(|list| {
        let Numbered { features: shared, alone } = list;
        shared.retain_mut(|(position, count)| {
            let to = rank[*position as usize].checked_sub(lonely as u32);
            match to {
                Some(to) => *position = to,
                None => alone.push((features[*position as usize].block() as u8, *count)),
            }
            to.is_some()
        });
        shared.sort_unstable_by_key(|(position, _)| *position);
    });
    let at = |from: &u32| *from as usize;
    (order.iter().map(|from| features[at(from)]).collect(), order.iter().map(|from| shared_by[at(from)]).collect(), numbered)
}

/// Which features occur in two documents or more: two bit fields addressed by hash. Now and then it says so of a feature that
/// occurs in one, never the other way round.
struct Twice {
    once: Vec<u64>,
    twice: Vec<u64>,
    mask: u64,
}

impl Twice {
    fn of(counted: &[Counted]) -> Twice {
        let entries: usize = counted.iter().map(|document| document.iter().len()).sum();
        let bits = (entries * 4).next_power_of_two().clamp(1 << 12, 1 << 28);
        let mut found = Twice { once: vec![0; bits / 64], twice: vec![0; bits / 64], mask: bits as u64 - 1 };
        for document in counted {
            for (feature, _) in document.iter() {
                let (word, bit) = found.place(feature);
                found.twice[word] |= found.once[word] & bit;
                found.once[word] |= bit;
            }
        }
        found
    }

    fn place(&self, feature: Feature) -> (usize, u64) {
        let at = feature.mixed() & self.mask;
        ((at / 64) as usize, 1 << (at % 64))
    }

    fn holds(&self, feature: Feature) -> bool {
        let (word, bit) = self.place(feature);
        self.twice[word] & bit != 0
    }
}

/// Adds `step` to the count of every feature of a group's documents; the largest number takes one away.
fn count(here: &mut [u32], group: &Group, numbered: &[Numbered], step: u32) {
    for member in &group.members {
        for (feature, _) in &numbered[*member as usize].features {
            here[*feature as usize] = here[*feature as usize].wrapping_add(step);
        }
    }
}

/// What a feature is worth in one language.
struct Scale<'a> {
    features: &'a [Feature],
    rarity: Vec<f32>,
    alone: f32,
    weights: &'a Weights,
}

impl<'a> Scale<'a> {
    /// Words and pairs are rare or frequent in their own language, concepts and terms in the whole hub.
    fn new(features: &'a [Feature], shared_by: &[u32], here: &[u32], total: usize, size: usize, weights: &'a Weights) -> Self {
        let others = (total - size) as f32;
        let rarity = |at: usize| match (here[at], shared_by[at]) {
            (0, _) | (_, 0 | 1) => 0.0,
            (_, all) if features[at].block() >= Block::Concept as usize => weights.rarity(all as f32, total as f32, 0.0, 0.0),
            (here, all) => weights.rarity(here as f32, size as f32, (all - here) as f32, others),
        };
        let rarity = (0..features.len()).map(rarity).collect();
        Scale { features, rarity, alone: weights.unique * weights.rarity(1.0, size as f32, 0.0, others), weights }
    }

    fn weigh(&self, numbered: &Numbered) -> Vector {
        let mut norms = [0.0_f32; BLOCKS];
        let mut weighed = Vec::with_capacity(numbered.features.len());
        for (position, count) in &numbered.features {
            let weight = self.weights.count(*count) * self.rarity[*position as usize];
            if weight > 0.0 {
                norms[self.features[*position as usize].block()] += weight * weight;
                weighed.push((*position, weight));
            }
        }
        for (block, count) in &numbered.alone {
            norms[*block as usize] += (self.weights.count(*count) * self.alone).powi(2);
        }
        let scales: [f32; BLOCKS] = std::array::from_fn(|block| if norms[block] > 0.0 { (self.weights.block[block] / norms[block]).sqrt() } else { 0.0 });
        for (position, weight) in &mut weighed {
            *weight *= scales[self.features[*position as usize].block()];
        }
        vector(weighed, norms)
    }
}

fn vector(mut weighed: Vec<(u32, f32)>, norms: [f32; BLOCKS]) -> Vector {
    if weighed.len() > LONGEST_VECTOR {
        weighed.select_nth_unstable_by(LONGEST_VECTOR, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        weighed.truncate(LONGEST_VECTOR);
        weighed.sort_unstable_by_key(|(position, _)| *position);
    }
    let blocks = (0..BLOCKS).filter(|block| norms[*block] > 0.0).fold(0, |bits, block| bits | 1 << block);
    let (features, weights): (Vec<u32>, Vec<f32>) = weighed.into_iter().unzip();
    Vector { features: features.into(), weights: weights.into(), blocks }
}
