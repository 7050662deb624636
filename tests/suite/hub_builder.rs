//! Builder for hubs in memory, which are read and analysed by the modules under test.

use std::sync::Arc;

use casebook::catalog::{CaseIndex, Catalog, IdeaIndex};
use casebook::source::{ContentHash, FileHistory, SourceFile, Sources};
use casebook::vocabulary::{ChannelId, GroupId, MarketId, MetricId, TacticId};
use casebook::{BuildCache, BuildOptions, Hub, Timings};
use jiff::civil::Date;

/// The date that counts as today in tests with this builder.
pub const TODAY: Date = Date::constant(2026, 11, 22);

/// Settings and files of a hub in memory.
#[derive(Default)]
pub struct HubBuilder {
    settings: String,
    sources: Sources,
}

impl HubBuilder {
    pub fn new() -> Self {
        HubBuilder { settings: "title = \"Paper hub\"\n".into(), sources: Sources::default() }
    }

    /// Adds lines to `site.toml`.
    pub fn site(mut self, toml: &str) -> Self {
        self.settings.push_str(toml);
        self.settings.push('\n');
        self
    }

    /// Adds a case study; `fields` are lines of front matter besides the title.
    pub fn case(self, id: &str, fields: &str) -> Self {
        self.record(&format!("content/case-studies/{id}.md"), id, fields)
    }

    pub fn idea(self, id: &str, fields: &str) -> Self {
        self.record(&format!("content/ideas/{id}.md"), id, fields)
    }

    pub fn playbook(self, id: &str, fields: &str) -> Self {
        self.record(&format!("content/playbooks/{id}.md"), id, fields)
    }

    fn record(self, path: &str, title: &str, fields: &str) -> Self {
        let title =
            if fields.contains("title:") { String::new() } else { format!("title: '{title}'\n") };
        self.text(path, &format!("---\n{title}{}\n---\n\nBody.\n", fields.trim()))
    }

    /// Adds any file.
    pub fn text(mut self, path: &str, text: &str) -> Self {
        self.sources.files.push(SourceFile {
            path: path.into(),
            text: text.into(),
            hash: ContentHash::of(text.as_bytes()),
        });
        self
    }

    /// Sets the days on which git first and last saw a change of a file.
    pub fn changed(mut self, path: &str, created: &str, updated: &str) -> Self {
        let days = [created, updated].map(|day| day.parse().unwrap()).into();
        let file = path.strip_prefix("content/").unwrap();
        self.sources
            .history
            .files
            .insert(file.into(), FileHistory { days, authors: Vec::new(), is_complete: true });
        self
    }

    /// Reads the hub; diagnostics are not checked here.
    pub fn read(mut self) -> casebook::CheckedCatalog {
        self.sources.files.sort_by(|a, b| a.path.cmp(&b.path));
        let hash = ContentHash::of(self.settings.as_bytes());
        self.sources.settings =
            Some(SourceFile { path: "site.toml".into(), text: Arc::from(self.settings), hash });
        let request = BuildOptions { today: TODAY, audience: None, drafts: false };
        casebook::read(
            &self.sources,
            &request,
            &mut BuildCache::disabled(),
            &mut Timings::default(),
        )
        .unwrap()
    }

    /// Reads and analyses the hub.
    pub fn hub(self) -> Hub {
        let read = self.read();
        casebook::analyse(
            read.site,
            read.catalog,
            &mut BuildCache::disabled(),
            &mut Timings::default(),
        )
    }
}

/// Look-ups in a catalog by the ids of front matter, which fail the test for unknown ids.
pub trait CatalogLookup {
    fn case_index(&self, id: &str) -> CaseIndex;
    fn idea_index(&self, id: &str) -> IdeaIndex;
    fn market(&self, id: &str) -> MarketId;
    fn group(&self, id: &str) -> GroupId;
    fn channel(&self, id: &str) -> ChannelId;
    fn tactic(&self, id: &str) -> TacticId;
    fn metric(&self, id: &str) -> MetricId;
    fn ids(&self, cases: &[CaseIndex]) -> Vec<&str>;
}

impl CatalogLookup for Catalog {
    fn case_index(&self, id: &str) -> CaseIndex {
        self.find_case(id).unwrap_or_else(|| panic!("no case study `{id}`"))
    }
    fn idea_index(&self, id: &str) -> IdeaIndex {
        self.find_idea(id).unwrap_or_else(|| panic!("no idea `{id}`"))
    }
    fn market(&self, id: &str) -> MarketId {
        self.vocabulary.markets.find(id).unwrap()
    }
    fn group(&self, id: &str) -> GroupId {
        self.vocabulary.groups.find(id).unwrap()
    }
    fn channel(&self, id: &str) -> ChannelId {
        self.vocabulary.channels.find(id).unwrap()
    }
    fn tactic(&self, id: &str) -> TacticId {
        self.vocabulary.tactics.find(id).unwrap()
    }
    fn metric(&self, id: &str) -> MetricId {
        self.vocabulary.metrics.find(id).unwrap()
    }
    fn ids(&self, cases: &[CaseIndex]) -> Vec<&str> {
        cases.iter().map(|case| &*self.case(*case).meta.id).collect()
    }
}

/// Front-matter lines of a completed study; `more` is appended.
pub fn study_fields(
    market: &str,
    channel: &str,
    tactic: &str,
    outcome: &str,
    more: &str,
) -> String {
    format!(
        "status: completed\nmarkets: [{market}]\nchannels: [{channel}]\ntactics: [{tactic}]\noutcome: {outcome}\n{more}"
    )
}

/// Front-matter lines that give a study evidence grade A with this primary result.
pub fn graded_a(metric: &str, lift: f64, low: f64, high: f64) -> String {
    format!(
        "method: ab-test\nsample_size: 9000\nresults:\n  - {{metric: {metric}, role: primary, lift: {lift}, lift_type: relative, ci_low: {low}, ci_high: {high}, source: tool}}"
    )
}

/// Front-matter lines that give a study evidence grade C with this primary result.
pub fn graded_c(metric: &str, lift: f64) -> String {
    format!(
        "method: pre-post\nresults:\n  - {{metric: {metric}, role: primary, lift: {lift}, lift_type: relative, source: tool}}"
    )
}
