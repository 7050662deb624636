//! Hubs for tests with assertions on them, such as
//! `TestHub::golden("two-markets").build().assert_has_file("ideas/index.html")`. The tests of
//! `tests/suite` use this file, and those beside the modules in `src`.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use casebook::backlog::build_backlog;
use casebook::catalog::{CaseIndex, Catalog, IdeaIndex};
use casebook::diagnostic::render::{self, RenderOptions, SourceTexts};
use casebook::diagnostic::{Diagnostic, Severity};
use casebook::output::Output;
use casebook::output::sink::MemorySink;
use casebook::similar::Similar;
use casebook::site::Audience;
use casebook::source::{self, ContentHash, FileHistory, SourceFile, Sources};
use casebook::vocabulary::{ChannelId, GroupId, MarketId, MetricId, TacticId};
use casebook::{BuildCache, BuildOptions, CheckedCatalog, Hub, Timings};
use jiff::civil::Date;
use tempfile::TempDir;

/// The date that counts as today in tests.
pub const TODAY: Date = Date::constant(2026, 11, 22);

/// The root folder of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A hub in memory that can be read, analysed and built.
pub struct TestHub {
    settings: SourceFile,
    sources: Sources,
    options: BuildOptions,
    /// What other hubs of the same files have parsed already.
    parsed: Option<&'static Mutex<BuildCache>>,
}

impl Default for TestHub {
    fn default() -> Self {
        Self::new()
    }
}

impl TestHub {
    /// An empty hub with default settings.
    pub fn new() -> Self {
        Self::with_sources(source_file("site.toml", "title = \"Hub\"\n"), Sources::default())
    }

    /// The golden hub of a folder in `tests/hubs/`.
    pub fn golden(name: &str) -> Self {
        Self::in_folder(&repository().join("tests/hubs").join(name))
    }

    /// The sample hub, without its git history; its files are parsed once for all tests.
    pub fn sample() -> Self {
        static PARSED: LazyLock<Mutex<BuildCache>> = LazyLock::new(Mutex::default);
        TestHub { parsed: Some(&PARSED), ..Self::in_folder(&repository()) }
    }

    /// The hub in a folder; default settings where it has no `site.toml`.
    pub fn in_folder(root: &Path) -> Self {
        let sources = source::read_sources(root, |settings| {
            settings.map(casebook::site::read::read_options).unwrap_or_default()
        })
        .unwrap();
        let settings = sources.settings.clone().unwrap_or(Self::new().settings);
        Self::with_sources(settings, sources)
    }

    /// A hub of files by path and text; default settings where `site.toml` is not among them.
    pub fn from_files(files: &[(&str, &str)]) -> Self {
        files.iter().fold(Self::new(), |hub, (path, text)| hub.file(path, text))
    }

    fn with_sources(settings: SourceFile, sources: Sources) -> Self {
        let options = BuildOptions { today: TODAY, audience: None, drafts: false };
        TestHub { settings, sources, options, parsed: None }
    }

    /// Adds lines to `site.toml`.
    pub fn site(mut self, toml: &str) -> Self {
        self.settings = source_file("site.toml", &format!("{}{toml}\n", self.settings.text));
        self
    }

    /// Adds a case study; `fields` are lines of front matter, to which a missing title is added.
    pub fn case(self, id: &str, fields: &str) -> Self {
        self.record(&format!("content/case-studies/{id}.md"), id, fields)
    }

    /// Adds an idea; see [`TestHub::case`].
    pub fn idea(self, id: &str, fields: &str) -> Self {
        self.record(&format!("content/ideas/{id}.md"), id, fields)
    }

    /// Adds a playbook; see [`TestHub::case`].
    pub fn playbook(self, id: &str, fields: &str) -> Self {
        self.record(&format!("content/playbooks/{id}.md"), id, fields)
    }

    fn record(self, path: &str, title: &str, fields: &str) -> Self {
        let title =
            if fields.contains("title:") { String::new() } else { format!("title: '{title}'\n") };
        self.file(path, &format!("---\n{title}{}\n---\n\nBody.\n", fields.trim()))
    }

    /// Adds any file; one of the same path is replaced.
    pub fn file(mut self, path: &str, text: &str) -> Self {
        let added = source_file(path, text);
        if path == "site.toml" {
            self.settings = added;
            return self;
        }
        self.sources.files.retain(|file| *file.path != *path);
        self.sources.files.push(added);
        self.sources.files.sort_by(|one, other| one.path.cmp(&other.path));
        self
    }

