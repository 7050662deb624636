//! Support by neighbours: what the best records of a query have in common speaks for them.
//!
//! Records that are alike tend to answer the same queries, so the score of each of the best records
//! moves towards the mean of the others, weighted by likeness (score regularisation, Diaz 2005).
//! Likeness is the squared cosine of their keywords. nDCG@10 of Cranfield, questions with odd
//! numbers: 0.446 to 0.462; of the judged queries over the sample hub: 0.803 to 0.818.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::feedback::read_keywords;
use crate::step::{StepError, defer_missing};

/// The factors of the scores of records, by number; `best` are the numbers of the best records and
/// their scores without factors for quality. Errors if bytes are missing.
pub(crate) fn compute_neighbour_factors(
    engine: &Engine,
    best: &[(u32, f32)],
) -> Result<BTreeMap<u32, f32>, StepError> {
    let mut is_incomplete = false;
    // For each keyword, the records that have it, by their index in `best`, with its weight there.
    let mut holders: BTreeMap<String, Vec<(usize, f32)>> = BTreeMap::new();
    for (index, (doc, _)) in best.iter().enumerate() {
        let Some(keywords) = defer_missing(read_keywords(engine, *doc), &mut is_incomplete)? else {
            continue;
        };
        let norm = keywords.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        for (keyword, weight) in keywords {
            holders.entry(keyword).or_default().push((index, weight / norm));
        }
    }
    if is_incomplete {
        return Err(StepError::MissingBytes);
    }
    let mut cosines = vec![vec![0.0_f32; best.len()]; best.len()];
    for holders in holders.values() {
        for (left, left_weight) in holders {
            for (right, right_weight) in holders.iter().filter(|(right, _)| right != left) {
                cosines[*left][*right] += left_weight * right_weight;
            }
        }
    }
    let share = engine.weights.neighbours;
    let factor_of = |(cosines, (doc, score)): (&Vec<f32>, &(u32, f32))| {
        let (mut weight, mut weighted) = (0.0, 0.0);
        for (cosine, (_, of_neighbour)) in cosines.iter().zip(best) {
            weight += cosine * cosine;
            weighted += cosine * cosine * of_neighbour;
        }
        let is_alone = weight == 0.0 || *score <= 0.0;
        let relative_mean = if is_alone { 1.0 } else { weighted / weight / score };
        (*doc, 1.0 - share + share * relative_mean)
    };
    Ok(cosines.iter().zip(best).map(factor_of).collect())
}
