//! Reading the disk: the files of the hub with path, text and content hash, and their history from
//! git.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::render::SourceTexts;

mod argument;
mod asset;
mod attachment;
pub mod cache;
pub mod editor;
mod file_name;
pub mod file_type;
pub mod folder;
mod git;
mod history;
mod ignore;
mod io_error;
pub mod npm;
mod read;
mod revision;
mod root;
mod symlink;
mod theme;
mod walk;

pub use argument::{canonicalize_file, read_argument_bytes, read_argument_file};
pub use asset::read_asset;
pub use file_name::to_nfc;
pub use git::{Head, parse_log, read_head, read_history, read_log, read_user_name};
pub use history::{FileDates, FileHistory, History, HistoryGap};
pub use read::{SourceEntry, open_asset, read_sources, reread_file};
pub use revision::{changed_files, read_revision, revision_day};
pub use root::{canonicalize_folder, find_root};

/// The settings that decide which files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Globs, relative to `content/`, of files to ignore.
    pub ignore: Vec<String>,
    /// Name of the theme's folder below `themes/`.
    pub theme: String,
    /// File extensions of published attachments, without the full stop.
    pub attachments: Vec<String>,
    /// Whether the files of the editor in `admin/` are read.
    pub reads_editor: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        let attachments = attachment::DEFAULT_EXTENSIONS
            .iter()
            .map(|extension| (*extension).to_owned())
            .collect();
        ReadOptions {
            ignore: Vec::new(),
            theme: "atlas".to_owned(),
            attachments,
            reads_editor: false,
        }
    }
}

/// Everything read from the disk; all lists are in path order.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The hub's root folder.
    pub root: PathBuf,
    /// The file `site.toml`; none where the hub has none.
    pub settings: Option<SourceFile>,
    /// Text files below `content/`: Markdown and YAML.
    pub files: Vec<SourceFile>,
    /// Other files below `content/`, published beside their records; only their hashes are held in
    /// memory.
    pub assets: Vec<Asset>,
    /// Files and folders below `content/` that a rule excludes.
    pub ignored: Vec<IgnoredFile>,
    /// Text files that are not UTF-8, decoded lossily, for the excerpts of their diagnostics.
    pub undecodable: Vec<SourceFile>,
    /// Files of the hub's own theme, by path below `themes/<name>/`.
    pub theme: BTreeMap<String, Arc<[u8]>>,
    /// Files of the editor in `admin/`, where the settings publish it: their paths below the root
    /// are their site paths.
    pub editor: Vec<Asset>,
    /// Dates and authors of changes from git.
    pub history: History,
    /// Problems of reading that an author can fix.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file or folder that a rule excludes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredFile {
    /// Path below the root.
    pub path: Arc<str>,
    /// The rule in words: a hidden name, or the glob of `[content] ignore`.
    pub rule: String,
}

/// A text file of the hub.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path below the root, with forward slashes: `content/case-studies/br/unboxing.md`.
    pub path: Arc<str>,
    /// Text without a byte-order mark; line ends as they are in the file.
    pub text: Arc<str>,
    /// Hash of the bytes of the file.
    pub hash: ContentHash,
}

impl SourceFile {
    /// The bytes of the file if it had another text; a byte-order mark stays.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        // The text is without the mark, the hash is with it.
        let mark = if ContentHash::of(self.text.as_bytes()) == self.hash { "" } else { "\u{feff}" };
        [mark.as_bytes(), text.as_bytes()].concat()
    }
}

/// A file that is published unchanged.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Path below the root, with forward slashes.
    pub path: Arc<str>,
    /// Absolute path on the disk, links resolved.
    pub disk_path: PathBuf,
    /// Length in bytes.
    pub length: u64,
    /// Hash of the bytes of the file.
    pub hash: ContentHash,
}

/// A BLAKE3 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash of the bytes.
    pub fn of(bytes: &[u8]) -> Self {
        ContentHash(*blake3::hash(bytes).as_bytes())
    }

    /// The first eight bytes in hexadecimal, for file names.
    pub fn short_hex(&self) -> String {
        self.hex_prefix(8)
    }

    /// The first `count` bytes in hexadecimal.
    pub fn hex_prefix(&self, count: usize) -> String {
        /// The hexadecimal digits in lower case.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = self.0[..count]
            .iter()
            .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        digits.map(char::from).collect()
    }
}

impl SourceTexts for Sources {
    fn text(&self, path: &str) -> Option<&str> {
        let settings = self.settings.as_ref().filter(|file| &*file.path == path);
        let file = settings
            .or_else(|| find_file(&self.files, path))
            .or_else(|| find_file(&self.undecodable, path));
        file.map(|file| &*file.text)
    }
}

/// The file of a path among files in path order, by binary search.
fn find_file<'a>(files: &'a [SourceFile], path: &str) -> Option<&'a SourceFile> {
    files.binary_search_by(|file| (*file.path).cmp(path)).ok().map(|index| &files[index])
}
