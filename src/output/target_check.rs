//! Decides whether a site may be published into a folder: where the folder lies, and what it
//! contains already.

#![expect(
    clippy::disallowed_methods,
    reason = "this module inspects the disk before it is written"
)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use cap_std::fs::Dir;

use crate::error::{Error, Result};
use crate::output::manifest::{self, ManifestEntry, ManifestState};
use crate::output::target::Target;
use crate::output::{folder, io_error};

/// Files that operating systems create in folders by themselves.
pub const SYSTEM_FILES: &[&str] = &[".DS_Store", "Thumbs.db", "desktop.ini"];

/// What the output folder holds before publishing: the site that is replaced, and whether its
/// manifest is lost.
#[derive(Debug, Default)]
pub struct PublishedSite {
    /// Handle of the target folder; `None` where it does not exist.
    pub folder: Option<Dir>,
    /// The files in its manifest, by path; empty where it has no valid manifest.
    pub files: BTreeMap<String, ManifestEntry>,
    /// Whether the folder is a site of Casebook, but its manifest is missing or damaged.
    pub manifest_lost: bool,
}

/// The absolute path of the target folder, with symbolic links resolved; it need not exist.
///
/// # Errors
/// The target contains the hub, lies in one of the hub's source folders, or is the root of a file
/// system.
pub fn resolve(target: &Path, root: &Path) -> Result<PathBuf> {
    let resolved = resolve_links(target)?;
    let refuse = |message: &str| {
        Err(Error::about(target, message)
            .with_hint("choose a folder of its own, such as `public`, with `--out`"))
    };
    if root.starts_with(&resolved) {
        return refuse("the hub itself lies in the output folder");
    }
    for (folder, message) in SOURCE_FOLDERS {
        let source = root.join(folder);
        let source = fs::canonicalize(&source).unwrap_or(source);
        if resolved.starts_with(source) {
            return refuse(message);
        }
    }
    if resolved.file_name().is_none() {
        return refuse("a whole disk cannot be the output folder:");
    }
    Ok(resolved)
}

/// The target, where a killed run left temporary files or folders beside it; none where there are
/// no such leftovers.
///
/// # Errors
/// As for [`resolve`].
pub fn find_unfinished(target: &Path, root: &Path) -> Result<Option<Target>> {
    let root = fs::canonicalize(root)
        .map_err(|cause| Error::at(root, "cannot find the hub's folder", cause))?;
    let target = resolve(target, &root)?;
    if !target.parent().is_some_and(Path::is_dir) {
        return Ok(None);
    }
    Ok(Some(Target::open(&target)?).filter(Target::has_leftovers))
}

/// Folders of a hub that must not contain the target, with the error message for each.
const SOURCE_FOLDERS: &[(&str, &str)] = &[
    ("content", "the output folder lies in the hub's content:"),
    ("themes", "the output folder lies in the hub's themes:"),
    (".git", "the output folder lies in the hub's repository:"),
    (".casebook", "the output folder lies in Casebook's own folder:"),
];

/// Finds out what the target folder contains; `hub_id` is that of the hub to be published.
///
/// # Errors
/// It contains files that Casebook did not write for this hub, or cannot be read.
pub fn inspect(target: &Target, hub_id: &str) -> Result<PublishedSite> {
    let path = &target.path;
    let to_error = io_error::at_path(path, "cannot look into the output folder");
    let folder = match folder::find_folder(&target.parent, &target.name) {
        Ok(Some(folder)) => folder,
        Ok(None) => return Ok(PublishedSite::default()),
        Err(cause) if cause.kind() == ErrorKind::NotADirectory => {
            return Err(not_a_folder_error(path));
        }
        Err(cause) => return Err(to_error(cause)),
    };
    let (files, damaged) = match manifest::read(&folder, path)? {
        ManifestState::Valid(manifest) if manifest.hub != hub_id => {
            return Err(Error::OtherHub(path.to_owned()));
        }
        ManifestState::Damaged(Some(named)) if named != hub_id => {
            return Err(Error::OtherHub(path.to_owned()));
        }
        ManifestState::Valid(manifest) => (manifest.files, false),
        ManifestState::Damaged(_) => (BTreeMap::new(), true),
        ManifestState::Missing => (
            BTreeMap::new(),
            folder::exists(&folder, manifest::UNLISTED_MARKER).map_err(&to_error)?,
        ),
    };
    if damaged {
        return Ok(PublishedSite { folder: Some(folder), files, manifest_lost: true });
    }
    let foreign = find_foreign_files(&folder, &files).map_err(&to_error)?;
    let manifest_lost = !foreign.is_empty() && files.is_empty() && looks_like_site(&folder);
    if foreign.is_empty() || manifest_lost {
        Ok(PublishedSite { folder: Some(folder), files, manifest_lost })
    } else {
        Err(Error::ForeignFiles { folder: path.to_owned(), files: foreign })
    }
}

