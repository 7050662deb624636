//! Finds the nearest neighbours of every record in every language with inverted indexes, without
//! comparing all pairs.

use std::ops::Range;

use rayon::prelude::*;

use crate::similar::background::{
    Background, HubBackground, LanguageRelation, SEARCH_DEPTH, sample_records,
};
use crate::similar::score::{PairScore, PairSide, Weights};
use crate::similar::vector_space::{
    DocumentGroup, LanguageGroup, QueryDocument, SparseVector, VectorSpace, WEIGHT_SCALE,
    are_disjoint,
};

/// The most postings that are visited for one record in one language; the posting lists of rare
/// features are visited in any case. The features of skipped lists are added for the best
/// candidates only. At 10,000 generated records this budget finds 99.8 % of the neighbours above
/// the lower threshold and all above the upper one; half of it found 97.7 % and 99.9 %. Without a
/// budget the whole comparison takes 31 % longer (`benches/README.md`).
pub const POSTING_BUDGET: usize = 15_000;

/// The least number of candidates whose similarity is completed where posting lists were skipped.
const MIN_CANDIDATES: usize = SEARCH_DEPTH;

/// A document and its similarity to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Number of the document.
    pub document: u32,
    /// Weighted cosine similarity, 0 to 1.
    pub similarity: f32,
}

/// The nearest neighbours of every document in every language group, and the backgrounds.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// By group, then by document: neighbours, highest similarity first.
    pub lists: Vec<Vec<Box<[Neighbour]>>>,
    /// By group, then by document: what unrelated records of the group reach.
    pub backgrounds: Vec<Vec<Background>>,
    /// What unrelated records reach in the whole hub.
    pub hub_backgrounds: HubBackgrounds,
}

/// What unrelated records of a hub reach, within a language and across languages.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct HubBackgrounds {
    /// Within a language.
    pub same_language: HubBackground,
    /// Across languages.
    pub cross_language: HubBackground,
}

impl Default for HubBackgrounds {
    fn default() -> Self {
        let unknown = HubBackground::from_sample(Vec::new(), &Weights::default().prior());
        HubBackgrounds { same_language: unknown, cross_language: unknown }
    }
}

impl HubBackgrounds {
    /// Estimates both from a sample of the hub's records; `background` returns the background of a
    /// document in a group.
    fn from_sample(
        space: &VectorSpace,
        weights: &Weights,
        background: impl Fn(u32, u32) -> Background,
    ) -> HubBackgrounds {
        let (mut same, mut cross) = (Vec::new(), Vec::new());
        for document in sample_records(space.same_language.len()) {
            for group in 0..space.groups.len() as u32 {
                let estimate = background(group, document).estimate(&weights.prior());
                if space.group_of[document as usize] == group {
                    same.push(estimate)
                } else {
                    cross.push(estimate)
                }
            }
        }
        HubBackgrounds {
            same_language: HubBackground::from_sample(same, &weights.prior()),
            cross_language: HubBackground::from_sample(cross, &weights.prior()),
        }
    }

    /// The background of the hub within a language or across languages, as the two records of a
    /// pair are related.
    fn for_relation(&self, relation: LanguageRelation) -> HubBackground {
        match relation {
            LanguageRelation::SameLanguage => self.same_language,
            LanguageRelation::CrossLanguage => self.cross_language,
        }
    }
}

/// For each of some documents its neighbours, highest similarity first.
type NeighbourLists = Vec<Box<[Neighbour]>>;

/// Finds the `keep` nearest neighbours of every document in every group; `budget` is the most
/// postings to visit, see [`POSTING_BUDGET`].
pub fn find_neighbours(
    space: &VectorSpace,
    weights: &Weights,
    keep: usize,
    budget: usize,
) -> Neighbours {
    find_neighbours_with_queries(space, weights, &[], keep, budget).0
}

