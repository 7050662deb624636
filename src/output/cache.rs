//! Writes entries of the cache in `.casebook/cache/`. The cache only saves time and may be deleted
//! at any time.

#![expect(clippy::disallowed_methods, reason = "this module writes the disk")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::SystemTime;

use crate::catalog::field;
use crate::source::cache::{KEY_PREFIX_BYTES, cache_folder};
use crate::source::{self, ContentHash, History, cache};

/// The most entries of the cache with one name: one for each audience, and some for switching
/// between branches.
const MAX_ENTRIES_PER_NAME: usize = 4;

/// The largest size of the whole cache in bytes, beyond which its oldest entries are removed.
const MAX_BYTES: u64 = 1 << 30;

/// End of the file name of an entry of the cache that is still being written.
const TEMPORARY_SUFFIX: &str = ".passing";

/// Stores bytes in the cache under a name and the hash of the inputs they were computed from.
/// Errors are ignored, because the cache only saves time.
pub fn write(root: &Path, name: &str, key: ContentHash, bytes: &[u8]) {
    if write_entry(root, name, key, bytes).is_ok() {
        remove_old_entries(root, MAX_BYTES).unwrap_or_default();
    }
}

/// Removes the temporary files of the cache that killed runs left; those of running ones are locked
/// and stay.
pub fn remove_temporary_files(root: &Path) {
    if !is_in_hub(root) {
        return;
    }
    let temporary =
        |entry: &fs::DirEntry| entry.file_name().to_string_lossy().ends_with(TEMPORARY_SUFFIX);
    for entry in fs::read_dir(cache_folder(root)).into_iter().flatten().flatten().filter(temporary)
    {
        if File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_file(entry.path()).unwrap_or_default();
        }
    }
}

/// The bytes that the cache has under this name and key, else the result of `compute`, which is
/// then stored.
pub fn get_or_compute(
    root: &Path,
    name: &str,
    key: ContentHash,
    compute: impl FnOnce() -> Vec<u8>,
) -> Vec<u8> {
    cache::read_entry(root, name, key).unwrap_or_else(|| {
        let bytes = compute();
        write(root, name, key, &bytes);
        bytes
    })
}

/// The hub's git history, read by `git log` or from the cache. The output of `git log` is cached
/// for each commit, except in shallow clones.
pub fn read_history(root: &Path) -> History {
    match source::read_head(root) {
        Some(head) if !head.is_shallow => {
            let key = ContentHash::of(
                format!("names, changes of fields and log of {}", head.commit).as_bytes(),
            );
            match get_or_compute(root, "history", key, || {
                source::read_log(root, &field::dated_fields()).unwrap_or_default()
            }) {
                log if log.is_empty() => source::read_history(root, &field::dated_fields()),
                log => source::parse_log(&log),
            }
        }
        _ => source::read_history(root, &field::dated_fields()),
    }
}

/// Writes an entry of the cache to a temporary file and renames it, so that readers never see a
/// partial entry.
fn write_entry(root: &Path, name: &str, key: ContentHash, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(cache_folder(root))?;
    if !is_in_hub(root) {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    write_gitignore(root)?;
    let temporary = cache_folder(root).join(format!("{name}.{}{TEMPORARY_SUFFIX}", process::id()));
    let write = || {
        let mut file = File::create(&temporary)?;
        // On a file system without locks another run may remove this temporary file; the entry is
        // lost then.
        file.try_lock().unwrap_or_default();
        file.write_all(bytes)?;
        file.write_all(&cache::checksum(name, key, bytes).0)?;
        fs::rename(&temporary, cache::entry_path(root, name, key))
    };
    write().inspect_err(|_| fs::remove_file(&temporary).unwrap_or_default())
}

/// Creates a `.gitignore` that keeps `.casebook/` out of the hub's repository.
fn write_gitignore(root: &Path) -> io::Result<()> {
    match File::create_new(root.join(".casebook").join(".gitignore")) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(_) => Ok(()),
    }
}

