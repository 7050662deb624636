//! Replaces the published folder with the new one: atomically where the system supports it, else
//! with two renames and a journal.

use std::ffi::{OsStr, OsString};
use std::io;

use cap_std::fs::Dir;

use crate::error::{Error, Result};
use crate::output::cleanup::{self, ForeignFiles};
use crate::output::target::Target;
use crate::output::{folder, io_error, manifest};

impl Target {
    /// Completes or undoes an interrupted exchange and removes leftovers; returns the files found
    /// there that Casebook did not write.
    ///
    /// # Errors
    /// The parent folder cannot be read or written.
    pub fn recover(&self) -> Result<Vec<ForeignFiles>> {
        let to_error =
            io_error::at_path(&self.path, "cannot complete an earlier run's publishing of");
        let has_journal = folder::exists(&self.parent, &self.journal).map_err(&to_error)?;
        if !folder::exists(&self.parent, &self.name).map_err(&to_error)? {
            // Only a journal proves that the staging folder is complete; without one, the replaced
            // folder is restored.
            let complete = [&self.staging, &self.old]
                .into_iter()
                .skip(usize::from(!has_journal))
                .find(|name| self.has_valid_manifest(name));
            if let Some(complete) = complete {
                self.parent.rename(complete, &self.parent, &self.name).map_err(&to_error)?;
                folder::sync_directory(&self.parent).map_err(&to_error)?;
            }
        }
        if has_journal {
            self.parent.remove_file(&self.journal).map_err(&to_error)?;
        }
        let foreign = [
            cleanup::remove_leftover(self, &self.staging)?,
            cleanup::remove_leftover(self, &self.old)?,
        ];
        Ok(foreign.into_iter().flatten().collect())
    }

    /// Whether the folder of this name beside the target has a valid manifest, as a complete site
    /// has; `false` where there is no such folder.
    fn has_valid_manifest(&self, name: &OsStr) -> bool {
        let found = folder::find_folder(&self.parent, name).ok().flatten();
        found.is_some_and(|found| {
            matches!(manifest::read(&found, &self.path), Ok(manifest::ManifestState::Valid(_)))
        })
    }

    /// Replaces the published folder `old` with the staging folder `new`; returns the name that the
    /// replaced folder has now.
    ///
    /// # Errors
    /// The target or the staging folder is no longer the one that was opened, or they cannot be
    /// exchanged; nothing has changed then.
    pub fn exchange(&self, new: &Dir, old: Option<&Dir>) -> Result<Option<OsString>> {
        let to_error = io_error::at_path(&self.path, "cannot exchange the output folder");
        if !folder::is_same_folder(&self.parent, &self.staging, new) {
            return Err(self.replaced_error());
        }
        let Some(old) = old else {
            if folder::exists(&self.parent, &self.name).map_err(&to_error)? {
                return Err(self.replaced_error());
            }
            self.parent.rename(&self.staging, &self.parent, &self.name).map_err(&to_error)?;
            return Ok(None);
        };
        if !folder::is_same_folder(&self.parent, &self.name, old) {
            return Err(self.replaced_error());
        }
        match swap(&self.parent, &self.staging, &self.name) {
            Ok(()) if folder::is_same_folder(&self.parent, &self.staging, old) => {
                Ok(Some(self.staging.clone()))
            }
            Ok(()) => {
                swap(&self.parent, &self.staging, &self.name).map_err(&to_error)?;
                Err(self.replaced_error())
            }
            Err(cause) if folder::is_unsupported(&cause) => {
                self.rename_twice(|_| {}).map_err(&to_error)?;
                Ok(Some(self.old.clone()))
            }
            Err(cause) => Err(to_error(cause)),
        }
    }

    /// The error that something else has taken the place of a folder since it was opened.
    fn replaced_error(&self) -> Error {
        Error::FolderReplaced(self.path.clone())
    }

