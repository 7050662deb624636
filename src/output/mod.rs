//! Writes to the disk. A site is published completely or not at all, and files that Casebook did
//! not write are never overwritten.

use std::collections::BTreeMap;
use std::path::Path;

use bytes::Bytes;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::error::Result;

pub mod cache;
pub mod card_cache;
mod cleanup;
mod exchange;
mod file_changes;
mod folder;
mod io_error;
mod manifest;
mod new;
mod overwrite;
pub mod sink;
mod staging;
mod target;
mod target_check;

pub use cleanup::ForeignFiles;
pub use file_changes::{FileChange, RecoveredChanges, change_files, recover_changes};
pub use new::write_new;
pub use overwrite::overwrite;
pub use staging::{PublishReport, Staging};

/// A whole site in memory, by site path (`case-studies/br/unboxing-drop/index.html`), as `serve`
/// shows it.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Generated files; the bytes are shared between threads and between builds.
    pub files: BTreeMap<String, Bytes>,
    /// Files of the content folder that are copied unchanged.
    pub assets: BTreeMap<String, crate::source::Asset>,
}

/// Whether a folder contains a published site, and not only files of `casebook export`.
///
/// # Errors
/// The folder's manifest cannot be read.
pub fn is_published_site(path: &Path) -> Result<bool> {
    let Ok(folder) = Dir::open_ambient_dir(path, ambient_authority()) else { return Ok(false) };
    Ok(match manifest::read(&folder, path)? {
        manifest::ManifestState::Valid(manifest) => manifest.files.contains_key("index.html"),
        manifest::ManifestState::Damaged(_) => folder.exists("index.html"),
        manifest::ManifestState::Missing => false,
    })
}

/// Completes or undoes what a killed run left unfinished at a published folder; returns the files
/// found there that Casebook did not write. Does nothing where there are no leftovers or another
/// run holds the lock.
///
/// # Errors
/// The target is refused, or the disk cannot be written.
pub fn recover(target: &Path, root: &Path) -> Result<Vec<ForeignFiles>> {
    let Some(target) = target_check::find_unfinished(target, root)? else { return Ok(Vec::new()) };
    match target.try_lock()? {
        Some(_lock) => target.recover(),
        None => Ok(Vec::new()),
    }
}

/// Publishes a site that is in memory into `target`, which is unchanged after an error.
///
/// # Errors
/// The target is refused (see [`Staging::open`]), or the disk cannot be written.
pub fn publish(output: &Output, target: &Path, root: &Path) -> Result<PublishReport> {
    let staging = Staging::open(target, root)?;
    output.files.par_iter().try_for_each(|(path, bytes)| staging.write(path, bytes))?;
    output.assets.par_iter().try_for_each(|(path, asset)| staging.copy(path, asset))?;
    staging.commit()
}
