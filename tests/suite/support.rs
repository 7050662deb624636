//! Hubs for tests with assertions on them, such as
//! `TestHub::golden("two-markets").build().assert_has_file("ideas/index.html")`.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests look at the disk themselves and say what they skip"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casebook::diagnostic::render::{self, RenderOptions, SourceTexts};
use casebook::diagnostic::{Diagnostic, Severity};
use casebook::output::Output;
use casebook::output::sink::MemorySink;
use casebook::site::Audience;
use casebook::source::{self, ContentHash, SourceFile, Sources};
use casebook::{BuildCache, BuildOptions, CheckedCatalog, Timings};

/// The date that counts as today in tests.
pub const TODAY: &str = "2026-11-22";

/// The root folder of the repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A hub in memory that can be read and built.
pub struct TestHub {
    sources: Sources,
    options: BuildOptions,
}

impl TestHub {
    /// The golden hub of a folder in `tests/hubs/`.
    pub fn golden(name: &str) -> Self {
        Self::in_folder(&repository().join("tests/hubs").join(name))
    }

    /// The hub in a folder; default settings where it has no `site.toml`.
    pub fn in_folder(root: &Path) -> Self {
        let sources = source::read_sources(root, |settings| {
            settings.map(casebook::site::read::read_options).unwrap_or_default()
        })
        .unwrap();
        let settings = sources
            .settings
            .clone()
            .unwrap_or_else(|| source_file("site.toml", "title = \"Hub\"\n"));
        Self::new(Sources { settings: Some(settings), ..sources })
    }

    /// A hub of files by path and text; default settings where `site.toml` is not among them.
    pub fn from_files(files: &[(&str, &str)]) -> Self {
        let mut files: BTreeMap<&str, &str> = files.iter().copied().collect();
        let settings =
            source_file("site.toml", files.remove("site.toml").unwrap_or("title = \"Hub\"\n"));
        let files = files.into_iter().map(|(path, text)| source_file(path, text)).collect();
        Self::new(Sources { settings: Some(settings), files, ..Sources::default() })
    }

    /// Adds files to the hub.
    pub fn with_files(mut self, files: &[(String, String)]) -> Self {
        self.sources.files.extend(files.iter().map(|(path, text)| source_file(path, text)));
        self.sources.files.sort_by(|one, other| one.path.cmp(&other.path));
        self
    }

    fn new(sources: Sources) -> Self {
        TestHub {
            sources,
            options: BuildOptions { today: TODAY.parse().unwrap(), audience: None, drafts: false },
        }
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

    /// Adds the git history of a folder to the hub.
    pub fn with_history(mut self, root: &Path) -> Self {
        self.sources.history = source::read_history(root);
        self
    }

    /// Reads and checks the hub.
    pub fn read(self) -> CheckedHub {
        self.read_with(&mut BuildCache::disabled())
    }

    /// Like [`read`](TestHub::read), with what an earlier build left in a cache.
    pub fn read_with(self, cache: &mut BuildCache) -> CheckedHub {
        let read = casebook::read(&self.sources, &self.options, cache, &mut Timings::default());
        let (diagnostics, read) = match read {
            Ok(read) => (read.diagnostics.clone(), Some(read)),
            Err(diagnostic) => (vec![*diagnostic], None),
        };
        CheckedHub { sources: self.sources, diagnostics, read }
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

/// A hub that was read and checked, with its diagnostics.
pub struct CheckedHub {
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
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
        let mut timings = Timings::default();
        let hub = casebook::analyse(site, catalog, cache, &mut timings);
        let memory = MemorySink::default();
        casebook::publish(&hub, &self.sources.theme, cache, &memory, &mut timings).unwrap();
        BuiltSite(memory.into_output())
    }

    /// Checks links against the page plan, and builds the site: diagnostic codes, and the site
    /// without the broken links.
    pub fn check_plan_and_publish(self) -> (Vec<&'static str>, BuiltSite) {
        let CheckedCatalog { site, catalog, .. } = self.read.expect("read without errors");
        let (mut cache, mut timings) = (BuildCache::disabled(), Timings::default());
        let mut hub = casebook::analyse(site, catalog, &mut cache, &mut timings);
        let problems = casebook::check_planned_links(&mut hub, &self.sources.theme).unwrap();
        let memory = MemorySink::default();
        casebook::publish(&hub, &self.sources.theme, &mut cache, &memory, &mut timings).unwrap();
        (problems.iter().map(|problem| problem.code).collect(), BuiltSite(memory.into_output()))
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
    pub fn catalog(&self) -> &casebook::catalog::Catalog {
        &self.read.as_ref().expect("settings were read").catalog
    }
}

/// A site built in memory.
pub struct BuiltSite(pub Output);

impl BuiltSite {
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

/// A folder of shared test data beside the repository; where it is missing, prints that the test is
/// skipped.
pub fn shared_folder(path: &str) -> Option<PathBuf> {
    let folder = repository().join("../shared").join(path);
    if !folder.is_dir() {
        eprintln!("skipped: there is no `../shared/{path}`");
        return None;
    }
    Some(folder)
}