/// Paths of the files in a folder that are not in the manifest, sorted.
fn find_foreign_files(
    folder: &Dir,
    files: &BTreeMap<String, ManifestEntry>,
) -> io::Result<Vec<String>> {
    let found = folder::list_files(folder)?
        .into_iter()
        .filter(|found| !is_marker_or_system_file(&found.path));
    let mut foreign: Vec<String> = found
        .map(|found| to_slash_path(&found.path))
        .filter(|path| !files.contains_key(path))
        .collect();
    foreign.sort_unstable();
    Ok(foreign)
}

/// Whether a folder without a manifest is a site of Casebook, as after a copy that skipped hidden
/// files: it has all [`SITE_FILES`] with their words in them, or empty after an interrupted write.
fn looks_like_site(folder: &Dir) -> bool {
    SITE_FILES.iter().all(|(path, words)| {
        let bytes = folder::read_bytes(folder, Path::new(path)).ok();
        bytes.is_some_and(|bytes| {
            bytes.is_empty()
                || words.iter().all(|word| memchr::memmem::find(&bytes, word.as_bytes()).is_some())
        })
    })
}

/// Files by which a site of Casebook without a manifest is recognised, each with words that it
/// contains.
const SITE_FILES: &[(&str, &[&str])] = &[
    ("index.html", &[]),
    ("search/manifest.json", &["\"analyzer\"", "\"opening\"", "\"worker\""]),
    ("data/case-studies.json", &[]),
];

/// Whether a path is the manifest, the marker of an unlisted folder, or a file that the operating
/// system created.
pub fn is_marker_or_system_file(path: &Path) -> bool {
    let markers = [manifest::MANIFEST_NAME, manifest::UNLISTED_MARKER];
    markers.iter().any(|marker| path == Path::new(marker))
        || SYSTEM_FILES.iter().any(|name| path.file_name() == Some(OsStr::new(name)))
}

/// A relative path with forward slashes.
pub fn to_slash_path(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() }
}

/// Largest number of dangling links that are followed one after another; the limit of Linux.
const MAX_LINKS: usize = 40;

/// Resolves a path that need not exist: the links of its nearest existing ancestor, with the
/// remaining names appended.
///
/// # Errors
/// Too many links follow one another, `..` follows a folder that does not exist, or the path cannot
/// be read.
fn resolve_links(target: &Path) -> Result<PathBuf> {
    let mut existing =
        std::path::absolute(target).map_err(io_error::at_path(target, "this is no path:"))?;
    let (mut rest, mut followed_links) = (Vec::new(), 0);
    loop {
        match fs::canonicalize(&existing) {
            Ok(real) => {
                return Ok(rest
                    .iter()
                    .rev()
                    .fold(real, |path, name: &std::ffi::OsString| path.join(name)));
            }
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                return Err(io_error::to_error(&existing, "cannot look into the folder", cause));
            }
            Err(_) => {}
        }
        // A dangling link is followed to its destination, which publishing would create.
        if let Ok(destination) = fs::read_link(&existing) {
            if followed_links == MAX_LINKS {
                return Err(Error::about(target, "too many links lead on from"));
            }
            followed_links += 1;
            existing.pop();
            existing.push(destination);
            continue;
        }
        match existing.components().next_back() {
            Some(Component::Normal(name)) => rest.push(name.to_owned()),
            _ => {
                return Err(Error::about(
                    target,
                    "`..` leads out of a folder that does not exist:",
                ));
            }
        }
        existing.pop();
    }
}

/// The error that the output folder is a file.
fn not_a_folder_error(target: &Path) -> Error {
    Error::about(target, "the output folder is a file:").with_hint("choose a folder with `--out`")
}
