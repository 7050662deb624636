//! What a vocabulary file holds. The build script reads the default files with the same types, so this module knows no other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The vocabularies of terms, by the names of their files.
pub const NAMES: [&str; 5] = ["markets", "groups", "channels", "tactics", "metrics"];
/// The vocabulary of concepts.
pub const GLOSSARY: &str = "glossary";

/// The default vocabularies as the build script leaves them to the program.
#[derive(Debug, Serialize, Deserialize)]
pub struct Defaults {
    /// The entries of every vocabulary in [`NAMES`].
    pub terms: Vec<Vec<Entry<String>>>,
    /// The glossary: the id of each concept, and its terms by language.
    pub glossary: Vec<(String, BTreeMap<String, Vec<String>>)>,
}

/// One entry of a vocabulary file; what a hub leaves out keeps its default. `T` is a text that may know its place in the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<T> {
    /// Which term.
    pub id: T,
    /// Its label in English, or as the hub wrote it.
    pub label: Option<String>,
    /// Labels by language (BCP 47).
    #[serde(default = "BTreeMap::new")]
    pub labels: BTreeMap<String, String>,
    /// Other words for it, in any language.
    #[serde(default = "Vec::new")]
    pub aliases: Vec<String>,
    /// One plain sentence.
    pub description: Option<String>,
    /// The term to use instead.
    pub deprecated_by: Option<T>,
    /// Tactics: the family it belongs to.
    pub family: Option<String>,
    /// Markets: how far the market is.
    pub maturity: Option<Maturity>,
    /// Markets: languages spoken (BCP 47).
    pub languages: Option<Vec<String>>,
    /// Markets: the groups that hold it.
    pub groups: Option<Vec<T>>,
    /// Groups: its markets.
    pub members: Option<Vec<T>>,
    /// Groups: the groups it unites.
    pub unions: Option<Vec<T>>,
    /// Metrics: which direction is good.
    pub better: Option<Better>,
    /// Metrics: what its figures are.
    pub unit: Option<Unit>,
    /// Metrics: part of the suggested common minimum.
    pub common: Option<bool>,
    /// Metrics: usually a guardrail.
    pub guardrail: Option<bool>,
}

/// A concept of a glossary file: its id and, for each language, its terms.
#[derive(Debug, Deserialize)]
pub struct ConceptEntry {
    /// Which concept.
    pub id: String,
    /// Its terms by language.
    #[serde(flatten)]
    pub terms: BTreeMap<String, Vec<String>>,
}

/// How far a market is.
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

/// Which direction of a metric is a gain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither; context only.
    #[default]
    Neutral,
}

/// What a metric's figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Percent.
    Percent,
    /// Points on a scale, or percentage points.
    Points,
    /// Money; the result names the currency.
    Money,
    /// A ratio.
    Ratio,
    /// People.
    People,
    /// A count.
    #[default]
    Count,
    /// Days.
    Days,
    /// An index, 100 being the start.
    Index,
}
