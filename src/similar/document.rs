//! The input of the similarity model: the texts of a record by field, and its terms.

use casebook_search::language::Language;
use casebook_search::tokenized::TokenizedTexts;

/// The texts and terms of a case study, of an idea or of an unsaved draft, as the similarity model
/// compares them.
#[derive(Debug, Clone, Default)]
pub struct Document<'a> {
    /// Declared language, a BCP 47 tag.
    pub language: &'a str,
    /// The language detected from the whole record; none where it is still to be detected from
    /// title and lead texts.
    pub detected_language: Option<Language>,
    /// Title of the record.
    pub title: &'a str,
    /// Short texts in front matter: summary, audience, product, category.
    pub lead_texts: Vec<&'a str>,
    /// Hypothesis of the experiment.
    pub hypothesis: Option<&'a str>,
    /// The words of the body: for every section its heading, then its text.
    pub tokenized: Option<&'a TokenizedTexts>,
    /// Terms in front matter: tactics, channels, metric, objective.
    pub facets: Vec<Facet>,
}

/// A term that a record states in front matter, given by its position in the vocabulary or closed
/// list of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// A tactic.
    Tactic(u32),
    /// A channel.
    Channel(u32),
    /// The primary metric.
    Metric(u32),
    /// The objective.
    Objective(u32),
}

impl Facet {
    /// A number that no other facet has, from which its feature is hashed: the kind in the upper 32
    /// bits, the position in the lower.
    pub(crate) fn to_key(self) -> u64 {
        let (kind, position) = match self {
            Facet::Tactic(position) => (1, position),
            Facet::Channel(position) => (2, position),
            Facet::Metric(position) => (3, position),
            Facet::Objective(position) => (4, position),
        };
        kind << 32 | u64::from(position)
    }
}
