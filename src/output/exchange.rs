//! Exchanging the published folder for the new one: at once where the system can, else by two renames.

use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cap_std::fs::Dir;

use crate::error::{Error, Result};
use crate::output::sweep::{self, Kept};
use crate::output::{folder, manifest, trouble};

/// Tries at the lock, at a twentieth of a second each.
const PATIENCE: u32 = 200;

/// The folder that holds the target, and the names in it that belong to its publishing.
#[derive(Debug)]
pub struct Beside {
    /// The path of what is published, for messages.
    pub target: PathBuf,
    /// The folder that holds it, which all names are looked up in.
    pub parent: Dir,
    /// What is published.
    pub name: OsString,
    /// The staging folder.
    pub new: OsString,
    /// What was published, on its way out.
    old: OsString,
    /// Says that `new` is whole and two renames are under way.
    journal: OsString,
    /// Held by the one run that may write here.
    lock: OsString,
}

impl Beside {
    /// The names that go with a target, whose path is free of links.
    ///
    /// # Errors
    /// The folder that holds it cannot be opened, or is a link by now.
    pub fn open(target: &Path) -> Result<Self> {
        let holder = target.parent().unwrap_or(target);
        let parent = crate::source::folder::open(holder).map_err(trouble::at(holder, "cannot open the folder"))?;
        let name = target.file_name().unwrap_or_default().to_owned();
        let named = |role: &str| {
            let mut named = OsString::from(".");
            named.push(&name);
            named.push(".casebook-");
            named.push(role);
            named
        };
        let (new, old, journal, lock) = (named("new"), named("old"), named("journal"), named("lock"));
        Ok(Beside { target: target.to_owned(), parent, name, new, old, journal, lock })
    }

