//! The format of vocabulary files. The build script compiles this file too, so it uses no other
//! module.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names of the vocabularies of terms, which are those of their files.
pub const TERM_VOCABULARIES: [&str; 5] = ["markets", "groups", "channels", "tactics", "metrics"];
/// Name of the vocabulary of concepts.
pub const GLOSSARY: &str = "glossary";

/// The default vocabularies as the build script serialises them for the program.
#[derive(Debug, Serialize, Deserialize)]
pub struct DefaultVocabularies {
    /// The entries of each vocabulary, in the order of [`TERM_VOCABULARIES`].
    pub terms: Vec<Vec<TermEntry<String>>>,
    /// The glossary: the id of each concept, and its terms by language.
    pub glossary: Vec<(String, BTreeMap<String, Vec<String>>)>,
}

/// An entry of a vocabulary file; absent fields keep their defaults. `T` is a text that may have a
/// place in the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermEntry<T> {
    /// Id of the term.
    pub id: T,
    /// Label in English, or in the language of the hub.
    pub label: Option<String>,
    /// Labels by language (BCP 47).
    #[serde(default = "BTreeMap::new")]
    pub labels: BTreeMap<String, String>,
    /// Synonyms in any language.
    #[serde(default = "Vec::new")]
    pub aliases: Vec<String>,
    /// Description in one sentence.
    pub description: Option<String>,
    /// The term that replaces this one.
    pub deprecated_by: Option<T>,
    /// Tactics: the family of the tactic.
    pub family: Option<String>,
    /// Markets: maturity of the market.
    pub maturity: Option<Maturity>,
    /// Markets: languages spoken (BCP 47).
    pub languages: Option<Vec<String>>,
    /// Markets: the groups with this market.
    pub groups: Option<Vec<T>>,
    /// Groups: the markets of the group.
    pub members: Option<Vec<T>>,
    /// Groups: the groups whose markets it contains.
    pub unions: Option<Vec<T>>,
    /// Metrics: the direction of improvement.
    pub better: Option<BetterDirection>,
    /// Metrics: unit of the values.
    pub unit: Option<MetricUnit>,
    /// Metrics: whether it belongs to the suggested common metrics.
    pub common: Option<bool>,
    /// Metrics: whether it usually is a guardrail.
    pub guardrail: Option<bool>,
}

/// An entry of the glossary file.
#[derive(Debug, Deserialize)]
pub struct ConceptEntry {
    /// Id of the concept.
    pub id: String,
    /// Terms by language (BCP 47), most usual first.
    #[serde(flatten)]
    pub terms: BTreeMap<String, Vec<String>>,
}

/// The maturity of a market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maturity {
    /// Established business.
    Mature,
    /// Growing fast.
    Growth,
    /// Just entered.
    NewEntry,
}

/// The direction in which a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BetterDirection {
    /// Higher values are better.
    Higher,
    /// Lower values are better.
    Lower,
    /// Neither; the metric is context.
    #[default]
    Neutral,
}

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MetricUnit {
    /// Percent.
    Percent,
    /// Points on a scale, or percentage points.
    Points,
    /// Money; each result names its currency.
    Money,
    /// A ratio.
    Ratio,
    /// Number of people.
    People,
    /// Number of things or events.
    #[default]
    Count,
    /// Number of days.
    Days,
    /// An index whose baseline is 100.
    Index,
}
