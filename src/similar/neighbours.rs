//! The nearest records of every record in every language, without comparing all pairs.

use rayon::prelude::*;

use crate::similar::score::Weights;
use crate::similar::space::{Group, Space, Vector};

/// How many places of inverted lists are visited for one record in one language. Rarest features come first; the lists
/// that are left out belong to features which half the hub shares.
pub const BUDGET: usize = 30_000;

/// How many candidates of an unfinished search are compared in full.
const CANDIDATES: usize = 40;

/// How many nearest records tell how crowded a record's neighbourhood is.
pub const CROWD: usize = 10;

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
    /// What stands for a missing neighbour: by one language and by two.
    pub usual: [f32; 2],
}

/// Finds for every document the `keep` nearest in every group, visiting at most `budget` places for each.
pub fn neighbours(space: &Space, weights: &Weights, keep: usize, budget: usize) -> Neighbours {
    let everybody: Vec<u32> = (0..space.vectors.len() as u32).collect();
    let keep = keep.max(CROWD + 1);
    let lists: Vec<Vec<Box<[Near]>>> = space.groups.iter().map(|group| within(space, weights, group, &everybody, keep, budget)).collect();
    let usual = usual(space, weights, &lists);
    Neighbours { lists, usual }
}

/// The nearest of some documents in one group.
pub fn within(space: &Space, weights: &Weights, group: &Group, asking: &[u32], keep: usize, budget: usize) -> Vec<Box<[Near]>> {
    let index = Index::of(space, group);
    let size = asking.len().div_ceil(rayon::current_num_threads() * 8).max(16);
    let parts: Vec<Vec<Box<[Near]>>> = asking
        .par_chunks(size)
        .map(|part| {
            let mut search = Search::new(space, weights, group, &index, budget);
            part.iter().map(|document| search.nearest(*document, keep)).collect()
        })
        .collect();
    parts.into_iter().flatten().collect()
}

/// Inverted lists of one group: for every feature, which members have it with what weight.
struct Index {
    starts: Vec<u32>,
    places: Vec<(u32, f32)>,
}

impl Index {
    fn of(space: &Space, group: &Group) -> Index {
        let mut starts = vec![0_u32; space.features.len() + 1];
        for member in &group.members {
            for feature in &space.vectors[*member as usize].features {
                starts[*feature as usize + 1] += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![(0, 0.0); *starts.last().expect("there is always a start") as usize];
        for (position, member) in group.members.iter().enumerate() {
            let vector = &space.vectors[*member as usize];
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
    index: &'a Index,
    budget: usize,
    /// Sums of products of weights, by position in the group.
    sums: Vec<f32>,
    /// Weights of the asking document's features from `dense_from` on.
    dense: Vec<f32>,
    found: Vec<Near>,
}

impl<'a> Search<'a> {
    fn new(space: &'a Space, weights: &'a Weights, group: &'a Group, index: &'a Index, budget: usize) -> Self {
        let (sums, dense) = (vec![0.0; group.members.len()], vec![0.0; space.features.len()]);
        Search { space, weights, group, index, budget, sums, dense, found: Vec::new() }
    }

    fn nearest(&mut self, document: u32, keep: usize) -> Box<[Near]> {
        let vector = &self.space.vectors[document as usize];
        let visited = self.add_up(vector);
        let whole = visited == vector.features.len();
        self.collect(document, if whole { keep } else { CANDIDATES.max(2 * keep) });
        if !whole {
            self.complete(vector, visited);
        }
        for near in &mut self.found {
            near.alike /= self.weights.common(vector.blocks & self.space.vectors[near.document as usize].blocks);
        }
        self.found.sort_unstable_by(|a, b| b.alike.total_cmp(&a.alike).then(a.document.cmp(&b.document)));
        self.found.truncate(keep);
        self.found.as_slice().into()
    }

    /// Adds up products of weights along the inverted lists, shortest first; says how many features were visited.
    fn add_up(&mut self, vector: &Vector) -> usize {
        let mut left = self.budget;
        for (at, (feature, weight)) in vector.features.iter().zip(&vector.weights).enumerate() {
            let list = self.index.list(*feature);
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
    fn complete(&mut self, vector: &Vector, visited: usize) {
        let first = vector.features[visited];
        for (feature, weight) in vector.features[visited..].iter().zip(&vector.weights[visited..]) {
            self.dense[*feature as usize] = *weight;
        }
        for near in &mut self.found {
            let other = &self.space.vectors[near.document as usize];
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
    /// How alike a document is to its ten nearest in a group, `except` left out: the crowd it stands in.
    ///
    /// Where the group has fewer than eleven others, the missing ones count as the usual neighbour does.
    pub fn crowd(&self, space: &Space, group: u32, document: u32, except: u32) -> f32 {
        let near = self.lists[group as usize][document as usize].iter().filter(|near| near.document != except).take(CROWD);
        let (count, sum) = near.fold((0, 0.0), |(count, sum), near| (count + 1, sum + near.alike));
        let foreign = usize::from(space.group_of[document as usize] != group);
        let others = space.groups[group as usize].members.len().saturating_sub(2 - foreign);
        let missing = CROWD.saturating_sub(others.max(count));
        (sum + missing as f32 * self.usual[foreign]) / CROWD as f32
    }

    /// The score of two documents that are this much alike.
    pub fn score(&self, space: &Space, weights: &Weights, a: u32, b: u32, alike: f32) -> f32 {
        let (group_a, group_b) = (space.group_of[a as usize], space.group_of[b as usize]);
        let floor = weights.floor[usize::from(group_a != group_b)];
        weights.score(alike, self.crowd(space, group_b, a, b).max(floor), self.crowd(space, group_a, b, a).max(floor))
    }
}

/// The median resemblance of neighbours in the hub, within a language and between two.
fn usual(space: &Space, weights: &Weights, lists: &[Vec<Box<[Near]>>]) -> [f32; 2] {
    let mut all: [Vec<f32>; 2] = [Vec::new(), Vec::new()];
    for (group, lists) in lists.iter().enumerate() {
        for (document, list) in lists.iter().enumerate() {
            let foreign = usize::from(space.group_of[document] as usize != group);
            all[foreign].extend(list.iter().take(CROWD).map(|near| near.alike));
        }
    }
    std::array::from_fn(|kind| {
        let middle = all[kind].len() / 2;
        if all[kind].is_empty() { weights.floor[kind] } else { all[kind].select_nth_unstable_by(middle, f32::total_cmp).1.max(weights.floor[kind]) }
    })
}
