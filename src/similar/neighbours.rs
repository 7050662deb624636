//! The nearest records of every record in every language, without comparing all pairs.

use std::ops::Range;

use rayon::prelude::*;

use crate::similar::score::{Crowd, NEAREST, Weights};
use crate::similar::space::{Group, Guest, Space, Tongue, Vector, WHOLE, at_odds};

/// How many places of inverted lists are visited for one record in one language. Rarest features come first; the lists
/// that are left out belong to features which half the hub shares. At 10,000 generated records this many find 99.8 % of the
/// neighbours above the lower threshold and all above the upper one; half as many found 88 % and 99.1 %.
pub const BUDGET: usize = 30_000;

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

/// The nearest of each of some documents, best first.
type Lists = Vec<Box<[Near]>>;

/// Finds for every document the `keep` nearest in every group, visiting at most `budget` places for each.
pub fn neighbours(space: &Space, weights: &Weights, keep: usize, budget: usize) -> Neighbours {
    with_guests(space, weights, &[], keep, budget).0
}

/// The same for every guest too: by group, then by guest.
pub fn with_guests(space: &Space, weights: &Weights, guests: &[Guest], keep: usize, budget: usize) -> (Neighbours, Vec<Lists>) {
    let everybody: Vec<u32> = (0..space.home.len() as u32).collect();
    let find = |group: &Group| {
        let (mut lists, mut of_guests) = (Lists::new(), Lists::new());
        for tables in Tables::over(space, weights, group, budget, TOGETHER) {
            lists = merged(lists, tables.nearest(&everybody, keep), keep);
            of_guests = merged(of_guests, tables.around(guests, keep), keep);
        }
        (lists, of_guests)
    };
    let (lists, of_guests) = space.groups.iter().map(find).unzip();
    (Neighbours { lists }, of_guests)
}

/// The nearest of some documents in one group.
pub fn within(space: &Space, weights: &Weights, group: &Group, asking: &[u32], keep: usize, budget: usize) -> Vec<Box<[Near]>> {
    let all = Tables::over(space, weights, group, budget, TOGETHER);
    all.fold(Lists::new(), |lists, tables| merged(lists, tables.nearest(asking, keep), keep))
}

/// The nearest among the members of one stretch of a group and those of another.
fn merged(one: Lists, other: Lists, keep: usize) -> Lists {
    if one.is_empty() {
        return other;
    }
    let both = |(one, other): (Box<[Near]>, Box<[Near]>)| {
        let mut both = [one, other].concat();
        rank(&mut both, keep);
        both.into()
    };
    one.into_iter().zip(other).map(both).collect()
}

/// The best first, no more of them than are kept.
fn rank(found: &mut Vec<Near>, keep: usize) {
    found.sort_unstable_by(|a, b| b.alike.total_cmp(&a.alike).then(a.document.cmp(&b.document)));
    found.truncate(keep.max(NEAREST + 1));
}

/// For every group the nearest of one guest, best first; `except` is never among them. Every member is looked at: for one question
/// that takes less than making inverted lists.
pub fn around(space: &Space, weights: &Weights, guest: &Guest, keep: usize, except: u32) -> Vec<Box<[Near]>> {
    space.groups.iter().map(|group| scan(space, weights, group, guest, keep, except)).collect()
}

fn scan(space: &Space, weights: &Weights, group: &Group, guest: &Guest, keep: usize, except: u32) -> Box<[Near]> {
    let (asking, vectors, mix) = match is_at_home(guest, space, &group.language) {
        true => (&guest.home, &space.home, &weights.home),
        false => (&guest.abroad, &space.abroad, &weights.abroad),
    };
    let mut dense = vec![0.0; space.features.len()];
    asking.features.iter().for_each(|(feature, weight)| dense[*feature as usize] = *weight);
    let near = |member: &u32| {
        let vector = &vectors[*member as usize];
        let odds = if at_odds(&guest.tactics, &space.tactics[*member as usize]) { weights.at_odds } else { 1.0 };
        Near { document: *member, alike: odds * meet(&dense, &vector.features, 0) / mix.common(asking.blocks & vector.blocks) }
    };
    let others = group.members.par_iter().filter(|member| **member != except);
    let mut found: Vec<Near> = others.map(near).filter(|near| near.alike > 0.0).collect();
    rank(&mut found, keep);
    found.into()
}

