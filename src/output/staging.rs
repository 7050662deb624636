//! The staging folder: pages go in from all cores, and one exchange publishes them all.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::error::{Error, Result};
use crate::output::exchange::{self, Beside, Lock};
use crate::output::manifest::{self, Entry, Manifest};
use crate::output::place::{self, Previous};
use crate::output::{sweep, trouble};
use crate::source::Asset;

/// A site on its way to the disk. Dropped without a commit, it leaves nothing behind.
#[derive(Debug)]
pub struct Staging {
    beside: Beside,
    hub: String,
    previous: Previous,
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
    unchanged: bool,
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
    /// Where files were put that somebody laid into the published folder meanwhile.
    pub kept: Option<PathBuf>,
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
        let beside = Beside::of(&target);
        let lock = beside.lock()?;
        beside.recover()?;
        let hub = manifest::hub(&root, &target);
        let previous = place::inspect(&target, &hub)?;
        fs::create_dir(&beside.new).map_err(trouble::at(&target, "cannot write beside the output folder"))?;
        Ok(Staging { beside, hub, previous, staged: Mutex::default(), committed: false, _lock: lock })
    }

    /// Adds a page; may be called from many threads.
    ///
    /// # Errors
    /// When the disk is full or the path is none below the target.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.add(path, Entry::made(bytes), |file| file.write_all(bytes))
    }

    /// Adds a file of the content folder as it is.
    ///
    /// # Errors
    /// As for `write`, and when the file cannot be read any more.
    pub fn copy(&self, path: &str, asset: &Asset) -> Result<()> {
        let copy = |file: &mut File| io::copy(&mut File::open(&asset.disk)?, file).map(|_| ());
        self.add(path, Entry::copied(asset.length, asset.hash), copy)
    }

    /// Publishes everything added, at once.
    ///
    /// # Errors
    /// When the disk is full or the folders cannot be exchanged; the target is then as it was.
    pub fn commit(mut self) -> Result<Report> {
        let staged = std::mem::take(&mut *self.staged.lock().unwrap_or_else(PoisonError::into_inner));
        let mut report = self.report(&staged);
        if report.written == 0 && report.removed == 0 && !self.previous.known.is_empty() {
            return Ok(report);
        }
        staged.par_iter().filter(|file| file.unchanged).try_for_each(|file| self.link(&file.path))?;
        let files = collect(staged)?;
        let hub = std::mem::take(&mut self.hub);
        self.seal(&Manifest::new(hub, files))?;
        // Where a site is replaced, its bytes reach the disk before its name does. A first site has nothing to lose.
        if !self.previous.known.is_empty() {
            exchange::settle(&self.beside.new);
        }
        let old = self.beside.exchange()?;
        self.committed = true;
        exchange::settle_names(self.beside.target.parent());
        report.kept = old.and_then(|old| sweep::published(&old));
        Ok(report)
    }

    fn report(&self, staged: &[Staged]) -> Report {
        let unchanged = staged.iter().filter(|file| file.unchanged).count();
        let known = staged.iter().filter(|file| file.unchanged || self.previous.known.contains(&file.path)).count();
        Report {
            written: staged.len() - unchanged,
            unchanged,
            removed: self.previous.known.len().saturating_sub(known),
            bytes: staged.iter().map(|file| file.entry.0).sum(),
            kept: None,
        }
    }

    /// Notes a file, and writes it unless the same bytes are published already: those are linked in the end,
    /// when it is known that anything changed at all.
    fn add(&self, path: &str, entry: Entry, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
        let unchanged = self.previous.intact.get(path) == Some(&entry);
        if !unchanged {
            let place = self.beside.new.join(checked(path)?);
            let write = create(&place).and_then(|mut file| fill(&mut file));
            write.map_err(|cause| self.failed(path, cause))?;
        }
        let staged = Staged { path: path.to_owned(), entry, unchanged };
        self.staged.lock().unwrap_or_else(PoisonError::into_inner).push(staged);
        Ok(())
    }

    /// Takes a file over from what is published: as another name of the same bytes, else as a copy.
    fn link(&self, path: &str) -> Result<()> {
        let (from, to) = (self.beside.target.join(path), self.beside.new.join(path));
        let link = || match fs::hard_link(&from, &to) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(to.parent().unwrap_or(&to))?;
                fs::hard_link(&from, &to)
            }
            other => other,
        };
        link().or_else(|_| fs::copy(&from, &to).map(|_| ())).map_err(|cause| self.failed(path, cause))
    }

    /// Writes the manifest, after which the staging folder is whole.
    fn seal(&self, manifest: &Manifest) -> Result<()> {
        let write = || File::create_new(self.beside.new.join(manifest::NAME))?.write_all(&manifest.to_bytes());
        write().map_err(|cause| self.failed(manifest::NAME, cause))
    }

    fn failed(&self, path: &str, cause: io::Error) -> Error {
        let place = self.beside.target.join(path);
        if cause.kind() == ErrorKind::AlreadyExists {
            return twice(path);
        }
        trouble::trouble(&place, "cannot write", cause)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.committed {
            fs::remove_dir_all(&self.beside.new).unwrap_or_default();
        }
    }
}

/// Opens a new file, making its folder on the way only where it is missing. Most pages are alone in theirs.
fn create(path: &Path) -> io::Result<File> {
    if path.ends_with("index.html") {
        fs::create_dir(path.parent().unwrap_or(path)).unwrap_or_default();
    }
    match File::create_new(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            File::create_new(path)
        }
        other => other,
    }
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
