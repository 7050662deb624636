//! Where a site may be published: what the target holds, and what must not be written over.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk, and looks before it does")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use cap_std::fs::Dir;

use crate::error::{Error, Result};
use crate::output::exchange::Beside;
use crate::output::manifest::{self, Entry, Read};
use crate::output::{folder, trouble};

/// Files that systems leave in any folder somebody looks into.
pub const LITTER: &[&str] = &[".DS_Store", "Thumbs.db", "desktop.ini"];

/// What is published already.
#[derive(Debug, Default)]
pub struct Previous {
    /// The folder; nothing where there is none.
    pub folder: Option<Dir>,
    /// What its manifest says of every file, by path.
    pub files: BTreeMap<String, Entry>,
    /// Whether it is Casebook's though no manifest says what came from where.
    pub unknown: bool,
}

/// The folder to publish into, absolute and free of symbolic links; it need not exist.
///
/// # Errors
/// When it would lie in or around what the hub is made from.
pub fn resolve(target: &Path, root: &Path) -> Result<PathBuf> {
    let resolved = absolute(target)?;
    let refuse = |message: &str| {
        let error = Error { path: Some(target.to_owned()), ..Error::new(message) };
        Err(error.hint("choose a folder of its own, such as `public`, with `--out`"))
    };
    if root.starts_with(&resolved) {
        return refuse("the hub itself lies in the output folder");
    }
    for (folder, words) in SOURCES {
        let source = root.join(folder);
        let source = fs::canonicalize(&source).unwrap_or(source);
        if resolved.starts_with(source) {
            return refuse(words);
        }
    }
    if resolved.file_name().is_none() {
        return refuse("a whole disk cannot be the output folder:");
    }
    Ok(resolved)
}

/// The names beside a target, where a killed run left any of them.
///
/// # Errors
/// As for `resolve`.
pub fn unsettled(target: &Path, root: &Path) -> Result<Option<Beside>> {
    let root = fs::canonicalize(root).map_err(|cause| Error::at(root, "cannot find the hub's folder", cause))?;
    let target = resolve(target, &root)?;
    if !target.parent().is_some_and(Path::is_dir) {
        return Ok(None);
    }
    Ok(Some(Beside::open(&target)?).filter(Beside::is_unsettled))
}

/// Folders of a hub that a site is made from.
const SOURCES: &[(&str, &str)] = &[
    ("content", "the output folder lies in the hub's content:"),
    ("themes", "the output folder lies in the hub's themes:"),
    (".git", "the output folder lies in the hub's repository:"),
    (".casebook", "the output folder lies in Casebook's own folder:"),
];

/// Looks at what the target holds.
///
/// # Errors
/// When it holds anything that Casebook did not write for this hub.
pub fn inspect(beside: &Beside, hub: &str) -> Result<Previous> {
    let target = &beside.target;
    let trouble = trouble::at(target, "cannot look into the output folder");
    let folder = match folder::find(&beside.parent, &beside.name) {
        Ok(Some(folder)) => folder,
        Ok(None) => return Ok(Previous::default()),
        Err(cause) if cause.kind() == ErrorKind::NotADirectory => return Err(not_a_folder(target)),
        Err(cause) => return Err(trouble(cause)),
    };
    let (files, damaged) = match manifest::read(&folder, target)? {
        Read::Whole(manifest) if manifest.hub != hub => return Err(another_hub(target)),
        Read::Damaged(Some(named)) if named != hub => return Err(another_hub(target)),
        Read::Whole(manifest) => (manifest.files, false),
        Read::Damaged(_) => (BTreeMap::new(), true),
        Read::None => (BTreeMap::new(), folder::holds(&folder, manifest::UNKNOWN).map_err(&trouble)?),
    };
    if damaged {
        return Ok(Previous { folder: Some(folder), files, unknown: true });
    }
    let foreign = foreign(&folder, &files).map_err(&trouble)?;
    let unknown = !foreign.is_empty() && files.is_empty() && looks_published(&folder);
    if foreign.is_empty() || unknown { Ok(Previous { folder: Some(folder), files, unknown }) } else { Err(holds_foreign(target, &foreign)) }
}

