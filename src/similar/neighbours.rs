//! The nearest records of every record in every language, without comparing all pairs.

use std::ops::Range;

use rayon::prelude::*;

use crate::similar::background::{Background, Between, DEPTH, HubLevel, sample};
use crate::similar::score::{Comparison, Side, Weights};
use crate::similar::space::{Group, Guest, Space, Tongue, Vector, WHOLE, at_odds};

/// How many places of inverted lists are visited for one record in one language, where the lists of rare features leave that many. What is
/// left out is known for a few candidates only. At 10,000 generated records this many find 99.8 % of the neighbours above the lower
/// threshold and all above the upper one; half as many found 97.7 % and 99.9 %.
pub const BUDGET: usize = 15_000;

/// How many candidates of an unfinished search are compared in full, at least.
const CANDIDATES: usize = DEPTH;

/// A record and how much it is like another, before the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// Which document.
    pub document: u32,
    /// How alike, 0 to 1.
    pub alike: f32,
}

/// For every group, for every document, its nearest in that group, and what unrelated ones reach there.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// By group, then by document; best first.
    pub lists: Vec<Vec<Box<[Near]>>>,
    /// By group, then by document.
    pub backgrounds: Vec<Vec<Background>>,
    /// What strangers reach in the whole hub.
    pub levels: Levels,
}

/// What strangers reach in a hub, inside one language and between two.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Levels {
    /// Inside one language.
    pub same_language: HubLevel,
    /// Between two.
    pub cross_language: HubLevel,
}

impl Default for Levels {
    fn default() -> Self {
        let unknown = HubLevel::of(Vec::new(), &Weights::default().prior());
        Levels { same_language: unknown, cross_language: unknown }
    }
}

impl Levels {
    /// What a sample of the hub's records says; `background` is that of a record in a group.
    fn of(space: &Space, weights: &Weights, background: impl Fn(u32, u32) -> Background) -> Levels {
        let (mut same, mut cross) = (Vec::new(), Vec::new());
        for document in sample(space.home.len()) {
            for group in 0..space.groups.len() as u32 {
                let estimate = background(group, document).estimate(&weights.prior());
                if space.group_of[document as usize] == group { same.push(estimate) } else { cross.push(estimate) }
            }
        }
        Levels { same_language: HubLevel::of(same, &weights.prior()), cross_language: HubLevel::of(cross, &weights.prior()) }
    }

    fn of_hub(&self, between: Between) -> HubLevel {
        match between {
            Between::OneLanguage => self.same_language,
            Between::TwoLanguages => self.cross_language,
        }
    }
}

/// The nearest of each of some documents, best first.
type Lists = Vec<Box<[Near]>>;

/// Finds for every document the `keep` nearest in every group, visiting `budget` places for each, more only where its rare features
/// alone have more.
pub fn neighbours(space: &Space, weights: &Weights, keep: usize, budget: usize) -> Neighbours {
    with_guests(space, weights, &[], keep, budget).0
}

/// The same for every guest too: by group, then by guest.
pub fn with_guests(space: &Space, weights: &Weights, guests: &[Guest], keep: usize, budget: usize) -> (Neighbours, Vec<Lists>) {
    let everybody: Vec<u32> = (0..space.home.len() as u32).collect();
    let depth = keep.max(DEPTH);
    let mut neighbours = Neighbours::default();
    let mut all_of_guests = Vec::with_capacity(space.groups.len());
    for (number, group) in space.groups.iter().enumerate() {
        let (mut lists, mut of_guests) = (Lists::new(), Lists::new());
        for tables in Tables::over(space, weights, group, budget, TOGETHER) {
            lists = merged(lists, tables.nearest(&everybody, depth), depth);
            of_guests = merged(of_guests, tables.around(guests, depth), depth);
        }
        let finish = |(document, list): (usize, &mut Box<[Near]>)| {
            let background = background_of(list, others(space, number as u32, document as u32), between(space, number as u32, document as u32));
            // A copy of its own size: what was looked at beyond is let go.
            *list = list[..list.len().min(keep)].into();
            background
        };
        neighbours.backgrounds.push(lists.par_iter_mut().with_max_len(1024).enumerate().map(finish).collect());
        neighbours.lists.push(lists);
        all_of_guests.push(of_guests);
    }
    neighbours.levels = Levels::of(space, weights, |group, document| neighbours.backgrounds[group as usize][document as usize]);
    (neighbours, all_of_guests)
}

