//! The space in which records are compared: every document as a short list of weighted features.

use casebook_search::language::Language;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::similar::feature::{BLOCKS, Block, ByCount, Counted, Feature};
use crate::similar::numbering::{Numbered, number};
use crate::similar::same::Content;
use crate::similar::score::{Mix, Weights};

/// A document keeps its heaviest features only; more of them no longer change a score by a hundredth.
const LONGEST_VECTOR: usize = 400;

/// Weights are kept in so many parts of one: as exact as a shown score needs by far, and two bytes hold one.
pub const WHOLE: f32 = 65_536.0;

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
    /// What each document says, whatever the others say.
    pub contents: Vec<Content>,
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
    /// Positions in `Space::features`, ascending, each with its weight: side by side, because who reads one reads the other.
    pub features: Box<[(u32, f32)]>,
    /// Bit `n` is set where the document has something in block `n`.
    pub blocks: u8,
}

impl Space {
    /// Weighs counted documents against each other; `tongues` says which language each is grouped under.
    pub fn new(mut counted: Vec<Counted>, tongues: &[Tongue], weights: &Weights) -> Space {
        let groups = group(tongues);
        let total = counted.len();
        let contents: Vec<Content> = counted.iter_mut().map(|document| std::mem::take(&mut document.content)).collect();
        let tactics = contents.iter().map(|content| content.tactics.clone()).collect();
        let mut group_of = vec![0; total];
        for (position, group) in groups.iter().enumerate() {
            for member in &group.members {
                group_of[*member as usize] = position as u32;
            }
        }
        let count_weights = ByCount::of(|count| weights.count(count));
        let (features, shared_by, numbering) = number(counted, &count_weights);
        let mut rarities = Vec::with_capacity(groups.len());
        let (mut home, mut abroad) = (vec![Vector::default(); total], vec![Vector::default(); if groups.len() > 1 { total } else { 0 }]);
        let mut here = vec![0_u32; features.len()];
        for group in &groups {
            match groups.len() {
                // All that have a feature are here.
                1 => here.copy_from_slice(&shared_by),
                _ => numbering.count(&mut here, group, 1),
            }
            let scale = Scale::new(&features, &shared_by, &here, (total, group.members.len()), weights, &count_weights);
            let weigh = |numbered: &mut Numbered, member: &u32| {
                numbering.fill(numbered, *member as usize);
                scale.weigh(numbered, groups.len() > 1)
            };
            let weighed: Vec<(Vector, Vector)> = group.members.par_iter().with_max_len(64).map_init(Numbered::default, weigh).collect();
            for (member, (at_home, elsewhere)) in group.members.iter().zip(weighed) {
                home[*member as usize] = at_home;
                if let Some(vector) = abroad.get_mut(*member as usize) {
                    *vector = elsewhere;
                }
            }
            rarities.push((0..features.len()).filter(|at| here[*at] > 0).map(|at| (at as u32, scale.worth[at].rarity)).collect());
            if groups.len() > 1 {
                numbering.count(&mut here, group, u32::MAX);
            }
        }
        Space { groups, group_of, home, abroad, tactics, contents, features, shared_by, positions: FxHashMap::default(), rarities }.placed()
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
    /// What it says, whatever the others say.
    pub content: Content,
}

impl Space {
    /// A document of the space as if it were asked from outside.
    pub fn as_guest(&self, document: u32) -> Guest {
        let at = document as usize;
        Guest {
            group: Some(self.group_of[at]),
            home: self.home[at].clone(),
            abroad: self.abroad.get(at).cloned().unwrap_or_default(),
            tactics: self.tactics[at].clone(),
            content: self.contents[at].clone(),
        }
    }

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
        let (mut home, mut alone) = (Vec::new(), [0.0; BLOCKS]);
        for (feature, count) in counted.iter() {
            match self.positions.get(&feature) {
                Some(position) => {
                    let weight = weights.count(count) * rarity(*position);
                    home.push(Weighed { position: *position, weight, block: feature.block() as u8 });
                }
                None => alone[feature.block()] += (weights.count(count) * weights.rarity(1.0, size as f32, 0.0, others)).powi(2),
            }
        }
        home.sort_unstable_by_key(|one: &Weighed| one.position);
        let abroad = scaled(home.clone(), [0.0; BLOCKS], &weights.abroad);
        let home = scaled(home, alone, &weights.home);
        Guest { group: group.map(|group| group as u32), home, abroad, tactics: counted.content.tactics.clone(), content: counted.content.clone() }
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

