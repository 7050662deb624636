//! The tantivy schema of an index, and the format of the terms in its dictionaries.
//!
//! There are two text fields, so that a query needs few requests. `text` holds all words of a
//! record (title, headings, summary, hypothesis, body) with positions. `zone` repeats the words of
//! its zones, each term as `word NUL marker`, so that the terms of one word in all zones are
//! adjacent in the dictionary and in the postings.

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};

use crate::facet::{FacetDefinition, FacetId};
use crate::layout::IndexedFacet;

/// A zone: a part of a record whose words weigh more than those of the body. Of `Terms` the `zone`
/// field has the values, not their words: see [`value_term`] and `value_names`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// The title.
    Title,
    /// Names of its facet values: market, channels, tactics, ...
    Terms,
    /// Headings.
    Headings,
    /// Summary and hypothesis.
    Summary,
    /// Parts of compound words: `gutschein` of `Gutscheincode`.
    Compounds,
    /// What the page shows outside title, summary and body, which is not in the field `text`.
    Details,
}

impl Zone {
    /// All zones, in the order of their discriminants.
    pub const ALL: [Zone; 6] =
        [Zone::Title, Zone::Terms, Zone::Headings, Zone::Summary, Zone::Compounds, Zone::Details];

    /// The letter that marks the zone in terms of the `zone` field.
    pub fn marker(self) -> char {
        ['t', 'v', 'h', 's', 'c', 'd'][self as usize]
    }

    /// The name of the zone in responses.
    pub fn name(self) -> &'static str {
        ["title", "terms", "headings", "summary", "compounds", "details"][self as usize]
    }
}

/// Separates the parts of a term for an exact spelling with accents in the `zone` field: `folded
/// NUL x accented`.
pub const ACCENTED_MARKER: &str = "\0x";

/// Ends a term for the id or address of a record in the `zone` field: `path NUL p`.
pub const PATH_MARKER: &str = "\0p";

/// Ends a term for a concept of the glossary in the `zone` field: `id NUL g`.
pub const CONCEPT_MARKER: &str = "\0g";

/// The term of the field `zone` for the records with a facet value, by the number of the value in
/// the column of its facet: `SOH facet : number NUL v`. For a few records it takes less than the
/// column, and these terms are adjacent in the dictionary.
pub fn value_term(facet: FacetId, number: i64) -> String {
    format!("\u{1}{}:{number}\0{}", facet.0, Zone::Terms.marker())
}

/// The text fields of the schema.
#[derive(Clone, Debug)]
pub struct SchemaFields {
    /// All words of a record, with positions.
    pub text: Field,
    /// Words of zones, and exact spellings of words with accents.
    pub zone: Field,
}

/// Names of the columns (fast fields) that are not facets.
pub mod column {
    /// Column of the bit set of the languages that a record was analysed in; see
    /// [`crate::language::Language::bit`].
    pub const LANGUAGE: &str = "analysed";
    /// Column of the quality signals, packed by [`crate::quality::QualitySignals::to_number`].
    pub const QUALITY: &str = "standing";
    /// Column of the number of tokens of the title.
    pub const TITLE_WORDS: &str = "title_words";
    /// Column of the order by date, highest first; see [`super::date_order`].
    pub const DATE_ORDER: &str = "date_order";
    /// Column of the lift of the primary metric, in hundredths of a percent.
    pub const LIFT: &str = "lift";
    /// Column of the flags for the `has:` filter, as indices in
    /// [`crate::layout::IndexHeader::has`].
    pub const HAS: &str = "has";
}

/// Days that each rank of a list by date has for itself, half of them before 1970.
const DAYS_OF_RANK: i64 = 1 << 20;

/// The place in an order by date of a record with this rank (see
/// [`crate::record::SearchRecord::list_rank`]; 0 without one) and day, in days since 1970-01-01;
/// records without a day come last in their rank. `None` for a record with neither.
pub fn date_order(rank: Option<i8>, day: Option<i32>) -> Option<i64> {
    if rank.is_none() && day.is_none() {
        return None;
    }
    let half = DAYS_OF_RANK / 2;
    let day = day.map_or(-half, |day| i64::from(day).clamp(1 - half, half - 1));
    Some(i64::from(rank.unwrap_or(0)) * DAYS_OF_RANK + day)
}

/// The name of the column that holds the values of a facet.
pub fn facet_column_name(facet: &FacetDefinition) -> String {
    format!("f_{}", facet.name)
}

/// The tantivy schema of an index with these facets, and its text fields, which are the same
/// whatever the facets.
pub fn build_schema(facets: &[IndexedFacet]) -> (Schema, SchemaFields) {
    let mut builder = Schema::builder();
    let indexed = |option, norms| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("prepared")
                .set_index_option(option)
                .set_fieldnorms(norms),
        )
    };
    let fields = SchemaFields {
        text: builder
            .add_text_field("text", indexed(IndexRecordOption::WithFreqsAndPositions, true)),
        zone: builder.add_text_field("zone", indexed(IndexRecordOption::WithFreqs, false)),
    };
    let fast = || NumericOptions::default().set_fast();
    for name in [column::LANGUAGE, column::QUALITY, column::TITLE_WORDS, column::HAS] {
        builder.add_u64_field(name, fast());
    }
    for name in [column::DATE_ORDER, column::LIFT] {
        builder.add_i64_field(name, fast());
    }
    for facet in facets {
        builder.add_u64_field(&facet_column_name(&facet.definition), fast());
    }
    (builder.build(), fields)
}