    /// Adds files by path and text.
    pub fn with_files(self, files: &[(String, String)]) -> Self {
        files.iter().fold(self, |hub, (path, text)| hub.file(path, text))
    }

    /// Sets the days on which git first and last saw a change of a file.
    pub fn changed(mut self, path: &str, created: &str, updated: &str) -> Self {
        let days = [created, updated].map(|day| day.parse().unwrap()).into();
        let file = path.strip_prefix("content/").unwrap();
        let history = FileHistory { days, is_complete: true, ..FileHistory::default() };
        self.sources.history.files.insert(file.into(), history);
        self
    }

    /// Sets the day on which git last saw a change of a line of a file of [`TestHub::changed`].
    pub fn field_changed(mut self, path: &str, field: &str, day: &str) -> Self {
        let file = path.strip_prefix("content/").unwrap();
        let history = self.sources.history.files.get_mut(file).expect("a file with a history");
        history.field_days.insert(field.into(), [day.parse().unwrap()].into());
        self
    }

    /// Adds the git history of a folder to the hub.
    pub fn with_history(mut self, root: &Path) -> Self {
        self.sources.history =
            source::read_history(root, &casebook::catalog::field::dated_fields());
        self
    }

    /// Reads the hub for the internal audience.
    pub fn with_internal_audience(mut self) -> Self {
        self.options.audience = Some(Audience::Internal);
        self
    }

    /// Reads the hub for the internal audience with drafts.
    pub fn with_drafts(self) -> Self {
        let mut hub = self.with_internal_audience();
        hub.options.drafts = true;
        hub
    }

    /// The records and vocabularies of the hub, sorted by path.
    pub fn files(&self) -> &[SourceFile] {
        &self.sources.files
    }

    /// Reads and checks the hub.
    pub fn read(self) -> CheckedHub {
        match self.parsed {
            None => self.read_with(&mut BuildCache::disabled()),
            Some(parsed) => self.read_with(&mut parsed.lock().unwrap()),
        }
    }

    /// Like [`read`](TestHub::read), with what an earlier build left in a cache.
    pub fn read_with(self, cache: &mut BuildCache) -> CheckedHub {
        let sources = Sources { settings: Some(self.settings), ..self.sources };
        let read = casebook::read(&sources, &self.options, cache, &mut Timings::default());
        let (diagnostics, read) = match read {
            Ok(read) => (read.diagnostics.clone(), Some(read)),
            Err(diagnostic) => (vec![*diagnostic], None),
        };
        CheckedHub { sources, diagnostics, read }
    }

    /// Reads the hub, whatever its diagnostics.
    pub fn checked(self) -> CheckedCatalog {
        self.read().read.expect("the settings are valid")
    }

    /// Reads and analyses the hub, whatever its diagnostics.
    pub fn hub(self) -> Hub {
        let read = self.checked();
        let (mut cache, mut timings) = (BuildCache::disabled(), Timings::default());
        casebook::analyse(read.site, read.catalog, &mut cache, &mut timings)
    }

    /// Builds the site in memory; fails the test on content errors.
    pub fn build(self) -> BuiltSite {
        self.read().build()
    }
}

fn source_file(path: &str, text: &str) -> SourceFile {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    SourceFile { path: path.into(), text: Arc::from(text), hash: ContentHash::of(text.as_bytes()) }
}

/// The sample hub with its git history, for the public; analysed once for all tests.
pub fn sample_hub() -> &'static Hub {
    static HUB: LazyLock<Hub> =
        LazyLock::new(|| TestHub::sample().with_history(&repository()).hub());
    &HUB
}

/// The site of [`sample_hub`], built once for all tests.
pub fn sample_site() -> &'static BuiltSite {
    static SITE: LazyLock<BuiltSite> = LazyLock::new(|| BuiltSite::publish(sample_hub()));
    &SITE
}

/// A hub that was read and checked, with its diagnostics.
pub struct CheckedHub {
    /// The files of the hub.
    pub sources: Sources,
    /// All diagnostics, sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Settings and catalog; none where the settings are invalid.
    pub read: Option<CheckedCatalog>,
}

impl CheckedHub {
    /// Builds the site in memory; fails the test on content errors.
    pub fn build(self) -> BuiltSite {
        assert!(!casebook::has_errors(&self.diagnostics), "{}", self.report());
        self.publish()
    }

    /// Builds the site in memory in spite of content errors.
    pub fn publish(self) -> BuiltSite {
        self.publish_with(&mut BuildCache::disabled())
    }

