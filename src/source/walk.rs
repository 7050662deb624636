//! Walking the content folder: which files there are, and which cannot be.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::{Diagnostic, Place};
use crate::source::ignore::Rules;
use crate::source::root::real;
use crate::source::{LeftOut, links, names};

/// A file found, not yet read.
#[derive(Debug)]
pub struct Found {
    /// Path below the root, with forward slashes.
    pub path: Arc<str>,
    /// Where it lies, links resolved.
    pub disk: PathBuf,
}

/// What a walk comes back with.
#[derive(Debug, Default)]
pub struct Walked {
    /// Files to read, in path order.
    pub found: Vec<Found>,
    /// Files and folders that a rule leaves out.
    pub left_out: Vec<LeftOut>,
    /// What is wrong about names and links.
    pub diagnostics: Vec<Diagnostic>,
}

/// Goes through everything below `content/`.
pub fn walk(root: &Path, content: &Path, rules: &Rules) -> Walked {
    let mut walked = Walked::default();
    let mut left_out = Vec::new();
    // The folder itself may be a link inside the hub; where its files lie is said without it.
    let real = real(content).unwrap_or_else(|_| content.to_owned());
    let entries = WalkDir::new(content).follow_links(false).into_iter();
    let is_wanted = |entry: &DirEntry| {
        let rule = rules.leave_out(entry.path().strip_prefix(content).unwrap_or(entry.path())).filter(|_| entry.depth() > 0);
        let is_wanted = rule.is_none();
        left_out.extend(rule.map(|rule| LeftOut { path: below(root, entry.path()), rule }));
        is_wanted
    };
    for entry in entries.filter_entry(is_wanted) {
        match entry {
            Ok(entry) => take(&entry, root, (content, &real), rules, &mut walked),
            Err(trouble) => walked.diagnostics.extend(unreadable(&trouble, root)),
        }
    }
    walked.left_out = left_out;
    walked.found.sort_unstable_by(|one: &Found, other| one.path.cmp(&other.path));
    walked.diagnostics.extend(names::alike(walked.found.iter().map(|file| &file.path)));
    walked
}

/// The path below the root as the hub writes it, its letters composed.
pub fn below(root: &Path, path: &Path) -> Arc<str> {
    let path = path.strip_prefix(root).unwrap_or(path);
    let names = path.components().map(|component| component.as_os_str().to_string_lossy());
    Arc::from(&*names::composed(&names.collect::<Vec<_>>().join("/")))
}

/// Takes one entry: as a file, as a folder to go through, or as a problem.
fn take(entry: &DirEntry, root: &Path, (content, real): (&Path, &Path), rules: &Rules, walked: &mut Walked) {
    let Walked { found, diagnostics, .. } = walked;
    if entry.depth() == 0 {
        return;
    }
    let path = below(root, entry.path());
    diagnostics.extend(names::check(&path));
    let kind = entry.file_type();
    if kind.is_symlink() {
        match links::follow(entry.path(), &path, real, rules) {
            Ok(disk) => found.push(Found { path, disk }),
            Err(trouble) => diagnostics.push(*trouble),
        }
    } else if entry.file_name().to_str().is_none() {
        diagnostics.push(nameless(&path));
    } else if kind.is_file() {
        found.push(Found { path, disk: real.join(entry.path().strip_prefix(content).unwrap_or(entry.path())) });
    } else if !kind.is_dir() {
        diagnostics.push(special(&path));
    }
}

fn nameless(path: &Arc<str>) -> Diagnostic {
    Diagnostic::error("unreadable", Place::file(path), "the name of this file is not UTF-8")
        .hint("rename it: letters, digits, `-`, `_` and `.` travel everywhere")
}

/// A pipe or a device would be read for ever.
fn special(path: &Arc<str>) -> Diagnostic {
    Diagnostic::warning("unreadable", Place::file(path), "a pipe, socket or device, which is left out")
        .hint("keep only ordinary files below `content/`")
}

/// What the walk could not enter; a file that vanished meanwhile is no problem.
fn unreadable(trouble: &walkdir::Error, root: &Path) -> Option<Diagnostic> {
    let cause = trouble.io_error()?;
    if cause.kind() == std::io::ErrorKind::NotFound {
        return None;
    }
    let path = below(root, trouble.path()?);
    let message = format!("cannot read this folder: {}", super::read::plain(cause));
    Some(Diagnostic::error("unreadable", Place::file(&path), message).hint("let the account that builds the hub read it"))
}