/// Whether a guest is compared with a group by the words of their own language; in a hub of one language there is no other way.
fn is_at_home(guest: &Guest, space: &Space, language: &Tongue) -> bool {
    space.abroad.is_empty() || guest.group.is_some_and(|at| space.groups[at as usize].language == *language)
}

/// So many members of a group are searched together: their positions fit into two bytes.
const TOGETHER: usize = 1 << 16;

/// One group, or as many of its members as are searched together, ready to be searched from all cores.
struct Tables<'a> {
    space: &'a Space,
    weights: &'a Weights,
    language: &'a Tongue,
    members: &'a [u32],
    budget: usize,
    /// By words of its own language, and by what other languages share with it.
    home: Index,
    abroad: Index,
}

impl<'a> Tables<'a> {
    /// The members of a group, so many at a time; each time gets its share of the budget.
    fn over(space: &'a Space, weights: &'a Weights, group: &'a Group, budget: usize, together: usize) -> impl Iterator<Item = Self> {
        group.members.chunks(together).map(move |members| {
            let (home, abroad) = rayon::join(|| Index::of(space, members, &space.home), || Index::of(space, members, &space.abroad));
            let budget = (budget as u128 * members.len() as u128 / group.members.len() as u128) as usize;
            Tables { space, weights, language: &group.language, members, budget, home, abroad }
        })
    }

    fn nearest(&self, asking: &[u32], keep: usize) -> Lists {
        let own = |document: u32| self.space.groups[self.space.group_of[document as usize] as usize].language == *self.language;
        self.search(asking, |search, document| {
            let (at_home, document) = (own(*document), *document as usize);
            let vector = if at_home { &self.space.home[document] } else { &self.space.abroad[document] };
            search.around(vector, &self.space.tactics[document], at_home, document as u32, keep)
        })
    }

    fn around(&self, guests: &[Guest], keep: usize) -> Lists {
        self.search(guests, |search, guest| {
            let at_home = is_at_home(guest, self.space, self.language);
            search.around(if at_home { &guest.home } else { &guest.abroad }, &guest.tactics, at_home, u32::MAX, keep)
        })
    }

    fn search<T: Sync>(&self, asking: &[T], find: impl Fn(&mut Search, &T) -> Box<[Near]> + Sync) -> Lists {
        let size = asking.len().div_ceil(rayon::current_num_threads() * 8).max(16);
        let parts: Vec<Lists> = asking
            .par_chunks(size)
            .with_max_len(1)
            .map(|part| {
                let mut search = Search::new(self);
                part.iter().map(|one| find(&mut search, one)).collect()
            })
            .collect();
        parts.into_iter().flatten().collect()
    }
}

/// Inverted lists: for every feature, which members have it with what weight.
struct Index {
    starts: Vec<u32>,
    places: Vec<Place>,
}

/// A member in an inverted list. Most of a search is waiting for these to come from memory, so they are as small as can be.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Among the members that are searched together.
    member: u16,
    /// The member's weight in parts of [`WHOLE`], in which all weights are kept.
    parts: u16,
}

impl Index {
    /// Every core fills the lists of some features, so that none waits for another.
    fn of(space: &Space, members: &[u32], vectors: &[Vector]) -> Index {
        let mut starts = vec![0_u32; space.features.len() + 1];
        if vectors.is_empty() {
            return Index { starts, places: Vec::new() };
        }
        let stretches = stretches(&space.shared_by, rayon::current_num_threads() * 2);
        split(&mut starts[1..], stretches.iter().map(Range::len)).into_par_iter().zip(&stretches).with_max_len(1).for_each(|(counts, stretch)| {
            for member in members {
                lying_in(stretch, &vectors[*member as usize]).for_each(|(feature, _)| counts[*feature as usize - stretch.start] += 1);
            }
        });
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut places = vec![Place::default(); *starts.last().expect("there is always a start") as usize];
        let lengths = stretches.iter().map(|stretch| (starts[stretch.end] - starts[stretch.start]) as usize);
        split(&mut places, lengths).into_par_iter().zip(&stretches).with_max_len(1).for_each(|(places, stretch)| {
            let first = starts[stretch.start];
            let mut next: Vec<u32> = starts[stretch.clone()].iter().map(|start| start - first).collect();
            for (position, member) in members.iter().enumerate() {
                for (feature, weight) in lying_in(stretch, &vectors[*member as usize]) {
                    let at = &mut next[*feature as usize - stretch.start];
                    places[*at as usize] = Place { member: position as u16, parts: (weight * WHOLE) as u16 };
                    *at += 1;
                }
            }
        });
        Index { starts, places }
    }

