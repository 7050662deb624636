//! The settings of a hub: the typed form of `site.toml`, in which unknown keys are errors.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use crate::diagnostic::{Place, Severity};

pub mod address;
pub mod language;
pub mod new_file;
pub mod pages;
pub mod read;
pub mod settings_terms;

/// The settings of `site.toml` together with the options of the run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Name of the hub.
    pub title: String,
    /// One sentence that describes the hub; may be empty.
    #[serde(default)]
    pub description: String,
    /// Address at which the site is published, with a trailing slash; may have a path; empty if
    /// unknown.
    #[serde(default)]
    pub base_url: String,
    /// Whether shared links show a picture, which the build draws for every case study and playbook.
    #[serde(default)]
    pub cards: bool,
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
    /// Audience of `build` if the command line names none.
    #[serde(default)]
    pub audience: Audience,
    /// Visibility of records without one.
    #[serde(default)]
    pub default_visibility: Visibility,
    /// The `[content]` table.
    #[serde(default)]
    pub content: ContentSettings,
    /// The `[vocabulary]` table.
    #[serde(default)]
    pub vocabulary: VocabularySettings,
    /// The `[checks]` table.
    #[serde(default)]
    pub checks: CheckSettings,
    /// The `[similar]` table.
    #[serde(default)]
    pub similar: SimilarSettings,
    /// The `[search]` table.
    #[serde(default)]
    pub search: SearchSettings,
    /// The `[metrics]` table: the common-metrics contract.
    #[serde(default)]
    pub metrics: MetricContract,
    /// The `[ideas]` table.
    #[serde(default)]
    pub ideas: IdeaSettings,
    /// The `[repository]` table.
    #[serde(default)]
    pub repository: RepositorySettings,
    /// The `[navigation]` table.
    #[serde(default)]
    pub navigation: NavigationSettings,
    /// The `[write]` table: what the form that writes records may use.
    #[serde(default)]
    pub write: WriteSettings,
    /// The `[editor]` table.
    #[serde(default)]
    pub editor: EditorSettings,
    /// The build date, which stands for today everywhere.
    #[serde(skip, default = "defaults::today")]
    pub today: Date,
    /// Whether drafts are published; for the internal audience only.
    #[serde(skip)]
    pub shows_drafts: bool,
    /// The text of `site.toml`, in which problems of settings are located.
    #[serde(skip)]
    pub settings_text: Arc<str>,
}

/// Who a built site is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody; sees public records.
    #[default]
    Public,
    /// Colleagues; see public and internal records.
    Internal,
}

/// Who may see a record, most open first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Colleagues.
    Internal,
    /// Nobody; the record stays in the repository.
    Restricted,
}

/// The `[content]` table: which files are published.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContentSettings {
    /// Globs, relative to `content/`, of files to ignore.
    pub ignore: Vec<String>,
    /// File extensions of published attachments; the default list if absent.
    pub attachments: Option<Vec<String>>,
    /// How images on other hosts are published.
    pub remote_images: RemoteImages,
}

/// How images on other hosts are published, which make every reader's browser contact that host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemoteImages {
    /// As images.
    #[default]
    Allow,
    /// As links.
    Refuse,
}

/// How terms that are in no vocabulary are handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VocabularyMode {
    /// Unknown terms are errors.
    #[default]
    Closed,
    /// Unknown terms are accepted with a note.
    Open,
}

/// The `[vocabulary]` table: how terms that are in no vocabulary are handled.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VocabularySettings {
    /// Whether unknown terms are accepted.
    pub mode: VocabularyMode,
}

/// A preset of severities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeverityPreset {
    /// Every warning is an error.
    Strict,
    /// Each check has its own severity.
    #[default]
    Standard,
    /// Every error is a warning, except for unreadable files.
    Lenient,
}

/// The configured severity of a single check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckLevel {
    /// Not reported.
    Off,
    /// Reported as a note.
    Note,
    /// Reported as a warning.
    Warning,
    /// Reported as an error, which stops the build.
    Error,
}

impl std::fmt::Display for CheckLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            CheckLevel::Off => "off",
            CheckLevel::Note => "note",
            CheckLevel::Warning => "warning",
            CheckLevel::Error => "error",
        })
    }
}

/// The `[checks]` table: a preset and the levels of single checks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CheckSettings {
    /// The severities of checks without a level of their own.
    pub preset: SeverityPreset,
    /// File with the known problems that `check` counts and does not show, below the root of the
    /// hub.
    pub baseline: Option<String>,
    /// Levels of single checks by code.
    #[serde(flatten)]
    pub levels: BTreeMap<String, CheckLevel>,
}

/// The `[similar]` table: thresholds of the similarity score between 0 and 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SimilarSettings {
    /// The lowest score at which two records are listed as related.
    pub related: f64,
    /// The lowest score at which a pair is reported as possible duplicate effort.
    pub duplicate: f64,
}

impl Default for SimilarSettings {
    fn default() -> Self {
        SimilarSettings { related: 0.35, duplicate: 0.60 }
    }
}

/// The file layout of the search index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexPacking {
    /// One file for small hubs, blocks for large ones.
    #[default]
    Auto,
    /// One file.
    Whole,
    /// Blocks of fixed size; a query fetches only those it needs.
    Blocks,
}

/// The `[search]` table: how the search index is published.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchSettings {
    /// The file layout of the index.
    pub pack: IndexPacking,
}

