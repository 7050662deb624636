//! The hub's settings: `site.toml` as typed values, unknown keys rejected with a suggestion.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use crate::diagnostic::{Place, Severity};

pub mod address;
pub mod language;
pub mod pages;
pub mod read;

/// Everything `site.toml` says, plus what the run was asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Name of the hub.
    pub title: String,
    /// One sentence about it.
    #[serde(default)]
    pub description: String,
    /// Where the site is published, with a trailing slash; may hold a sub-path.
    #[serde(default)]
    pub base_url: String,
    /// Language of the interface and default language of records (BCP 47).
    #[serde(default = "defaults::language")]
    pub language: String,
    /// Name of the theme.
    #[serde(default = "defaults::theme")]
    pub theme: String,
    /// The team that curates the hub.
    #[serde(default)]
    pub owner: String,
    /// A line for the footer of every page.
    #[serde(default)]
    pub notice: String,
    /// Whom `build` builds for unless told otherwise.
    #[serde(default)]
    pub audience: Audience,
    /// Who may see a record that does not say.
    #[serde(default)]
    pub default_visibility: Visibility,
    /// What is read.
    #[serde(default)]
    pub content: Content,
    /// How terms outside the vocabularies are taken.
    #[serde(default)]
    pub vocabulary: VocabularySettings,
    /// How bad each problem is.
    #[serde(default)]
    pub checks: Checks,
    /// When two experiments count as alike.
    #[serde(default)]
    pub similar: SimilarSettings,
    /// How the search index is published.
    #[serde(default)]
    pub search: SearchSettings,
    /// The common-metrics contract.
    #[serde(default)]
    pub metrics: MetricContract,
    /// How ideas are scored and when they are old.
    #[serde(default)]
    pub ideas: IdeaSettings,
    /// Where the hub's git repository is.
    #[serde(default)]
    pub repository: Repository,
    /// What the header and footer link to.
    #[serde(default)]
    pub navigation: Navigation,
    /// The day the build counts as today; the only clock there is.
    #[serde(skip, default = "defaults::today")]
    pub today: Date,
    /// Whether drafts are shown (internal audience only).
    #[serde(skip)]
    pub drafts: bool,
    /// The text of `site.toml`, so that problems with its values can be shown in their place.
    #[serde(skip)]
    pub text: Arc<str>,
}

/// Who a built site is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Anybody: public records only.
    #[default]
    Public,
    /// Colleagues: public and internal records.
    Internal,
}

/// Who may see a record, most open first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Colleagues.
    Internal,
    /// Nobody through the site; kept in the repository only.
    Restricted,
}

/// What is read from the content folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Content {
    /// Globs, relative to `content/`, of files to leave out.
    pub ignore: Vec<String>,
    /// Ends of the names of attachments that are published; the usual ones where nothing is said.
    pub attachments: Option<Vec<String>>,
    /// What becomes of pictures of other hosts.
    pub remote_images: RemoteImages,
}

/// What becomes of pictures of other hosts, for which every reader's browser would ask there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemoteImages {
    /// They are published as they are written.
    #[default]
    Allow,
    /// A link is published in their place.
    Refuse,
}

/// How terms are taken that no vocabulary names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VocabularyMode {
    /// Unknown terms are errors with a suggestion.
    #[default]
    Closed,
    /// Unknown terms are taken as they are, with a note.
    Open,
}

/// The `[vocabulary]` table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VocabularySettings {
    /// Closed or open.
    pub mode: VocabularyMode,
}

/// A named set of severities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Every warning is an error.
    Strict,
    /// As each check says.
    #[default]
    Standard,
    /// Everything but an unreadable file is a warning.
    Lenient,
}

/// What a hub may say of a single check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported as a note.
    Note,
    /// Reported as a warning.
    Warning,
    /// Stops the build.
    Error,
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Level::Off => "off",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        })
    }
}

/// The `[checks]` table: a preset, and single checks by their code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Checks {
    /// The starting point.
    pub preset: Preset,
    /// Single checks by code.
    #[serde(flatten)]
    pub levels: BTreeMap<String, Level>,
}

/// The `[similar]` table; both thresholds lie between 0 and 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SimilarSettings {
    /// From this score on two records are listed beside each other.
    pub related: f64,
    /// From this score on a pair is flagged as possible duplicate effort.
    pub duplicate: f64,
}

impl Default for SimilarSettings {
    fn default() -> Self {
        SimilarSettings { related: 0.35, duplicate: 0.60 }
    }
}

