//! Picks one record of the hub with its neighbours to illustrate the score.

use crate::catalog::{CaseIndex, Catalog};
use crate::similar::background::{LanguageRelation, SEARCH_DEPTH};
use crate::similar::neighbours::nearest_to_query;
use crate::similar::scored_pair::ScoredPair;
use crate::similar::similarity_model::SimilarityModel;

/// A record with the similarities of its nearest neighbours in the same language, shown on the page
/// that explains the score.
#[derive(Debug, Clone)]
pub struct ScoreExample {
    /// The case study.
    pub case: CaseIndex,
    /// Its nearest neighbours, highest similarity first.
    pub nearest: Vec<ExampleNeighbour>,
    /// Background level: the similarity that unrelated records reach, 0 to 1.
    pub level: f64,
}

/// One of the nearest neighbours of the example record, which stays unnamed.
#[derive(Debug, Clone, Copy)]
pub struct ExampleNeighbour {
    /// Similarity before any correction, 0 to 1.
    pub similarity: f64,
    /// Whether the pair is flagged.
    pub flagged: bool,
}

/// The record with the most flagged pairs in its language, of several the first; none where no pair
/// is flagged.
pub fn find_example(
    catalog: &Catalog,
    model: &SimilarityModel,
    scored: &[ScoredPair],
) -> Option<ScoreExample> {
    let (space, weights) = (&model.space, &model.weights);
    let is_same_language =
        |pair: &&ScoredPair| space.group_of[pair.a.0 as usize] == space.group_of[pair.b.0 as usize];
    let flagged: Vec<&ScoredPair> =
        scored.iter().filter(|pair| pair.flagged).filter(is_same_language).collect();
    let mut counts = vec![0_u32; catalog.cases.len()];
    flagged.iter().flat_map(|pair| [pair.a, pair.b]).for_each(|case| counts[case.0 as usize] += 1);
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let case = CaseIndex(counts.iter().position(|count| *count == most)? as u32);
    let group = space.group_of[case.0 as usize] as usize;
    let lists = nearest_to_query(space, weights, &space.to_query(case.0), SEARCH_DEPTH, case.0);
    let is_flagged = |other: u32| {
        flagged.iter().any(|pair| {
            [pair.a, pair.b] == [case.min(CaseIndex(other)), case.max(CaseIndex(other))]
        })
    };
    let nearest = lists[group].iter().map(|near| ExampleNeighbour {
        similarity: f64::from(near.similarity),
        flagged: is_flagged(near.document),
    });
    let background = model.neighbours.backgrounds[group][case.0 as usize];
    let level = model
        .neighbours
        .hub_backgrounds
        .same_language
        .limit(background.estimate(&weights.prior()), LanguageRelation::SameLanguage)
        .level;
    Some(ScoreExample { case, nearest: nearest.collect(), level: f64::from(level) })
}
