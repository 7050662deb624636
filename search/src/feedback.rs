//! Long queries are read again with the telling words of the records that answered them best.
//!
//! A query of many words describes its subject loosely; the best records name it. Their telling words, weighted by how well each record answered (relevance
//! model RM3, Lavrenko and Croft 2001), add to the score. Short queries say what they mean and are left alone.

use std::collections::BTreeMap;

use crate::engine::{Engine, Stop, tolerate};
use crate::layout::{KEYS, KEYS_PER_BLOCK, Reader};
use crate::rank::Ranked;
use crate::terms::{Term, term};

/// A telling word and its share; all shares together are 1.
#[derive(Clone, Debug)]
pub struct Telling {
    /// Where it stands.
    pub term: Term,
    /// Its share.
    pub share: f32,
}

/// The telling words of the best of `ranked`.
pub(crate) fn telling(engine: &Engine, ranked: &[Ranked]) -> Result<Vec<Telling>, Stop> {
    let mut best = ranked.to_vec();
    best.sort_by(|left, right| right.score.total_cmp(&left.score).then_with(|| left.doc.cmp(&right.doc)));
    best.truncate(engine.weights.feedback_records);
    let mut missed = false;
    let mut words: BTreeMap<String, (f32, u32)> = BTreeMap::new();
    for record in &best {
        let Some(keys) = tolerate(keys_of(engine, record.doc), &mut missed)? else { continue };
        let sum: f32 = keys.iter().map(|(_, weight)| weight).sum();
        for (word, weight) in keys {
            let entry = words.entry(word).or_insert((0.0, 0));
            entry.0 += record.score as f32 * weight / sum;
            entry.1 |= 1 << engine.languages[record.doc as usize];
        }
    }
    let mut words: Vec<(String, (f32, u32))> = words.into_iter().collect();
    words.sort_by(|left, right| right.1.0.total_cmp(&left.1.0).then_with(|| left.0.cmp(&right.0)));
    words.truncate(engine.weights.feedback_words);
    let sum: f32 = words.iter().map(|(_, (weight, _))| weight).sum();
    let mut telling = Vec::with_capacity(words.len());
    for (word, (weight, languages)) in words {
        if let Some(term) = term(engine, &word, languages, 1.0, &mut missed)? {
            telling.push(Telling { term, share: weight / sum });
        }
    }
    if missed { Err(Stop::Missing) } else { Ok(telling) }
}

fn keys_of(engine: &Engine, doc: u32) -> Result<Vec<(String, f32)>, Stop> {
    let block = engine.store.block(KEYS, doc / KEYS_PER_BLOCK).ok_or(Stop::Missing)?;
    let mut reader = Reader(block.as_slice());
    let mut read = || -> Option<Vec<(String, f32)>> {
        let count = reader.number()?;
        (0..count).map(|_| Some((reader.text()?.to_owned(), reader.number()? as f32))).collect()
    };
    let mut keys = read();
    for _ in 0..doc % KEYS_PER_BLOCK {
        keys = read();
    }
    keys.ok_or_else(|| Stop::Broken("keys end too early".to_owned()))
}
