//! Exchanging the published folder for the new one: at once where the system can, else by two renames.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::output::{sweep, trouble};

/// Tries at the lock, at a twentieth of a second each.
const PATIENCE: u32 = 200;

/// Names beside the target that belong to its publishing.
#[derive(Debug)]
pub struct Beside {
    /// What is published.
    pub target: PathBuf,
    /// The staging folder.
    pub new: PathBuf,
    /// What was published, on its way out.
    old: PathBuf,
    /// Says that `new` is whole and two renames are under way.
    journal: PathBuf,
    /// Held by the one run that may write here.
    lock: PathBuf,
}

impl Beside {
    /// The names that go with a target.
    pub fn of(target: &Path) -> Self {
        let named = |role: &str| {
            let mut name = OsString::from(".");
            name.push(target.file_name().unwrap_or_default());
            name.push(".casebook-");
            name.push(role);
            target.with_file_name(name)
        };
        Beside { target: target.to_owned(), new: named("new"), old: named("old"), journal: named("journal"), lock: named("lock") }
    }

    /// Waits for other runs on the same target, ten seconds at most.
    pub fn lock(&self) -> Result<Lock> {
        for _ in 0..PATIENCE {
            let file = File::options().create(true).truncate(false).write(true).open(&self.lock);
            let file = file.map_err(trouble::at(&self.target, "cannot write beside the output folder"))?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
                // The run before may have removed the file that was just locked.
                Ok(()) if !is_same(&file, &self.lock) => {}
                // A network disk without locks is no reason to publish nothing.
                Ok(()) | Err(TryLockError::Error(_)) => return Ok(Lock { path: self.lock.clone(), _file: file }),
            }
        }
        let error = Error { path: Some(self.target.clone()), ..Error::new("another run of Casebook is writing to") };
        Err(error.hint("wait until it is done"))
    }

    /// Ends what a killed run began, and clears away what it left.
    pub fn recover(&self) -> Result<()> {
        if self.journal.exists() {
            if !self.target.exists() {
                let whole = if self.new.exists() { &self.new } else { &self.old };
                fs::rename(whole, &self.target).map_err(trouble::at(&self.target, "cannot complete an earlier run's publishing of"))?;
            }
            fs::remove_file(&self.journal).map_err(trouble::at(&self.journal, "cannot remove"))?;
        }
        sweep::leftover(&self.new)?;
        sweep::leftover(&self.old)
    }

    /// Puts the new folder in the target's place; what was there before is returned, under another name.
    pub fn exchange(&self) -> Result<Option<PathBuf>> {
        let message = "cannot exchange the output folder";
        if !self.target.exists() {
            fs::rename(&self.new, &self.target).map_err(trouble::at(&self.target, message))?;
            return Ok(None);
        }
        match swap(&self.new, &self.target) {
            Ok(()) => Ok(Some(self.new.clone())),
            Err(cause) if cannot_swap(&cause) => {
                self.rename_twice(|_| {}).map_err(trouble::at(&self.target, message))?;
                Ok(Some(self.old.clone()))
            }
            Err(cause) => Err(trouble::trouble(&self.target, message, cause)),
        }
    }

    /// The way of systems that cannot swap; `after` is told of each step, so that tests can stop there.
    fn rename_twice(&self, mut after: impl FnMut(u32)) -> io::Result<()> {
        let journal = File::create(&self.journal)?;
        journal.sync_all()?;
        after(1);
        fs::rename(&self.target, &self.old)?;
        after(2);
        if let Err(cause) = fs::rename(&self.new, &self.target) {
            fs::rename(&self.old, &self.target)?;
            fs::remove_file(&self.journal)?;
            return Err(cause);
        }
        after(3);
        fs::remove_file(&self.journal)
    }
}

/// Held while a run may write; its file goes when it is let go.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still locked, so that nobody locks a file that is about to go.
        fs::remove_file(&self.path).unwrap_or_default();
    }
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn swap(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn swap(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// What systems and disks answer that know no exchange.
fn cannot_swap(cause: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, Unsupported};
    matches!(cause.kind(), Unsupported | InvalidInput)
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |one: fs::Metadata, other: fs::Metadata| one.ino() == other.ino() && one.dev() == other.dev();
    file.metadata().and_then(|one| Ok(same(one, fs::metadata(path)?))).unwrap_or(false)
}

#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Has the system write everything below a folder's disk to the platter, in one call where it has one.
pub fn settle(folder: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(folder) = File::open(folder) {
        // A disk that cannot be flushed still publishes whole folders; only a power cut could then tear one.
        rustix::fs::syncfs(folder).unwrap_or_default();
    }
    #[cfg(not(target_os = "linux"))]
    let _ = folder;
}

/// Has the system remember the names in a folder.
pub fn settle_names(folder: Option<&Path>) {
    #[cfg(unix)]
    if let Some(folder) = folder.and_then(|folder| File::open(folder).ok()) {
        folder.sync_all().unwrap_or_default();
    }
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: &Path, text: &str) {
        fs::create_dir(path).unwrap();
        fs::write(path.join("index.html"), text).unwrap();
        fs::write(path.join(".casebook-manifest"), r#"{"casebook":1,"hub":"x","files":{"index.html":[3,""]}}"#).unwrap();
    }

    /// Stops two renames after each step, as a kill would, and looks what the next run makes of it.
    #[test]
    fn two_renames_are_completed_by_the_next_run() {
        for (stop, published) in [(1, "old"), (2, "new"), (3, "new"), (4, "new")] {
            let home = tempfile::tempdir().unwrap();
            let beside = Beside::of(&home.path().join("public"));
            folder(&beside.target, "old");
            folder(&beside.new, "new");
            let stopped = std::panic::catch_unwind(|| beside.rename_twice(|step| assert_ne!(step, stop)));
            assert_eq!(stopped.is_err(), stop < 4);
            beside.recover().unwrap();
            assert_eq!(fs::read_to_string(beside.target.join("index.html")).unwrap(), published, "stopped after step {stop}");
            assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing else is left after step {stop}");
        }
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let home = tempfile::tempdir().unwrap();
        let beside = Beside::of(&home.path().join("public"));
        let lock = beside.lock().unwrap();
        let second = File::open(&beside.lock).unwrap();
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(lock);
        assert!(!beside.lock.exists());
        beside.lock().unwrap();
    }
}