/// How many records of a group a document may resemble: all but itself, where it is one of them.
pub fn others(space: &Space, group: u32, document: u32) -> usize {
    let is_member = space.group_of.get(document as usize) == Some(&group);
    space.groups[group as usize].members.len() - usize::from(is_member)
}

/// Whether a document is of a group's language.
pub fn between(space: &Space, group: u32, document: u32) -> Between {
    Between::of(space.group_of[document as usize] == group)
}

/// The background in a list of the nearest out of so many others.
pub fn background_of(list: &[Near], others: usize, between: Between) -> Background {
    let nearest: Vec<f32> = list.iter().take(DEPTH).map(|near| near.alike).collect();
    Background::of(&nearest, others, between)
}

/// What strangers reach in the whole hub, where nothing else of its neighbours is asked.
pub fn levels(space: &Space, weights: &Weights, budget: usize) -> Levels {
    let asking: Vec<u32> = sample(space.home.len()).collect();
    let of_group = |group: &Group| within(space, weights, group, &asking, DEPTH, budget);
    let lists: Vec<Lists> = space.groups.iter().map(of_group).collect();
    Levels::of(space, weights, |group, document| {
        let at = asking.binary_search(&document).expect("only the sample is asked");
        background_of(&lists[group as usize][at], others(space, group, document), between(space, group, document))
    })
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
    let better = |a: &Near, b: &Near| b.alike.total_cmp(&a.alike).then(a.document.cmp(&b.document));
    if found.len() > keep {
        found.select_nth_unstable_by(keep, better);
        found.truncate(keep);
    }
    found.sort_unstable_by(better);
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
        let sum: f32 = vector.features.iter().map(|(feature, weight)| dense[*feature as usize] * weight).sum();
        Near { document: *member, alike: odds * sum / mix.common(asking.blocks & vector.blocks) }
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

/// So many members of a group are searched together: their positions fit into two bytes. So do those of common features.
const TOGETHER: usize = 1 << 16;

/// A feature is common if more records have it than this part of the budget, and no more than [`TOGETHER`] are: those that most have.
/// Only lists of common features are ever left out.
const COMMON: usize = 128;

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
    /// From here on features are common.
    common: usize,
}

impl<'a> Tables<'a> {
    /// The members of a group, so many at a time; each time gets its share of the budget.
    fn over(space: &'a Space, weights: &'a Weights, group: &'a Group, budget: usize, together: usize) -> impl Iterator<Item = Self> {
        let rare = space.shared_by.partition_point(|records| *records as usize <= budget / COMMON);
        let common = rare.max(space.features.len().saturating_sub(TOGETHER));
        group.members.chunks(together).map(move |members| {
            let budget = (budget as u128 * members.len() as u128 / group.members.len() as u128) as usize;
            Tables::of(space, weights, &group.language, members, budget, common)
        })
    }

    fn of(space: &'a Space, weights: &'a Weights, language: &'a Tongue, members: &'a [u32], budget: usize, common: usize) -> Self {
        let index = |vectors| Index::of(space, members, vectors, common);
        let (home, abroad) = rayon::join(|| index(&space.home), || index(&space.abroad));
        Tables { space, weights, language, members, budget, home, abroad, common }
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

/// Who has what with what weight, by feature and by member.
struct Index {
    /// Inverted lists: for every feature the members that have it.
    lists: Postings,
    /// For every member the common features that it has, which are what is left out of a search: what a search without end would
    /// have found is added for a few candidates from here.
    common: Postings,
}

/// Lists of places, one behind the other.
#[derive(Default)]
struct Postings {
    starts: Vec<u32>,
    places: Vec<Place>,
}

/// A member in an inverted list, or a common feature of a member. Most of a search is waiting for these to come from memory, so they
/// are as small as can be.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Among the members that are searched together, or among common features.
    at: u16,
    /// The weight in parts of [`WHOLE`], in which all weights are kept.
    parts: u16,
}

impl Index {
    fn of(space: &Space, members: &[u32], vectors: &[Vector], common: usize) -> Index {
        if vectors.is_empty() {
            return Index { lists: Postings::default(), common: Postings::default() };
        }
        let (lists, common) = rayon::join(|| Postings::by_feature(space, members, vectors), || Postings::by_member(members, vectors, common));
        Index { lists, common }
    }
}

impl Postings {
    /// Every core fills the lists of some features, so that none waits for another.
    fn by_feature(space: &Space, members: &[u32], vectors: &[Vector]) -> Postings {
        let mut starts = vec![0_u32; space.features.len() + 1];
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
                    places[*at as usize] = Place { at: position as u16, parts: (weight * WHOLE) as u16 };
                    *at += 1;
                }
            }
        });
        Postings { starts, places }
    }

    /// The common features of every member.
    fn by_member(members: &[u32], vectors: &[Vector], common: usize) -> Postings {
        let mut postings = Postings { starts: vec![0], places: Vec::new() };
        for member in members {
            let features = &vectors[*member as usize].features;
            let of_member = &features[features.partition_point(|(feature, _)| (*feature as usize) < common)..];
            let place = |(feature, weight): &(u32, f32)| Place { at: (*feature as usize - common) as u16, parts: (weight * WHOLE) as u16 };
            postings.places.extend(of_member.iter().map(place));
            postings.starts.push(postings.places.len() as u32);
        }
        postings
    }

    fn list(&self, at: usize) -> &[Place] {
        &self.places[self.starts[at] as usize..self.starts[at + 1] as usize]
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
    /// The lists of the asking document's features that are visited, and those that are not.
    visited: Vec<List>,
    left_out: Vec<List>,
    /// Weights of the features that are left out, by position among common features.
    dense: Box<[f32; TOGETHER]>,
    /// The best sums by position among the members.
    candidates: Vec<Candidate>,
    found: Vec<Near>,
}

