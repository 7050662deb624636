//! What the engine is asked and what it answers: the same JSON in the browser and on the command line (see `PROTOCOL.md`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entry::Kind;
use crate::layout::Facts;

/// The order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Newest first.
    Date,
    /// Largest gain first.
    Lift,
    /// Best evidence first.
    Grade,
}

/// A question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// The query as typed.
    pub text: String,
    /// How many hits to return; 0 stands for 10.
    pub limit: usize,
    /// How many hits to pass over.
    pub offset: usize,
    /// Their order.
    pub sort: Sort,
    /// Facets to count; `*` for all.
    pub facets: Vec<String>,
    /// Values ticked in panels, by facet.
    pub filters: BTreeMap<String, Vec<String>>,
    /// The last word may be unfinished.
    pub prefix_last: bool,
    /// Say where scores come from.
    pub explain: bool,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// How many records were found.
    pub total: usize,
    /// The hits asked for.
    pub hits: Vec<Hit>,
    /// Counts by facet.
    pub facets: BTreeMap<String, Vec<Count>>,
    /// How the query was read.
    pub reading: Reading,
    /// What was not understood.
    pub hints: Vec<Hint>,
    /// What was searched instead of what was typed.
    pub corrected: Option<Correction>,
}

/// A record found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Its number in this index.
    pub doc: u32,
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its address from the root of the site.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Words found in the title: start and end in UTF-16 units.
    pub title_marks: Vec<(u32, u32)>,
    /// Its summary.
    pub summary: String,
    /// Words found in the summary.
    pub summary_marks: Vec<(u32, u32)>,
    /// Its language tag.
    pub language: String,
    /// How well it fits, to four decimals.
    pub score: f64,
    /// The file its excerpt comes from.
    pub texts: String,
    /// What is known about it.
    pub facts: Facts,
    /// Where words were found: `title`, `terms`, `headings`, `summary`, `body`.
    pub matched: Vec<String>,
    /// Where the score comes from, if asked.
    pub explain: Option<Explanation>,
}

/// Where a score comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The score.
    pub total: f64,
    /// Its parts: sums first, then factors.
    pub parts: Vec<Reason>,
}

/// One part of a score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// A word, `nearness`, `coverage`, `grade`, ...
    pub name: String,
    /// Its share, or its factor.
    pub value: f64,
    /// Why, in words.
    pub why: String,
}

/// How often a value occurs among the records found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The value.
    pub value: String,
    /// Number of records.
    pub count: usize,
}

/// How a query was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Its words and phrases.
    pub words: Vec<ReadWord>,
    /// Its filters, those of panels left out.
    pub filters: Vec<ReadFilter>,
    /// The query as understood, in the query language.
    pub text: String,
}

/// How a word or phrase was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadWord {
    /// As typed.
    pub text: String,
    /// `word`, `phrase`, `not`, `prefix`, `small` (a small word that counts for nothing here).
    pub role: String,
    /// Number of records it occurs in.
    pub found: usize,
    /// Other words searched for it: completions and corrections.
    pub read_as: Vec<String>,
}

/// How a filter was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadFilter {
    /// The field.
    pub field: String,
    /// Its values or its range.
    pub values: Vec<String>,
    /// Whether it excludes.
    pub not: bool,
}

/// Something that was not understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hint {
    /// `unknown-field`, `unknown-value`, `bad-range`, `unclosed-quote`, `empty-filter`.
    pub code: String,
    /// The field concerned.
    pub field: String,
    /// What was typed.
    pub value: String,
    /// Known names nearby.
    pub nearest: Vec<String>,
    /// The same in plain English.
    pub message: String,
}

/// Words that were searched instead of those typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The whole query as corrected.
    pub text: String,
    /// Words as typed.
    pub from: Vec<String>,
    /// Words as searched, in the same order.
    pub to: Vec<String>,
}

/// What excerpts are wanted of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExcerptRequest {
    /// The query as typed.
    pub text: String,
    /// The hits.
    pub hits: Vec<ExcerptOf>,
}

/// One hit an excerpt is wanted of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExcerptOf {
    /// Its number in this index.
    pub doc: u32,
    /// Its file of texts.
    pub texts: String,
}

/// A hit's excerpt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The hit's number.
    pub doc: u32,
    /// The text; empty when the record has none.
    pub excerpt: Marked,
    /// The section it stands in; none when it is the beginning of the text.
    pub section: Option<Place>,
}

/// A text with words marked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Start and end of marked words in UTF-16 units.
    pub marks: Vec<(u32, u32)>,
}

/// A section of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its heading.
    pub heading: String,
    /// Its anchor.
    pub anchor: String,
}

/// A field of the query language, for suggestions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldInfo {
    /// Its name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// `facet`, `number` or `flag`.
    pub kind: String,
    /// Its values in this hub.
    pub values: Vec<String>,
}
