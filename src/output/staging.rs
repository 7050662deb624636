//! The staging folder: all threads write files into it, and one exchange publishes them together.

#![expect(clippy::disallowed_methods, reason = "this module writes the disk")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use cap_std::fs::Dir;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::error::{Error, Result};
use crate::output::cleanup::{self, ForeignFiles};
use crate::output::manifest::{self, Manifest, ManifestEntry};
use crate::output::target::{Lock, Target};
use crate::output::target_check::{self, PublishedSite};
use crate::output::{folder, io_error};
use crate::source::{self, Asset, ContentHash};

/// Bytes that are read at once when a file is copied or compared.
const CHUNK_SIZE: usize = 64 << 10;

/// A site that is being written to the staging folder. Dropping it without [`Staging::commit`]
/// removes the folder.
#[derive(Debug)]
pub struct Staging {
    target: Target,
    /// Handle of the staging folder.
    folder: Dir,
    hub_id: String,
    previous: PublishedSite,
    /// Files that Casebook did not write, found in the leftovers of a killed run.
    foreign: Vec<ForeignFiles>,
    /// Every file of the new site.
    staged: Mutex<Vec<StagedFile>>,
    is_committed: bool,
    /// The last field, because fields are dropped in order and the lock must be released last.
    _lock: Lock,
}

/// A file of the new site: written to the staging folder already, or unchanged and to be linked in
/// `commit`.
#[derive(Debug)]
struct StagedFile {
    path: String,
    entry: ManifestEntry,
    /// Device and inode number of the published file with the same bytes, where there is one.
    unchanged: Option<(u64, u64)>,
}

/// The bytes of a file of the new site: generated ones in memory, or those of a file of the hub
/// that is copied.
#[derive(Clone, Copy)]
enum Content<'a> {
    Generated(&'a [u8]),
    Copied(&'a Asset),
}

/// What a publication changed in the published folder, for its message: numbers of files, bytes,
/// and files moved aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublishReport {
    /// Number of files that were written.
    pub written: usize,
    /// Number of files with the same bytes as before.
    pub unchanged: usize,
    /// Number of files that are no longer published.
    pub removed: usize,
    /// Size of the whole site in bytes.
    pub bytes: u64,
    /// Files in the published folder that Casebook did not write, and where they were moved.
    pub foreign: Vec<ForeignFiles>,
    /// Whether the manifest was damaged or missing, so that every file was written.
    pub manifest_rebuilt: bool,
}

impl std::fmt::Display for PublishReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} files written, {} unchanged, {} removed",
            self.written, self.unchanged, self.removed
        )
    }
}

impl Staging {
    /// Locks the target folder, which need not exist, and creates a staging folder beside it.
    ///
    /// # Errors
    /// The target lies in a source folder of the hub at `root`, contains files that Casebook did
    /// not write for this hub, is locked by another run, or cannot be written.
    pub fn open(target: &Path, root: &Path) -> Result<Staging> {
        let root = fs::canonicalize(root)
            .map_err(|cause| Error::at(root, "cannot find the hub's folder", cause))?;
        let path = target_check::resolve(target, &root)?;
        let parent = path.parent().expect("a resolved target has a name, so it has a parent");
        fs::create_dir_all(parent).map_err(io_error::at_path(parent, "cannot make the folder"))?;
        let target = Target::open(&path)?;
        let lock = target.lock()?;
        let foreign = target.recover()?;
        let hub_id = manifest::hub_id(&root, &path);
        let previous = target_check::inspect(&target, &hub_id)?;
        let create = || {
            target.parent.create_dir(&target.staging)?;
            folder::find_folder(&target.parent, &target.staging)?.ok_or(ErrorKind::NotFound.into())
        };
        let folder =
            create().map_err(io_error::at_path(&path, "cannot write beside the output folder"))?;
        Ok(Staging {
            target,
            folder,
            hub_id,
            previous,
            foreign,
            staged: Mutex::default(),
            is_committed: false,
            _lock: lock,
        })
    }

