//! The words that tell each record apart, for long queries that learn from their first answers.

use rayon::prelude::*;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Index, SegmentReader, TERMINATED};

use crate::layout::{KEYS_PER_BLOCK, put_number, put_text};
use crate::schema::schema;
use crate::write::WriteError;

/// Telling words kept of every record.
const KEYS_OF_RECORD: usize = 24;

/// The words that tell each record apart: those with the highest frequency times idf, read back from the finished segment.
pub(super) fn pack_keys(index: &Index, records: usize) -> Result<Vec<Vec<u8>>, WriteError> {
    let (_, fields) = schema();
    let mut words: Vec<String> = Vec::new();
    let mut keys: Vec<Keys> = vec![Keys::default(); records];
    for segment in index.searchable_segments()? {
        let reader = SegmentReader::open(&segment)?.inverted_index(fields.text)?;
        let mut terms = reader.terms().stream().map_err(io_trouble)?;
        while terms.advance() {
            let info = terms.value();
            // A word of one record leads to no other, a word of most leads to all.
            if info.doc_freq < 2 && records > 1 || info.doc_freq as usize * 4 > records.max(16) {
                continue;
            }
            let idf = (1.0 + records as f32 / info.doc_freq as f32).ln();
            let word = words.len() as u32;
            words.push(String::from_utf8_lossy(terms.key()).into_owned());
            let mut postings = reader.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs).map_err(io_trouble)?;
            while postings.doc() != TERMINATED {
                keys[postings.doc() as usize].put(postings.term_freq() as f32 * idf, word);
                postings.advance();
            }
        }
    }
    Ok(keys.par_chunks_mut(KEYS_PER_BLOCK as usize).with_max_len(16).map(|chunk| keys_block(chunk, &words)).collect())
}

fn io_trouble(error: std::io::Error) -> WriteError {
    WriteError(error.to_string())
}

/// The best words of one record so far, in the order they came.
#[derive(Clone, Default)]
struct Keys {
    best: Vec<(f32, u32)>,
    /// The place of the least of them, once there are enough: most words are no better, and one look tells.
    least: usize,
}

impl Keys {
    /// Keeps the best; words come in their order, so that of equals the first stays.
    fn put(&mut self, weight: f32, word: u32) {
        if self.best.len() == KEYS_OF_RECORD {
            if self.best[self.least].0 >= weight {
                return;
            }
            self.best.remove(self.least);
        }
        self.best.push((weight, word));
        if self.best.len() == KEYS_OF_RECORD {
            // Of equals the last is the least.
            let least = (0..KEYS_OF_RECORD).rev().min_by(|left, right| self.best[*left].0.total_cmp(&self.best[*right].0));
            self.least = least.unwrap_or_default();
        }
    }
}

fn keys_block(chunk: &mut [Keys], words: &[String]) -> Vec<u8> {
    let mut block = Vec::new();
    for Keys { best: keys, .. } in chunk {
        keys.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
        let most = keys.first().map_or(1.0, |key| key.0);
        put_number(&mut block, keys.len() as u32);
        for (weight, word) in keys {
            put_text(&mut block, &words[*word as usize]);
            put_number(&mut block, (*weight / most * 127.0).round().max(1.0) as u32);
        }
    }
    block
}

#[cfg(test)]
mod tests {
    use super::{KEYS_OF_RECORD, Keys};

    fn kept(weights: &[f32]) -> Vec<u32> {
        let mut keys = Keys::default();
        (0_u32..).zip(weights).for_each(|(word, weight)| keys.put(*weight, word));
        keys.best.iter().map(|(_, word)| *word).collect()
    }

    #[test]
    fn the_best_stay_and_of_equals_the_first() {
        let few_weights = |words: u32, weights: u32| (0..words).map(|word| (word * 7919 % weights) as f32).collect::<Vec<f32>>();
        let cases = [
            vec![],
            vec![1.0; 5],
            vec![1.0; KEYS_OF_RECORD + 5],
            few_weights(500, 13),
            few_weights(500, 499),
            few_weights(24, 3),
            few_weights(25, 2),
        ];
        for weights in cases {
            let mut words: Vec<u32> = (0..weights.len() as u32).collect();
            words.sort_by(|left, right| weights[*right as usize].total_cmp(&weights[*left as usize]));
            words.truncate(KEYS_OF_RECORD);
            words.sort_unstable();
            assert_eq!(kept(&weights), words, "of {weights:?}");
        }
    }
}
