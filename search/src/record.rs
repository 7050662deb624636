//! The searchable record: what the builder passes to the index writer.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::facet::FacetId;
use crate::language::Language;
use crate::tokenized::TokenizedTexts;

/// The kind of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// A case study: the write-up of one experiment.
    #[default]
    CaseStudy,
    /// An idea of the backlog.
    Idea,
    /// A playbook: a claim supported by several case studies.
    Playbook,
    /// A page of free text.
    Page,
    /// The page of a term: a market, group, channel, tactic or metric.
    Term,
}

impl RecordKind {
    /// The name used in queries, requests and responses.
    pub fn name(self) -> &'static str {
        ["case-study", "idea", "playbook", "page", "term"][self as usize]
    }
}

/// The state of a record's periodic verification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Freshness {
    /// Verified, and the next verification is not yet due.
    Verified,
    /// The next verification is overdue.
    Overdue,
    /// Never verified.
    #[default]
    Unknown,
}

/// A section of a record's body: one heading and the text below it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordSection {
    /// The heading's text; empty before the first heading.
    pub heading: String,
    /// The heading's anchor on the page; empty when there is none.
    pub anchor: String,
    /// The plain text below the heading; shared with the parsed record.
    pub text: Arc<str>,
}

impl RecordSection {
    /// The searchable texts, in the order of [`SearchRecord::tokenized`]: heading, text.
    pub fn texts(&self) -> [&str; 2] {
        [&self.heading, &self.text]
    }
}

/// What a record says in short in another language, which is searched in that language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordGist {
    /// Language, a BCP 47 tag.
    pub language: String,
    /// Title; never empty.
    pub title: String,
    /// Summary; may be empty.
    pub summary: String,
    /// Further short texts that the page shows in this language; may be empty.
    pub details: String,
}

/// A record as it is indexed: its texts, facet values, dates and figures.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchRecord {
    /// Id, unique among records of one kind.
    pub id: String,
    /// Kind of record.
    pub kind: RecordKind,
    /// Address relative to the root of the site.
    pub url: String,
    /// Title.
    pub title: String,
    /// Summary: the result in a few sentences; may be empty.
    pub summary: String,
    /// Hypothesis of the experiment; may be empty.
    pub hypothesis: String,
    /// Declared language, a BCP 47 tag.
    pub language: String,
    /// The language to analyse it in, if the caller has detected it already.
    #[serde(skip)]
    pub text_language: Option<Language>,
    /// What it says in short in other languages.
    pub gists: Vec<RecordGist>,
    /// Position in `gists` of the one that hits show before the record's own title.
    pub shown_gist: Option<usize>,
    /// Sections of the body, in order.
    pub sections: Vec<RecordSection>,
    /// Text that the page shows outside title, summary, hypothesis and sections: teams, variants,
    /// code.
    pub details: String,
    /// The texts of all sections, for each section its heading and then its text, if the caller has
    /// tokenized them already.
    #[serde(skip)]
    pub tokenized: Option<Arc<TokenizedTexts>>,
    /// Values by facet, for those whose values the builder states.
    pub facets: BTreeMap<FacetId, Vec<String>>,
    /// Lift of the primary metric in percent, signed so that higher is better; that metric is the
    /// first value of its facet.
    pub lift: Option<f64>,
    /// Change of the primary metric in percent as reported: negative for an improvement where lower
    /// is better.
    pub change: Option<f64>,
    /// First day of the study, in days since 1970-01-01.
    pub start: Option<i32>,
    /// Day of the last change, in days since 1970-01-01.
    pub updated: Option<i32>,
    /// The day that lists show and sort by, in days since 1970-01-01.
    pub day: Option<i32>,
    /// Rank of the part of a list by date in which it stands; those of a higher rank stand first,
    /// whatever their days. Records without a rank and without a day come last.
    pub list_rank: Option<i8>,
    /// State of its verification.
    pub freshness: Freshness,
    /// Whether it is superseded, retired or deprecated.
    pub retired: bool,
    /// Flags for the `has:` filter: `hypothesis`, `results`, `images`, ...
    pub has: Vec<String>,
}

/// The names of a facet value in all languages, which match as words (`verwijsbeloning`) and as
/// filter values (`market:brasil`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueNames {
    /// The facet.
    pub facet: FacetId,
    /// The facet value.
    pub value: String,
    /// Labels and aliases by BCP 47 tag; an empty tag where the language is not known.
    pub names: BTreeMap<String, Vec<String>>,
}

/// A concept of the glossary with its names in all languages, by which a record is found that
/// mentions it in other words.
#[derive(Clone, Debug, PartialEq)]
pub struct ConceptNames {
    /// Its id, in kebab-case.
    pub id: String,
    /// What hits call it, in the language of the site.
    pub label: String,
    /// Its names by BCP 47 tag.
    pub names: BTreeMap<String, Vec<String>>,
}

impl SearchRecord {
    /// The gist that hits show before the record's own title, if there is one.
    pub fn shown_gist(&self) -> Option<&RecordGist> {
        self.gists.get(self.shown_gist?)
    }
}

impl ValueNames {
    /// All names in all languages.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.names.values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::RecordKind;

    #[test]
    fn kinds_have_one_name() {
        for kind in [
            RecordKind::CaseStudy,
            RecordKind::Idea,
            RecordKind::Playbook,
            RecordKind::Page,
            RecordKind::Term,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