    fn list(&self, feature: u32) -> &[Place] {
        &self.places[self.starts[feature as usize] as usize..self.starts[feature as usize + 1] as usize]
    }
}

/// Stretches of features that as many records have, all together.
fn stretches(shared_by: &[u32], count: usize) -> Vec<Range<usize>> {
    let total: u64 = shared_by.iter().map(|records| u64::from(*records)).sum();
    let (mut stretches, mut start, mut so_far) = (Vec::with_capacity(count), 0, 0);
    for (feature, records) in shared_by.iter().enumerate() {
        so_far += u64::from(*records);
        if stretches.len() + 1 < count && so_far * count as u64 >= total * (stretches.len() as u64 + 1) {
            stretches.push(start..feature + 1);
            start = feature + 1;
        }
    }
    if start < shared_by.len() {
        stretches.push(start..shared_by.len());
    }
    stretches
}

/// The features of a vector that lie in a stretch.
fn lying_in<'v>(stretch: &Range<usize>, vector: &'v Vector) -> impl Iterator<Item = &'v (u32, f32)> {
    let start = vector.features.partition_point(|(feature, _)| (*feature as usize) < stretch.start);
    let end = stretch.end;
    vector.features[start..].iter().take_while(move |(feature, _)| (*feature as usize) < end)
}

/// A slice in parts of these lengths.
fn split<T>(mut whole: &mut [T], lengths: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    lengths
        .map(|length| {
            let (part, rest) = std::mem::take(&mut whole).split_at_mut(length);
            whole = rest;
            part
        })
        .collect()
}

/// One thread's working memory for searching a group.
struct Search<'a> {
    tables: &'a Tables<'a>,
    /// Sums of products of weights, by position among the members; room for every position that there can be, so that none is checked.
    sums: Box<[f32; TOGETHER]>,
    /// The largest of every stretch of sums.
    most: Vec<f32>,
    /// Weights of the asking document's features from `dense_from` on.
    dense: Vec<f32>,
    found: Vec<Near>,
}

impl<'a> Search<'a> {
    fn new(tables: &'a Tables<'a>) -> Self {
        let sums = vec![0.0; TOGETHER].into_boxed_slice().try_into().expect("there is room for all positions");
        let dense = vec![0.0; tables.space.features.len()];
        Search { tables, sums, most: Vec::new(), dense, found: Vec::new() }
    }

    fn around(&mut self, vector: &Vector, tactics: &[u32], at_home: bool, except: u32, keep: usize) -> Box<[Near]> {
        let Tables { space, weights, home, abroad, .. } = self.tables;
        let (vectors, index, mix) = if at_home { (&space.home, home, &weights.home) } else { (&space.abroad, abroad, &weights.abroad) };
        let visited = self.add_up(vector, index);
        let whole = visited == vector.features.len();
        self.collect(except, CANDIDATES.max(2 * keep.max(NEAREST + 1)));
        if !whole {
            self.complete(vectors, vector, visited);
        }
        for near in &mut self.found {
            near.alike /= mix.common(vector.blocks & vectors[near.document as usize].blocks);
            if at_odds(tactics, &space.tactics[near.document as usize]) {
                near.alike *= weights.at_odds;
            }
        }
        rank(&mut self.found, keep);
        self.found.as_slice().into()
    }

