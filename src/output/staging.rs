//! The staging folder: pages go in from all cores, and one exchange publishes them all.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use cap_std::fs::Dir;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::error::{Error, Result};
use crate::output::exchange::{Beside, Lock};
use crate::output::manifest::{self, Entry, Manifest};
use crate::output::place::{self, Previous};
use crate::output::sweep::{self, Kept};
use crate::output::{folder, trouble};
use crate::source::{self, Asset, ContentHash};

/// How much of a file is copied at once.
const PIECE: usize = 64 << 10;

/// A site on its way to the disk. Dropped without a commit, it leaves nothing behind.
#[derive(Debug)]
pub struct Staging {
    beside: Beside,
    /// The staging folder.
    new: Dir,
    hub: String,
    previous: Previous,
    /// Files that were found in what a killed run left, and are not Casebook's.
    kept: Vec<Kept>,
    /// Every file of the new site, and whether its bytes are already published.
    staged: Mutex<Vec<Staged>>,
    committed: bool,
    /// Let go last.
    _lock: Lock,
}

#[derive(Debug)]
struct Staged {
    path: String,
    entry: Entry,
    /// The numbers of the published file that holds the same bytes.
    unchanged: Option<(u64, u64)>,
}

/// What a file of the new site is made from.
#[derive(Clone, Copy)]
enum Content<'a> {
    Made(&'a [u8]),
    Copied(&'a Asset),
}

/// What publishing did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files whose bytes were written.
    pub written: usize,
    /// Files that are as they were.
    pub unchanged: usize,
    /// Files that are no longer published.
    pub removed: usize,
    /// Length of the whole site in bytes.
    pub bytes: u64,
    /// Files in the published folder that are not Casebook's, and where they were put.
    pub kept: Vec<Kept>,
    /// Whether the manifest was damaged or missing, so that everything was written anew.
    pub mended: bool,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} files written, {} unchanged, {} removed", self.written, self.unchanged, self.removed)
    }
}

impl Staging {
    /// Prepares to publish the hub at `root` into `target`, which need not exist.
    ///
    /// # Errors
    /// When the target lies in what the hub is made from, holds files that Casebook did not write for this hub,
    /// is being written by another run, or cannot be written.
    pub fn open(target: &Path, root: &Path) -> Result<Staging> {
        let root = fs::canonicalize(root).map_err(|cause| Error::at(root, "cannot find the hub's folder", cause))?;
        let target = place::resolve(target, &root)?;
        let parent = target.parent().expect("a resolved target has a name, so it has a parent");
        fs::create_dir_all(parent).map_err(trouble::at(parent, "cannot make the folder"))?;
        let beside = Beside::open(&target)?;
        let lock = beside.lock()?;
        let kept = beside.recover()?;
        let hub = manifest::hub(&root, &target);
        let previous = place::inspect(&beside, &hub)?;
        let make = || {
            beside.parent.create_dir(&beside.new)?;
            folder::find(&beside.parent, &beside.new)?.ok_or(ErrorKind::NotFound.into())
        };
        let new = make().map_err(trouble::at(&target, "cannot write beside the output folder"))?;
        Ok(Staging { beside, new, hub, previous, kept, staged: Mutex::default(), committed: false, _lock: lock })
    }