/// The `[metrics]` table: the metrics that completed case studies must report, as ids of the
/// metrics vocabulary.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetricContract {
    /// Metrics of every case study.
    pub common: Vec<String>,
    /// Additional metrics by objective.
    pub by_objective: BTreeMap<String, Vec<String>>,
}

/// The formula of idea scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScoreKind {
    /// Impact x confidence x ease.
    #[default]
    Ice,
    /// Reach x impact x confidence / effort.
    Rice,
}

/// The `[ideas]` table: how ideas are scored, and when they count as stale.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdeaSettings {
    /// The formula of the score.
    pub score: ScoreKind,
    /// The highest confidence, of 10, of an idea without evidence.
    pub confidence_cap: u8,
    /// Days without a change after which an idea is marked as stale.
    pub stale_after_days: u32,
}

impl Default for IdeaSettings {
    fn default() -> Self {
        IdeaSettings { score: ScoreKind::Ice, confidence_cap: 3, stale_after_days: 180 }
    }
}

/// Git hosts for which Casebook can generate links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GitHost {
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

/// The `[repository]` table: where the sources of the hub are hosted, for links to them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RepositorySettings {
    /// The software of the host.
    pub kind: GitHost,
    /// Address of the repository; empty means no source links.
    pub url: String,
    /// The published branch.
    pub branch: String,
    /// Path from the root of the repository to the hub; empty if they are the same.
    pub folder: String,
    /// Whether names of commit authors are published.
    pub show_authors: bool,
}

impl Default for RepositorySettings {
    fn default() -> Self {
        RepositorySettings {
            kind: GitHost::Github,
            url: String::new(),
            branch: "main".into(),
            folder: String::new(),
            show_authors: false,
        }
    }
}

/// The `[navigation]` table: the content pages that every page links to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NavigationSettings {
    /// Ids of the pages linked in header and footer, in order.
    pub pages: Vec<String>,
}

/// The `[write]` table: what the form that writes records may use.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WriteSettings {
    /// Whether the files of published case studies and ideas are published for the form, comments
    /// and fields that no page shows included.
    pub sources: bool,
}

/// The `[editor]` table: the editor of records in the browser.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EditorSettings {
    /// Which sites the editor is published with.
    pub publish: EditorPublication,
}

/// Which sites the editor of the hub's folder `admin/` is published with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EditorPublication {
    /// With none.
    #[default]
    None,
    /// With those for colleagues.
    Internal,
    /// With all, also with those for everybody.
    All,
}

impl Site {
    /// Whether the editor is published for the audience of the build.
    pub fn publishes_editor(&self) -> bool {
        match self.editor.publish {
            EditorPublication::None => false,
            EditorPublication::Internal => self.audience == Audience::Internal,
            EditorPublication::All => true,
        }
    }

    /// The place of the first whole-word occurrence of `name` in a table of `site.toml`, or the
    /// whole file if there is none. An empty `table` searches from the start of the file.
    pub fn find_setting(&self, table: &str, name: &str) -> Place {
        let path: Arc<str> = "site.toml".into();
        let start = if table.is_empty() {
            0
        } else {
            self.settings_text.find(&format!("[{table}")).unwrap_or(0)
        };
        let is_boundary = |letter: Option<char>| {
            letter.is_none_or(|letter| !letter.is_alphanumeric() && letter != '-' && letter != '_')
        };
        let is_whole_word = |at: usize| {
            is_boundary(self.settings_text[..at].chars().next_back())
                && is_boundary(self.settings_text[at + name.len()..].chars().next())
        };
        let found = self.settings_text[start..]
            .match_indices(name)
            .map(|(at, _)| start + at)
            .find(|at| is_whole_word(*at));
        found.map_or_else(|| Place::file(&path), |at| Place::new(&path, at..at + name.len()))
    }

    /// Whether records of this visibility are published for the audience of the build.
    pub fn shows(&self, visibility: Visibility) -> bool {
        match self.audience {
            Audience::Public => visibility == Visibility::Public,
            Audience::Internal => visibility <= Visibility::Internal,
        }
    }

    /// The severity of a diagnostic under the settings; none if its check is off. With
    /// `is_unreadable` the default severity is kept whatever the settings say, because nothing of
    /// such a file can be published.
    pub fn resolve_severity(
        &self,
        code: &str,
        default: Severity,
        is_unreadable: bool,
    ) -> Option<Severity> {
        if is_unreadable {
            return Some(default);
        }
        match self.checks.levels.get(code) {
            Some(CheckLevel::Off) => None,
            Some(CheckLevel::Note) => Some(Severity::Note),
            Some(CheckLevel::Warning) => Some(Severity::Warning),
            Some(CheckLevel::Error) => Some(Severity::Error),
            None => Some(self.checks.preset.apply(default)),
        }
    }
}

impl SeverityPreset {
    /// The severity under this preset of a problem that has the severity `default` by itself.
    fn apply(self, default: Severity) -> Severity {
        match (self, default) {
            (SeverityPreset::Strict, Severity::Warning) => Severity::Error,
            (SeverityPreset::Lenient, Severity::Error) => Severity::Warning,
            _ => default,
        }
    }
}

mod defaults {
    /// English, for a hub that names no language.
    pub fn language() -> String {
        "en".into()
    }
    /// The built-in theme.
    pub fn theme() -> String {
        "atlas".into()
    }
    /// A placeholder until [`super::read::parse_settings`] sets the build date.
    pub fn today() -> jiff::civil::Date {
        jiff::civil::Date::constant(1970, 1, 1)
    }
}