/// As [`find_neighbours`], and for every query its neighbours by group, then by query.
pub fn find_neighbours_with_queries(
    space: &VectorSpace,
    weights: &Weights,
    queries: &[QueryDocument],
    keep: usize,
    budget: usize,
) -> (Neighbours, Vec<NeighbourLists>) {
    let all_documents: Vec<u32> = (0..space.same_language.len() as u32).collect();
    let depth = keep.max(SEARCH_DEPTH);
    let mut neighbours = Neighbours::default();
    let mut query_lists = Vec::with_capacity(space.groups.len());
    for (number, group) in space.groups.iter().enumerate() {
        let (mut lists, mut lists_of_queries) = (NeighbourLists::new(), NeighbourLists::new());
        for searcher in GroupSearcher::chunks(space, weights, group, budget, MAX_CHUNK) {
            lists = merge_lists(lists, searcher.nearest_to_documents(&all_documents, depth), depth);
            lists_of_queries =
                merge_lists(lists_of_queries, searcher.nearest_to_queries(queries, depth), depth);
        }
        let finish = |(document, list): (usize, &mut Box<[Neighbour]>)| {
            let (group, document) = (number as u32, document as u32);
            let background = background_of(
                list,
                population(space, group, document),
                relation_to_group(space, group, document),
            );
            // A copy of the exact length, so that the longer list is freed.
            *list = list[..list.len().min(keep)].into();
            background
        };
        neighbours.backgrounds.push(lists.par_iter_mut().enumerate().map(finish).collect());
        neighbours.lists.push(lists);
        query_lists.push(lists_of_queries);
    }
    neighbours.hub_backgrounds = HubBackgrounds::from_sample(space, weights, |group, document| {
        neighbours.backgrounds[group as usize][document as usize]
    });
    (neighbours, query_lists)
}

/// Number of documents of a group that a document is compared with: all but itself.
pub fn population(space: &VectorSpace, group: u32, document: u32) -> usize {
    let is_member = space.group_of.get(document as usize) == Some(&group);
    space.groups[group as usize].members.len() - usize::from(is_member)
}

/// `SameLanguage` where a document is a member of a group, else `CrossLanguage`.
pub fn relation_to_group(space: &VectorSpace, group: u32, document: u32) -> LanguageRelation {
    LanguageRelation::from_is_same(space.group_of[document as usize] == group)
}

/// The background of a document from its neighbours in a group, highest similarity first;
/// `population` is the number of documents compared.
pub fn background_of(
    list: &[Neighbour],
    population: usize,
    relation: LanguageRelation,
) -> Background {
    let nearest: Vec<f32> = list.iter().take(SEARCH_DEPTH).map(|near| near.similarity).collect();
    Background::from_nearest(&nearest, population, relation)
}

/// Computes the backgrounds of the whole hub alone, from a sample of its documents.
pub fn hub_backgrounds(space: &VectorSpace, weights: &Weights, budget: usize) -> HubBackgrounds {
    let documents: Vec<u32> = sample_records(space.same_language.len()).collect();
    let of_group = |group: &DocumentGroup| {
        nearest_in_group(space, weights, group, &documents, SEARCH_DEPTH, budget)
    };
    let lists: Vec<NeighbourLists> = space.groups.iter().map(of_group).collect();
    HubBackgrounds::from_sample(space, weights, |group, document| {
        let at = documents.binary_search(&document).expect("only the sample is asked");
        background_of(
            &lists[group as usize][at],
            population(space, group, document),
            relation_to_group(space, group, document),
        )
    })
}

/// For each of some documents its `keep` nearest neighbours in one group, highest similarity first.
pub fn nearest_in_group(
    space: &VectorSpace,
    weights: &Weights,
    group: &DocumentGroup,
    documents: &[u32],
    keep: usize,
    budget: usize,
) -> Vec<Box<[Neighbour]>> {
    let searchers = GroupSearcher::chunks(space, weights, group, budget, MAX_CHUNK);
    searchers.fold(NeighbourLists::new(), |lists, searcher| {
        merge_lists(lists, searcher.nearest_to_documents(documents, keep), keep)
    })
}

/// Merges the neighbours from two chunks of a group document by document and keeps the nearest.
fn merge_lists(one: NeighbourLists, other: NeighbourLists, keep: usize) -> NeighbourLists {
    if one.is_empty() {
        return other;
    }
    let merge = |(one, other): (Box<[Neighbour]>, Box<[Neighbour]>)| {
        let mut merged = [one, other].concat();
        select_nearest(&mut merged, keep);
        merged.into()
    };
    one.into_iter().zip(other).map(merge).collect()
}

/// Sorts neighbours by similarity, highest first, then by document, and keeps the first `keep`.
fn select_nearest(found: &mut Vec<Neighbour>, keep: usize) {
    let better = |a: &Neighbour, b: &Neighbour| {
        b.similarity.total_cmp(&a.similarity).then(a.document.cmp(&b.document))
    };
    if found.len() > keep {
        found.select_nth_unstable_by(keep, better);
        found.truncate(keep);
    }
    found.sort_unstable_by(better);
}

/// For every group the `keep` nearest neighbours of one query, highest similarity first; `except`
/// is left out. Scans all documents, because one query does not justify building an inverted index.
pub fn nearest_to_query(
    space: &VectorSpace,
    weights: &Weights,
    query: &QueryDocument,
    keep: usize,
    except: u32,
) -> Vec<Box<[Neighbour]>> {
    space
        .groups
        .iter()
        .map(|group| scan_group(space, weights, group, query, keep, except))
        .collect()
}