    /// Adds a page; may be called from many threads.
    ///
    /// # Errors
    /// When the disk is full or the path is none below the target.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.add(path, Entry::made(bytes), Content::Made(bytes))
    }

    /// Adds a file of the content folder as it is.
    ///
    /// # Errors
    /// As for `write`, and when the file is no longer the one that was read.
    pub fn copy(&self, path: &str, asset: &Asset) -> Result<()> {
        self.add(path, Entry::copied(asset.length, asset.hash), Content::Copied(asset))
    }

    /// Publishes everything added, at once.
    ///
    /// # Errors
    /// When the disk is full or the folders cannot be exchanged; the target is then as it was.
    pub fn commit(mut self) -> Result<Report> {
        let staged = std::mem::take(&mut *self.staged.lock().unwrap_or_else(PoisonError::into_inner));
        let mut report = self.report(&staged);
        report.kept = std::mem::take(&mut self.kept);
        if report.written == 0 && report.removed == 0 && !self.previous.files.is_empty() {
            return Ok(report);
        }
        staged.par_iter().try_for_each(|file| file.unchanged.map_or(Ok(()), |numbers| self.link(&file.path, numbers)))?;
        let manifest = Manifest::new(std::mem::take(&mut self.hub), collect(staged)?);
        self.seal(&manifest)?;
        // The bytes reach the disk before the name does: a power cut must not leave a name with nothing under it.
        folder::settle(&self.new).map_err(trouble::at(&self.beside.target, "the disk does not take the new site for"))?;
        let known = self.known(&manifest)?;
        let old = self.beside.exchange(&self.new, self.previous.folder.as_ref())?;
        self.committed = true;
        let confirmed = folder::settle_names(&self.beside.parent);
        confirmed.map_err(trouble::at(&self.beside.target, "the new site is in place, but the disk does not confirm its name:"))?;
        if let (Some(name), Some(old)) = (old, &self.previous.folder) {
            report.kept.extend(sweep::published(&self.beside, &name, old, known.iter().map(String::as_str)));
        }
        Ok(report)
    }

    /// What of the published folder may go once the new site stands in its place.
    fn known(&self, manifest: &Manifest) -> Result<Vec<String>> {
        let Some(old) = self.previous.folder.as_ref().filter(|_| self.previous.unknown) else {
            return Ok(self.previous.files.keys().cloned().collect());
        };
        let look = || -> io::Result<Vec<String>> {
            // Where no manifest says what came from where, the rest is kept, even if this run is killed before it is told.
            folder::open_for_writing(old, manifest::UNKNOWN.as_ref())?;
            let paths = folder::files(old)?.into_iter().filter(|found| found.is_file).map(|found| place::slashed(&found.path));
            let is_spare = |path: &String| manifest.files.get(path).is_some_and(|entry| says_nothing_else(old, path, entry));
            Ok(paths.filter(is_spare).collect())
        };
        look().map_err(trouble::at(&self.beside.target, "cannot look into the output folder"))
    }

    fn report(&self, staged: &[Staged]) -> Report {
        let unchanged = staged.iter().filter(|file| file.unchanged.is_some()).count();
        let known = staged.iter().filter(|file| self.previous.files.contains_key(&file.path)).count();
        Report {
            written: staged.len() - unchanged,
            unchanged,
            removed: self.previous.files.len().saturating_sub(known),
            bytes: staged.iter().map(|file| file.entry.0).sum(),
            kept: Vec::new(),
            mended: self.previous.unknown,
        }
    }

    /// Notes a file, and writes it unless the same bytes are published already: those are linked in the end,
    /// when it is known that anything changed at all.
    fn add(&self, path: &str, entry: Entry, content: Content) -> Result<()> {
        let unchanged = self.published(path, &entry, content);
        if unchanged.is_none() {
            let place = Path::new(checked(path)?);
            let write = folder::create(&self.new, place).and_then(|mut file| content.write(&mut file));
            write.map_err(|cause| self.failed(path, cause))?;
        }
        let staged = Staged { path: path.to_owned(), entry, unchanged };
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).push(staged);
        Ok(())
    }

    /// The numbers of the published file that holds this content. Its bytes are read: what a time stamp says can be set by anybody.
    fn published(&self, path: &str, entry: &Entry, content: Content) -> Option<(u64, u64)> {
        let old = self.previous.folder.as_ref().filter(|_| self.previous.files.get(path) == Some(entry))?;
        let file = folder::read(old, Path::new(path)).ok()?;
        let facts = folder::facts(&file).ok()?;
        let same = facts.len() == entry.0 && content.is_in(file).unwrap_or(false);
        same.then(|| folder::numbers(&facts))
    }

    /// Takes a file over from what is published: as another name of the same bytes, else as a copy.
    fn link(&self, path: &str, numbers: (u64, u64)) -> Result<()> {
        let old = self.previous.folder.as_ref().expect("an unchanged file is one of the published folder");
        let path_in = Path::new(path);
        let link = || match old.hard_link(path_in, &self.new, path_in) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                self.new.create_dir_all(path_in.parent().unwrap_or(path_in))?;
                old.hard_link(path_in, &self.new, path_in)
            }
            other => other,
        };
        let copy = || io::copy(&mut folder::read(old, path_in)?, &mut folder::create(&self.new, path_in)?).map(|_| ());
        let linked = match link() {
            Ok(()) => self.new.symlink_metadata(path_in).map(|facts| facts.is_file() && folder::numbers(&facts) == numbers),
            Err(_) => copy().map(|()| true),
        };
        match linked {
            Ok(true) => Ok(()),
            Ok(false) => Err(changed(&self.beside.target.join(path))),
            Err(cause) => Err(self.failed(path, cause)),
        }
    }

    /// Writes the manifest, after which the staging folder is whole.
    fn seal(&self, manifest: &Manifest) -> Result<()> {
        let write = || folder::create(&self.new, Path::new(manifest::NAME))?.write_all(&manifest.to_bytes());
        write().map_err(|cause| self.failed(manifest::NAME, cause))
    }

    fn failed(&self, path: &str, cause: io::Error) -> Error {
        let place = self.beside.target.join(path);
        if cause.kind() == ErrorKind::AlreadyExists {
            return twice(path);
        }
        if cause.kind() == ErrorKind::InvalidData {
            return changed(&place);
        }
        trouble::trouble(&place, "cannot write", cause)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.committed {
            let removed = folder::clear(&self.new).and_then(|()| self.beside.parent.remove_dir(&self.beside.new));
            removed.unwrap_or_default();
        }
    }
}

