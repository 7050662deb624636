//! What is compared of a record: its text by field, and its terms.

use casebook_search::language::Language;
use casebook_search::wording::Wording;

/// The comparable parts of a record, of an idea or of a text that is only being written.
#[derive(Debug, Clone, Default)]
pub struct Document<'a> {
    /// BCP 47, as declared.
    pub language: &'a str,
    /// The language it is read in, where its record has told it; else title and lead do.
    pub read_in: Option<Language>,
    /// Its title.
    pub title: &'a str,
    /// What says most in few words: summary, audience, product.
    pub lead: Vec<&'a str>,
    /// What is asked.
    pub hypothesis: Option<&'a str>,
    /// The words of the body, which are what is compared: of every section its heading, then its text.
    pub wording: Option<&'a Wording>,
    /// Terms of the structured record.
    pub facets: Vec<Facet>,
}

/// A term of the structured record, by position in its vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// What was done.
    Tactic(u32),
    /// Where it was done.
    Channel(u32),
    /// What it is judged by.
    Metric(u32),
    /// What it is for.
    Objective(u32),
}

impl Facet {
    /// A number that no other facet has.
    pub(crate) fn key(self) -> u64 {
        let (kind, position) = match self {
            Facet::Tactic(position) => (1, position),
            Facet::Channel(position) => (2, position),
            Facet::Metric(position) => (3, position),
            Facet::Objective(position) => (4, position),
        };
        kind << 32 | u64::from(position)
    }
}
