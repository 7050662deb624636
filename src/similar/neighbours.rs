//! The nearest records of every record in every language, without comparing all pairs.

use rayon::prelude::*;

use crate::similar::score::{Crowd, NEAREST, Weights};
use crate::similar::space::{Group, Guest, Space, Vector, at_odds};

/// How many places of inverted lists are visited for one record in one language. Rarest features come first; the lists
/// that are left out belong to features which half the hub shares.
pub const BUDGET: usize = 15_000;

/// How many candidates of an unfinished search are compared in full.
const CANDIDATES: usize = 32;

/// A record and how much it is like another, before the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Which document.
    pub document: u32,
    /// How alike, 0 to 1.
    pub alike: f32,
}

/// For every group, for every document, its nearest in that group, best first.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// By group, then by document.
    pub lists: Vec<Vec<Box<[Near]>>>,
}

/// Finds for every document the `keep` nearest in every group, visiting at most `budget` places for each.
pub fn neighbours(space: &Space, weights: &Weights, keep: usize, budget: usize) -> Neighbours {
    let everybody: Vec<u32> = (0..space.home.len() as u32).collect();
    let keep = keep.max(NEAREST + 1);
    let lists: Vec<Vec<Box<[Near]>>> = space.groups.iter().map(|group| within(space, weights, group, &everybody, keep, budget)).collect();
    Neighbours { lists }
}

/// The nearest of some documents in one group.
pub fn within(space: &Space, weights: &Weights, group: &Group, asking: &[u32], keep: usize, budget: usize) -> Vec<Box<[Near]>> {
    let tables = [Index::of(space, group, &space.home), Index::of(space, group, &space.abroad)];
    let size = asking.len().div_ceil(rayon::current_num_threads() * 8).max(16);
    let parts: Vec<Vec<Box<[Near]>>> = asking
        .par_chunks(size)
        .map(|part| {
            let mut search = Search::new(space, weights, group, &tables, budget);
            part.iter().map(|document| search.nearest(*document, keep)).collect()
        })
        .collect();
    parts.into_iter().flatten().collect()
}

/// For every group, for every guest, its nearest in that group, best first; `except` is never among them.
pub fn around(space: &Space, weights: &Weights, guests: &[Guest], keep: usize, budget: usize, except: u32) -> Vec<Vec<Box<[Near]>>> {
    let find = |(at, group): (usize, &Group)| {
        let tables = [Index::of(space, group, &space.home), Index::of(space, group, &space.abroad)];
        let mut search = Search::new(space, weights, group, &tables, budget);
        let mut nearest = |guest: &Guest| {
            let at_home = guest.group == Some(at as u32) || space.abroad.is_empty();
            search.around(if at_home { &guest.home } else { &guest.abroad }, &guest.tactics, at_home, except, keep.max(NEAREST + 1))
        };
        guests.iter().map(&mut nearest).collect()
    };
    space.groups.iter().enumerate().map(find).collect()
}

/// Inverted lists of one group: for every feature, which members have it with what weight.
struct Index {
    starts: Vec<u32>,
    places: Vec<(u32, f32)>,
}

impl Index {
    fn of(space: &Space, group: &Group, vectors: &[Vector]) -> Index {
        if vectors.is_empty() {
            return Index { starts: vec![0; space.features.len() + 1], places: Vec::new() };
        }
        let mut starts = vec![0_u32; space.features.len() + 1];
        for member in &group.members {
            for feature in &vectors[*member as usize].features {
                starts[*feature as usize + 1] += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![(0, 0.0); *starts.last().expect("there is always a start") as usize];
        for (position, member) in group.members.iter().enumerate() {
            let vector = &vectors[*member as usize];
            for (feature, weight) in vector.features.iter().zip(&vector.weights) {
                let at = &mut next[*feature as usize];
                places[*at as usize] = (position as u32, *weight);
                *at += 1;
            }
        }
        Index { starts, places }
    }

    fn list(&self, feature: u32) -> &[(u32, f32)] {
        &self.places[self.starts[feature as usize] as usize..self.starts[feature as usize + 1] as usize]
    }
}

/// One thread's working memory for searching a group.
struct Search<'a> {
    space: &'a Space,
    weights: &'a Weights,
    group: &'a Group,
    tables: &'a [Index; 2],
    budget: usize,
    /// Sums of products of weights, by position in the group.
    sums: Vec<f32>,
    /// Weights of the asking document's features from `dense_from` on.
    dense: Vec<f32>,
    found: Vec<Near>,
}

impl<'a> Search<'a> {
    fn new(space: &'a Space, weights: &'a Weights, group: &'a Group, tables: &'a [Index; 2], budget: usize) -> Self {
        let (sums, dense) = (vec![0.0; group.members.len()], vec![0.0; space.features.len()]);
        Search { space, weights, group, tables, budget, sums, dense, found: Vec::new() }
    }

    /// The nearest of a document of the space.
    fn nearest(&mut self, document: u32, keep: usize) -> Box<[Near]> {
        let at_home = self.space.groups[self.space.group_of[document as usize] as usize].language == self.group.language;
        let vector = if at_home { &self.space.home[document as usize] } else { &self.space.abroad[document as usize] };
        self.around(vector, &self.space.tactics[document as usize], at_home, document, keep)
    }