    /// Adds a generated file; may be called from several threads at once.
    ///
    /// # Errors
    /// The disk is full, or the path is not a valid path below the target.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.stage_file(path, ManifestEntry::for_generated(bytes), Content::Generated(bytes))
    }

    /// Adds an unchanged copy of a file of the content folder.
    ///
    /// # Errors
    /// As for [`Staging::write`], or the file has changed since it was read.
    pub fn copy(&self, path: &str, asset: &Asset) -> Result<()> {
        self.stage_file(
            path,
            ManifestEntry::for_copied(asset.length, asset.hash),
            Content::Copied(asset),
        )
    }

    /// Publishes all added files by exchanging the staging folder and the target. Does nothing
    /// where no file has changed.
    ///
    /// # Errors
    /// The disk is full, or the folders cannot be exchanged; the target has not changed then.
    pub fn commit(mut self) -> Result<PublishReport> {
        let staged =
            std::mem::take(&mut *self.staged.lock().unwrap_or_else(PoisonError::into_inner));
        let mut report = self.build_report(&staged);
        report.foreign = std::mem::take(&mut self.foreign);
        if report.written == 0 && report.removed == 0 && !self.previous.files.is_empty() {
            return Ok(report);
        }
        staged.par_iter().try_for_each(|file| {
            file.unchanged.map_or(Ok(()), |file_id| self.link_unchanged(&file.path, file_id))
        })?;
        let manifest = Manifest::new(std::mem::take(&mut self.hub_id), collect_entries(staged)?);
        self.write_manifest(&manifest)?;
        // The bytes must reach the disk before the name, so that a power cut cannot leave a name
        // without content.
        folder::sync_contents(&self.folder).map_err(io_error::at_path(
            &self.target.path,
            "the disk does not take the new site for",
        ))?;
        let removable = self.find_removable_files(&manifest)?;
        let old_name = self.target.exchange(&self.folder, self.previous.folder.as_ref())?;
        self.is_committed = true;
        let confirmed = folder::sync_directory(&self.target.parent);
        confirmed.map_err(io_error::at_path(
            &self.target.path,
            "the new site is in place, but the disk does not confirm its name:",
        ))?;
        if let (Some(name), Some(old)) = (old_name, &self.previous.folder) {
            report.foreign.extend(cleanup::remove_published(
                &self.target,
                &name,
                old,
                removable.iter().map(String::as_str),
            ));
        }
        Ok(report)
    }

    /// Paths of the published files that may be deleted after the exchange: those in the manifest,
    /// or where that was lost, those at a path of the new site that are empty or have its content.
    fn find_removable_files(&self, manifest: &Manifest) -> Result<Vec<String>> {
        let Some(old) = self.previous.folder.as_ref().filter(|_| self.previous.manifest_lost)
        else {
            return Ok(self.previous.files.keys().cloned().collect());
        };
        let look = || -> io::Result<Vec<String>> {
            // The marker makes the next run keep the other files too, in case this one is killed
            // before it has moved them aside.
            folder::open_for_writing(old, manifest::UNLISTED_MARKER.as_ref())?;
            let paths = folder::list_files(old)?
                .into_iter()
                .filter(|found| found.is_file)
                .map(|found| target_check::to_slash_path(&found.path));
            let is_removable = |path: &String| {
                manifest.files.get(path).is_some_and(|entry| is_redundant(old, path, entry))
            };
            Ok(paths.filter(is_removable).collect())
        };
        look().map_err(io_error::at_path(&self.target.path, "cannot look into the output folder"))
    }

    /// What publishing these files changes. Files that Casebook did not write are added to the
    /// report later.
    fn build_report(&self, staged: &[StagedFile]) -> PublishReport {
        let unchanged = staged.iter().filter(|file| file.unchanged.is_some()).count();
        let known =
            staged.iter().filter(|file| self.previous.files.contains_key(&file.path)).count();
        PublishReport {
            written: staged.len() - unchanged,
            unchanged,
            removed: self.previous.files.len().saturating_sub(known),
            bytes: staged.iter().map(|file| file.entry.0).sum(),
            foreign: Vec::new(),
            manifest_rebuilt: self.previous.manifest_lost,
        }
    }

    /// Registers a file, and writes it unless the same bytes are published already. Unchanged files
    /// are linked in [`Staging::commit`], where it is known whether anything has changed.
    fn stage_file(&self, path: &str, entry: ManifestEntry, content: Content) -> Result<()> {
        let unchanged = self.find_unchanged(path, &entry, content);
        if unchanged.is_none() {
            let path_in_target = Path::new(check_path(path)?);
            let write = folder::create_file(&self.folder, path_in_target)
                .and_then(|mut file| content.write(&mut file));
            write.map_err(|cause| self.write_error(path, cause))?;
        }
        let staged = StagedFile { path: path.to_owned(), entry, unchanged };
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).push(staged);
        Ok(())
    }

    /// Device and inode number of the published file with this path and content; none where there
    /// is no such file, so that it must be written. Compares bytes, because time stamps are not
    /// reliable.
    fn find_unchanged(
        &self,
        path: &str,
        entry: &ManifestEntry,
        content: Content,
    ) -> Option<(u64, u64)> {
        let old = self
            .previous
            .folder
            .as_ref()
            .filter(|_| self.previous.files.get(path) == Some(entry))?;
        let file = folder::open_for_reading(old, Path::new(path)).ok()?;
        let metadata = folder::metadata(&file).ok()?;
        let same = metadata.len() == entry.0 && content.is_in(file).unwrap_or(false);
        same.then(|| folder::file_id(&metadata))
    }

    /// Takes a published file over into the staging folder as a hard link, else as a copy.
    /// `file_id` tells whether it is still the file that was compared.
    fn link_unchanged(&self, path: &str, file_id: (u64, u64)) -> Result<()> {
        let old = self
            .previous
            .folder
            .as_ref()
            .expect("an unchanged file is one of the published folder");
        let relative_path = Path::new(path);
        let link = || match old.hard_link(relative_path, &self.folder, relative_path) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                self.folder.create_dir_all(relative_path.parent().unwrap_or(relative_path))?;
                old.hard_link(relative_path, &self.folder, relative_path)
            }
            other => other,
        };
        let copy = || {
            io::copy(
                &mut folder::open_for_reading(old, relative_path)?,
                &mut folder::create_file(&self.folder, relative_path)?,
            )
            .map(|_| ())
        };
        let linked = match link() {
            Ok(()) => self
                .folder
                .symlink_metadata(relative_path)
                .map(|metadata| metadata.is_file() && folder::file_id(&metadata) == file_id),
            Err(_) => copy().map(|()| true),
        };
        match linked {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::FileChanged(self.target.path.join(path))),
            Err(cause) => Err(self.write_error(path, cause)),
        }
    }

    /// Writes the manifest, which marks the staging folder as complete.
    fn write_manifest(&self, manifest: &Manifest) -> Result<()> {
        let write = || {
            folder::create_file(&self.folder, Path::new(manifest::MANIFEST_NAME))?
                .write_all(&manifest.to_bytes())
        };
        write().map_err(|cause| self.write_error(manifest::MANIFEST_NAME, cause))
    }

    /// The error that a file of the new site cannot be written: two files have its path, its source
    /// was changed, or the disk does not take it.
    fn write_error(&self, path: &str, cause: io::Error) -> Error {
        let path_in_target = self.target.path.join(path);
        if cause.kind() == ErrorKind::AlreadyExists {
            return duplicate_path_error(path);
        }
        if cause.kind() == ErrorKind::InvalidData {
            return Error::FileChanged(path_in_target);
        }
        io_error::to_error(&path_in_target, "cannot write", cause)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_committed {
            let removed = folder::remove_contents(&self.folder)
                .and_then(|()| self.target.parent.remove_dir(&self.target.staging));
            removed.unwrap_or_default();
        }
    }
}