    /// Adds up products of weights along the inverted lists, shortest first; says how many features were visited.
    ///
    /// One place in each of the first lines of memory of every list is visited before the rest of any: lists lie far apart, and so
    /// their beginnings are fetched side by side, and what follows them is on its way when it is wanted.
    fn add_up(&mut self, vector: &Vector, index: &Index) -> usize {
        let mut left = self.tables.budget;
        let beyond = |(feature, _): &(u32, f32)| match left.checked_sub(index.list(*feature).len()) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        };
        let visited = vector.features.iter().position(beyond).unwrap_or(vector.features.len());
        let Search { sums, .. } = self;
        let mut add = |weight: f32, places: &[Place]| {
            let part = weight / WHOLE;
            for Place { member, parts } in places {
                sums[usize::from(*member)] += part * f32::from(*parts);
            }
        };
        for (feature, weight) in &vector.features[..visited] {
            let list = index.list(*feature);
            for line in 0..LINES {
                add(*weight, list.get(line * LINE..).and_then(|rest| rest.get(..1)).unwrap_or(&[]));
            }
        }
        for (feature, weight) in &vector.features[..visited] {
            let (lines, rest) = index.list(*feature).split_at_checked(LINES * LINE).unwrap_or((index.list(*feature), &[]));
            for line in lines.chunks(LINE) {
                add(*weight, &line[1..]);
            }
            add(*weight, rest);
        }
        visited
    }

    /// Moves the best sums to `found`, in no order, and clears all of them.
    ///
    /// The best of every stretch of sums tells from where on a sum can be among the best of all, so that few are looked at.
    fn collect(&mut self, except: u32, keep: usize) {
        let Search { tables, sums, found, most, .. } = self;
        let sums = &mut sums[..tables.members.len()];
        found.clear();
        most.clear();
        most.extend(sums.chunks(STRETCH).map(largest));
        // One more than asked for, because the document itself is among them.
        let enough = if most.len() > keep + 1 { *most.clone().select_nth_unstable_by(keep, |a, b| b.total_cmp(a)).1 } else { 0.0 };
        let stretches = sums.chunks(STRETCH).zip(tables.members.chunks(STRETCH));
        for ((sums, members), _) in stretches.zip(&*most).filter(|(_, most)| **most >= enough && **most > 0.0) {
            let worth = sums.iter().zip(members).filter(|(sum, member)| **sum >= enough && **sum > 0.0 && **member != except);
            found.extend(worth.map(|(sum, member)| Near { document: *member, alike: *sum }));
        }
        sums.fill(0.0);
        best(found, keep);
    }

    /// Adds to the partial sums what the features from the first one not visited on contribute: a piece of every candidate's vector
    /// at a time, from the end, so that those of all candidates are fetched side by side.
    fn complete(&mut self, vectors: &[Vector], vector: &Vector, visited: usize) {
        let (first, _) = vector.features[visited];
        for (feature, weight) in &vector.features[visited..] {
            self.dense[*feature as usize] = *weight;
        }
        let Search { dense, found, .. } = self;
        for from_end in (0..).step_by(FETCHED) {
            let mut met = false;
            for near in found.iter_mut() {
                let features = &vectors[near.document as usize].features;
                let end = features.len().saturating_sub(from_end);
                let piece = &features[end.saturating_sub(FETCHED)..end];
                if piece.last().is_some_and(|(feature, _)| *feature >= first) {
                    near.alike += meet(dense, piece, first);
                    met = true;
                }
            }
            if !met {
                break;
            }
        }
        for (feature, _) in &vector.features[visited..] {
            self.dense[*feature as usize] = 0.0;
        }
    }
}

/// The sum of products of a document's weights with those laid out in `dense`, which holds none before the feature `first`; four sums
/// side by side, so that none waits for the last addition. From the end, because that is where features from some `first` on lie.
fn meet(dense: &[f32], features: &[(u32, f32)], first: u32) -> f32 {
    let mut sums = [0.0_f32; 4];
    for four in features.rchunks(4).take_while(|four| four.last().is_some_and(|(feature, _)| *feature >= first)) {
        for (sum, (feature, weight)) in sums.iter_mut().zip(four) {
            *sum += dense[*feature as usize] * weight;
        }
    }
    sums.into_iter().sum()
}