    /// Waits for other runs on the same target, ten seconds at most.
    pub fn lock(&self) -> Result<Lock> {
        for _ in 0..PATIENCE {
            if let Some(lock) = self.try_lock()? {
                return Ok(lock);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let error = Error { path: Some(self.target.clone()), ..Error::new("another run of Casebook is writing to") };
        Err(error.hint("wait until it is done"))
    }

    /// Locks the target, unless another run has it.
    pub fn try_lock(&self) -> Result<Option<Lock>> {
        let trouble = trouble::at(&self.target, "cannot write beside the output folder");
        let file = folder::open_for_writing(&self.parent, &self.lock).map_err(&trouble)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(None),
            // The run before may have removed the file that was just locked.
            Ok(()) if !is_named(&file, &self.parent, &self.lock) => Ok(None),
            // A network disk without locks is no reason to publish nothing.
            Ok(()) | Err(TryLockError::Error(_)) => {
                let parent = self.parent.try_clone().map_err(&trouble)?;
                Ok(Some(Lock { parent, name: self.lock.clone(), _file: file }))
            }
        }
    }

    /// Whether a killed run left something to end or to clear away.
    pub fn is_unsettled(&self) -> bool {
        [&self.new, &self.old, &self.journal].into_iter().any(|name| folder::holds(&self.parent, name).unwrap_or(true))
    }

    /// Ends what a killed run began, and clears away what it left; returns what was found that is not Casebook's.
    pub fn recover(&self) -> Result<Vec<Kept>> {
        let trouble = trouble::at(&self.target, "cannot complete an earlier run's publishing of");
        let begun = folder::holds(&self.parent, &self.journal).map_err(&trouble)?;
        if !folder::holds(&self.parent, &self.name).map_err(&trouble)? {
            // Without the journal nobody knows whether what was staged is whole; what was published before is.
            let whole = [&self.new, &self.old].into_iter().skip(usize::from(!begun)).find(|name| self.is_published(name));
            if let Some(whole) = whole {
                self.parent.rename(whole, &self.parent, &self.name).map_err(&trouble)?;
                folder::settle_names(&self.parent).map_err(&trouble)?;
            }
        }
        if begun {
            self.parent.remove_file(&self.journal).map_err(&trouble)?;
        }
        let left = [sweep::leftover(self, &self.new)?, sweep::leftover(self, &self.old)?];
        Ok(left.into_iter().flatten().collect())
    }

    fn is_published(&self, name: &OsStr) -> bool {
        let found = folder::find(&self.parent, name).ok().flatten();
        found.is_some_and(|found| matches!(manifest::read(&found, &self.target), Ok(manifest::Read::Whole(_))))
    }

    /// Puts the new folder in the target's place; what was there before is returned, under another name.
    ///
    /// # Errors
    /// When the target is no longer the folder that was looked into, or cannot be exchanged; it is then as it was.
    pub fn exchange(&self, new: &Dir, old: Option<&Dir>) -> Result<Option<OsString>> {
        let trouble = trouble::at(&self.target, "cannot exchange the output folder");
        if !folder::is_still(&self.parent, &self.new, new) {
            return Err(self.replaced());
        }
        let Some(old) = old else {
            if folder::holds(&self.parent, &self.name).map_err(&trouble)? {
                return Err(self.replaced());
            }
            self.parent.rename(&self.new, &self.parent, &self.name).map_err(&trouble)?;
            return Ok(None);
        };
        if !folder::is_still(&self.parent, &self.name, old) {
            return Err(self.replaced());
        }
        match swap(&self.parent, &self.new, &self.name) {
            Ok(()) if folder::is_still(&self.parent, &self.new, old) => Ok(Some(self.new.clone())),
            Ok(()) => {
                swap(&self.parent, &self.new, &self.name).map_err(&trouble)?;
                Err(self.replaced())
            }
            Err(cause) if folder::is_unknown(&cause) => {
                self.rename_twice(|_| {}).map_err(&trouble)?;
                Ok(Some(self.old.clone()))
            }
            Err(cause) => Err(trouble(cause)),
        }
    }

    fn replaced(&self) -> Error {
        let error = Error { path: Some(self.target.clone()), ..Error::new("something else was put into the place of the output folder meanwhile:") };
        error.hint("nothing was published and nothing deleted; see who else writes there, then build again")
    }

    /// The way of systems that cannot swap; `after` is told of each step, so that tests can stop there.
    fn rename_twice(&self, mut after: impl FnMut(u32)) -> io::Result<()> {
        folder::open_for_writing(&self.parent, &self.journal)?.sync_all()?;
        folder::settle_names(&self.parent)?;
        after(1);
        self.parent.rename(&self.name, &self.parent, &self.old).inspect_err(|_| self.end_journal().unwrap_or_default())?;
        after(2);
        if let Err(cause) = self.parent.rename(&self.new, &self.parent, &self.name) {
            self.parent.rename(&self.old, &self.parent, &self.name)?;
            self.end_journal()?;
            return Err(cause);
        }
        after(3);
        folder::settle_names(&self.parent)?;
        self.end_journal()
    }

    fn end_journal(&self) -> io::Result<()> {
        self.parent.remove_file(&self.journal)
    }
}

/// Held while a run may write; its file goes when it is let go.
#[derive(Debug)]
pub struct Lock {
    parent: Dir,
    name: OsString,
    _file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still locked, so that nobody locks a file that is about to go.
        self.parent.remove_file(&self.name).unwrap_or_default();
    }
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn swap(parent: &Dir, one: &OsStr, other: &OsStr) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    Ok(renameat_with(parent, one, parent, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn swap(_: &Dir, _: &OsStr, _: &OsStr) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether a file that is open is the one of a name.
fn is_named(file: &File, parent: &Dir, name: &OsStr) -> bool {
    let facts = folder::facts(file).and_then(|opened| Ok((opened, parent.symlink_metadata(name)?)));
    facts.is_ok_and(|(opened, named)| folder::numbers(&opened) == folder::numbers(&named))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out folders on the disk")]
mod tests {
    use std::fs;

    use super::*;

    fn folder(path: &Path, text: &str) {
        fs::create_dir(path).unwrap();
        fs::write(path.join("index.html"), text).unwrap();
        fs::write(path.join(".casebook-manifest"), r#"{"casebook":1,"hub":"x","files":{"index.html":[3,""]}}"#).unwrap();
    }

    fn beside(home: &Path) -> (Beside, PathBuf, PathBuf) {
        let home = home.canonicalize().unwrap();
        let beside = Beside::open(&home.join("public")).unwrap();
        let (target, new) = (home.join("public"), home.join(&beside.new));
        (beside, target, new)
    }

    /// Stops two renames after each step, as a kill would, and looks what the next run makes of it.
    #[test]
    fn two_renames_are_completed_by_the_next_run() {
        for (stop, published) in [(1, "old"), (2, "new"), (3, "new"), (4, "new")] {
            let home = tempfile::tempdir().unwrap();
            let (beside, target, new) = beside(home.path());
            folder(&target, "old");
            folder(&new, "new");
            let rename = || beside.rename_twice(|step| assert_ne!(step, stop));
            let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(rename));
            assert_eq!(stopped.is_err(), stop < 4);
            assert!(beside.is_unsettled());
            assert_eq!(beside.recover().unwrap(), []);
            assert_eq!(fs::read_to_string(target.join("index.html")).unwrap(), published, "stopped after step {stop}");
            assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing else is left after step {stop}");
        }
    }

    #[test]
    fn what_was_published_comes_back_where_the_journal_is_lost() {
        let home = tempfile::tempdir().unwrap();
        let (beside, target, new) = beside(home.path());
        folder(&new, "new");
        folder(&target.with_file_name(&beside.old), "old");
        beside.recover().unwrap();
        assert_eq!(fs::read_to_string(target.join("index.html")).unwrap(), "old");
        assert!(!beside.is_unsettled());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_target_is_not_exchanged() {
        let home = tempfile::tempdir().unwrap();
        let (beside, target, new) = beside(home.path());
        folder(&target, "old");
        folder(&new, "new");
        let handles = [&beside.name, &beside.new].map(|name| folder::find(&beside.parent, name).unwrap().unwrap());
        fs::rename(&target, home.path().join("moved")).unwrap();
        std::os::unix::fs::symlink("moved", &target).unwrap();
        beside.exchange(&handles[1], Some(&handles[0])).unwrap_err();
        assert!(fs::symlink_metadata(&target).unwrap().is_symlink());
        fs::remove_file(&target).unwrap();
        beside.exchange(&handles[1], None).unwrap();
        assert_eq!(fs::read_to_string(target.join("index.html")).unwrap(), "new");
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let home = tempfile::tempdir().unwrap();
        let (beside, target, _) = beside(home.path());
        let lock = beside.lock().unwrap();
        let second = File::open(target.with_file_name(&beside.lock)).unwrap();
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(lock);
        assert!(!folder::holds(&beside.parent, &beside.lock).unwrap());
        beside.lock().unwrap();
    }
}