/// Where the inverted list of a feature lies, and what the asking document gives each place in it.
struct List {
    start: u32,
    end: u32,
    feature: u32,
    part: f32,
    /// What it says for each place in it: to the sum with a record like the one that asks, a feature adds about the square of its weight.
    worth: f32,
}

impl List {
    fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// A member with the sum of products of weights so far.
#[derive(Clone, Copy)]
struct Candidate {
    at: u16,
    sum: f32,
}

impl<'a> Search<'a> {
    fn new(tables: &'a Tables<'a>) -> Self {
        let room = || vec![0.0; TOGETHER].into_boxed_slice().try_into().expect("there is room for all positions");
        Search {
            tables,
            sums: room(),
            most: Vec::new(),
            visited: Vec::new(),
            left_out: Vec::new(),
            dense: room(),
            candidates: Vec::new(),
            found: Vec::new(),
        }
    }

    fn around(&mut self, vector: &Vector, tactics: &[u32], at_home: bool, except: u32, keep: usize) -> Box<[Near]> {
        let Tables { space, weights, home, abroad, members, .. } = self.tables;
        let (vectors, index, mix) = if at_home { (&space.home, home, &weights.home) } else { (&space.abroad, abroad, &weights.abroad) };
        self.choose(vector, &index.lists);
        self.add_up(&index.lists);
        self.collect(except, CANDIDATES.max(keep));
        if !self.left_out.is_empty() {
            self.complete(&index.common);
        }
        self.found.clear();
        for Candidate { at, sum } in &self.candidates {
            let document = members[usize::from(*at)];
            let odds = if at_odds(tactics, &space.tactics[document as usize]) { weights.at_odds } else { 1.0 };
            self.found.push(Near { document, alike: odds * sum / mix.common(vector.blocks & vectors[document as usize].blocks) });
        }
        rank(&mut self.found, keep);
        self.found.as_slice().into()
    }

    /// Chooses which lists are visited: all those of rare features, and of common ones as many as the budget allows, those first that
    /// say most for each place in them.
    fn choose(&mut self, vector: &Vector, lists: &Postings) {
        let Search { tables, visited, left_out, .. } = self;
        let list = |(feature, weight): &(u32, f32)| {
            let (start, end) = (lists.starts[*feature as usize], lists.starts[*feature as usize + 1]);
            List { start, end, feature: *feature, part: weight / WHOLE, worth: weight * weight / (end - start) as f32 }
        };
        visited.clear();
        visited.extend(vector.features.iter().map(list));
        let rare = vector.features.partition_point(|(feature, _)| (*feature as usize) < tables.common);
        let mut left = tables.budget.saturating_sub(visited[..rare].iter().map(List::len).sum());
        left_out.clear();
        if visited[rare..].iter().map(List::len).sum::<usize>() > left {
            // Among equals the order of features stays.
            radsort::sort_by_key(&mut visited[rare..], |list| -list.worth);
            left_out.extend(visited.extract_if(rare.., |list| {
                let fits = list.len() <= left;
                left -= if fits { list.len() } else { 0 };
                !fits
            }));
        }
    }