/// So many features of every candidate are fetched from memory at once.
const FETCHED: usize = 16;

/// Places of an inverted list in one line of memory.
const LINE: usize = 64 / size_of::<Place>();
/// Lines of a list that are fetched ahead; after so many the processor has seen where the list goes.
const LINES: usize = 3;

/// Keeps the best few, in no order.
fn best(found: &mut Vec<Near>, keep: usize) {
    if found.len() > keep {
        found.select_nth_unstable_by(keep, |a, b| b.alike.total_cmp(&a.alike).then(a.document.cmp(&b.document)));
        found.truncate(keep);
    }
}

/// Sums that are looked at together.
const STRETCH: usize = 32;

/// The largest of some sums, none of which is below zero; eight at a time, because that needs no order.
fn largest(sums: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    for eight in sums.chunks(8) {
        for (lane, sum) in lanes.iter_mut().zip(eight) {
            *lane = if *sum > *lane { *sum } else { *lane };
        }
    }
    lanes.into_iter().fold(0.0, f32::max)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Sixty documents with some of thirty features each, all of one language.
    fn space() -> Space {
        let mut space = Space::default();
        let mut number = 1_u64;
        let mut next = |below: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % below
        };
        space.features = vec![Default::default(); 30];
        for document in 0..60 {
            let chosen = (0..30).filter(|_| next(3) == 0).collect::<Vec<u32>>();
            let features = chosen.into_iter().map(|feature| (feature, next(20_000) as f32 / WHOLE)).collect();
            space.home.push(Vector { features, blocks: 1 });
            space.tactics.push(Box::from([next(3) as u32]));
            space.group_of.push(0);
            match space.groups.first_mut() {
                Some(group) => group.members.push(document),
                None => space.groups.push(Group { language: Tongue::Tag("en".to_owned()), members: vec![document] }),
            }
        }
        space.shared_by =
            (0..30).map(|feature| space.home.iter().filter(|one| one.features.iter().any(|(at, _)| *at == feature)).count() as u32).collect();
        space
    }

    #[test]
    fn a_group_in_stretches_has_the_same_neighbours() {
        let (space, weights) = (space(), Weights::default());
        let everybody: Vec<u32> = (0..60).collect();
        let nearest = |together: usize| {
            let all = Tables::over(&space, &weights, &space.groups[0], usize::MAX, together);
            all.fold(Lists::new(), |lists, tables| merged(lists, tables.nearest(&everybody, 12), 12))
        };
        let whole = nearest(TOGETHER);
        assert!(whole.iter().all(|list| list.len() == 12));
        for together in [7, 20, 59] {
            for (one, other) in nearest(together).iter().flatten().zip(whole.iter().flatten()) {
                // Sums of the same products in another order.
                assert!(one.document == other.document && (one.alike - other.alike).abs() < 1e-6, "{together} at a time: {one:?}, {other:?}");
            }
        }
    }

    #[test]
    fn lists_find_what_comparing_one_by_one_finds() {
        let (space, weights) = (space(), Weights::default());
        let found = neighbours(&space, &weights, 12, usize::MAX);
        for (document, list) in found.lists[0].iter().enumerate() {
            for near in list {
                let alike = space.alike(&weights, document as u32, near.document);
                assert!((near.alike - alike).abs() < 1e-6, "{document}: {near:?}, {alike}");
            }
        }
    }

    #[test]
    fn stretches_hold_every_feature_once() {
        let cases: [&[u32]; 5] = [&[], &[2], &[2; 100], &[2, 2, 3, 9, 50, 1000], &[0, 0, 0]];
        for shared_by in cases {
            for count in [1, 2, 4, 7] {
                let found = stretches(shared_by, count);
                assert!(found.len() <= count, "{count} of {shared_by:?}: {found:?}");
                assert!(found.iter().flat_map(Clone::clone).eq(0..shared_by.len()), "{count} of {shared_by:?}: {found:?}");
            }
        }
    }
}
