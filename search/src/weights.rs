//! The weights of ranking, in one place.
//!
//! A record's score is a sum over the words of the query, times a few factors:
//!
//! ```text
//! score    = (words + nearness + title) * coverage^c * standing
//! words    = sum of idf(w) * tf(w) / (tf(w) + k1)                          BM25 with weighted fields (BM25F)
//! tf(w)    = body * f_text / (1 - b + b * length / average) + title * f_title + terms * f_terms + ...
//! nearness = sum over neighbours in the query of idf * (ordered * o / (o + 1) + unordered * u / (u + 1))
//! coverage = share of the idf of all words found that this record holds
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
    /// Exponent of coverage.
    pub coverage: f32,
    /// A record must hold this share of the idf of the query's words to be found at all.
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
}

impl Default for Weights {
    fn default() -> Weights {
        Weights {
            k1: 1.2,
            b: 0.6,
            body: 1.0,
            title: 2.0,
            terms: 1.5,
            headings: 1.0,
            summary: 0.5,
            title_share: 0.3,
            ordered: 0.3,
            unordered: 0.2,
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
        }
    }
}
