//! Keeping what is dear to compute in `.casebook/cache/`: best effort, and safe to delete at any time.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::SystemTime;

use crate::source::cache::{file, folder};
use crate::source::{self, ContentHash, History, cache};

/// How many entries of one name are kept: one for each audience, and some for going back and forth.
const KEPT: usize = 4;

/// Keeps some bytes under a name and the key of what they were made from.
///
/// A cache that cannot be written costs time, never a build: trouble is ignored.
pub fn write(root: &Path, name: &str, key: ContentHash, bytes: &[u8]) {
    if store(root, name, key, bytes).is_ok() {
        forget_old(root, name).unwrap_or_default();
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
    ignored_by_git(root)?;
    let passing = folder(root).join(format!("{name}.{}.passing", process::id()));
    let write = || {
        let mut file = File::create(&passing)?;
        file.write_all(bytes)?;
        file.write_all(&ContentHash::of(bytes).0)?;
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

/// Removes the oldest entries of a name.
fn forget_old(root: &Path, name: &str) -> io::Result<()> {
    let length = file(root, name, ContentHash([0; 32])).file_name().unwrap_or_default().len();
    let mut entries: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder(root))?.flatten() {
        let other = entry.file_name();
        if other.len() == length && other.to_string_lossy().starts_with(&format!("{name}-")) {
            entries.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    entries.sort_unstable();
    let old = entries.len().saturating_sub(KEPT);
    entries[..old].iter().try_for_each(|(_, path)| fs::remove_file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_made_once_and_checked_when_read() {
        let home = tempfile::tempdir().unwrap();
        let key = ContentHash::of(b"key");
        let first = remember(home.path(), "index", key, || b"dear".to_vec());
        let second = remember(home.path(), "index", key, || unreachable!("it was kept"));
        assert_eq!(first, second);
        fs::write(file(home.path(), "index", key), b"torn").unwrap();
        assert_eq!(cache::read(home.path(), "index", key), None);
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