/// The `keep` members of a group that are nearest to a query, highest similarity first, found by
/// comparing every member but `except`.
fn scan_group(
    space: &VectorSpace,
    weights: &Weights,
    group: &DocumentGroup,
    query: &QueryDocument,
    keep: usize,
    except: u32,
) -> Box<[Neighbour]> {
    let (query_vector, vectors, block_weights) = match is_in_language(query, space, &group.language)
    {
        true => (&query.same_language, &space.same_language, &weights.same_language),
        false => (&query.cross_language, &space.cross_language, &weights.cross_language),
    };
    let mut dense = vec![0.0; space.features.len()];
    query_vector.features.iter().for_each(|(feature, weight)| dense[*feature as usize] = *weight);
    let near = |member: &u32| {
        let vector = &vectors[*member as usize];
        let factor = if are_disjoint(&query.tactics, &space.tactics[*member as usize]) {
            weights.disjoint_tactics_factor
        } else {
            1.0
        };
        let sum: f32 =
            vector.features.iter().map(|(feature, weight)| dense[*feature as usize] * weight).sum();
        Neighbour {
            document: *member,
            similarity: factor * sum
                / block_weights.shared_weight(query_vector.block_mask & vector.block_mask),
        }
    };
    let others = group.members.par_iter().filter(|member| **member != except);
    let mut found: Vec<Neighbour> = others.map(near).filter(|near| near.similarity > 0.0).collect();
    select_nearest(&mut found, keep);
    found.into()
}

/// Whether a query is compared with a group by its `same_language` vector; always so in a hub of
/// one language.
fn is_in_language(query: &QueryDocument, space: &VectorSpace, language: &LanguageGroup) -> bool {
    space.cross_language.is_empty()
        || query.group.is_some_and(|at| space.groups[at as usize].language == *language)
}

/// The most members of a group that are searched together, and the most common features, so that
/// positions of both fit into a `u16`.
const MAX_CHUNK: usize = 1 << 16;

/// A feature is common if more documents have it than the budget divided by this; at most
/// [`MAX_CHUNK`] features are common, those with the highest document frequency. Only the posting
/// lists of common features can be skipped.
const COMMON_BUDGET_DIVISOR: usize = 128;

/// The inverted indexes of one chunk of a group; can be searched by several threads.
struct GroupSearcher<'a> {
    space: &'a VectorSpace,
    weights: &'a Weights,
    language: &'a LanguageGroup,
    members: &'a [u32],
    budget: usize,
    /// For documents in the language of the group.
    same_language: InvertedIndex,
    /// For documents in other languages.
    cross_language: InvertedIndex,
    /// Number of the first common feature; all later ones are common too.
    first_common: usize,
}

impl<'a> GroupSearcher<'a> {
    /// Splits a group into chunks of `chunk_size` members; each chunk gets its share of the budget.
    fn chunks(
        space: &'a VectorSpace,
        weights: &'a Weights,
        group: &'a DocumentGroup,
        budget: usize,
        chunk_size: usize,
    ) -> impl Iterator<Item = Self> {
        let rare = space
            .document_frequencies
            .partition_point(|frequency| *frequency as usize <= budget / COMMON_BUDGET_DIVISOR);
        let first_common = rare.max(space.features.len().saturating_sub(MAX_CHUNK));
        group.members.chunks(chunk_size).map(move |members| {
            let budget =
                (budget as u128 * members.len() as u128 / group.members.len() as u128) as usize;
            GroupSearcher::new(space, weights, &group.language, members, budget, first_common)
        })
    }

    /// Builds the inverted indexes of one chunk; features from the number `first_common` on are
    /// common.
    fn new(
        space: &'a VectorSpace,
        weights: &'a Weights,
        language: &'a LanguageGroup,
        members: &'a [u32],
        budget: usize,
        first_common: usize,
    ) -> Self {
        let index = |vectors| InvertedIndex::new(space, members, vectors, first_common);
        let (same_language, cross_language) =
            rayon::join(|| index(&space.same_language), || index(&space.cross_language));
        GroupSearcher {
            space,
            weights,
            language,
            members,
            budget,
            same_language,
            cross_language,
            first_common,
        }
    }

