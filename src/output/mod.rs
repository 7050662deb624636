//! Writing the disk: the whole site or nothing, and never a file that Casebook did not write.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::error::Result;

pub mod cache;
mod exchange;
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
pub fn is_site(folder: &Path) -> Result<bool> {
    Ok(manifest::read(folder)?.is_some_and(|manifest| manifest.files.contains_key("index.html")))
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
