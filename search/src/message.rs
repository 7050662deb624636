//! Requests to the engine and its responses: the same JSON in the browser and on the command line
//! (see `PROTOCOL.md`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facet::FacetPanel;
use crate::layout::RecordFacts;
use crate::record::RecordKind;

/// The sort order of hits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SortOrder {
    /// Highest score first.
    #[default]
    Relevance,
    /// Newest first.
    Date,
    /// Highest lift first.
    Lift,
    /// Highest level first, then highest score, by the name of the facet with levels; any other
    /// text stands for relevance.
    #[serde(untagged)]
    Level(String),
}

/// A search request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchRequest {
    /// The query as typed.
    pub text: String,
    /// Maximum number of hits, at most 1,000; 0 stands for 10.
    pub limit: usize,
    /// Number of hits to skip, for paging.
    pub offset: usize,
    /// Sort order of the hits.
    pub sort: SortOrder,
    /// Names of the facets whose values are to be counted; `*` for all.
    pub facets: Vec<String>,
    /// Values ticked in the facet panels, by facet name; OR within a facet, AND across.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Whether hits explain their scores.
    pub explain: bool,
}

/// The response to a search request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchResponse {
    /// Number of records found.
    pub total: usize,
    /// One page of hits, in the requested order.
    pub hits: Vec<Hit>,
    /// Counts of facet values, by facet name.
    pub facets: BTreeMap<String, Vec<FacetCount>>,
    /// How the query was interpreted.
    pub reading: QueryInterpretation,
    /// Parts of the query that were not understood.
    pub hints: Vec<QueryHint>,
    /// The spelling correction that was searched, if any.
    pub corrected: Option<Correction>,
}

/// A record found, with what a list of results shows of it besides the excerpt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// Zero-based number of the record in this index.
    pub doc: u32,
    /// Id, unique among records of one kind.
    pub id: String,
    /// Kind of record.
    pub kind: RecordKind,
    /// Address relative to the root of the site.
    pub url: String,
    /// Title.
    pub title: String,
    /// Matched words in the title: start and end in UTF-16 units.
    pub title_marks: Vec<(u32, u32)>,
    /// Summary; may be empty.
    pub summary: String,
    /// Matched words in the summary: start and end in UTF-16 units.
    pub summary_marks: Vec<(u32, u32)>,
    /// Declared language, a BCP 47 tag.
    pub language: String,
    /// Its title and summary in the language of the site, to be shown before its own; none for a
    /// record that is in that language, or has none in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gist: Option<HitGist>,
    /// Relevance score, rounded to four decimals; see `weights`.
    pub score: f64,
    /// Name of the file with its texts for excerpts; empty when the record has no text.
    pub texts: String,
    /// Facet values, dates and figures.
    pub facts: RecordFacts,
    /// Zones in which words were found: `title`, `terms`, `headings`, `summary`, `body`.
    pub matched: Vec<String>,
    /// Words of the query that the record does not have: it was found by a name of one of its facet
    /// values.
    pub named: Vec<NamedValue>,
    /// Explanation of the score, if requested.
    pub explain: Option<ScoreExplanation>,
}

/// The title and the summary of a hit in the language of the site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HitGist {
    /// Title.
    pub title: String,
    /// Matched words in the title: start and end in UTF-16 units.
    pub title_marks: Vec<(u32, u32)>,
    /// Summary; may be empty.
    pub summary: String,
    /// Matched words in the summary: start and end in UTF-16 units.
    pub summary_marks: Vec<(u32, u32)>,
    /// Language, a BCP 47 tag.
    pub language: String,
}

/// A facet value of a record that has a word of the query among its names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NamedValue {
    /// The word or phrase as typed.
    pub word: String,
    /// Name of the facet; `concept` for a concept of the glossary.
    pub facet: String,
    /// The value, or the label of the concept.
    pub value: String,
    /// The language of the name, a BCP 47 tag; empty for a name of any language.
    pub language: String,
}

