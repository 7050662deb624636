//! The ranking formula and its weights.
//!
//! The score of a record is a sum over the words of the query, multiplied by a few factors:
//!
//! ```text
//! score    = (words + nearness + title + feedback) * coverage^c * whole * neighbours * quality
//! words    = sum of idf(w) * tf(w) / (tf(w) + k1)                          BM25 with weighted fields (BM25F)
//! tf(w)    = body * f_text / (1 - b + b * length / average) + title * f_title + terms * f_terms + ...
//! nearness = sum over neighbours in the query of idf * (ordered * o / (o + 1) + unordered * u / (u + 1))
//! title    = title_share * idf of the words in the title * share of the title they make up
//! feedback = scores of the expansion terms, for queries of many words (see `feedback`)
//! coverage = share of the idf of all words found that this record holds; c fades with the number of words beyond three
//! neighbours = 1 - n + n * mean score of similar records / own score (see `neighbours`)
//! whole    = factor for a record whose title is the query
//! quality  = factors for level, freshness, retirement and reference pages (see `quality`)
//! ```
//!
//! `f_text` counts a word anywhere in the record, so the weights of zones add to it. `o` counts the
//! positions at which two words that are adjacent in the query follow each other, `u` those at
//! which they are less than `window` words apart. BM25F: Robertson and Zaragoza 2009. Proximity
//! (`nearness`): sequential dependence model, Metzler and Croft 2005.

use serde::{Deserialize, Serialize};

/// All weights of the ranking formula but the factors of levels, which the facet defines.
/// `Weights::default()` is what Casebook uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// Saturation of term frequencies (BM25): the smaller, the less repetitions of a word add.
    pub k1: f32,
    /// Strength of length normalisation (BM25), 0 to 1.
    pub b: f32,
    /// Weight of a word anywhere in the record.
    pub body: f32,
    /// Additional weight of a word in the title.
    pub title: f32,
    /// Additional weight of a word in the names of facet values: market, channels, tactics, ...
    pub terms: f32,
    /// Additional weight of a word in a heading.
    pub headings: f32,
    /// Additional weight of a word in the summary or hypothesis.
    pub summary: f32,
    /// Weight of a word that is a part of a compound (`gutschein` of `Gutscheincode`).
    pub compounds: f32,
    /// Weight of a word that the page shows outside title, summary and body: in a team, a variant,
    /// code.
    pub details: f32,
    /// Weight of the share of the title that the query covers, multiplied by the idf of the
    /// covering words.
    pub title_share: f32,
    /// Factor of the score of a record whose title is the query: all words of the query are in it and
    /// are most of its own.
    pub whole_title: f32,
    /// Weight of words adjacent in the query that follow each other in the record.
    pub ordered: f32,
    /// Weight of words adjacent in the query that are near each other in the record.
    pub unordered: f32,
    /// Distance below which two words are near each other, in words.
    pub window: u32,
    /// Exponent of coverage for queries of up to three words; it decreases for longer ones, which
    /// no record covers completely.
    pub coverage: f32,
    /// Minimum share of the idf of the query that a record must cover to match, for up to three
    /// words; it decreases for longer queries.
    pub least_coverage: f32,
    /// Factor of the term frequency of a word that has the same accents as in the query.
    pub exact: f32,
    /// Factor of the term frequency of a completion.
    pub completion: f32,
    /// Factor of the term frequency of a part of a word with hyphens (`check` of `check-out`), which
    /// counts only in records without the word.
    pub apart: f32,
    /// Factor of the weight of `terms` for a record that mentions the concept of a word in other
    /// words.
    pub concept: f32,
    /// Factor of the term frequency of a spelling variant, one edit away.
    pub misspelt: f32,
    /// Factors of the score for verification: overdue, unknown, verified.
    pub freshness: [f32; 3],
    /// Factor of the score for terms and free pages, which are about records.
    pub reference: f32,
    /// Factor of the score for superseded, retired and deprecated records.
    pub retired: f32,
    /// Maximum number of records whose word positions are compared, those with the highest scores
    /// so far.
    pub candidates: usize,
    /// Total idf of the expansion terms relative to that of the query, see `feedback`.
    pub feedback: f32,
    /// Number of best records whose keywords are candidates for expansion terms.
    pub feedback_records: usize,
    /// Maximum number of expansion terms.
    pub feedback_words: usize,
    /// Minimum number of matching words of a query for feedback.
    pub feedback_from: usize,
    /// Share of the score of one of the best records that similar ones decide, see `neighbours`.
    pub neighbours: f32,
    /// Number of best records that support one another.
    pub neighbours_records: usize,
    /// Minimum number of matching words of a query for support by neighbours: what one or two words
    /// find is what has them, and a large hub fetches nothing for it.
    pub neighbours_from: usize,
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
            compounds: 1.6,
            details: 0.6,
            title_share: 0.6,
            whole_title: 2.0,
            ordered: 0.6,
            unordered: 0.6,
            window: 8,
            coverage: 0.7,
            least_coverage: 0.2,
            exact: 1.25,
            completion: 0.4,
            apart: 0.5,
            concept: 0.4,
            misspelt: 0.5,
            freshness: [0.98, 1.0, 1.03],
            reference: 0.55,
            retired: 0.7,
            candidates: 1000,
            feedback: 0.5,
            feedback_records: 5,
            feedback_words: 20,
            feedback_from: 5,
            neighbours: 0.35,
            neighbours_records: 50,
            neighbours_from: 3,
        }
    }
}
