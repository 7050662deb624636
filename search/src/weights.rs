//! The weights of ranking, in one place.
//!
//! A record's score is a sum over the words of the query, times a few factors:
//!
//! ```text
//! score    = (words + nearness + title + feedback) * coverage^c * standing
//! words    = sum of idf(w) * tf(w) / (tf(w) + k1)                          BM25 with weighted fields (BM25F)
//! tf(w)    = body * f_text / (1 - b + b * length / average) + title * f_title + terms * f_terms + ...
//! nearness = sum over neighbours in the query of idf * (ordered * o / (o + 1) + unordered * u / (u + 1))
//! title    = title_share * idf of the words in the title * share of the title they make up
//! feedback = what telling words of the best records add, for queries of many words (see `feedback`)
//! coverage = share of the idf of all words found that this record holds; c fades with the number of words beyond three
//! ```
//!
//! `f_text` counts a word anywhere in the record, so the other fields' weights come on top of it. `o` counts places where the two words
//! stand one behind the other, `u` places where both stand within `window` words.
//! BM25F: Robertson and Zaragoza 2009. Nearness: the sequential dependence model of Metzler and Croft 2005.

use serde::{Deserialize, Serialize};

/// All weights. `Weights::default()` is what Casebook ranks with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// How soon more of the same word stops to matter.
    pub k1: f32,
    /// How much long records are held back, 0 to 1.
    pub b: f32,
    /// Any place in the record.
    pub body: f32,
    /// The title, on top.
    pub title: f32,
    /// Names of its market, channels, tactics, on top.
    pub terms: f32,
    /// Headings, on top.
    pub headings: f32,
    /// Summary and hypothesis, on top.
    pub summary: f32,
    /// Share of the title that the query covers, times the idf of what it covers.
    pub title_share: f32,
    /// Neighbours in the query that follow one another.
    pub ordered: f32,
    /// Neighbours in the query that stand near one another.
    pub unordered: f32,
    /// How near, in words.
    pub window: u32,
    /// Exponent of coverage for up to three words; longer queries describe more than any record holds, so it fades.
    pub coverage: f32,
    /// A record must hold this share of the idf of up to three words to be found at all; fades likewise.
    pub least_coverage: f32,
    /// Factor for a word in its exact accents.
    pub exact: f32,
    /// Weight of a completion against the whole word.
    pub completion: f32,
    /// Weight of a word one edit away.
    pub misspelt: f32,
    /// Factors for evidence grades: none, D, C, B, A.
    pub grades: [f32; 5],
    /// Factors for overdue, unknown and verified records.
    pub freshness: [f32; 3],
    /// Factor for superseded and retired records.
    pub retired: f32,
    /// How many records are looked at for nearness.
    pub candidates: usize,
    /// Share of the score that telling words of the best records may add, see `feedback`.
    pub feedback: f32,
    /// How many of the best records are asked for their telling words.
    pub feedback_records: usize,
    /// How many telling words are taken.
    pub feedback_words: usize,
    /// Queries of fewer words get no feedback.
    pub feedback_from: usize,
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            k1: 1.6,
            b: 0.65,
            body: 1.0,
            title: 2.0,
            terms: 1.5,
            headings: 1.0,
            summary: 0.5,
            title_share: 0.6,
            ordered: 0.6,
            unordered: 0.6,
            window: 8,
            coverage: 0.5,
            least_coverage: 0.3,
            exact: 1.1,
            completion: 0.8,
            misspelt: 0.5,
            grades: [1.0, 1.0, 1.01, 1.03, 1.05],
            freshness: [0.98, 1.0, 1.03],
            retired: 0.7,
            candidates: 1000,
            feedback: 0.5,
            feedback_records: 5,
            feedback_words: 20,
            feedback_from: 5,
        }
    }
}
