//! The space in which records are compared: every document as a short list of weighted features.

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::similar::feature::{BLOCKS, Block, Counted, Feature};
use crate::similar::score::{Mix, Weights};

/// A document keeps its heaviest features only; more of them no longer change a score by a hundredth.
const LONGEST_VECTOR: usize = 400;

/// Every document as a vector, ordered by group of one language.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Space {
    /// Documents of each language, in order.
    pub groups: Vec<Group>,
    /// Group of each document.
    pub group_of: Vec<u32>,
    /// Vector of each document among those of its own language.
    pub home: Vec<Vector>,
    /// Vector of each document among those of other languages; empty in a hub of one language.
    pub abroad: Vec<Vector>,
    /// Tactics of each document, in order.
    pub tactics: Vec<Box<[u32]>>,
    /// Every feature that at least two documents have, rarest first; a vector names it by position.
    pub features: Vec<Feature>,
    /// How many documents have each feature.
    pub shared_by: Vec<u32>,
    /// Made again from `features` where a space was kept.
    #[serde(skip)]
    positions: FxHashMap<Feature, u32>,
    rarities: Vec<Vec<(u32, f32)>>,
}

/// The documents of one language.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    /// The language they were read in.
    pub language: Tongue,
    /// Which documents, in order.
    pub members: Vec<u32>,
}

/// A language as far as grouping goes: the analyser's, or the declared tag where it has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tongue {
    /// A language with a stemmer.
    Known(#[serde(with = "number")] Language),
    /// Any other, by the first part of its tag.
    Tag(String),
}

/// A document's features in order, each with its weight; the blocks it has at all as bits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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
    pub fn new(mut counted: Vec<Counted>, tongues: &[Tongue], weights: &Weights) -> Space {
        let groups = group(tongues);
        let total = counted.len();
        let tactics = counted.iter_mut().map(|document| std::mem::take(&mut document.tactics)).collect();
        let mut group_of = vec![0; total];
        for (position, group) in groups.iter().enumerate() {
            for member in &group.members {
                group_of[*member as usize] = position as u32;
            }
        }
        let (features, shared_by, numbered) = number(counted);
        let mut rarities = Vec::with_capacity(groups.len());
        let (mut home, mut abroad) = (vec![Vector::default(); total], vec![Vector::default(); if groups.len() > 1 { total } else { 0 }]);
        let mut here = vec![0_u32; features.len()];
        for group in &groups {
            count(&mut here, group, &numbered, 1);
            let scale = Scale::new(&features, &shared_by, &here, total, group.members.len(), weights);
            let weighed: Vec<(Vector, Vector)> =
                group.members.par_iter().map(|member| scale.weigh(&numbered[*member as usize], groups.len() > 1)).collect();
            for (member, (at_home, elsewhere)) in group.members.iter().zip(weighed) {
                home[*member as usize] = at_home;
                if let Some(vector) = abroad.get_mut(*member as usize) {
                    *vector = elsewhere;
                }
            }
            rarities.push((0..features.len()).filter(|at| here[*at] > 0).map(|at| (at as u32, scale.rarity[at])).collect());
            count(&mut here, group, &numbered, u32::MAX);
        }
        Space { groups, group_of, home, abroad, tactics, features, shared_by, positions: FxHashMap::default(), rarities }.placed()
    }

    /// The same, knowing the position of every feature.
    #[must_use]
    pub fn placed(mut self) -> Space {
        self.positions = self.features.iter().enumerate().map(|(position, feature)| (*feature, position as u32)).collect();
        self
    }
}

/// A language as its number.
mod number {
    use casebook_search::language::Language;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*language as u8)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
        u8::deserialize(deserializer).map(Language::from_number)
    }
}

/// A document that is compared with a space without being part of it: an idea, a text that is only being written.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The group of its language, where the space has one.
    pub group: Option<u32>,
    /// Its vector among those of its own language.
    pub home: Vector,
    /// Its vector among those of other languages.
    pub abroad: Vector,
    /// Its tactics, in order.
    pub tactics: Box<[u32]>,
}

impl Space {
    /// Weighs a document by what the space knows.
    pub fn guest(&self, counted: &Counted, tongue: &Tongue, weights: &Weights) -> Guest {
        let group = self.groups.binary_search_by(|group| group.language.cmp(tongue)).ok();
        let size = group.map_or(0, |group| self.groups[group].members.len());
        let others = (self.home.len() - size) as f32;
        let known = group.map_or(&[][..], |group| &self.rarities[group]);
        let rarity = |position: u32| match known.binary_search_by_key(&position, |(at, _)| *at) {
            Ok(at) => known[at].1,
            Err(_) => weights.rarity(0.0, size as f32, self.shared_by[position as usize] as f32, others),
        };
        let (mut home, mut abroad, mut alone) = (Vec::new(), Vec::new(), [0.0; BLOCKS]);
        for (feature, count) in counted.iter() {
            match self.positions.get(&feature) {
                Some(position) => {
                    let weight = weights.count(count) * rarity(*position);
                    home.push((*position, weight));
                    abroad.push((*position, weight));
                }
                None => alone[feature.block()] += (weights.count(count) * weights.rarity(1.0, size as f32, 0.0, others)).powi(2),
            }
        }
        home.sort_unstable_by_key(|(position, _)| *position);
        abroad.sort_unstable_by_key(|(position, _)| *position);
        let home = scaled(&self.features, home, alone, &weights.home);
        let abroad = scaled(&self.features, abroad, [0.0; BLOCKS], &weights.abroad);
        Guest { group: group.map(|group| group as u32), home, abroad, tactics: counted.tactics.clone() }
    }