    /// For each of some documents of the hub its `keep` nearest members of the chunk, without
    /// itself, highest similarity first.
    fn nearest_to_documents(&self, documents: &[u32], keep: usize) -> NeighbourLists {
        let is_own_language = |document: u32| {
            self.space.groups[self.space.group_of[document as usize] as usize].language
                == *self.language
        };
        self.search_all(documents, |search, document| {
            let (is_same_language, document) = (is_own_language(*document), *document as usize);
            let vector = if is_same_language {
                &self.space.same_language[document]
            } else {
                &self.space.cross_language[document]
            };
            search.nearest(
                vector,
                &self.space.tactics[document],
                is_same_language,
                document as u32,
                keep,
            )
        })
    }

    /// For each of some queries its `keep` nearest members of the chunk, highest similarity first.
    fn nearest_to_queries(&self, queries: &[QueryDocument], keep: usize) -> NeighbourLists {
        self.search_all(queries, |search, query| {
            let is_same_language = is_in_language(query, self.space, self.language);
            search.nearest(
                if is_same_language { &query.same_language } else { &query.cross_language },
                &query.tactics,
                is_same_language,
                u32::MAX,
                keep,
            )
        })
    }

    /// Runs `find` for every item, in parallel, with one [`QuerySearch`] for each part of the
    /// items.
    fn search_all<T: Sync>(
        &self,
        items: &[T],
        find: impl Fn(&mut QuerySearch, &T) -> Box<[Neighbour]> + Sync,
    ) -> NeighbourLists {
        let size = items.len().div_ceil(rayon::current_num_threads() * 8).max(16);
        let parts: Vec<NeighbourLists> = items
            .par_chunks(size)
            .map(|part| {
                let mut search = QuerySearch::new(self);
                part.iter().map(|item| find(&mut search, item)).collect()
            })
            .collect();
        parts.into_iter().flatten().collect()
    }
}

/// The weights of one kind of vector by feature, and those of common features by member.
struct InvertedIndex {
    /// For every feature the members that have it.
    by_feature: PostingLists,
    /// For every member its common features; from these the similarity of the best candidates is
    /// completed.
    by_member: PostingLists,
}

/// Posting lists in one vector, one after another.
#[derive(Default)]
struct PostingLists {
    /// Start of each list in `postings`, and the end of the last one.
    starts: Vec<u32>,
    postings: Vec<Posting>,
}

/// A member in the list of a feature, or a common feature in the list of a member. Four bytes,
/// because a search is bound by memory access.
#[derive(Clone, Copy, Default)]
struct Posting {
    /// Position among the members of the chunk, or among common features.
    position: u16,
    /// The weight multiplied by [`WEIGHT_SCALE`].
    scaled_weight: u16,
}

impl InvertedIndex {
    /// Builds both kinds of lists for the members of a chunk from vectors of the whole hub, of one
    /// kind; empty without such vectors, as in a hub of one language.
    fn new(
        space: &VectorSpace,
        members: &[u32],
        vectors: &[SparseVector],
        first_common: usize,
    ) -> InvertedIndex {
        if vectors.is_empty() {
            return InvertedIndex {
                by_feature: PostingLists::default(),
                by_member: PostingLists::default(),
            };
        }
        let (by_feature, by_member) = rayon::join(
            || PostingLists::by_feature(space, members, vectors),
            || PostingLists::by_member(members, vectors, first_common),
        );
        InvertedIndex { by_feature, by_member }
    }
}

impl PostingLists {
    /// For every feature the members that have it. Each thread fills the lists of a range of
    /// features, so that no locks are needed.
    fn by_feature(space: &VectorSpace, members: &[u32], vectors: &[SparseVector]) -> PostingLists {
        let mut starts = vec![0_u32; space.features.len() + 1];
        let ranges = split_features(&space.document_frequencies, rayon::current_num_threads() * 2);
        split_slice(&mut starts[1..], ranges.iter().map(Range::len))
            .into_par_iter()
            .zip(&ranges)
            .for_each(|(counts, range)| {
                for member in members {
                    features_in_range(range, &vectors[*member as usize])
                        .for_each(|(feature, _)| counts[*feature as usize - range.start] += 1);
                }
            });
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut postings =
            vec![Posting::default(); *starts.last().expect("there is always a start") as usize];
        let lengths = ranges.iter().map(|range| (starts[range.end] - starts[range.start]) as usize);
        split_slice(&mut postings, lengths).into_par_iter().zip(&ranges).for_each(
            |(postings, range)| {
                let first = starts[range.start];
                let mut next: Vec<u32> =
                    starts[range.clone()].iter().map(|start| start - first).collect();
                for (position, member) in members.iter().enumerate() {
                    for (feature, weight) in features_in_range(range, &vectors[*member as usize]) {
                        let at = &mut next[*feature as usize - range.start];
                        postings[*at as usize] = Posting {
                            position: position as u16,
                            scaled_weight: (weight * WEIGHT_SCALE) as u16,
                        };
                        *at += 1;
                    }
                }
            },
        );
        PostingLists { starts, postings }
    }