    /// Adds up products of weights along inverted lists.
    ///
    /// One place in each of the first lines of memory of every list is visited before the rest of any: lists lie far apart, and so
    /// their beginnings are fetched side by side, and what follows them is on its way when it is wanted.
    fn add_up(&mut self, lists: &Postings) {
        let Search { sums, visited, .. } = self;
        let visiting = || visited.iter().map(|list| (&lists.places[list.start as usize..list.end as usize], list.part));
        let mut add = |part: f32, places: &[Place]| {
            for Place { at, parts } in places {
                sums[usize::from(*at)] += part * f32::from(*parts);
            }
        };
        for (list, part) in visiting() {
            for line in 0..LINES_AHEAD {
                add(part, list.get(line * LINE..).and_then(|rest| rest.get(..1)).unwrap_or(&[]));
            }
        }
        for (list, part) in visiting() {
            let (lines, rest) = list.split_at_checked(LINES_AHEAD * LINE).unwrap_or((list, &[]));
            for line in lines.chunks(LINE) {
                add(part, &line[1..]);
            }
            add(part, rest);
        }
    }

    /// Moves the best sums to `candidates`, in no order, and clears all of them.
    ///
    /// The best of every stretch of sums tells from where on a sum can be among the best of all, so that few are looked at.
    fn collect(&mut self, except: u32, keep: usize) {
        let Search { tables, sums, candidates, most, .. } = self;
        let sums = &mut sums[..tables.members.len()];
        candidates.clear();
        most.clear();
        most.extend(sums.chunks(STRETCH).map(largest));
        // One more than asked for, because the document itself is among them.
        let enough = if most.len() > keep + 1 { *most.clone().select_nth_unstable_by(keep, |a, b| b.total_cmp(a)).1 } else { 0.0 };
        let stretches = sums.chunks(STRETCH).zip(tables.members.chunks(STRETCH)).enumerate().zip(&*most);
        for ((stretch, (sums, members)), _) in stretches.filter(|(_, most)| **most >= enough && **most > 0.0) {
            let here = sums.iter().zip(members).enumerate();
            let worth = here.filter(|(_, (sum, member))| **sum >= enough && **sum > 0.0 && **member != except);
            candidates.extend(worth.map(|(at, (sum, _))| Candidate { at: (stretch * STRETCH + at) as u16, sum: *sum }));
        }
        sums.fill(0.0);
        if candidates.len() > keep {
            candidates.select_nth_unstable_by(keep, |a, b| b.sum.total_cmp(&a.sum).then(a.at.cmp(&b.at)));
            candidates.truncate(keep);
        }
    }

    /// Adds to the sums of candidates what the features that were left out contribute.
    fn complete(&mut self, common: &Postings) {
        let Search { tables, left_out, dense, candidates, .. } = self;
        for list in &*left_out {
            dense[list.feature as usize - tables.common] = list.part;
        }
        // As for inverted lists: what all candidates have is fetched side by side.
        let lines = candidates.iter().flat_map(|candidate| common.list(usize::from(candidate.at)).iter().step_by(LINE));
        std::hint::black_box(lines.fold(0, |all, place| all ^ place.at));
        for candidate in candidates {
            candidate.sum += meet(dense, common.list(usize::from(candidate.at)));
        }
        for list in &*left_out {
            dense[list.feature as usize - tables.common] = 0.0;
        }
    }
}

/// The sum of products of a member's weights with those laid out in `dense`; four sums side by side, so that none waits for the last
/// addition.
fn meet(dense: &[f32; TOGETHER], places: &[Place]) -> f32 {
    let mut sums = [0.0_f32; 4];
    for four in places.chunks(4) {
        for (sum, Place { at, parts }) in sums.iter_mut().zip(four) {
            *sum += dense[usize::from(*at)] * f32::from(*parts);
        }
    }
    sums.into_iter().sum()
}

/// Places in one line of memory.
const LINE: usize = 64 / size_of::<Place>();
/// Postings of a list that are fetched ahead; after so many the processor has seen where the list goes.
const LINES_AHEAD: usize = 3;

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
    /// How two documents that are this much alike compare.
    pub fn compare(&self, space: &Space, weights: &Weights, a: u32, b: u32, alike: f32) -> Comparison {
        let (group_a, group_b) = (space.group_of[a as usize], space.group_of[b as usize]);
        let background = |group: u32, document: u32| self.backgrounds[group as usize][document as usize];
        let backgrounds = [background(group_b, a), background(group_a, b)];
        compare(weights, &self.levels, Between::of(group_a == group_b), alike, &backgrounds)
    }
}