    fn around(&mut self, vector: &Vector, tactics: &[u32], at_home: bool, except: u32, keep: usize) -> Box<[Near]> {
        let space = self.space;
        let (vectors, index, mix) =
            if at_home { (&space.home, &self.tables[0], &self.weights.home) } else { (&space.abroad, &self.tables[1], &self.weights.abroad) };
        let visited = self.add_up(vector, index);
        let whole = visited == vector.features.len();
        self.collect(except, CANDIDATES.max(2 * keep));
        if !whole {
            self.complete(vectors, vector, visited);
        }
        for near in &mut self.found {
            near.alike /= mix.common(vector.blocks & vectors[near.document as usize].blocks);
            if at_odds(tactics, &space.tactics[near.document as usize]) {
                near.alike *= self.weights.at_odds;
            }
        }
        self.found.sort_unstable_by(|a, b| b.alike.total_cmp(&a.alike).then(a.document.cmp(&b.document)));
        self.found.truncate(keep);
        self.found.as_slice().into()
    }

    /// Adds up products of weights along the inverted lists, shortest first; says how many features were visited.
    fn add_up(&mut self, vector: &Vector, index: &Index) -> usize {
        let mut left = self.budget;
        for (at, (feature, weight)) in vector.features.iter().zip(&vector.weights).enumerate() {
            let list = index.list(*feature);
            let Some(rest) = left.checked_sub(list.len()) else { return at };
            left = rest;
            for (position, other) in list {
                self.sums[*position as usize] += weight * other;
            }
        }
        vector.features.len()
    }

    /// Moves the best sums to `found` and clears all of them.
    fn collect(&mut self, document: u32, keep: usize) {
        self.found.clear();
        let mut enough = 0.0;
        for (chunk, sums) in self.sums.chunks_mut(16).enumerate() {
            if sums.iter().fold(0.0, |most: f32, sum| if *sum > most { *sum } else { most }) > enough {
                for (at, sum) in sums.iter().enumerate().filter(|(_, sum)| **sum > enough) {
                    let other = self.group.members[chunk * 16 + at];
                    if other != document {
                        self.found.push(Near { document: other, alike: *sum });
                    }
                }
                if self.found.len() > 4 * keep {
                    enough = best(&mut self.found, keep);
                }
            }
            sums.fill(0.0);
        }
        best(&mut self.found, keep);
    }

    /// Adds to the partial sums what the features from the first one not visited on contribute.
    fn complete(&mut self, vectors: &[Vector], vector: &Vector, visited: usize) {
        let first = vector.features[visited];
        for (feature, weight) in vector.features[visited..].iter().zip(&vector.weights[visited..]) {
            self.dense[*feature as usize] = *weight;
        }
        for near in &mut self.found {
            let other = &vectors[near.document as usize];
            let start = other.features.partition_point(|feature| *feature < first);
            let rest = other.features[start..].iter().zip(&other.weights[start..]);
            near.alike = rest.fold(near.alike, |sum, (feature, weight)| sum + self.dense[*feature as usize] * weight);
        }
        for feature in &vector.features[visited..] {
            self.dense[*feature as usize] = 0.0;
        }
    }
}

/// Keeps the best few, in no order, and returns the least of them.
fn best(found: &mut Vec<Near>, keep: usize) -> f32 {
    if found.len() > keep {
        found.select_nth_unstable_by(keep, |a, b| b.alike.total_cmp(&a.alike).then(a.document.cmp(&b.document)));
        found.truncate(keep);
    }
    found.iter().fold(f32::INFINITY, |least, near| least.min(near.alike))
}

impl Neighbours {
    /// The crowd a document stands in among a group's, `except` left out.
    pub fn crowd(&self, space: &Space, weights: &Weights, group: u32, document: u32, except: u32) -> Crowd {
        let near = self.lists[group as usize][document as usize].iter().filter(|near| near.document != except);
        let itself = usize::from(space.group_of[document as usize] == group);
        let others = space.groups[group as usize].members.len().saturating_sub(1 + itself);
        weights.crowd(near.map(|near| near.alike), others)
    }

    /// The score of two documents that are this much alike.
    pub fn score(&self, space: &Space, weights: &Weights, a: u32, b: u32, alike: f32) -> f32 {
        let (group_a, group_b) = (space.group_of[a as usize], space.group_of[b as usize]);
        let mix = if group_a == group_b { &weights.home } else { &weights.abroad };
        weights.score(mix, alike, self.crowd(space, weights, group_b, a, b), self.crowd(space, weights, group_a, b, a))
    }

    /// The score of a guest and one of its nearest in a group, each against the crowd it stands in.
    ///
    /// `list` holds the guest's nearest in that group, `opposite` the other's nearest in the guest's own language.
    #[expect(clippy::too_many_arguments, reason = "two sides of one comparison, each with its list")]
    pub fn guest_score(
        space: &Space,
        weights: &Weights,
        guest: &Guest,
        list: &[Near],
        group: u32,
        near: &Near,
        opposite: Option<&[Near]>,
        except: u32,
    ) -> f64 {
        let others = |group: u32, itself: usize| space.groups[group as usize].members.len().saturating_sub(itself);
        let around = list.iter().filter(|other| other.document != near.document).map(|near| near.alike);
        let crowd = weights.crowd(around, others(group, 1));
        let across = match (guest.group, opposite) {
            (Some(own), Some(list)) => {
                weights.crowd(list.iter().filter(|other| other.document != except).map(|near| near.alike), others(own, usize::from(own == group)))
            }
            _ => weights.crowd(std::iter::empty(), 0),
        };
        let mix = if guest.group == Some(group) { &weights.home } else { &weights.abroad };
        f64::from(weights.score(mix, near.alike, crowd, across))
    }
}