/// How the search index lies on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pack {
    /// Whole for small hubs, blocks for large ones.
    #[default]
    Auto,
    /// One file.
    Whole,
    /// Fixed-size blocks, of which a query fetches those it needs.
    Blocks,
}

/// The `[search]` table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchSettings {
    /// Whole, blocks or by size.
    pub pack: Pack,
}

/// The metrics that every completed case study must report (ids of the metrics vocabulary).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricContract {
    /// For every study.
    pub common: Vec<String>,
    /// For studies with this objective, besides the common ones.
    pub by_objective: BTreeMap<String, Vec<String>>,
}

/// How ideas are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreKind {
    /// Impact x confidence x ease.
    #[default]
    Ice,
    /// Reach x impact x confidence / effort.
    Rice,
}

/// The `[ideas]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdeaSettings {
    /// ICE or RICE.
    pub score: ScoreKind,
    /// The most confidence (of 10) that an idea without evidence may claim.
    pub confidence_cap: u8,
    /// After this many days without a change an idea is marked.
    pub stale_after_days: u32,
}

impl Default for IdeaSettings {
    fn default() -> Self {
        IdeaSettings { score: ScoreKind::Ice, confidence_cap: 3, stale_after_days: 180 }
    }
}

/// Git hosts whose addresses Casebook can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Host {
    /// GitHub and its enterprise servers.
    #[default]
    Github,
    /// GitLab.
    Gitlab,
    /// Bitbucket.
    Bitbucket,
    /// Gitea and Forgejo.
    Gitea,
}

/// The `[repository]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Repository {
    /// Which host.
    pub kind: Host,
    /// Address of the repository's page; empty means no source links.
    pub url: String,
    /// The branch that is published.
    pub branch: String,
    /// Where the hub stands in the repository; empty means its root.
    pub folder: String,
    /// Whether names of commit authors are published.
    pub show_authors: bool,
}

impl Default for Repository {
    fn default() -> Self {
        Repository { kind: Host::Github, url: String::new(), branch: "main".into(), folder: String::new(), show_authors: false }
    }
}

/// The `[navigation]` table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Navigation {
    /// Ids of free pages, in order.
    pub pages: Vec<String>,
}

impl Site {
    /// Where a name stands in a table of `site.toml` (before all tables where that has no name), or the file as a whole where it cannot be
    /// found.
    pub fn place(&self, table: &str, name: &str) -> Place {
        let path: Arc<str> = "site.toml".into();
        let start = if table.is_empty() { 0 } else { self.text.find(&format!("[{table}")).unwrap_or(0) };
        let edge = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric() && letter != '-' && letter != '_');
        let whole = |at: usize| edge(self.text[..at].chars().next_back()) && edge(self.text[at + name.len()..].chars().next());
        let found = self.text[start..].match_indices(name).map(|(at, _)| start + at).find(|at| whole(*at));
        found.map_or_else(|| Place::file(&path), |at| Place::new(&path, at..at + name.len()))
    }

    /// Whether a record of this visibility belongs to the site being built.
    pub fn shows(&self, visibility: Visibility) -> bool {
        match self.audience {
            Audience::Public => visibility == Visibility::Public,
            Audience::Internal => visibility <= Visibility::Internal,
        }
    }

    /// The severity of a diagnostic under the hub's settings; `None` when it is switched off.
    /// `unreadable` problems stay errors whatever the settings say.
    pub fn severity(&self, code: &str, own: Severity, unreadable: bool) -> Option<Severity> {
        if unreadable {
            return Some(own);
        }
        match self.checks.levels.get(code) {
            Some(Level::Off) => None,
            Some(Level::Note) => Some(Severity::Note),
            Some(Level::Warning) => Some(Severity::Warning),
            Some(Level::Error) => Some(Severity::Error),
            None => Some(self.checks.preset.apply(own)),
        }
    }
}

impl Preset {
    fn apply(self, own: Severity) -> Severity {
        match (self, own) {
            (Preset::Strict, Severity::Warning) => Severity::Error,
            (Preset::Lenient, Severity::Error) => Severity::Warning,
            _ => own,
        }
    }
}

mod defaults {
    pub fn language() -> String {
        "en".into()
    }
    pub fn theme() -> String {
        "atlas".into()
    }
    pub fn today() -> jiff::civil::Date {
        jiff::civil::Date::constant(1970, 1, 1)
    }
}