    /// What a document of another language and a guest have in common beside their terms: the sum of products of weights.
    pub fn said_across(&self, guest: &Vector, document: u32) -> f32 {
        let said = |position: u32| self.features[position as usize].block() != Block::Facet as usize;
        let Some(other) = self.abroad.get(document as usize) else { return 0.0 };
        shared(guest, other).filter(|(position, _)| said(*position)).map(|(_, product)| product).sum()
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

/// What features are worth in one language.
struct Scale<'a> {
    worth: Vec<Worth>,
    alone: f32,
    weights: &'a Weights,
    count_weights: &'a ByCount,
}

/// What one feature is worth; all of it in one place, because every feature of every document is looked up.
#[derive(Clone, Copy)]
struct Worth {
    rarity: f32,
    block: u8,
    /// Whether other languages have it too.
    bridge: bool,
}

/// A feature of a document with its weight.
#[derive(Clone, Copy)]
struct Weighed {
    position: u32,
    weight: f32,
    block: u8,
}

impl<'a> Scale<'a> {
    /// Words and pairs are rare or frequent in their own language, concepts and terms in the whole hub.
    fn new(
        features: &[Feature],
        shared_by: &[u32],
        here: &[u32],
        (total, size): (usize, usize),
        weights: &'a Weights,
        count_weights: &'a ByCount,
    ) -> Self {
        let others = (total - size) as f32;
        let rarity = |at: usize| match (here[at], shared_by[at]) {
            (0, _) | (_, 0 | 1) => 0.0,
            (_, all) if features[at].block() >= Block::Concept as usize => weights.rarity(all as f32, total as f32, 0.0, 0.0),
            (here, all) => weights.rarity(here as f32, size as f32, (all - here) as f32, others),
        };
        let worth = |at: usize| Worth { rarity: rarity(at), block: features[at].block() as u8, bridge: shared_by[at] > here[at] };
        let worth = (0..features.len()).into_par_iter().with_max_len(4096).map(worth).collect();
        Scale { worth, alone: weights.rarity(1.0, size as f32, 0.0, others), weights, count_weights }
    }

    fn weigh(&self, numbered: &Numbered, abroad: bool) -> (Vector, Vector) {
        let (mut weighed, mut elsewhere) = (Vec::with_capacity(numbered.features.len()), Vec::new());
        for (position, count) in &numbered.features {
            let Worth { rarity, block, bridge } = self.worth[*position as usize];
            let weight = self.count_weights.get(*count) * rarity;
            if weight > 0.0 {
                weighed.push(Weighed { position: *position, weight, block });
                if abroad && bridge {
                    elsewhere.push(Weighed { position: *position, weight, block });
                }
            }
        }
        let alone = numbered.alone.map(|length| length * self.alone.powi(2));
        (scaled(weighed, alone, &self.weights.home), scaled(elsewhere, [0.0; BLOCKS], &self.weights.abroad))
    }
}

/// Features that two vectors share, rarest first, each with the product of its weights.
pub fn shared<'a>(one: &'a Vector, other: &'a Vector) -> impl Iterator<Item = (u32, f32)> + 'a {
    let mut at = 0;
    one.features.iter().filter_map(move |(feature, weight)| {
        while other.features.get(at).is_some_and(|(there, _)| there < feature) {
            at += 1;
        }
        other.features.get(at).filter(|(there, _)| there == feature).map(|(_, there)| (*feature, weight * there))
    })
}

/// Brings every block to the length of its share.
fn scaled(mut weighed: Vec<Weighed>, alone: [f32; BLOCKS], mix: &Mix) -> Vector {
    let mut norms = alone;
    for Weighed { weight, block, .. } in &weighed {
        norms[usize::from(*block)] += weight * weight;
    }
    let blocks = (0..BLOCKS).filter(|block| norms[*block] > 0.0).fold(0, |bits, block| bits | 1 << block);
    let scales: [f32; BLOCKS] =
        std::array::from_fn(|block| if norms[block] > 0.0 { (mix.share[block] / (norms[block] + mix.damp[block])).sqrt() } else { 0.0 });
    for Weighed { weight, block, .. } in &mut weighed {
        *weight = in_parts(*weight * scales[usize::from(*block)]);
    }
    vector(weighed, blocks)
}

/// A weight, of which none is above one, to the nearest part.
fn in_parts(weight: f32) -> f32 {
    (weight * WHOLE).round().min(WHOLE - 1.0) / WHOLE
}

fn vector(mut weighed: Vec<Weighed>, blocks: u8) -> Vector {
    weighed.retain(|one| one.weight > 0.0);
    if weighed.len() > LONGEST_VECTOR {
        let heavier = |a: &Weighed, b: &Weighed| b.weight.total_cmp(&a.weight).then(a.position.cmp(&b.position));
        // The lightest that stays is found in a copy, so that those that stay keep their order.
        let lightest = *weighed.clone().select_nth_unstable_by(LONGEST_VECTOR - 1, heavier).1;
        weighed.retain(|one| heavier(one, &lightest).is_le());
    }
    Vector { features: weighed.iter().map(|one| (one.position, one.weight)).collect(), blocks }
}
