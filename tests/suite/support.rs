//! Hubs for tests, so that a test is a sentence: `TestHub::from("two-markets").build().shows("ideas/index.html")`.

#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "tests look at the disk themselves and say what they skip")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casebook::diagnostic::render::{self, Look, Texts};
use casebook::diagnostic::{Diagnostic, Severity};
use casebook::output::Output;
use casebook::output::sink::Memory;
use casebook::site::Audience;
use casebook::source::{self, ContentHash, SourceFile, Sources};
use casebook::{Read, Request, Timings};

/// The day on which all tests run.
pub const TODAY: &str = "2026-11-22";

/// The repository's root.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A hub to be read or built.
pub struct TestHub {
    sources: Sources,
    request: Request,
}

impl TestHub {
    /// A hub of `tests/hubs/`.
    pub fn from(name: &str) -> Self {
        Self::at(&repository().join("tests/hubs").join(name))
    }

    /// The hub in a folder; one without settings has the defaults.
    pub fn at(root: &Path) -> Self {
        let settings = source::read_settings(root).unwrap().unwrap_or_else(|| file("site.toml", "title = \"Hub\"\n"));
        let sources = source::read(root, &casebook::site::read::reading(&settings)).unwrap();
        Self::on(Sources { settings: Some(settings), ..sources })
    }

    /// A hub in memory, from paths and texts; one without `site.toml` has the defaults.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let mut files: BTreeMap<&str, &str> = files.iter().copied().collect();
        let settings = file("site.toml", files.remove("site.toml").unwrap_or("title = \"Hub\"\n"));
        let files = files.into_iter().map(|(path, text)| file(path, text)).collect();
        Self::on(Sources { settings: Some(settings), files, ..Sources::default() })
    }

    /// The same hub with more records.
    pub fn with(mut self, files: &[(String, String)]) -> Self {
        self.sources.files.extend(files.iter().map(|(path, text)| file(path, text)));
        self.sources.files.sort_by(|one, other| one.path.cmp(&other.path));
        self
    }

    fn on(sources: Sources) -> Self {
        TestHub { sources, request: Request { today: TODAY.parse().unwrap(), audience: None, drafts: false } }
    }

    /// The same hub for colleagues.
    pub fn internal(mut self) -> Self {
        self.request.audience = Some(Audience::Internal);
        self
    }

    /// The same hub for colleagues, drafts included.
    pub fn with_drafts(self) -> Self {
        let mut hub = self.internal();
        hub.request.drafts = true;
        hub
    }

    /// The same hub with the days that git knows of it.
    pub fn with_history(mut self, root: &Path) -> Self {
        self.sources.history = source::history(root);
        self
    }

    /// The hub read and checked.
    pub fn read(self) -> Checked {
        let read = casebook::read(&self.sources, &self.request, &mut Timings::default());
        let (diagnostics, read) = match read {
            Ok(read) => (read.diagnostics.clone(), Some(read)),
            Err(diagnostic) => (vec![*diagnostic], None),
        };
        Checked { sources: self.sources, diagnostics, read }
    }

    /// The hub built in memory; content errors end the test.
    pub fn build(self) -> Built {
        self.read().build()
    }
}

fn file(path: &str, text: &str) -> SourceFile {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    SourceFile { path: path.into(), text: Arc::from(text), hash: ContentHash::of(text.as_bytes()) }
}

/// A hub that was read, and what is wrong with it.
pub struct Checked {
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    pub read: Option<Read>,
}

impl Checked {
    /// The hub built in memory; content errors end the test.
    pub fn build(self) -> Built {
        assert!(!casebook::has_errors(&self.diagnostics), "{}", self.report());
        self.publish()
    }

    /// The hub built in memory, whatever is wrong with it.
    pub fn publish(self) -> Built {
        let Read { site, catalog, .. } = self.read.expect("read without errors");
        let hub = casebook::understand(site, catalog, &mut Timings::default());
        let memory = Memory::default();
        casebook::publish(&hub, &self.sources.theme, &memory, &mut Timings::default()).unwrap();
        Built(memory.into_output())
    }

