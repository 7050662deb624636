//! One searchable record, as the builder hands it over.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::wording::Wording;

/// What kind of record it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An experiment written up.
    #[default]
    CaseStudy,
    /// An entry of the backlog.
    Idea,
    /// What the hub holds to be true.
    Playbook,
    /// A free page.
    Page,
    /// The page of a market, group, channel, tactic or metric.
    Term,
}

impl Kind {
    /// The name used in queries, requests and responses.
    pub fn name(self) -> &'static str {
        ["case-study", "idea", "playbook", "page", "term"][self as usize]
    }
}

/// How far a record's verification can be relied on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Freshness {
    /// Verified, and not yet due again.
    Verified,
    /// Its next verification is due.
    Overdue,
    /// Nothing is said.
    #[default]
    Unknown,
}

/// What records are narrowed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Facet {
    /// ISO codes and `global`, in lower case.
    Market,
    /// Market groups, those derived from markets included.
    Group,
    /// Channels.
    Channel,
    /// Tactics.
    Tactic,
    /// Metrics with a result.
    Metric,
    /// What it was for.
    Objective,
    /// The pillar of hub-and-spoke marketing.
    Pillar,
    /// How it ended.
    Outcome,
    /// Where it stands.
    Status,
    /// Evidence grade, `a` to `d`.
    Grade,
    /// The hub's curation.
    Reuse,
    /// The team that answers for it.
    Owner,
    /// Years it ran in.
    Year,
    /// BCP 47 tag of the record. Filled from [`Entry::language`].
    Language,
    /// The [`Kind`]. Filled from [`Entry::kind`].
    Type,
}

impl Facet {
    /// All facets, in the order panels show them.
    pub const ALL: [Facet; 15] = [
        Facet::Market,
        Facet::Group,
        Facet::Channel,
        Facet::Tactic,
        Facet::Metric,
        Facet::Objective,
        Facet::Pillar,
        Facet::Outcome,
        Facet::Status,
        Facet::Grade,
        Facet::Reuse,
        Facet::Owner,
        Facet::Year,
        Facet::Language,
        Facet::Type,
    ];

    /// The name used in queries, requests and responses.
    pub fn name(self) -> &'static str {
        [
            "market",
            "group",
            "channel",
            "tactic",
            "metric",
            "objective",
            "pillar",
            "outcome",
            "status",
            "grade",
            "reuse",
            "owner",
            "year",
            "language",
            "type",
        ][self as usize]
    }

    /// The facet of a name or one of its other names.
    pub fn from_name(name: &str) -> Option<Facet> {
        let singular = match name {
            "lang" | "languages" => "language",
            "kind" | "types" => "type",
            "country" | "countries" => "market",
            "region" | "regions" => "group",
            "statuses" => "status",
            "result" => "outcome",
            "team" => "owner",
            _ => name.strip_suffix('s').filter(|name| Facet::ALL.iter().any(|facet| facet.name() == *name)).unwrap_or(name),
        };
        Facet::ALL.into_iter().find(|facet| facet.name() == singular)
    }
}

/// A part of the body below one heading.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// The heading's text; empty before the first heading.
    pub heading: String,
    /// The heading's anchor on the page; empty when there is none.
    pub anchor: String,
    /// The plain text below it; shared with whoever read it.
    pub text: Arc<str>,
}

impl Section {
    /// What of it can be found, in the order of a [`Wording`].
    pub fn texts(&self) -> [&str; 2] {
        [&self.heading, &self.text]
    }
}

/// One searchable record.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// The record's id, unique among its kind.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its address from the root of the site.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The result and for whom, in a few sentences.
    pub summary: String,
    /// What was believed before.
    pub hypothesis: String,
    /// BCP 47 tag.
    pub language: String,
    /// The language it is analysed in, where somebody has told it already.
    #[serde(skip)]
    pub read_in: Option<Language>,
    /// The body.
    pub sections: Vec<Section>,
    /// The texts of all sections, of each its heading and then its text, where somebody has cut them already.
    #[serde(skip)]
    pub wording: Option<Arc<Wording>>,
    /// Values by facet; `language` and `type` are filled in from the fields above.
    pub facets: BTreeMap<Facet, Vec<String>>,
    /// Change of the primary metric in percent, signed so that up is better; the metric itself stands first among its facet's values.
    pub lift: Option<f64>,
    /// The same change as it was reported: where less is better, a gain is a fall.
    pub change: Option<f64>,
    /// First day, in days since 1970-01-01.
    pub start: Option<i32>,
    /// Day of the last change, in days since 1970-01-01.
    pub updated: Option<i32>,
    /// The day lists sort by, in days since 1970-01-01.
    pub day: Option<i32>,
    /// How far it can be relied on.
    pub freshness: Freshness,
    /// Superseded, retired or deprecated.
    pub retired: bool,
    /// What `has:` finds: `hypothesis`, `results`, `images`, ...
    pub has: Vec<String>,
}

/// Names of a facet's value in all languages: found as words (`verwijsbeloning`) and read in filters (`market:brasil`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueNames {
    /// The facet.
    pub facet: Facet,
    /// The value.
    pub value: String,
    /// Labels and aliases by BCP 47 tag; an empty tag where the language is not known.
    pub names: BTreeMap<String, Vec<String>>,
}

impl ValueNames {
    /// All names.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.names.values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn kinds_have_one_name() {
        for kind in [Kind::CaseStudy, Kind::Idea, Kind::Playbook, Kind::Page, Kind::Term] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