/// Files of a folder that no manifest names.
fn foreign(folder: &Dir, files: &BTreeMap<String, Entry>) -> io::Result<Vec<String>> {
    let found = folder::files(folder)?.into_iter().filter(|found| !is_own(&found.path));
    let mut foreign: Vec<String> = found.map(|found| slashed(&found.path)).filter(|path| !files.contains_key(path)).collect();
    foreign.sort_unstable();
    Ok(foreign)
}

/// Whether a folder without a manifest is a site of Casebook's all the same, as after a copy that left hidden files behind: it has
/// the files that every site has, and they say what they always say, or nothing at all after a torn write.
fn looks_published(folder: &Dir) -> bool {
    SIGNS.iter().all(|(path, words)| {
        let bytes = folder::bytes(folder, Path::new(path)).ok();
        bytes.is_some_and(|bytes| bytes.is_empty() || words.iter().all(|words| memchr::memmem::find(&bytes, words.as_bytes()).is_some()))
    })
}

/// Files of every site, and words in them.
const SIGNS: &[(&str, &[&str])] =
    &[("index.html", &[]), ("search/manifest.json", &["\"analyzer\"", "\"opening\"", "\"worker\""]), ("data/case-studies.json", &[])];

/// Casebook's own marks, and what systems leave behind.
pub fn is_own(path: &Path) -> bool {
    let marks = [manifest::NAME, manifest::UNKNOWN];
    marks.iter().any(|mark| path == Path::new(mark)) || LITTER.iter().any(|litter| path.file_name() == Some(OsStr::new(litter)))
}

/// A path below the folder, with forward slashes.
pub fn slashed(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() }
}

/// As many links after each other as systems follow.
const MOST_LINKS: usize = 40;

/// The nearest folder that exists, links resolved, and the rest of the way.
fn absolute(target: &Path) -> Result<PathBuf> {
    let mut existing = std::path::absolute(target).map_err(trouble::at(target, "this is no path:"))?;
    let (mut rest, mut hops) = (Vec::new(), 0);
    loop {
        match fs::canonicalize(&existing) {
            Ok(real) => return Ok(rest.iter().rev().fold(real, |path, name: &std::ffi::OsString| path.join(name))),
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                return Err(trouble::trouble(&existing, "cannot look into the folder", cause));
            }
            Err(_) => {}
        }
        // A link to a folder that is missing for now stands for that folder, not for a place of its own.
        if let Ok(end) = fs::read_link(&existing) {
            if hops == MOST_LINKS {
                return Err(Error { path: Some(target.to_owned()), ..Error::new("too many links lead on from") });
            }
            hops += 1;
            existing.pop();
            existing.push(end);
            continue;
        }
        match existing.components().next_back() {
            Some(Component::Normal(name)) => rest.push(name.to_owned()),
            _ => return Err(Error { path: Some(target.to_owned()), ..Error::new("`..` leads out of a folder that does not exist:") }),
        }
        existing.pop();
    }
}

fn not_a_folder(target: &Path) -> Error {
    Error { path: Some(target.to_owned()), ..Error::new("the output folder is a file:") }.hint("choose a folder with `--out`")
}

fn another_hub(target: &Path) -> Error {
    Error { path: Some(target.to_owned()), ..Error::new("the site of another hub is published in") }
        .hint("choose another folder with `--out`; if it is this hub's and one of the two was moved, delete the folder first")
}

fn holds_foreign(target: &Path, foreign: &[String]) -> Error {
    let shown = foreign.iter().take(3).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let more = if foreign.len() > 3 { format!(" and {} more", foreign.len() - 3) } else { String::new() };
    let message = format!("{shown}{more} did not come from Casebook, and publishing would delete what is in");
    Error { path: Some(target.to_owned()), ..Error::new(message) }
        .hint("move them elsewhere, or choose another folder with `--out`; files to publish belong into `content/`")
}