/// How a score is composed: the sum of its addends times its factors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreExplanation {
    /// The score, rounded to four decimals.
    pub total: f64,
    /// Addends first, then factors.
    pub parts: Vec<ScorePart>,
}

/// One addend or factor of a score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScorePart {
    /// The word of the query, or `nearness`, `coverage`, `freshness`, ...
    pub name: String,
    /// The addend or factor, rounded to four decimals.
    pub value: f64,
    /// The reason in plain English.
    pub why: String,
}

/// The number of records found that have a facet value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCount {
    /// The facet value.
    pub value: String,
    /// Number of records that have it.
    pub count: usize,
}

/// How a query was interpreted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueryInterpretation {
    /// Words and phrases, in the order of the query, excluded ones last.
    pub words: Vec<InterpretedWord>,
    /// Filters typed in the query; those of facet panels are left out.
    pub filters: Vec<InterpretedFilter>,
    /// The interpreted query, in the query language.
    pub text: String,
}

/// How a word or phrase of a query was interpreted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InterpretedWord {
    /// The word or phrase as typed.
    pub text: String,
    /// `word`, `phrase`, `not`, `prefix` or `small` (a stop word that is ignored).
    pub role: String,
    /// Number of records that it occurs in.
    pub found: usize,
    /// Completions and corrections that were searched beside or instead of it.
    pub read_as: Vec<String>,
}

/// How a filter of a query was interpreted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InterpretedFilter {
    /// Name of the field.
    pub field: String,
    /// Its values, or its range as one text.
    pub values: Vec<String>,
    /// Whether it is negated: matching records are excluded.
    pub not: bool,
}

/// A part of a query that was not understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueryHint {
    /// `unknown-field`, `unknown-value`, `bad-range`, `unclosed-quote`, `empty-filter`, `no-words`
    /// (nothing to look for), `not-found` (a word that is nowhere, with one near it).
    pub code: String,
    /// Name of the field concerned; may be empty.
    pub field: String,
    /// The value as typed; may be empty.
    pub value: String,
    /// Known names with the smallest edit distance, nearest first; at most three.
    pub nearest: Vec<String>,
    /// The problem in plain English.
    pub message: String,
}

/// A spelling correction: words that were searched instead of those typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// The whole corrected query.
    pub text: String,
    /// Words as typed.
    pub from: Vec<String>,
    /// Words that were searched instead, in the same order.
    pub to: Vec<String>,
}

/// A request for the excerpts of hits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExcerptRequest {
    /// The query as typed.
    pub text: String,
    /// The hits, in the order wanted.
    pub hits: Vec<ExcerptTarget>,
}

/// A hit whose excerpt is requested; both fields are copied from the hit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExcerptTarget {
    /// Zero-based number of the record in this index.
    pub doc: u32,
    /// Name of the file with its texts.
    pub texts: String,
}

/// The excerpt of a hit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Excerpt {
    /// Number of the record, as in the hit.
    pub doc: u32,
    /// The excerpt with matched words marked; empty when the record has no text.
    pub excerpt: MarkedText,
    /// The section that it is taken from; none when it is the beginning of the text.
    pub section: Option<SectionLink>,
}

/// A text with matched words marked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MarkedText {
    /// Plain text.
    pub text: String,
    /// Start and end of each marked word in UTF-16 units.
    pub marks: Vec<(u32, u32)>,
}

/// A section of a page, as the target of a link.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SectionLink {
    /// Text of its heading.
    pub heading: String,
    /// Anchor of its heading on the page.
    pub anchor: String,
}

/// A field of the query language, for suggestions and help.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldInfo {
    /// Name in queries.
    pub name: String,
    /// Alternative names in queries.
    pub aliases: Vec<String>,
    /// `facet`, `number` or `flag`.
    pub kind: String,
    /// Its values in this index; empty for numbers.
    pub values: Vec<String>,
    /// Its panel on the search page, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panel: Option<FacetPanel>,
}
