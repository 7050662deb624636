//! The keywords of every record, by tf-idf, for pseudo-relevance feedback.

use rayon::prelude::*;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, Index, SegmentReader, TERMINATED};

use crate::layout::{KEYWORD_RECORDS_PER_BLOCK, write_text, write_varint};
use crate::schema::build_schema;
use crate::write::error::WriteError;

/// Maximum number of keywords stored for a record.
const KEYWORDS_PER_RECORD: usize = 24;

/// Builds the blocks of keywords: for each record the terms with the highest tf-idf, read from the
/// finished segment. Weights are scaled to 1 to 127.
pub(super) fn build_keyword_blocks(
    index: &Index,
    records: usize,
) -> Result<Vec<Vec<u8>>, WriteError> {
    let (_, fields) = build_schema(&[]);
    let mut words: Vec<String> = Vec::new();
    let mut keywords: Vec<TopKeywords> = vec![TopKeywords::default(); records];
    for segment in index.searchable_segments()? {
        let reader = SegmentReader::open(&segment)?.inverted_index(fields.text)?;
        let mut terms = reader.terms().stream().map_err(to_write_error)?;
        while terms.advance() {
            let info = terms.value();
            // Terms of a single record lead to no other record, and terms of more than a quarter of
            // the records lead to too many.
            if info.doc_freq < 2 && records > 1 || info.doc_freq as usize * 4 > records.max(16) {
                continue;
            }
            let idf = (1.0 + records as f32 / info.doc_freq as f32).ln();
            let word = words.len() as u32;
            words.push(String::from_utf8_lossy(terms.key()).into_owned());
            let mut postings = reader
                .read_postings_from_terminfo(info, IndexRecordOption::WithFreqs)
                .map_err(to_write_error)?;
            while postings.doc() != TERMINATED {
                // The logarithm keeps what a long record repeats from filling its keywords.
                let tf = 1.0 + (postings.term_freq() as f32).ln();
                keywords[postings.doc() as usize].insert(tf * idf, word);
                postings.advance();
            }
        }
    }
    Ok(keywords
        .par_chunks_mut(KEYWORD_RECORDS_PER_BLOCK as usize)
        .map(|chunk| encode_block(chunk, &words))
        .collect())
}

/// The error of an index that cannot be written, because its segment cannot be read back.
fn to_write_error(error: std::io::Error) -> WriteError {
    WriteError(error.to_string())
}

/// The terms of one record with the highest weights so far, as weight and word number, in the order
/// of insertion.
#[derive(Clone, Default)]
struct TopKeywords {
    best: Vec<(f32, u32)>,
    /// Index of the lowest weight once `best` is full, so that most terms are rejected by one
    /// comparison.
    min_index: usize,
}

impl TopKeywords {
    /// Inserts a term if its weight is among the highest. Of equal weights the first inserted
    /// stays.
    fn insert(&mut self, weight: f32, word: u32) {
        if self.best.len() == KEYWORDS_PER_RECORD {
            if self.best[self.min_index].0 >= weight {
                return;
            }
            self.best.remove(self.min_index);
        }
        self.best.push((weight, word));
        if self.best.len() == KEYWORDS_PER_RECORD {
            // Of equal weights the last inserted is replaced first.
            let min_index = (0..KEYWORDS_PER_RECORD)
                .rev()
                .min_by(|left, right| self.best[*left].0.total_cmp(&self.best[*right].0));
            self.min_index = min_index.unwrap_or_default();
        }
    }
}

/// A block of keywords: for each record of `chunk` their number, then each with its weight, highest
/// first. `words` are all words by number.
fn encode_block(chunk: &mut [TopKeywords], words: &[String]) -> Vec<u8> {
    let mut block = Vec::new();
    for TopKeywords { best: keywords, .. } in chunk {
        keywords
            .sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
        let max_weight = keywords.first().map_or(1.0, |key| key.0);
        write_varint(&mut block, keywords.len() as u32);
        for (weight, word) in keywords {
            write_text(&mut block, &words[*word as usize]);
            write_varint(&mut block, (*weight / max_weight * 127.0).round().max(1.0) as u32);
        }
    }
    block
}

#[cfg(test)]
mod tests {
    use super::{KEYWORDS_PER_RECORD, TopKeywords};

    fn kept(weights: &[f32]) -> Vec<u32> {
        let mut keywords = TopKeywords::default();
        (0_u32..).zip(weights).for_each(|(word, weight)| keywords.insert(*weight, word));
        keywords.best.iter().map(|(_, word)| *word).collect()
    }

    #[test]
    fn highest_weights_are_kept_and_first_of_equals() {
        let few_weights = |words: u32, weights: u32| {
            (0..words).map(|word| (word * 7919 % weights) as f32).collect::<Vec<f32>>()
        };
        let cases = [
            vec![],
            vec![1.0; 5],
            vec![1.0; KEYWORDS_PER_RECORD + 5],
            few_weights(500, 13),
            few_weights(500, 499),
            few_weights(24, 3),
            few_weights(25, 2),
        ];
        for weights in cases {
            let mut words: Vec<u32> = (0..weights.len() as u32).collect();
            words.sort_by(|left, right| {
                weights[*right as usize].total_cmp(&weights[*left as usize])
            });
            words.truncate(KEYWORDS_PER_RECORD);
            words.sort_unstable();
            assert_eq!(kept(&weights), words, "of {weights:?}");
        }
    }
}