/// Removes the oldest entries of the cache beyond [`MAX_ENTRIES_PER_NAME`] of one name, and the
/// oldest of all beyond `limit` bytes.
fn remove_old_entries(root: &Path, limit: u64) -> io::Result<()> {
    let mut entries: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(cache_folder(root))?.flatten() {
        let metadata = entry.metadata()?;
        if metadata.is_file() && entry_name(&entry.path()).is_some() {
            entries.push((metadata.modified()?, metadata.len(), entry.path()));
        }
    }
    entries.sort_unstable_by(|one, other| other.cmp(one));
    let (mut bytes, mut kept) = (0, BTreeMap::new());
    for (_, length, path) in entries {
        bytes += length;
        let same = kept.entry(entry_name(&path)).or_insert(0);
        *same += 1;
        if *same > MAX_ENTRIES_PER_NAME || bytes > limit {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The name of an entry of the cache by the path of its file, in whose name a hash follows; `None`
/// for any other file.
fn entry_name(path: &Path) -> Option<String> {
    let (name, key) = path.file_name()?.to_str()?.rsplit_once('-')?;
    let is_key = key.len() == ContentHash([0; 32]).hex_prefix(KEY_PREFIX_BYTES).len()
        && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_key.then(|| name.to_owned())
}

/// Whether the cache's folders are real folders in the hub and not links, through which nothing may
/// be written or removed.
fn is_in_hub(root: &Path) -> bool {
    let folder = cache_folder(root);
    [folder.parent().unwrap_or(root), &folder]
        .into_iter()
        .all(|folder| fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::cache::entry_path;

    #[test]
    fn an_entry_is_made_once_and_checked_when_read() {
        let home = tempfile::tempdir().unwrap();
        let key = ContentHash::of(b"key");
        let first = get_or_compute(home.path(), "index", key, || b"dear".to_vec());
        let second = get_or_compute(home.path(), "index", key, || unreachable!("it was kept"));
        assert_eq!(first, second);
        let entry = entry_path(home.path(), "index", key);
        for (name, other) in [("index", ContentHash::of(b"other")), ("terms", key)] {
            fs::copy(&entry, entry_path(home.path(), name, other)).unwrap();
            assert_eq!(
                cache::read_entry(home.path(), name, other),
                None,
                "an entry is nothing under another key or name"
            );
        }
        fs::write(entry, b"torn").unwrap();
        assert_eq!(cache::read_entry(home.path(), "index", key), None);
    }

    #[test]
    fn what_killed_runs_left_goes_and_what_is_being_written_stays() {
        let home = tempfile::tempdir().unwrap();
        write(home.path(), "index", ContentHash::of(b"key"), b"dear");
        let temporary =
            |number: u32| cache_folder(home.path()).join(format!("index.{number}.passing"));
        let running = File::create(temporary(1)).unwrap();
        running.lock().unwrap();
        fs::write(temporary(2), "half").unwrap();
        remove_temporary_files(home.path());
        assert!(temporary(1).exists() && !temporary(2).exists());
        drop(running);
        remove_temporary_files(home.path());
        assert_eq!(
            fs::read_dir(cache_folder(home.path())).unwrap().count(),
            1,
            "the entry alone is left"
        );
    }

    #[test]
    fn entries_are_bounded_together() {
        let home = tempfile::tempdir().unwrap();
        for number in 0..3u8 {
            write(home.path(), &format!("name{number}"), ContentHash::of(b"key"), &[0; 1000]);
        }
        remove_old_entries(home.path(), 2500).unwrap();
        let read = |number: u8| {
            cache::read_entry(home.path(), &format!("name{number}"), ContentHash::of(b"key"))
        };
        assert_eq!(fs::read_dir(cache_folder(home.path())).unwrap().count(), 2);
        assert!(read(2).is_some());
    }

    #[test]
    fn old_entries_go() {
        let home = tempfile::tempdir().unwrap();
        for number in 0..9u8 {
            write(home.path(), "index", ContentHash::of(&[number]), b"");
        }
        assert_eq!(fs::read_dir(cache_folder(home.path())).unwrap().count(), MAX_ENTRIES_PER_NAME);
        assert!(cache::read_entry(home.path(), "index", ContentHash::of(&[8])).is_some());
    }
}
