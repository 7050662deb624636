//! Walking the content folder: the files to read, and problems of names and links.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::{Diagnostic, Place};
use crate::source::ignore::IgnoreRules;
use crate::source::io_error::error_text;
use crate::source::root::canonicalize_folder;
use crate::source::{IgnoredFile, file_name, symlink};

/// A file to read.
#[derive(Debug)]
pub struct FoundFile {
    /// Path below the root, with forward slashes.
    pub path: Arc<str>,
    /// Absolute path on the disk, links resolved.
    pub disk_path: PathBuf,
}

/// The outcome of a walk.
#[derive(Debug, Default)]
pub struct WalkResult {
    /// Files to read, in path order.
    pub files: Vec<FoundFile>,
    /// Files and folders that a rule excludes.
    pub ignored: Vec<IgnoredFile>,
    /// Problems of names, links and unreadable folders.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lists everything below `content/` that no rule excludes; `root` is the hub's folder, and
/// `content` may be a link inside of it.
pub fn walk_content(root: &Path, content: &Path, rules: &IgnoreRules) -> WalkResult {
    let mut result = WalkResult::default();
    let mut ignored = Vec::new();
    // The folder itself may be a link inside the hub; disk paths have it resolved.
    let real_content = canonicalize_folder(content).unwrap_or_else(|_| content.to_owned());
    let entries = WalkDir::new(content).follow_links(false).into_iter();
    let is_wanted = |entry: &DirEntry| {
        let rule = rules
            .ignore_reason(entry.path().strip_prefix(content).unwrap_or(entry.path()))
            .filter(|_| entry.depth() > 0);
        let is_wanted = rule.is_none();
        ignored
            .extend(rule.map(|rule| IgnoredFile { path: relative_path(root, entry.path()), rule }));
        is_wanted
    };
    for entry in entries.filter_entry(is_wanted) {
        match entry {
            Ok(entry) => visit_entry(&entry, root, (content, &real_content), rules, &mut result),
            Err(error) => result.diagnostics.extend(unreadable_folder(&error, root)),
        }
    }
    result.ignored = ignored;
    result.files.sort_unstable_by(|one: &FoundFile, other| one.path.cmp(&other.path));
    result
        .diagnostics
        .extend(file_name::find_case_collisions(result.files.iter().map(|file| &file.path)));
    result
}

/// The path below the root with forward slashes, in NFC.
pub fn relative_path(root: &Path, path: &Path) -> Arc<str> {
    let path = path.strip_prefix(root).unwrap_or(path);
    let names = path.components().map(|component| component.as_os_str().to_string_lossy());
    Arc::from(&*file_name::to_nfc(&names.collect::<Vec<_>>().join("/")))
}

/// Adds an entry to the files or to the problems; a folder to neither.
fn visit_entry(
    entry: &DirEntry,
    root: &Path,
    (content, real_content): (&Path, &Path),
    rules: &IgnoreRules,
    result: &mut WalkResult,
) {
    let WalkResult { files, diagnostics, .. } = result;
    if entry.depth() == 0 {
        return;
    }
    let path = relative_path(root, entry.path());
    diagnostics.extend(file_name::check_portability(&path));
    let kind = entry.file_type();
    if kind.is_symlink() {
        match symlink::resolve_symlink(entry.path(), &path, real_content, rules) {
            Ok(disk_path) => files.push(FoundFile { path, disk_path }),
            Err(warning) => diagnostics.push(*warning),
        }
    } else if entry.file_name().to_str().is_none() {
        diagnostics.push(non_utf8_name(&path));
    } else if kind.is_file() {
        files.push(FoundFile {
            path,
            disk_path: real_content
                .join(entry.path().strip_prefix(content).unwrap_or(entry.path())),
        });
    } else if !kind.is_dir() {
        diagnostics.push(special_file(&path));
    }
}

/// The error for a file whose name is not UTF-8; `path` has replacement characters.
fn non_utf8_name(path: &Arc<str>) -> Diagnostic {
    Diagnostic::error("unreadable", Place::file(path), "the name of this file is not UTF-8")
        .hint("rename it: letters, digits, `-`, `_` and `.` travel everywhere")
}

/// The warning for a pipe, socket or device, reading which might never end.
pub fn special_file(path: &Arc<str>) -> Diagnostic {
    Diagnostic::warning(
        "unreadable",
        Place::file(path),
        "a pipe, socket or device, which is left out",
    )
    .hint("keep only ordinary files below `content/`")
}

/// The error for a folder that cannot be listed; none if it was removed during the walk.
pub fn unreadable_folder(error: &walkdir::Error, root: &Path) -> Option<Diagnostic> {
    let cause = error.io_error()?;
    if cause.kind() == std::io::ErrorKind::NotFound {
        return None;
    }
    let path = relative_path(root, error.path()?);
    let message = format!("cannot read this folder: {}", error_text(cause));
    Some(
        Diagnostic::error("unreadable", Place::file(&path), message)
            .hint("let the account that builds the hub read it"),
    )
}