    /// How alike two documents are, whether or not one is among the nearest of the other.
    pub fn alike(&self, weights: &Weights, a: u32, b: u32) -> f32 {
        let at_home = self.group_of[a as usize] == self.group_of[b as usize];
        let (vectors, mix) = if at_home { (&self.home, &weights.home) } else { (&self.abroad, &weights.abroad) };
        let (a_vector, b_vector) = (&vectors[a as usize], &vectors[b as usize]);
        let sum: f32 = shared(a_vector, b_vector).map(|(_, product)| product).sum();
        let odds = if self.at_odds(a, b) { weights.at_odds } else { 1.0 };
        odds * sum / mix.common(a_vector.blocks & b_vector.blocks)
    }

    /// Whether both documents state tactics and share none.
    pub fn at_odds(&self, a: u32, b: u32) -> bool {
        at_odds(&self.tactics[a as usize], &self.tactics[b as usize])
    }
}

/// Whether both lists of tactics hold something and share nothing.
pub fn at_odds(a: &[u32], b: &[u32]) -> bool {
    !a.is_empty() && !b.is_empty() && !a.iter().any(|tactic| b.binary_search(tactic).is_ok())
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
    /// Whether other languages have it too.
    bridge: Vec<bool>,
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
        let bridge = here.iter().zip(shared_by).map(|(here, all)| all > here).collect();
        Scale { features, rarity, bridge, alone: weights.rarity(1.0, size as f32, 0.0, others), weights }
    }

    fn weigh(&self, numbered: &Numbered, abroad: bool) -> (Vector, Vector) {
        let weigh = |(position, count): &(u32, f32)| (*position, self.weights.count(*count) * self.rarity[*position as usize]);
        let weighed: Vec<(u32, f32)> = numbered.features.iter().map(weigh).filter(|(_, weight)| *weight > 0.0).collect();
        let mut alone = [0.0; BLOCKS];
        for (block, count) in &numbered.alone {
            alone[*block as usize] += (self.weights.count(*count) * self.alone).powi(2);
        }
        let bridges = |(position, _): &(u32, f32)| self.bridge[*position as usize];
        let elsewhere = if abroad { weighed.iter().copied().filter(bridges).collect() } else { Vec::new() };
        (scaled(self.features, weighed, alone, &self.weights.home), scaled(self.features, elsewhere, [0.0; BLOCKS], &self.weights.abroad))
    }
}

/// Features that two vectors share, rarest first, each with the product of its weights.
pub fn shared<'a>(one: &'a Vector, other: &'a Vector) -> impl Iterator<Item = (u32, f32)> + 'a {
    let mut at = 0;
    one.features.iter().zip(&one.weights).filter_map(move |(feature, weight)| {
        while other.features.get(at).is_some_and(|there| there < feature) {
            at += 1;
        }
        (other.features.get(at) == Some(feature)).then(|| (*feature, weight * other.weights[at]))
    })
}

/// Brings every block to the length of its share.
fn scaled(features: &[Feature], mut weighed: Vec<(u32, f32)>, alone: [f32; BLOCKS], mix: &Mix) -> Vector {
    let mut norms = alone;
    let block = |position: u32| features[position as usize].block();
    for (position, weight) in &weighed {
        norms[block(*position)] += weight * weight;
    }
    let blocks = (0..BLOCKS).filter(|block| norms[*block] > 0.0).fold(0, |bits, block| bits | 1 << block);
    let scales: [f32; BLOCKS] =
        std::array::from_fn(|block| if norms[block] > 0.0 { (mix.share[block] / (norms[block] + mix.damp[block])).sqrt() } else { 0.0 });
    for (position, weight) in &mut weighed {
        *weight *= scales[block(*position)];
    }
    vector(weighed, blocks)
}

fn vector(mut weighed: Vec<(u32, f32)>, blocks: u8) -> Vector {
    weighed.retain(|(_, weight)| *weight > 0.0);
    if weighed.len() > LONGEST_VECTOR {
        weighed.select_nth_unstable_by(LONGEST_VECTOR, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        weighed.truncate(LONGEST_VECTOR);
        weighed.sort_unstable_by_key(|(position, _)| *position);
    }
    let (features, weights): (Vec<u32>, Vec<f32>) = weighed.into_iter().unzip();
    Vector { features: features.into(), weights: weights.into(), blocks }
}
