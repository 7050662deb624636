//! Pseudo-relevance feedback: a long query is expanded by the keywords of its best records.
//!
//! The keywords of the best records, weighted by the scores of these records (relevance model RM3,
//! Lavrenko and Croft 2001), add to the scores of all records. Queries of fewer than
//! `Weights::feedback_from` words are not expanded.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::layout::{ByteReader, KEYWORD_RECORDS_PER_BLOCK, KEYWORDS};
use crate::scored_record::ScoredRecord;
use crate::step::{StepError, defer_missing};
use crate::terms::{IndexTerm, look_up_term};

/// A term that relevance feedback adds to a query, with its weight.
#[derive(Clone, Debug)]
pub struct ExpansionTerm {
    /// The term of the index.
    pub term: IndexTerm,
    /// Its share of the total weight; the shares of all candidates add up to 1.
    pub share: f32,
}

/// The terms that are added to a query: the keywords with the highest weights of the best of
/// `ranked`; see `Weights::feedback_records` and `Weights::feedback_words`. Errors if bytes are
/// missing.
pub(crate) fn select_expansion_terms(
    engine: &Engine,
    ranked: &[ScoredRecord],
) -> Result<Vec<ExpansionTerm>, StepError> {
    let mut best = ranked.to_vec();
    best.sort_by(|left, right| {
        right.score.total_cmp(&left.score).then_with(|| left.doc.cmp(&right.doc))
    });
    best.truncate(engine.weights.feedback_records);
    let mut is_incomplete = false;
    let mut candidates: BTreeMap<String, (f32, u32)> = BTreeMap::new();
    for record in &best {
        let Some(keywords) = defer_missing(read_keywords(engine, record.doc), &mut is_incomplete)?
        else {
            continue;
        };
        let sum: f32 = keywords.iter().map(|(_, weight)| weight).sum();
        for (keyword, weight) in keywords {
            let entry = candidates.entry(keyword).or_insert((0.0, 0));
            entry.0 += record.score as f32 * weight / sum;
            entry.1 |= engine.languages[record.doc as usize];
        }
    }
    let mut candidates: Vec<(String, (f32, u32))> = candidates.into_iter().collect();
    candidates
        .sort_by(|left, right| right.1.0.total_cmp(&left.1.0).then_with(|| left.0.cmp(&right.0)));
    candidates.truncate(engine.weights.feedback_words);
    let sum: f32 = candidates.iter().map(|(_, (weight, _))| weight).sum();
    let mut terms = Vec::with_capacity(candidates.len());
    for (keyword, (weight, languages)) in candidates {
        if let Some(term) = look_up_term(engine, &keyword, languages, 1.0, &mut is_incomplete)? {
            terms.push(ExpansionTerm { term, share: weight / sum });
        }
    }
    if is_incomplete { Err(StepError::MissingBytes) } else { Ok(terms) }
}

/// The keywords of record `doc` with their weights (1 to 127), highest first. Errors if their block
/// is missing or ends too early.
pub(crate) fn read_keywords(engine: &Engine, doc: u32) -> Result<Vec<(String, f32)>, StepError> {
    let block = engine
        .store
        .block(KEYWORDS, doc / KEYWORD_RECORDS_PER_BLOCK)
        .ok_or(StepError::MissingBytes)?;
    let mut reader = ByteReader(block.as_slice());
    let mut read = || -> Option<Vec<(String, f32)>> {
        let count = reader.read_varint()?;
        (0..count)
            .map(|_| Some((reader.read_text()?.to_owned(), reader.read_varint()? as f32)))
            .collect()
    };
    let mut keywords = read();
    for _ in 0..doc % KEYWORD_RECORDS_PER_BLOCK {
        keywords = read();
    }
    keywords.ok_or_else(|| StepError::Corrupt("keys end too early".to_owned()))
}