    /// What only the plan of the whole site tells, as codes, and the site with those links gone.
    pub fn planned(self) -> (Vec<&'static str>, Built) {
        let Read { site, catalog, .. } = self.read.expect("read without errors");
        let mut hub = casebook::understand(site, catalog, &mut Timings::default());
        let problems = casebook::check_planned_links(&mut hub, &self.sources.theme).unwrap();
        let memory = Memory::default();
        casebook::publish(&hub, &self.sources.theme, &memory, &mut Timings::default()).unwrap();
        (problems.iter().map(|problem| problem.code).collect(), Built(memory.into_output()))
    }

    /// What an author sees.
    pub fn report(&self) -> String {
        let report = render::human(&self.diagnostics, &self.sources, Look::default());
        format!("{report}{}\n", render::tally(&self.diagnostics))
    }

    /// Codes, in the order of files and places.
    pub fn codes(&self) -> Vec<&'static str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    /// Code and line of each problem.
    pub fn lines(&self) -> Vec<(&'static str, usize)> {
        self.diagnostics.iter().map(|diagnostic| (diagnostic.code, self.line(diagnostic))).collect()
    }

    fn line(&self, diagnostic: &Diagnostic) -> usize {
        let text = Texts::text(&self.sources, &diagnostic.place.path).unwrap_or_default();
        text[..diagnostic.place.span.start].matches('\n').count() + 1
    }

    /// Fails unless nothing is worse than a severity.
    pub fn at_worst(&self, worst: Severity) -> &Self {
        assert!(self.diagnostics.iter().all(|diagnostic| diagnostic.severity <= worst), "{}", self.report());
        self
    }

    /// Fails unless the codes are these, in order.
    pub fn says(&self, codes: &[&str]) -> &Self {
        assert_eq!(self.codes(), codes, "{}", self.report());
        self
    }

    /// The catalog; content that could not be read ends the test.
    pub fn catalog(&self) -> &casebook::catalog::Catalog {
        &self.read.as_ref().expect("settings were read").catalog
    }
}

/// A site built in memory.
pub struct Built(pub Output);

impl Built {
    /// Fails unless the site has this file.
    pub fn shows(&self, path: &str) -> &Self {
        assert!(self.0.files.contains_key(path) || self.0.assets.contains_key(path), "no `{path}` among {:#?}", self.0.files.keys());
        self
    }

    /// Fails if the site has this file.
    pub fn hides(&self, path: &str) -> &Self {
        assert!(!self.0.files.contains_key(path) && !self.0.assets.contains_key(path), "`{path}` is there");
        self
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> &str {
        std::str::from_utf8(&self.shows(path).0.files[path]).unwrap()
    }

    /// Fails unless a file holds a text.
    pub fn holds(&self, path: &str, text: &str) -> &Self {
        assert!(self.text(path).contains(text), "`{path}` lacks `{text}`:\n{}", self.text(path));
        self
    }

    /// Fails if any file of the site holds a text, the packed index inflated.
    pub fn never_says(&self, text: &str) -> &Self {
        for (path, bytes) in &self.0.files {
            let bytes = inflated(bytes);
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "`{path}` holds `{text}`");
        }
        self
    }
}

/// A file of the index as it is before it is packed (`search/src/frame.rs`); any other file as it is.
fn inflated(file: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if !file.starts_with(b"CBKS") || file[7] == 0 {
        return file.into();
    }
    let length = u32::from_le_bytes([file[8], file[9], file[10], file[11]]) as usize;
    let mut content = vec![0; length];
    libdeflater::Decompressor::new().deflate_decompress(&file[16..], &mut content).expect("a packed index can be inflated");
    content.into()
}

/// Compares a text with the one that is kept, or keeps it where the environment says `UPDATE=1`.
pub fn matches_kept(kept: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(kept, text).unwrap();
    }
    let wanted = fs::read_to_string(kept).unwrap_or_default();
    assert!(wanted == text, "`{}` differs; `UPDATE=1 cargo test` keeps the new text\n--- kept\n{wanted}\n--- now\n{text}", kept.display());
}

/// A folder of shared material beside the repository, or a line that says what is skipped for want of it.
pub fn shared(path: &str) -> Option<PathBuf> {
    let folder = repository().join("../shared").join(path);
    if !folder.is_dir() {
        eprintln!("skipped: there is no `../shared/{path}`");
        return None;
    }
    Some(folder)
}