    /// Like [`publish`](CheckedHub::publish), with the cache that the hub was read with.
    pub fn publish_with(self, cache: &mut BuildCache) -> BuiltSite {
        let CheckedCatalog { site, catalog, .. } = self.read.expect("read without errors");
        let hub = casebook::analyse(site, catalog, cache, &mut Timings::default());
        BuiltSite::publish_with(&hub, &self.sources, cache)
    }

    /// Checks links against the page plan, and builds the site: diagnostic codes, and the site
    /// without the broken links.
    pub fn check_plan_and_publish(self) -> (Vec<&'static str>, BuiltSite) {
        let CheckedCatalog { site, catalog, .. } = self.read.expect("read without errors");
        let mut cache = BuildCache::disabled();
        let mut hub = casebook::analyse(site, catalog, &mut cache, &mut Timings::default());
        let theme = &self.sources.theme;
        let problems = casebook::check_planned_links(&mut hub, theme).unwrap();
        let codes = problems.iter().map(|problem| problem.code).collect();
        (codes, BuiltSite::publish_with(&hub, &self.sources, &mut cache))
    }

    /// The report of the diagnostics as an author sees it.
    pub fn report(&self) -> String {
        let report =
            render::render_human(&self.diagnostics, &self.sources, RenderOptions::default());
        format!("{report}{}\n", render::format_counts(&self.diagnostics))
    }

    /// Codes of the diagnostics, sorted by file and place.
    pub fn codes(&self) -> Vec<&'static str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    /// Code and one-based line of each diagnostic.
    pub fn codes_and_lines(&self) -> Vec<(&'static str, usize)> {
        self.diagnostics
            .iter()
            .map(|diagnostic| (diagnostic.code, self.line_number(diagnostic)))
            .collect()
    }

    fn line_number(&self, diagnostic: &Diagnostic) -> usize {
        let text = SourceTexts::text(&self.sources, &diagnostic.place.path).unwrap_or_default();
        text[..diagnostic.place.span.start].matches('\n').count() + 1
    }

    /// Fails if a diagnostic is more severe than `worst`.
    pub fn assert_severity_at_most(&self, worst: Severity) -> &Self {
        assert!(
            self.diagnostics.iter().all(|diagnostic| diagnostic.severity <= worst),
            "{}",
            self.report()
        );
        self
    }

    /// Fails unless the diagnostics have exactly these codes, in this order.
    pub fn assert_codes(&self, codes: &[&str]) -> &Self {
        assert_eq!(self.codes(), codes, "{}", self.report());
        self
    }

    /// The catalog; fails the test if the settings are invalid.
    pub fn catalog(&self) -> &Catalog {
        &self.read.as_ref().expect("settings were read").catalog
    }
}

/// A site built in memory.
pub struct BuiltSite(pub Output);

impl BuiltSite {
    /// Builds the site of an analysed hub with the built-in theme.
    pub fn publish(hub: &Hub) -> Self {
        Self::publish_with(hub, &Sources::default(), &mut BuildCache::disabled())
    }

    fn publish_with(hub: &Hub, sources: &Sources, cache: &mut BuildCache) -> Self {
        let memory = MemorySink::default();
        let (theme, editor) = (&sources.theme, &sources.editor);
        casebook::publish(hub, theme, editor, cache, &memory, &mut Timings::default()).unwrap();
        BuiltSite(memory.into_output())
    }

    /// Fails unless the site has a file.
    pub fn assert_has_file(&self, path: &str) -> &Self {
        assert!(
            self.0.files.contains_key(path) || self.0.assets.contains_key(path),
            "no `{path}` among {:#?}",
            self.0.files.keys()
        );
        self
    }

    /// Fails if the site has a file.
    pub fn assert_lacks_file(&self, path: &str) -> &Self {
        assert!(
            !self.0.files.contains_key(path) && !self.0.assets.contains_key(path),
            "`{path}` is there"
        );
        self
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.assert_has_file(path).0.files[path]).unwrap()
    }

    /// Fails unless a file contains a text.
    pub fn assert_contains(&self, path: &str, text: &str) -> &Self {
        assert!(self.text(path).contains(text), "`{path}` lacks `{text}`:\n{}", self.text(path));
        self
    }

    /// Fails if any file of the site contains a text; files of the search index are decompressed
    /// first.
    pub fn assert_never_contains(&self, text: &str) -> &Self {
        for (path, bytes) in &self.0.files {
            let bytes = inflate(bytes);
            assert!(
                !bytes.windows(text.len()).any(|window| window == text.as_bytes()),
                "`{path}` holds `{text}`"
            );
        }
        self
    }
}