impl Content<'_> {
    fn write(self, file: &mut File) -> io::Result<()> {
        match self {
            Content::Made(bytes) => file.write_all(bytes),
            Content::Copied(asset) => {
                let (length, hash) = each_piece(source::open(asset)?.0, |piece| file.write_all(piece))?;
                // What was checked is what is published, whatever happens to the file meanwhile.
                if (length, hash) == (asset.length, asset.hash) { Ok(()) } else { Err(ErrorKind::InvalidData.into()) }
            }
        }
    }

    /// Whether a file holds exactly this.
    fn is_in(self, mut file: File) -> io::Result<bool> {
        match self {
            Content::Made(bytes) => {
                let mut published = Vec::with_capacity(bytes.len() + 1);
                file.read_to_end(&mut published)?;
                Ok(published == bytes)
            }
            Content::Copied(asset) => Ok(each_piece(file, |_| Ok(()))? == (asset.length, asset.hash)),
        }
    }
}

/// Reads a file piece by piece; returns its length and hash.
fn each_piece(mut file: File, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(u64, ContentHash)> {
    let (mut piece, mut length, mut hasher) = (vec![0; PIECE], 0, blake3::Hasher::new());
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            return Ok((length, ContentHash(*hasher.finalize().as_bytes())));
        }
        hasher.update(&piece[..count]);
        take(&piece[..count])?;
        length += count as u64;
    }
}

/// Whether a file says nothing that the new site does not say: it is empty, or what an entry describes.
fn says_nothing_else(old: &Dir, path: &str, entry: &Entry) -> bool {
    let bytes = folder::bytes(old, Path::new(path));
    bytes.is_ok_and(|bytes| bytes.is_empty() || Entry::made(&bytes) == *entry || Entry::copied(bytes.len() as u64, ContentHash::of(&bytes)) == *entry)
}

/// A path that stays below the target, whatever a record is called.
fn checked(path: &str) -> Result<&str> {
    let below = !path.is_empty() && path.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.contains(['\0', '\\']));
    if below && path != manifest::NAME {
        return Ok(path);
    }
    Err(Error::new(format!("`{}` is no path below the output folder", path.escape_debug())))
}

/// The manifest's files; one path given twice would make the site depend on which came last.
fn collect(staged: Vec<Staged>) -> Result<BTreeMap<String, Entry>> {
    let mut files = BTreeMap::new();
    for Staged { path, entry, .. } in staged {
        if files.contains_key(&path) {
            return Err(twice(&path));
        }
        files.insert(path, entry);
    }
    Ok(files)
}

fn twice(path: &str) -> Error {
    Error::new(format!("two pages or files want the address `{path}`")).hint("rename one of the two records or files")
}

fn changed(path: &Path) -> Error {
    Error { path: Some(path.to_owned()), ..Error::new("somebody changed this file while it was being published:") }
        .hint("nothing was published; build again")
}