    /// For every member its common features, which are those from the number `first_common` on.
    fn by_member(members: &[u32], vectors: &[SparseVector], first_common: usize) -> PostingLists {
        let mut lists = PostingLists { starts: vec![0], postings: Vec::new() };
        for member in members {
            let features = &vectors[*member as usize].features;
            let of_member = &features
                [features.partition_point(|(feature, _)| (*feature as usize) < first_common)..];
            let posting = |(feature, weight): &(u32, f32)| Posting {
                position: (*feature as usize - first_common) as u16,
                scaled_weight: (weight * WEIGHT_SCALE) as u16,
            };
            lists.postings.extend(of_member.iter().map(posting));
            lists.starts.push(lists.postings.len() as u32);
        }
        lists
    }

    /// The list of the feature or of the member at this position.
    fn list(&self, at: usize) -> &[Posting] {
        &self.postings[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// Divides the features into at most `count` ranges with about equally many postings.
fn split_features(document_frequencies: &[u32], count: usize) -> Vec<Range<usize>> {
    let total: u64 = document_frequencies.iter().map(|frequency| u64::from(*frequency)).sum();
    let (mut ranges, mut start, mut so_far) = (Vec::with_capacity(count), 0, 0);
    for (feature, frequency) in document_frequencies.iter().enumerate() {
        so_far += u64::from(*frequency);
        if ranges.len() + 1 < count && so_far * count as u64 >= total * (ranges.len() as u64 + 1) {
            ranges.push(start..feature + 1);
            start = feature + 1;
        }
    }
    if start < document_frequencies.len() {
        ranges.push(start..document_frequencies.len());
    }
    ranges
}

/// The features of a vector whose numbers lie in a range.
fn features_in_range<'v>(
    range: &Range<usize>,
    vector: &'v SparseVector,
) -> impl Iterator<Item = &'v (u32, f32)> {
    let start = vector.features.partition_point(|(feature, _)| (*feature as usize) < range.start);
    let end = range.end;
    vector.features[start..].iter().take_while(move |(feature, _)| (*feature as usize) < end)
}

/// Splits a slice into parts of these lengths.
fn split_slice<T>(mut whole: &mut [T], lengths: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    lengths
        .map(|length| {
            let (part, rest) = std::mem::take(&mut whole).split_at_mut(length);
            whole = rest;
            part
        })
        .collect()
}

/// Working memory of one thread for searching a chunk of a group; reused from query to query.
struct QuerySearch<'a> {
    searcher: &'a GroupSearcher<'a>,
    /// Dot products so far by position of the member; the length covers every `u16`, so that no
    /// index is bounds-checked.
    sums: Box<[f32; MAX_CHUNK]>,
    /// The maximum of every range of [`SUMS_PER_RANGE`] sums.
    range_maxima: Vec<f32>,
    /// Features of the query whose posting lists are visited.
    visited: Vec<QueryTerm>,
    /// Features of the query whose posting lists are skipped.
    skipped: Vec<QueryTerm>,
    /// Weights of the skipped features, by position among common features; 0 elsewhere.
    skipped_weights: Box<[f32; MAX_CHUNK]>,
    /// The members with the largest sums.
    candidates: Vec<Candidate>,
    found: Vec<Neighbour>,
}

/// A feature of the query: where its posting list lies, and its weight.
struct QueryTerm {
    start: u32,
    end: u32,
    feature: u32,
    /// Its weight in the query divided by [`WEIGHT_SCALE`], to be multiplied with
    /// `Posting::scaled_weight`.
    scaled_weight: f32,
    /// Expected gain for each posting visited: the squared weight, which the feature adds to the
    /// sum of a similar record, by list length.
    gain: f32,
}

