//! The tantivy schema of an index, and how words are spelt in its dictionaries.
//!
//! Two text fields keep the number of requests of a query small. `text` holds everything a record says (title, headings,
//! summary, hypothesis, body) with positions. `zone` repeats the words of its weightier parts, each with its zone: `word NUL letter`,
//! so that all zones of a word stand side by side in the dictionary and in the postings.

use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

use crate::entry::Facet;

/// A part of a record that weighs more than its body. Its terms are no part of the `zone` field: see `vocabulary`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// The title.
    Title,
    /// Names of its terms.
    Terms,
    /// Headings.
    Headings,
    /// Summary and hypothesis.
    Summary,
}

impl Zone {
    /// All zones, weightiest first.
    pub const ALL: [Zone; 4] = [Zone::Title, Zone::Terms, Zone::Headings, Zone::Summary];

    /// The letter that marks the zone in the dictionary.
    pub fn letter(self) -> char {
        ['t', 'v', 'h', 's'][self as usize]
    }

    /// The name shown to readers.
    pub fn name(self) -> &'static str {
        ["title", "terms", "headings", "summary"][self as usize]
    }
}

/// Marks the accented spelling of a word in the dictionary of `zone`: `folded NUL x accented`.
pub const ACCENTED: &str = "\0x";

/// The fields of the schema.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Everything a record says.
    pub text: Field,
    /// Words with their zone.
    pub zone: Field,
}

/// Names of the columns that are no facets.
pub mod column {
    /// The language of analysis, see [`crate::language::Language`].
    pub const LANGUAGE: &str = "analysed";
    /// Grade, freshness and retirement, see [`crate::standing`].
    pub const STANDING: &str = "standing";
    /// Number of words of the title.
    pub const TITLE_WORDS: &str = "title_words";
    /// The day lists sort by.
    pub const DAY: &str = "day";
    /// Lift in hundredths of a percent.
    pub const LIFT: &str = "lift";
    /// What `has:` finds.
    pub const HAS: &str = "has";
}

/// The column of a facet.
pub fn facet_column(facet: Facet) -> String {
    format!("f_{}", facet.name())
}

/// The schema, the same for writer and reader.
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexed = |option, norms| {
        TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer("prepared").set_index_option(option).set_fieldnorms(norms))
    };
    let fields = Fields {
        text: builder.add_text_field("text", indexed(IndexRecordOption::WithFreqsAndPositions, true)),
        zone: builder.add_text_field("zone", indexed(IndexRecordOption::WithFreqs, false)),
    };
    let fast = || NumericOptions::default().set_fast();
    for name in [column::LANGUAGE, column::STANDING, column::TITLE_WORDS, column::HAS] {
        builder.add_u64_field(name, fast());
    }
    for name in [column::DAY, column::LIFT] {
        builder.add_i64_field(name, fast());
    }
    for facet in Facet::ALL {
        builder.add_u64_field(&facet_column(facet), fast());
    }
    (builder.build(), fields)
}