    /// Exchanges the folders on systems without an atomic exchange. Calls `after_step` with the
    /// number of each step (1 to 3), so that tests can interrupt it there.
    fn rename_twice(&self, mut after_step: impl FnMut(u32)) -> io::Result<()> {
        folder::open_for_writing(&self.parent, &self.journal)?.sync_all()?;
        folder::sync_directory(&self.parent)?;
        after_step(1);
        self.parent
            .rename(&self.name, &self.parent, &self.old)
            .inspect_err(|_| self.remove_journal().unwrap_or_default())?;
        after_step(2);
        if let Err(cause) = self.parent.rename(&self.staging, &self.parent, &self.name) {
            self.parent.rename(&self.old, &self.parent, &self.name)?;
            self.remove_journal()?;
            return Err(cause);
        }
        after_step(3);
        folder::sync_directory(&self.parent)?;
        self.remove_journal()
    }

    /// Removes the journal, so that the next run takes the exchange for finished.
    fn remove_journal(&self) -> io::Result<()> {
        self.parent.remove_file(&self.journal)
    }
}

/// Exchanges two names in a folder atomically.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn swap(parent: &Dir, one: &OsStr, other: &OsStr) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    Ok(renameat_with(parent, one, parent, other, RenameFlags::EXCHANGE)?)
}

/// Systems without an atomic exchange: always the error `Unsupported`, which makes the caller
/// rename twice.
#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn swap(_: &Dir, _: &OsStr, _: &OsStr) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out folders on the disk")]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn create_site(path: &Path, text: &str) {
        fs::create_dir(path).unwrap();
        fs::write(path.join("index.html"), text).unwrap();
        fs::write(
            path.join(".casebook-manifest"),
            r#"{"casebook":1,"hub":"x","files":{"index.html":[3,""]}}"#,
        )
        .unwrap();
    }

    fn open_target(home: &Path) -> (Target, PathBuf, PathBuf) {
        let home = home.canonicalize().unwrap();
        let target = Target::open(&home.join("public")).unwrap();
        let (path, staging) = (home.join("public"), home.join(&target.staging));
        (target, path, staging)
    }

    /// Interrupts the two renames after each step, as a killed process would, and recovers.
    #[test]
    fn two_renames_are_completed_by_the_next_run() {
        for (stop, published) in [(1, "old"), (2, "new"), (3, "new"), (4, "new")] {
            let home = tempfile::tempdir().unwrap();
            let (target, path, staging) = open_target(home.path());
            create_site(&path, "old");
            create_site(&staging, "new");
            let rename = || target.rename_twice(|step| assert_ne!(step, stop));
            let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(rename));
            assert_eq!(stopped.is_err(), stop < 4);
            assert!(target.has_leftovers());
            assert_eq!(target.recover().unwrap(), []);
            assert_eq!(
                fs::read_to_string(path.join("index.html")).unwrap(),
                published,
                "stopped after step {stop}"
            );
            assert_eq!(
                fs::read_dir(home.path()).unwrap().count(),
                1,
                "nothing else is left after step {stop}"
            );
        }
    }

    #[test]
    fn what_was_published_comes_back_where_the_journal_is_lost() {
        let home = tempfile::tempdir().unwrap();
        let (target, path, staging) = open_target(home.path());
        create_site(&staging, "new");
        create_site(&path.with_file_name(&target.old), "old");
        target.recover().unwrap();
        assert_eq!(fs::read_to_string(path.join("index.html")).unwrap(), "old");
        assert!(!target.has_leftovers());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_target_is_not_exchanged() {
        let home = tempfile::tempdir().unwrap();
        let (target, path, staging) = open_target(home.path());
        create_site(&path, "old");
        create_site(&staging, "new");
        let handles = [&target.name, &target.staging]
            .map(|name| folder::find_folder(&target.parent, name).unwrap().unwrap());
        fs::rename(&path, home.path().join("moved")).unwrap();
        std::os::unix::fs::symlink("moved", &path).unwrap();
        target.exchange(&handles[1], Some(&handles[0])).unwrap_err();
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        fs::remove_file(&path).unwrap();
        target.exchange(&handles[1], None).unwrap();
        assert_eq!(fs::read_to_string(path.join("index.html")).unwrap(), "new");
    }
}