impl QueryTerm {
    /// Number of postings in the list of the feature.
    fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// A member with its dot product so far.
#[derive(Clone, Copy)]
struct Candidate {
    position: u16,
    sum: f32,
}

impl<'a> QuerySearch<'a> {
    /// Working memory for queries to a searcher, with all sums at 0.
    fn new(searcher: &'a GroupSearcher<'a>) -> Self {
        let zeros = || {
            vec![0.0; MAX_CHUNK]
                .into_boxed_slice()
                .try_into()
                .expect("there is room for all positions")
        };
        QuerySearch {
            searcher,
            sums: zeros(),
            range_maxima: Vec::new(),
            visited: Vec::new(),
            skipped: Vec::new(),
            skipped_weights: zeros(),
            candidates: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The `keep` nearest members of one query, highest similarity first; the document `except` is
    /// left out.
    fn nearest(
        &mut self,
        vector: &SparseVector,
        tactics: &[u32],
        is_same_language: bool,
        except: u32,
        keep: usize,
    ) -> Box<[Neighbour]> {
        let GroupSearcher { space, weights, same_language, cross_language, members, .. } =
            self.searcher;
        let (vectors, index, block_weights) = if is_same_language {
            (&space.same_language, same_language, &weights.same_language)
        } else {
            (&space.cross_language, cross_language, &weights.cross_language)
        };
        self.choose_lists(vector, &index.by_feature);
        self.accumulate(&index.by_feature);
        self.collect_candidates(except, MIN_CANDIDATES.max(keep));
        if !self.skipped.is_empty() {
            self.add_skipped(&index.by_member);
        }
        self.found.clear();
        for Candidate { position, sum } in &self.candidates {
            let document = members[usize::from(*position)];
            let factor = if are_disjoint(tactics, &space.tactics[document as usize]) {
                weights.disjoint_tactics_factor
            } else {
                1.0
            };
            let shared_weight = block_weights
                .shared_weight(vector.block_mask & vectors[document as usize].block_mask);
            self.found.push(Neighbour { document, similarity: factor * sum / shared_weight });
        }
        select_nearest(&mut self.found, keep);
        self.found.as_slice().into()
    }

    /// Chooses the posting lists to visit: all of rare features, and of common ones those with the
    /// highest gain that fit into the budget.
    fn choose_lists(&mut self, vector: &SparseVector, lists: &PostingLists) {
        let QuerySearch { searcher, visited, skipped, .. } = self;
        let term = |(feature, weight): &(u32, f32)| {
            let (start, end) =
                (lists.starts[*feature as usize], lists.starts[*feature as usize + 1]);
            QueryTerm {
                start,
                end,
                feature: *feature,
                scaled_weight: weight / WEIGHT_SCALE,
                gain: weight * weight / (end - start) as f32,
            }
        };
        visited.clear();
        visited.extend(vector.features.iter().map(term));
        let rare = vector
            .features
            .partition_point(|(feature, _)| (*feature as usize) < searcher.first_common);
        let mut remaining =
            searcher.budget.saturating_sub(visited[..rare].iter().map(QueryTerm::len).sum());
        skipped.clear();
        if visited[rare..].iter().map(QueryTerm::len).sum::<usize>() > remaining {
            // A stable sort: features with equal gain stay in order.
            visited[rare..].sort_by(|a, b| b.gain.total_cmp(&a.gain));
            skipped.extend(visited.extract_if(rare.., |term| {
                let fits = term.len() <= remaining;
                remaining -= if fits { term.len() } else { 0 };
                !fits
            }));
        }
    }

    /// Adds the products of weights along the visited posting lists to `sums`.
    fn accumulate(&mut self, lists: &PostingLists) {
        for term in &self.visited {
            for Posting { position, scaled_weight } in
                &lists.postings[term.start as usize..term.end as usize]
            {
                self.sums[usize::from(*position)] += term.scaled_weight * f32::from(*scaled_weight);
            }
        }
    }

    /// Moves the `keep` largest sums to `candidates`, in no order, and sets all sums to 0.
    ///
    /// The `keep + 1` largest maxima of ranges give a lower bound for the sums to keep, so that
    /// most ranges are not scanned: to select among all sums takes 20 % longer for the whole
    /// comparison of 10,000 records (`benches/README.md`).
    fn collect_candidates(&mut self, except: u32, keep: usize) {
        let QuerySearch { searcher, sums, candidates, range_maxima, .. } = self;
        let sums = &mut sums[..searcher.members.len()];
        candidates.clear();
        range_maxima.clear();
        let maximum = |sums: &[f32]| sums.iter().copied().fold(0.0, f32::max);
        range_maxima.extend(sums.chunks(SUMS_PER_RANGE).map(maximum));
        // One more than `keep`, because the query document may be one of the members.
        let least = if range_maxima.len() > keep + 1 {
            *range_maxima.clone().select_nth_unstable_by(keep, |a, b| b.total_cmp(a)).1
        } else {
            0.0
        };
        let ranges = sums
            .chunks(SUMS_PER_RANGE)
            .zip(searcher.members.chunks(SUMS_PER_RANGE))
            .enumerate()
            .zip(&*range_maxima);
        for ((range, (sums, members)), _) in
            ranges.filter(|(_, maximum)| **maximum >= least && **maximum > 0.0)
        {
            let in_range = sums.iter().zip(members).enumerate();
            let large = in_range
                .filter(|(_, (sum, member))| **sum >= least && **sum > 0.0 && **member != except);
            candidates.extend(large.map(|(at, (sum, _))| Candidate {
                position: (range * SUMS_PER_RANGE + at) as u16,
                sum: *sum,
            }));
        }
        sums.fill(0.0);
        if candidates.len() > keep {
            candidates.select_nth_unstable_by(keep, |a, b| {
                b.sum.total_cmp(&a.sum).then(a.position.cmp(&b.position))
            });
            candidates.truncate(keep);
        }
    }

    /// Adds the products of the skipped features to the sums of the candidates.
    fn add_skipped(&mut self, by_member: &PostingLists) {
        let QuerySearch { searcher, skipped, skipped_weights, candidates, .. } = self;
        for term in &*skipped {
            skipped_weights[term.feature as usize - searcher.first_common] = term.scaled_weight;
        }
        for candidate in candidates {
            candidate.sum +=
                sparse_dot(skipped_weights, by_member.list(usize::from(candidate.position)));
        }
        for term in &*skipped {
            skipped_weights[term.feature as usize - searcher.first_common] = 0.0;
        }
    }
}

/// Dot product of a dense vector and a sparse one.
fn sparse_dot(dense: &[f32; MAX_CHUNK], postings: &[Posting]) -> f32 {
    let product =
        |posting: &Posting| dense[usize::from(posting.position)] * f32::from(posting.scaled_weight);
    postings.iter().map(product).sum()
}

/// Number of sums in one range of `QuerySearch::range_maxima`.
const SUMS_PER_RANGE: usize = 32;

impl Neighbours {
    /// The score of two documents with this similarity, from the backgrounds that were found for
    /// both.
    pub fn score_pair(
        &self,
        space: &VectorSpace,
        weights: &Weights,
        a: u32,
        b: u32,
        similarity: f32,
    ) -> PairScore {
        let (group_a, group_b) = (space.group_of[a as usize], space.group_of[b as usize]);
        let background =
            |group: u32, document: u32| self.backgrounds[group as usize][document as usize];
        let backgrounds = [background(group_b, a), background(group_a, b)];
        score_pair(
            weights,
            &self.hub_backgrounds,
            LanguageRelation::from_is_same(group_a == group_b),
            similarity,
            &backgrounds,
        )
    }
}

/// The score of a pair; `backgrounds` are those of the first document in the second's language
/// group, and of the second in the first's.
pub fn score_pair(
    weights: &Weights,
    hub_backgrounds: &HubBackgrounds,
    relation: LanguageRelation,
    similarity: f32,
    backgrounds: &[Background; 2],
) -> PairScore {
    let [one, other] = backgrounds
        .each_ref()
        .map(|background| PairSide { background, hub: hub_backgrounds.for_relation(relation) });
    weights.score_pair(relation, similarity, one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sixty documents in turn in each of `languages` languages: each has some of thirty features
    /// that many have, and one that two have.
    fn space(languages: u32) -> VectorSpace {
        let mut number = 1_u64;
        let mut next = |below: u64| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % below
        };
        let mut documents: Vec<Vec<(u32, f32)>> = Vec::new();
        for document in 0..60 {
            let chosen: Vec<u32> =
                (0..30).filter(|_| next(3) == 0).chain([30 + document / 2]).collect();
            documents.push(
                chosen
                    .into_iter()
                    .map(|feature| (feature, next(20_000) as f32 / WEIGHT_SCALE))
                    .collect(),
            );
        }
        let document_frequencies = |feature: u32| {
            documents.iter().filter(|one| one.iter().any(|(at, _)| *at == feature)).count() as u32
        };
        let mut order: Vec<u32> = (0..60).collect();
        order.sort_by_key(|feature| (document_frequencies(*feature), *feature));
        let document_frequencies =
            order.iter().map(|feature| document_frequencies(*feature)).collect();
        let mut space = VectorSpace::default();
        (space.features, space.document_frequencies) =
            (vec![Default::default(); 60], document_frequencies);
        for (document, mut features) in (0..).zip(documents) {
            features.iter_mut().for_each(|(at, _)| {
                *at =
                    order.iter().position(|feature| feature == at).expect("all are in order") as u32
            });
            features.sort_unstable_by_key(|(at, _)| *at);
            space.same_language.push(SparseVector { features: features.into(), block_mask: 1 });
            space.tactics.push(Box::from([next(3) as u32]));
            space.group_of.push(document % languages);
        }
        let group = |language: u32| DocumentGroup {
            language: LanguageGroup::Tag(format!("l{language}")),
            members: (0..60).filter(|document| document % languages == language).collect(),
        };
        space.groups = (0..languages).map(group).collect();
        space.cross_language = if languages > 1 { space.same_language.clone() } else { Vec::new() };
        space
    }

    #[test]
    fn a_group_in_chunks_has_the_same_neighbours() {
        let (space, weights) = (space(1), Weights::default());
        let all_documents: Vec<u32> = (0..60).collect();
        let nearest = |chunk_size: usize| {
            let searchers =
                GroupSearcher::chunks(&space, &weights, &space.groups[0], usize::MAX, chunk_size);
            searchers.fold(NeighbourLists::new(), |lists, searcher| {
                merge_lists(lists, searcher.nearest_to_documents(&all_documents, 12), 12)
            })
        };
        let whole = nearest(MAX_CHUNK);
        assert!(whole.iter().all(|list| list.len() == 12));
        for chunk_size in [7, 20, 59] {
            for (one, other) in nearest(chunk_size).iter().flatten().zip(whole.iter().flatten()) {
                // The same products are added in another order.
                assert!(
                    one.document == other.document
                        && (one.similarity - other.similarity).abs() < 1e-6,
                    "{chunk_size} at a time: {one:?}, {other:?}"
                );
            }
        }
    }

    #[test]
    fn lists_find_what_comparing_one_by_one_finds() {
        let (space, weights) = (space(1), Weights::default());
        let found = find_neighbours(&space, &weights, 12, usize::MAX);
        for (document, list) in found.lists[0].iter().enumerate() {
            for near in list {
                let similarity = space.similarity(&weights, document as u32, near.document);
                assert!(
                    (near.similarity - similarity).abs() < 1e-6,
                    "{document}: {near:?}, {similarity}"
                );
            }
        }
    }

    #[test]
    fn skipped_features_are_added_for_candidates() {
        let (space, weights) = (space(2), Weights::default());
        let all_documents: Vec<u32> = (0..60).collect();
        for (group, first_common, budget) in [
            (0, 0, 0),
            (0, 0, 20),
            (1, 0, 60),
            (0, 30, 0),
            (1, 30, 30),
            (0, 30, 60),
            (1, 45, 90),
            (0, 60, 0),
        ] {
            let DocumentGroup { language, members } = &space.groups[group];
            let searcher =
                GroupSearcher::new(&space, &weights, language, members, budget, first_common);
            // `keep` is as large as the group, so that no candidate is dropped.
            let found = searcher.nearest_to_documents(&all_documents, 30);
            let mut count = 0;
            for (document, list) in (0..).zip(&found) {
                count += list.len();
                for near in list {
                    let similarity = space.similarity(&weights, document, near.document);
                    assert!(
                        (near.similarity - similarity).abs() < 1e-6,
                        "{document} from {first_common} within {budget}: {near:?}, {similarity}"
                    );
                }
            }
            // The lists of rare features are visited whatever the budget; without any list nothing
            // is found.
            assert_eq!(
                count == 0,
                first_common + budget == 0,
                "{count} are met from {first_common} within {budget}"
            );
        }
    }

    #[test]
    fn a_list_beyond_the_budget_does_not_keep_others_from_being_visited() {
        let (space, weights) = (space(1), Weights::default());
        let DocumentGroup { language, members } = &space.groups[0];
        let searcher = GroupSearcher::new(&space, &weights, language, members, 2, 0);
        let mut search = QuerySearch::new(&searcher);
        for vector in &space.same_language {
            search.choose_lists(vector, &searcher.same_language.by_feature);
            assert_eq!(
                search.visited.iter().map(QueryTerm::len).sum::<usize>(),
                2,
                "the list that two have"
            );
            assert_eq!(search.visited.len() + search.skipped.len(), vector.features.len());
        }
    }

    #[test]
    fn ranges_hold_every_feature_once() {
        let cases: [&[u32]; 5] = [&[], &[2], &[2; 100], &[2, 2, 3, 9, 50, 1000], &[0, 0, 0]];
        for document_frequencies in cases {
            for count in [1, 2, 4, 7] {
                let found = split_features(document_frequencies, count);
                assert!(found.len() <= count, "{count} of {document_frequencies:?}: {found:?}");
                assert!(
                    found.iter().flat_map(Clone::clone).eq(0..document_frequencies.len()),
                    "{count} of {document_frequencies:?}: {found:?}"
                );
            }
        }
    }
}