/// The decompressed content of a file of the search index (`search/src/frame.rs`); any other file
/// unchanged.
fn inflate(file: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if !file.starts_with(b"CBKS") || file[7] == 0 {
        return file.into();
    }
    let length = u32::from_le_bytes([file[8], file[9], file[10], file[11]]) as usize;
    let mut content = vec![0; length];
    libdeflater::Decompressor::new()
        .deflate_decompress(&file[16..], &mut content)
        .expect("a packed index can be inflated");
    content.into()
}

/// Compares a text with a golden file; with `UPDATE=1` in the environment the golden file is
/// rewritten first.
pub fn assert_golden(golden: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(golden, text).unwrap();
    }
    let wanted = fs::read_to_string(golden).unwrap_or_default();
    assert!(
        wanted == text,
        "`{}` differs; `UPDATE=1 cargo test` keeps the new text\n--- kept\n{wanted}\n--- now\n{text}",
        golden.display()
    );
}

/// A folder of test data that lies beside the repository; tests that need it are ignored unless
/// `tests/run` finds it.
pub fn shared_folder(path: &str) -> PathBuf {
    let folder = repository().join("../shared").join(path);
    assert!(folder.is_dir(), "there is no `../shared/{path}`");
    folder
}

/// How often a test tries what it tries at random: this often, or `PROPERTY_FACTOR` times as often,
/// because the nightly run has more time than a change.
pub fn tries(tries: u32) -> u32 {
    tries * std::env::var("PROPERTY_FACTOR").map_or(1, |factor| factor.parse().unwrap())
}

/// Whether tests take the time of the nightly run; see [`tries`].
pub fn is_night() -> bool {
    tries(1) > 1
}

/// Settings of a property that is tried on this many inputs; see [`tries`].
pub fn property(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: tries(cases),
        failure_persistence: None,
        ..Default::default()
    }
}

/// A hub in a temporary folder, which is deleted with this value.
pub struct HubFolder {
    home: TempDir,
    root: PathBuf,
}

impl HubFolder {
    /// A hub of files by path and content, with a `content` folder; default settings where
    /// `site.toml` is not among them.
    pub fn new(files: &[(&str, impl AsRef<[u8]>)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("hub");
        fs::create_dir_all(root.join("content")).unwrap();
        let hub = HubFolder { home, root };
        hub.write("site.toml", "title = \"Hub\"\n");
        hub.write_all(files);
        hub
    }

    /// A hub without records.
    pub fn empty() -> Self {
        Self::new(&[] as &[(&str, &str)])
    }

    /// A copy of the sample hub.
    pub fn sample() -> Self {
        let hub = Self::empty();
        let files = walkdir::WalkDir::new(repository().join("content"))
            .into_iter()
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.is_file())
            .chain([repository().join("site.toml")]);
        for file in files {
            let path = file.strip_prefix(repository()).unwrap();
            hub.write(path.to_str().unwrap(), fs::read(&file).unwrap());
        }
        hub
    }

    /// The root folder of the hub.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// The temporary folder in which the root folder lies.
    pub fn parent(&self) -> &Path {
        self.home.path()
    }

    /// The folder into which the hub is published.
    pub fn public(&self) -> PathBuf {
        self.root.join("public")
    }

    /// Writes a file below the root folder.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes files by path and content.
    pub fn write_all(&self, files: &[(&str, impl AsRef<[u8]>)]) {
        files.iter().for_each(|(path, content)| self.write(path, content));
    }

    /// The hub as it is now, in memory.
    pub fn load(&self) -> TestHub {
        TestHub::in_folder(&self.root)
    }
}

/// Look-ups in a catalog by the ids of front matter, which fail the test for unknown ids.
pub trait CatalogLookup {
    /// Position of a case study.
    fn case_index(&self, id: &str) -> CaseIndex;
    /// Position of an idea.
    fn idea_index(&self, id: &str) -> IdeaIndex;
    /// A market.
    fn market(&self, id: &str) -> MarketId;
    /// A market group.
    fn group(&self, id: &str) -> GroupId;
    /// A channel.
    fn channel(&self, id: &str) -> ChannelId;
    /// A tactic.
    fn tactic(&self, id: &str) -> TacticId;
    /// A metric.
    fn metric(&self, id: &str) -> MetricId;
    /// Ids of case studies.
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

/// Analyses a hub with given pairs and neighbours.
pub fn analyse_with(read: CheckedCatalog, similar: Similar) -> Hub {
    let CheckedCatalog { site, catalog, .. } = read;
    let evidence = casebook::evidence::tally(&site, &catalog);
    let backlog = build_backlog(&site, &catalog, &similar, &evidence);
    Hub { site, catalog, similar, evidence, backlog }
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
