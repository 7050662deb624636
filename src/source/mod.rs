//! Reading the disk: every file of the hub as path, bytes and content hash, and its history from git.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::render::Texts;

mod at;
mod attachment;
pub mod cache;
pub mod file_type;
pub mod folder;
mod git;
mod given;
mod history;
mod ignore;
mod links;
mod names;
mod read;
mod root;
mod theme;
mod walk;

pub use at::read_at;
pub use git::{Head, head, history, log, parse_log};
pub use given::{given, resolve};
pub use history::{Change, FileHistory, Gap, History};
pub use names::composed;
pub use read::{Reread, open, read, reread};
pub use root::{find_root, read_settings, real};

/// What must be known before the content is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Globs relative to `content/` of files to leave out.
    pub ignore: Vec<String>,
    /// The folder below `themes/`.
    pub theme: String,
    /// Ends of the names of attachments that are published, without the full stop.
    pub attachments: Vec<String>,
}

impl Default for Reading {
    fn default() -> Self {
        let attachments = attachment::ALLOWED.iter().map(|end| (*end).to_owned()).collect();
        Reading { ignore: Vec::new(), theme: "atlas".to_owned(), attachments }
    }
}

/// Everything read from the disk, in path order.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The hub's root folder.
    pub root: PathBuf,
    /// `site.toml`.
    pub settings: Option<SourceFile>,
    /// Text files below `content/`: Markdown and YAML.
    pub files: Vec<SourceFile>,
    /// Other files below `content/`, published beside their records and never held in memory.
    pub assets: Vec<Asset>,
    /// Files and folders below `content/` that a rule leaves out.
    pub left_out: Vec<LeftOut>,
    /// Files that are not UTF-8, decoded as well as possible; only for the excerpts of their diagnostics.
    pub damaged: Vec<SourceFile>,
    /// Files of the hub's own theme, by path below `themes/<name>/`.
    pub theme: BTreeMap<String, Arc<[u8]>>,
    /// Dates and authors of changes, by path.
    pub history: History,
    /// What could not be read and why, when an author can mend it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file or folder that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Path below the root.
    pub path: Arc<str>,
    /// Why, in words.
    pub rule: String,
}

/// A text file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path below the root, with forward slashes: `content/case-studies/br/unboxing.md`.
    pub path: Arc<str>,
    /// Its text without a byte-order mark; line ends as they are.
    pub text: Arc<str>,
    /// Hash of its bytes.
    pub hash: ContentHash,
}

/// A file that is published as it is.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Path below the root, with forward slashes.
    pub path: Arc<str>,
    /// Where it lies on the disk.
    pub disk: PathBuf,
    /// Length in bytes.
    pub length: u64,
    /// Hash of its bytes.
    pub hash: ContentHash,
}

/// The BLAKE3 hash of some content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// Hashes some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        ContentHash(*blake3::hash(bytes).as_bytes())
    }

    /// The first eight bytes in hexadecimal, for file names.
    pub fn short(&self) -> String {
        self.hex(8)
    }

    /// The first `count` bytes in hexadecimal.
    pub fn hex(&self, count: usize) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = self.0[..count].iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        digits.map(char::from).collect()
    }
}

impl Texts for Sources {
    fn text(&self, path: &str) -> Option<&str> {
        let settings = self.settings.as_ref().filter(|file| &*file.path == path);
        let file = settings.or_else(|| find(&self.files, path)).or_else(|| find(&self.damaged, path));
        file.map(|file| &*file.text)
    }
}

/// Files stand in path order.
fn find<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a SourceFile> {
    files.binary_search_by(|file| (*file.path).cmp(path)).ok().map(|at| &files[at])
}
