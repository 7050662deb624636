//! The folder to publish into, the names beside it, and the lock that one run holds on it.

use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cap_std::fs::Dir;

use crate::error::{Error, Result};
use crate::output::{folder, io_error};

/// Attempts to take the lock on the output folder, 50 ms apart.
const LOCK_ATTEMPTS: u32 = 200;

/// The folder to publish into, and the names beside it that are used while publishing.
#[derive(Debug)]
pub struct Target {
    /// Path of the published folder, for messages.
    pub path: PathBuf,
    /// Handle of the parent folder, in which all names below are looked up.
    pub parent: Dir,
    /// Name of the published folder.
    pub name: OsString,
    /// Name of the staging folder.
    pub staging: OsString,
    /// Name of the replaced folder until it is removed.
    pub(super) old: OsString,
    /// Name of the journal file; it exists while the staging folder is complete and two renames are
    /// in progress.
    pub(super) journal: OsString,
    /// Name of the lock file, held by the one run that may write here.
    lock: OsString,
}

impl Target {
    /// Opens the parent folder of a path without symbolic links.
    ///
    /// # Errors
    /// The parent folder cannot be opened, or has become a link.
    pub fn open(path: &Path) -> Result<Self> {
        let parent_path = path.parent().unwrap_or(path);
        let parent = crate::source::folder::open_folder(parent_path)
            .map_err(io_error::at_path(parent_path, "cannot open the folder"))?;
        let name = path.file_name().unwrap_or_default().to_owned();
        let named = |role: &str| {
            let mut named = OsString::from(".");
            named.push(&name);
            named.push(".casebook-");
            named.push(role);
            named
        };
        let (staging, old, journal, lock) =
            (named("new"), named("old"), named("journal"), named("lock"));
        Ok(Target { path: path.to_owned(), parent, name, staging, old, journal, lock })
    }

    /// Takes the lock on the output folder, waiting up to ten seconds for other runs.
    ///
    /// # Errors
    /// Another run holds the lock for longer, or the lock file cannot be written.
    pub fn lock(&self) -> Result<Lock> {
        for _ in 0..LOCK_ATTEMPTS {
            if let Some(lock) = self.try_lock()? {
                return Ok(lock);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Error::about(&self.path, "another run of Casebook is writing to")
            .with_hint("wait until it is done"))
    }

    /// Takes the lock on the output folder without waiting; `None` where another run holds it.
    ///
    /// # Errors
    /// The lock file cannot be written.
    pub fn try_lock(&self) -> Result<Option<Lock>> {
        let to_error = io_error::at_path(&self.path, "cannot write beside the output folder");
        let file = folder::open_for_writing(&self.parent, &self.lock).map_err(&to_error)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(None),
            // The previous run may have removed the file between opening and locking it.
            Ok(()) if !is_file_at(&file, &self.parent, &self.lock) => Ok(None),
            // Some network file systems have no locks; publishing goes on without one.
            Ok(()) | Err(TryLockError::Error(_)) => {
                let parent = self.parent.try_clone().map_err(&to_error)?;
                Ok(Some(Lock { parent, name: self.lock.clone(), _file: file }))
            }
        }
    }

    /// Whether a killed run left a staging folder, a replaced folder or a journal.
    pub fn has_leftovers(&self) -> bool {
        [&self.staging, &self.old, &self.journal]
            .into_iter()
            .any(|name| folder::exists(&self.parent, name).unwrap_or(true))
    }
}

/// The lock of one run on the output folder; dropping it removes the lock file.
#[derive(Debug)]
pub struct Lock {
    parent: Dir,
    name: OsString,
    _file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still locked, so that no other run locks a file that is about to be
        // removed.
        self.parent.remove_file(&self.name).unwrap_or_default();
    }
}

/// Whether an open file is the one that a name refers to now.
fn is_file_at(file: &File, parent: &Dir, name: &OsStr) -> bool {
    let metadata =
        folder::metadata(file).and_then(|opened| Ok((opened, parent.symlink_metadata(name)?)));
    metadata.is_ok_and(|(opened, named)| folder::file_id(&opened) == folder::file_id(&named))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out folders on the disk")]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_by_one() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().canonicalize().unwrap().join("public");
        let target = Target::open(&path).unwrap();
        let lock = target.lock().unwrap();
        let second = File::open(path.with_file_name(&target.lock)).unwrap();
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(lock);
        assert!(!folder::exists(&target.parent, &target.lock).unwrap());
        target.lock().unwrap();
    }
}
