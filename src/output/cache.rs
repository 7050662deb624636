//! Keeping what is dear to compute in `.casebook/cache/`: best effort, and safe to delete at any time.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::SystemTime;

use crate::source::cache::{KEY, folder};
use crate::source::{self, ContentHash, History, cache};

/// How many entries of one name are kept: one for each audience, and some for going back and forth.
const KEPT: usize = 4;

/// How many bytes all entries may have together.
const LIMIT: u64 = 1 << 30;

/// How the name of a file ends that is still being written.
const PASSING: &str = ".passing";

/// Keeps some bytes under a name and the key of what they were made from.
///
/// A cache that cannot be written costs time, never a build: trouble is ignored.
pub fn write(root: &Path, name: &str, key: ContentHash, bytes: &[u8]) {
    if store(root, name, key, bytes).is_ok() {
        forget_old(root, LIMIT).unwrap_or_default();
    }
}

/// Removes what killed runs left half written; what a running one writes is locked, and stays.
pub fn tidy(root: &Path) {
    if !is_own(root) {
        return;
    }
    let passing = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().ends_with(PASSING);
    for entry in fs::read_dir(folder(root)).into_iter().flatten().flatten().filter(passing) {
        if File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_file(entry.path()).unwrap_or_default();
        }
    }
}

/// What was kept under this key, else the outcome of `make`, which is then kept.
pub fn remember(root: &Path, name: &str, key: ContentHash, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    cache::read(root, name, key).unwrap_or_else(|| {
        let bytes = make();
        write(root, name, key, &bytes);
        bytes
    })
}

/// The hub's history from git, whose log is read once for every commit.
pub fn history_of(root: &Path) -> History {
    match source::head(root) {
        Some(head) if !head.shallow => {
            let key = ContentHash::of(format!("names and log of {}", head.commit).as_bytes());
            match remember(root, "history", key, || source::log(root).unwrap_or_default()) {
                log if log.is_empty() => source::history(root),
                log => source::parse_log(&log),
            }
        }
        _ => source::history(root),
    }
}

/// Written under a passing name first, so that no reader meets half an entry.
fn store(root: &Path, name: &str, key: ContentHash, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder(root))?;
    if !is_own(root) {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    ignored_by_git(root)?;
    let passing = folder(root).join(format!("{name}.{}{PASSING}", process::id()));
    let write = || {
        let mut file = File::create(&passing)?;
        // A disk without locks has its passing files removed by any other run, which costs an entry.
        file.try_lock().unwrap_or_default();
        file.write_all(bytes)?;
        file.write_all(&cache::seal(name, key, bytes).0)?;
        fs::rename(&passing, cache::file(root, name, key))
    };
    write().inspect_err(|_| fs::remove_file(&passing).unwrap_or_default())
}

/// The folder keeps itself out of the repository, whatever the hub's own ignore list says.
fn ignored_by_git(root: &Path) -> io::Result<()> {
    match File::create_new(root.join(".casebook").join(".gitignore")) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(_) => Ok(()),
    }
}

/// Removes the oldest entries of each name, and the oldest of all that are too much together.
fn forget_old(root: &Path, limit: u64) -> io::Result<()> {
    let mut entries: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder(root))?.flatten() {
        let facts = entry.metadata()?;
        if facts.is_file() && stem(&entry.path()).is_some() {
            entries.push((facts.modified()?, facts.len(), entry.path()));
        }
    }
    entries.sort_unstable_by(|one, other| other.cmp(one));
    let (mut bytes, mut kept) = (0, BTreeMap::new());
    for (_, length, path) in entries {
        bytes += length;
        let same = kept.entry(stem(&path)).or_insert(0);
        *same += 1;
        if *same > KEPT || bytes > limit {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The name of an entry without its key; nothing for a file that is no entry.
fn stem(path: &Path) -> Option<String> {
    let (stem, key) = path.file_name()?.to_str()?.rsplit_once('-')?;
    let is_key = key.len() == ContentHash([0; 32]).hex(KEY).len() && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_key.then(|| stem.to_owned())
}

/// Whether the cache lies in the hub itself: nothing is written or removed through a link.
fn is_own(root: &Path) -> bool {
    let folder = folder(root);
    [folder.parent().unwrap_or(root), &folder].into_iter().all(|folder| fs::symlink_metadata(folder).is_ok_and(|facts| facts.is_dir()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::cache::file;

    #[test]
    fn an_entry_is_made_once_and_checked_when_read() {
        let home = tempfile::tempdir().unwrap();
        let key = ContentHash::of(b"key");
        let first = remember(home.path(), "index", key, || b"dear".to_vec());
        let second = remember(home.path(), "index", key, || unreachable!("it was kept"));
        assert_eq!(first, second);
        let entry = file(home.path(), "index", key);
        for (name, other) in [("index", ContentHash::of(b"other")), ("terms", key)] {
            fs::copy(&entry, file(home.path(), name, other)).unwrap();
            assert_eq!(cache::read(home.path(), name, other), None, "an entry is nothing under another key or name");
        }
        fs::write(entry, b"torn").unwrap();
        assert_eq!(cache::read(home.path(), "index", key), None);
    }

    #[test]
    fn what_killed_runs_left_goes_and_what_is_being_written_stays() {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), "index", ContentHash::of(b"key"), b"dear");
        let passing = |number: u32| folder(home.path()).join(format!("index.{number}.passing"));
        let running = File::create(passing(1)).unwrap();
        running.lock().unwrap();
        fs::write(passing(2), "half").unwrap();
        tidy(home.path());
        assert!(passing(1).exists() && !passing(2).exists());
        drop(running);
        tidy(home.path());
        assert_eq!(fs::read_dir(folder(home.path())).unwrap().count(), 1, "the entry alone is left");
    }

    #[test]
    fn entries_are_bounded_together() {
        let home = tempfile::tempdir().unwrap();
        for number in 0..3u8 {
            write(home.path(), &format!("name{number}"), ContentHash::of(b"key"), &[0; 1000]);
        }
        forget_old(home.path(), 2500).unwrap();
        let read = |number: u8| cache::read(home.path(), &format!("name{number}"), ContentHash::of(b"key"));
        assert_eq!(fs::read_dir(folder(home.path())).unwrap().count(), 2);
        assert!(read(2).is_some());
    }

    #[test]
    fn old_entries_go() {
        let home = tempfile::tempdir().unwrap();
        for number in 0..9u8 {
            write(home.path(), "index", ContentHash::of(&[number]), b"");
        }
        assert_eq!(fs::read_dir(folder(home.path())).unwrap().count(), KEPT);
        assert!(cache::read(home.path(), "index", ContentHash::of(&[8])).is_some());
    }
}