impl Content<'_> {
    /// Writes the content to a new file.
    ///
    /// # Errors
    /// `InvalidData` where a copied file is no longer the one that was read.
    fn write(self, file: &mut File) -> io::Result<()> {
        match self {
            Content::Generated(bytes) => file.write_all(bytes),
            Content::Copied(asset) => {
                let (length, hash) =
                    read_chunks(source::open_asset(asset)?.0, |chunk| file.write_all(chunk))?;
                // The file may have changed since it was checked; only the checked bytes may be
                // published.
                if (length, hash) == (asset.length, asset.hash) {
                    Ok(())
                } else {
                    Err(ErrorKind::InvalidData.into())
                }
            }
        }
    }

    /// Whether a published file has exactly this content; a copied one is compared by length and
    /// hash.
    fn is_in(self, mut file: File) -> io::Result<bool> {
        match self {
            Content::Generated(bytes) => {
                let mut published = Vec::with_capacity(bytes.len() + 1);
                file.read_to_end(&mut published)?;
                Ok(published == bytes)
            }
            Content::Copied(asset) => {
                Ok(read_chunks(file, |_| Ok(()))? == (asset.length, asset.hash))
            }
        }
    }
}

/// Reads a file in chunks of [`CHUNK_SIZE`] and passes each to `take`; returns length and hash of
/// the file.
fn read_chunks(
    mut file: File,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<(u64, ContentHash)> {
    let (mut chunk, mut length, mut hasher) = (vec![0; CHUNK_SIZE], 0, blake3::Hasher::new());
    loop {
        let count = file.read(&mut chunk)?;
        if count == 0 {
            return Ok((length, ContentHash(*hasher.finalize().as_bytes())));
        }
        hasher.update(&chunk[..count]);
        take(&chunk[..count])?;
        length += count as u64;
    }
}

/// Whether a published file is empty or has the content that the new site has at its path.
fn is_redundant(old: &Dir, path: &str, entry: &ManifestEntry) -> bool {
    let bytes = folder::read_bytes(old, Path::new(path));
    bytes.is_ok_and(|bytes| {
        bytes.is_empty()
            || ManifestEntry::for_generated(&bytes) == *entry
            || ManifestEntry::for_copied(bytes.len() as u64, ContentHash::of(&bytes)) == *entry
    })
}

/// The path, where it stays below the target and is not that of the manifest.
///
/// # Errors
/// It is empty, absolute, leads upwards or is that of the manifest.
fn check_path(path: &str) -> Result<&str> {
    let below = !path.is_empty()
        && path
            .split('/')
            .all(|name| !matches!(name, "" | "." | "..") && !name.contains(['\0', '\\']));
    if below && path != manifest::MANIFEST_NAME {
        return Ok(path);
    }
    Err(Error::new(format!("`{}` is no path below the output folder", path.escape_debug())))
}

/// The manifest entries of all files of the new site, by path.
///
/// # Errors
/// Two files have the same path, so that the site would depend on their order.
fn collect_entries(staged: Vec<StagedFile>) -> Result<BTreeMap<String, ManifestEntry>> {
    let mut files = BTreeMap::new();
    for StagedFile { path, entry, .. } in staged {
        if files.contains_key(&path) {
            return Err(duplicate_path_error(&path));
        }
        files.insert(path, entry);
    }
    Ok(files)
}

/// The error that two files of a site have the same path.
fn duplicate_path_error(path: &str) -> Error {
    Error::new(format!("two pages or files want the address `{path}`"))
        .with_hint("rename one of the two records or files")
}
