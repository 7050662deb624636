//! Writing the disk: the whole site or nothing, and never a file that Casebook did not write.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::error::Result;

pub mod cache;
mod exchange;
mod folder;
mod given;
mod manifest;
mod new;
mod place;
pub mod sink;
mod staging;
mod sweep;
mod trouble;

pub use given::write_given;
pub use new::write_new;
pub use staging::{Report, Staging};
pub use sweep::Kept;

/// A whole site in memory: site path (`case-studies/br/unboxing-drop/index.html`) to bytes.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Files made by the build.
    pub files: BTreeMap<String, Bytes>,
    /// Files copied from the content folder, by site path.
    pub assets: BTreeMap<String, crate::source::Asset>,
}

/// Shared bytes of one file.
pub type Bytes = Arc<[u8]>;

/// Whether a folder holds a published site, rather than nothing or other files of Casebook's.
///
/// # Errors
/// The folder's manifest cannot be read.
pub fn is_site(path: &Path) -> Result<bool> {
    let Ok(folder) = Dir::open_ambient_dir(path, ambient_authority()) else { return Ok(false) };
    Ok(match manifest::read(&folder, path)? {
        manifest::Read::Whole(manifest) => manifest.files.contains_key("index.html"),
        manifest::Read::Damaged(_) => folder.exists("index.html"),
        manifest::Read::None => false,
    })
}

/// Ends what a killed run began beside a published folder, so that no command finds the site gone; returns what was found that is not
/// Casebook's. Does nothing where nothing was left, or another run is at work.
///
/// # Errors
/// The disk cannot be written.
pub fn recover(target: &Path, root: &Path) -> Result<Vec<Kept>> {
    let Some(beside) = place::unsettled(target, root)? else { return Ok(Vec::new()) };
    match beside.try_lock()? {
        Some(_lock) => beside.recover(),
        None => Ok(Vec::new()),
    }
}

/// Publishes a site that is in memory: `target` is completely new afterwards, or exactly as it was.
///
/// # Errors
/// When the target is refused (see [`Staging::open`]) or the machine cannot hold the site.
pub fn publish(output: &Output, target: &Path, root: &Path) -> Result<Report> {
    let staging = Staging::open(target, root)?;
    output.files.par_iter().try_for_each(|(path, bytes)| staging.write(path, bytes))?;
    output.assets.par_iter().try_for_each(|(path, asset)| staging.copy(path, asset))?;
    staging.commit()
}
