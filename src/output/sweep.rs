//! Clearing away: what Casebook wrote goes, anything else is kept.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use cap_fs_ext::DirExt;
use cap_std::fs::Dir;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::error::Result;
use crate::output::exchange::Beside;
use crate::output::folder::Found;
use crate::output::{folder, manifest, place, trouble};

/// How many files that were kept are told by name.
const TOLD: usize = 3;

/// Files that are not Casebook's, and where they were put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The folder they are in now.
    pub folder: PathBuf,
    /// Their paths in it.
    pub files: Vec<String>,
}

impl std::fmt::Display for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<String> = self.files.iter().take(TOLD).map(|path| format!("`{path}`")).collect();
        let more = self.files.len().saturating_sub(TOLD);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        write!(f, "not Casebook's, moved out of the published folder into `{}`: {}{more}", self.folder.display(), named.join(", "))
    }
}

/// Removes a folder that was published under a name beside the target, by the files that are known; where it holds more, that is kept.
pub fn published<'a>(beside: &Beside, name: &OsStr, old: &Dir, known: impl Iterator<Item = &'a str>) -> Option<Kept> {
    let paths: Vec<&Path> = known.map(Path::new).collect();
    let folders: BTreeSet<&Path> = paths.iter().flat_map(|path| path.ancestors().skip(1)).filter(|path| *path != Path::new("")).collect();
    paths.into_par_iter().for_each(|path| old.remove_file_or_symlink(path).unwrap_or_default());
    for folder in folders.iter().rev() {
        old.remove_dir(folder).unwrap_or_default();
    }
    if foreign(old).is_empty() {
        discard_marks(old).unwrap_or_default();
        if beside.parent.remove_dir(name).is_ok() {
            return None;
        }
    }
    Some(keep(beside, name, old))
}

/// Removes Casebook's own marks, what systems leave everywhere, and empty folders.
fn discard_marks(old: &Dir) -> io::Result<()> {
    let (marks, litter): (Vec<Found>, Vec<Found>) =
        folder::files(old)?.into_iter().filter(|found| place::is_own(&found.path)).partition(|found| found.path == Path::new(manifest::NAME));
    for found in litter {
        old.remove_file_or_symlink(found.path)?;
    }
    for folder in folder::folders(old)?.into_iter().rev() {
        old.remove_dir(folder)?;
    }
    // The manifest goes last: while it is there, the next run knows what it may remove.
    marks.into_iter().try_for_each(|found| old.remove_file_or_symlink(found.path))
}

/// Clears what a killed run left under one of its own names.
pub fn leftover(beside: &Beside, name: &OsStr) -> Result<Option<Kept>> {
    let trouble = trouble::at(&beside.target, "cannot remove what an earlier run left beside");
    let Some(left) = folder::find(&beside.parent, name).map_err(&trouble)? else { return Ok(None) };
    if let Ok(manifest::Read::Whole(manifest)) = manifest::read(&left, &beside.target) {
        return Ok(published(beside, name, &left, manifest.files.keys().map(String::as_str)));
    }
    if folder::holds(&left, manifest::UNKNOWN).map_err(&trouble)? {
        return Ok(Some(keep(beside, name, &left)));
    }
    // Without a manifest it is a staging folder that never was whole.
    folder::clear(&left).and_then(|()| beside.parent.remove_dir(name)).map_err(&trouble)?;
    Ok(None)
}

/// What is left beside Casebook's own marks and what systems leave everywhere.
fn foreign(old: &Dir) -> Vec<String> {
    let files = folder::files(old).unwrap_or_default().into_iter().filter(|found| !place::is_own(&found.path));
    let mut files: Vec<String> = files.map(|found| place::slashed(&found.path)).collect();
    files.sort_unstable();
    files
}

/// Gives foreign files a name of their own beside the target.
fn keep(beside: &Beside, name: &OsStr, old: &Dir) -> Kept {
    let stem = format!("{}-kept", beside.name.to_string_lossy());
    let moved = || {
        if !folder::is_still(&beside.parent, name, old) {
            return Err(ErrorKind::NotFound.into());
        }
        let kept = folder::free_name(&beside.parent, &stem)?;
        beside.parent.rename(name, &beside.parent, &kept).map(|()| kept)
    };
    let kept = moved().unwrap_or_else(|_: io::Error| name.to_owned());
    // Nothing in it is Casebook's any more.
    for mark in [manifest::NAME, manifest::UNKNOWN].into_iter().filter(|_| kept != name) {
        old.remove_file(mark).unwrap_or_default();
    }
    Kept { folder: beside.target.with_file_name(kept), files: foreign(old) }
}
