//! Clearing away: what Casebook wrote goes, anything else is kept.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use walkdir::WalkDir;

use crate::error::Result;
use crate::output::{manifest, place, trouble};

/// Removes a folder that was published; where it holds more than its manifest names, that is kept, and its place returned.
pub fn published(folder: &Path) -> Option<PathBuf> {
    let files = manifest::read(folder).ok().flatten().map(|manifest| manifest.files).unwrap_or_default();
    let paths: Vec<PathBuf> = files.keys().map(|path| folder.join(path)).collect();
    let folders: BTreeSet<PathBuf> = paths.iter().filter_map(|path| path.parent()).map(Path::to_owned).collect();
    paths.into_par_iter().for_each(|path| fs::remove_file(path).unwrap_or_default());
    for folder in folders.iter().rev() {
        fs::remove_dir(folder).unwrap_or_default();
    }
    // The manifest goes last: while it is there, the next run knows what it may remove.
    if holds_only_litter(folder) {
        fs::remove_dir_all(folder).unwrap_or_default();
    }
    if folder.exists() { Some(keep(folder)) } else { None }
}

/// Clears what a killed run left under one of its own names.
pub fn leftover(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if folder.join(manifest::NAME).exists() {
        published(folder);
        return Ok(());
    }
    // Without a manifest it is a staging folder that never was whole.
    fs::remove_dir_all(folder).map_err(trouble::at(folder, "cannot remove what an earlier run left in"))
}

/// Whether nothing is left but empty folders, the manifest and what systems leave everywhere.
fn holds_only_litter(folder: &Path) -> bool {
    let mut entries = WalkDir::new(folder).into_iter().flatten().filter(|entry| !entry.file_type().is_dir());
    entries.all(|entry| {
        let name = entry.file_name();
        (entry.depth() == 1 && name == manifest::NAME) || place::LITTER.iter().any(|litter| name == *litter)
    })
}

/// Gives foreign files a name of their own beside the target.
fn keep(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = name.trim_start_matches('.').replace(".casebook-new", "").replace(".casebook-old", "");
    let mut kept = (1..).map(|number| folder.with_file_name(format!("{name}-kept-{number}"))).find(|path| !path.exists());
    let kept = kept.take().unwrap_or_else(|| folder.to_owned());
    fs::rename(folder, &kept).map_or_else(|_| folder.to_owned(), |()| kept)
}