/// How a pair compares: `backgrounds` are that of the first among the records of the second's language, and the reverse.
pub fn compare(weights: &Weights, levels: &Levels, between: Between, alike: f32, backgrounds: &[Background; 2]) -> Comparison {
    let [one, other] = backgrounds.each_ref().map(|background| Side { background, hub: levels.of_hub(between) });
    weights.compare(between, alike, one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sixty documents with some of thirty features that many have and one of thirty that two have, in so many languages by turns.
    fn space(languages: u32) -> Space {
        let mut number = 1_u64;
        let mut next = |below: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % below
        };
        let mut documents: Vec<Vec<(u32, f32)>> = Vec::new();
        for document in 0..60 {
            let chosen: Vec<u32> = (0..30).filter(|_| next(3) == 0).chain([30 + document / 2]).collect();
            documents.push(chosen.into_iter().map(|feature| (feature, next(20_000) as f32 / WHOLE)).collect());
        }
        let shared_by = |feature: u32| documents.iter().filter(|one| one.iter().any(|(at, _)| *at == feature)).count() as u32;
        let mut order: Vec<u32> = (0..60).collect();
        order.sort_by_key(|feature| (shared_by(*feature), *feature));
        let shared_by = order.iter().map(|feature| shared_by(*feature)).collect();
        let mut space = Space::default();
        (space.features, space.shared_by) = (vec![Default::default(); 60], shared_by);
        for (document, mut features) in (0..).zip(documents) {
            features.iter_mut().for_each(|(at, _)| *at = order.iter().position(|feature| feature == at).expect("all are in order") as u32);
            features.sort_unstable_by_key(|(at, _)| *at);
            space.home.push(Vector { features: features.into(), blocks: 1 });
            space.tactics.push(Box::from([next(3) as u32]));
            space.group_of.push(document % languages);
        }
        let group = |language: u32| Group {
            language: Tongue::Tag(format!("l{language}")),
            members: (0..60).filter(|document| document % languages == language).collect(),
        };
        space.groups = (0..languages).map(group).collect();
        space.abroad = if languages > 1 { space.home.clone() } else { Vec::new() };
        space
    }

    #[test]
    fn a_group_in_stretches_has_the_same_neighbours() {
        let (space, weights) = (space(1), Weights::default());
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
        let (space, weights) = (space(1), Weights::default());
        let found = neighbours(&space, &weights, 12, usize::MAX);
        for (document, list) in found.lists[0].iter().enumerate() {
            for near in list {
                let alike = space.alike(&weights, document as u32, near.document);
                assert!((near.alike - alike).abs() < 1e-6, "{document}: {near:?}, {alike}");
            }
        }
    }

    #[test]
    fn what_is_left_out_is_made_up_for() {
        let (space, weights) = (space(2), Weights::default());
        let everybody: Vec<u32> = (0..60).collect();
        for (group, common, budget) in [(0, 0, 0), (0, 0, 20), (1, 0, 60), (0, 30, 0), (1, 30, 30), (0, 30, 60), (1, 45, 90), (0, 60, 0)] {
            let Group { language, members } = &space.groups[group];
            let tables = Tables::of(&space, &weights, language, members, budget, common);
            // So many are kept that nobody who was met is dropped.
            let found = tables.nearest(&everybody, 30);
            let mut met = 0;
            for (document, list) in (0..).zip(&found) {
                met += list.len();
                for near in list {
                    let alike = space.alike(&weights, document, near.document);
                    assert!((near.alike - alike).abs() < 1e-6, "{document} from {common} within {budget}: {near:?}, {alike}");
                }
            }
            // The lists of rare features are followed whatever the budget; without any list nobody is met.
            assert_eq!(met == 0, common + budget == 0, "{met} are met from {common} within {budget}");
        }
    }

    #[test]
    fn a_list_beyond_the_budget_does_not_keep_others_from_being_visited() {
        let (space, weights) = (space(1), Weights::default());
        let Group { language, members } = &space.groups[0];
        let tables = Tables::of(&space, &weights, language, members, 2, 0);
        let mut search = Search::new(&tables);
        for vector in &space.home {
            search.choose(vector, &tables.home.lists);
            assert_eq!(search.visited.iter().map(List::len).sum::<usize>(), 2, "the list that two have");
            assert_eq!(search.visited.len() + search.left_out.len(), vector.features.len());
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
