//! The format of `content/vocabulary/teams.yaml`, whose texts all have places.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Spanned;

/// Name of the vocabulary of teams, which is that of its file.
pub const TEAMS: &str = "teams";

/// An entry of the file of teams.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamEntry {
    /// Id of the team.
    pub id: Spanned<String>,
    /// Name of the team, as most records write it.
    pub label: Option<Spanned<String>>,
    /// Names by language (BCP 47).
    #[serde(default)]
    pub labels: BTreeMap<String, Spanned<String>>,
    /// Other spellings that records use.
    #[serde(default)]
    pub aliases: Vec<Spanned<String>>,
    /// What the team does, in one sentence.
    pub description: Option<String>,
    /// Markets and market groups in which the team works.
    #[serde(default)]
    pub markets: Vec<Spanned<String>>,
    /// How to reach the team: a shared mailbox, or an `https://` address of a channel.
    pub contact: Option<Spanned<String>>,
}

impl TeamEntry {
    /// All names of the team with their places: id, label, labels by language, aliases.
    pub fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        std::iter::once(&self.id)
            .chain(&self.label)
            .chain(self.labels.values())
            .chain(&self.aliases)
    }
}
