//! Where a site may be published: what the target holds, and what must not be written over.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk, and looks before it does")]

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use rustc_hash::{FxHashMap, FxHashSet};
use walkdir::WalkDir;

use crate::error::{Error, Result};
use crate::output::manifest::{self, Entry};
use crate::output::trouble;

/// Files that systems leave in any folder somebody looks into.
pub const LITTER: &[&str] = &[".DS_Store", "Thumbs.db", "desktop.ini"];

/// What is published already.
#[derive(Debug, Default)]
pub struct Previous {
    /// Files that are as Casebook wrote them, by path.
    pub intact: FxHashMap<String, Entry>,
    /// Every file that the manifest names.
    pub known: FxHashSet<String>,
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
pub fn inspect(target: &Path, hub: &str) -> Result<Previous> {
    match fs::symlink_metadata(target) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Previous::default()),
        Err(cause) => return Err(trouble::trouble(target, "cannot look into the output folder", cause)),
        Ok(facts) if !facts.is_dir() => return Err(not_a_folder(target)),
        Ok(_) => {}
    }
    let manifest = manifest::read(target)?;
    if manifest.as_ref().is_some_and(|manifest| manifest.hub != hub) {
        return Err(another_hub(target));
    }
    let written = fs::metadata(target.join(manifest::NAME)).and_then(|facts| facts.modified()).ok();
    let files = manifest.map(|manifest| manifest.files).unwrap_or_default();
    let (intact, foreign) = compare(target, &files, written)?;
    if foreign.is_empty() { Ok(Previous { intact, known: files.into_keys().collect() }) } else { Err(holds_foreign(target, &foreign)) }
}

/// Sorts the files of a folder into those that are as they were written, and those that are nobody's.
///
/// A file is taken for intact by its length, and by being no newer than the manifest, which was written last.
fn compare(
    folder: &Path,
    files: &std::collections::BTreeMap<String, Entry>,
    written: Option<SystemTime>,
) -> Result<(FxHashMap<String, Entry>, Vec<String>)> {
    let mut intact = FxHashMap::default();
    let mut foreign = Vec::new();
    for entry in WalkDir::new(folder) {
        let entry = entry.map_err(|cause| Error::at(folder, "cannot look into the output folder", cause))?;
        if entry.file_type().is_dir() || is_own(entry.file_name()) {
            continue;
        }
        let path = slashed(entry.path().strip_prefix(folder).unwrap_or(entry.path()));
        match files.get(&path) {
            None => foreign.push(path),
            Some(known) => {
                let facts = entry.metadata().ok().filter(|facts| facts.is_file() && facts.len() == known.0);
                if facts.is_some_and(|facts| facts.modified().ok() <= written) {
                    intact.insert(path, known.clone());
                }
            }
        }
    }
    foreign.sort_unstable();
    Ok((intact, foreign))
}

/// The manifest, and what systems leave behind.
fn is_own(name: &OsStr) -> bool {
    name == manifest::NAME || LITTER.iter().any(|litter| name == *litter)
}

/// A path below the folder, with forward slashes.
fn slashed(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() }
}

/// The nearest folder that exists, links resolved, and the rest of the way.
fn absolute(target: &Path) -> Result<PathBuf> {
    let mut existing = std::path::absolute(target).map_err(trouble::at(target, "this is no path:"))?;
    let mut rest = Vec::new();
    loop {
        match fs::canonicalize(&existing) {
            Ok(real) => return Ok(rest.iter().rev().fold(real, |path, name: &std::ffi::OsString| path.join(name))),
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                return Err(trouble::trouble(&existing, "cannot look into the folder", cause));
            }
            Err(_) => {}
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
