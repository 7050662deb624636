//! Reading the entries of the cache in `.casebook/cache/`, which may be deleted at any time.

#![expect(clippy::disallowed_methods, reason = "this module reads the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::ContentHash;

/// How many bytes of the key the file name of an entry has; the checksum covers the whole key.
pub const KEY_PREFIX_BYTES: usize = 16;

/// The cache folder of a hub.
pub fn cache_folder(root: &Path) -> PathBuf {
    root.join(".casebook").join("cache")
}

/// The path of an entry: `NAME-KEY`, where the key is the hash of the inputs of the entry.
pub fn entry_path(root: &Path, name: &str, key: ContentHash) -> PathBuf {
    cache_folder(root).join(format!("{name}-{}", key.hex_prefix(KEY_PREFIX_BYTES)))
}

/// The checksum at the end of an entry: a hash of its name, its whole key and its bytes, so that a
/// renamed entry is not valid.
pub fn checksum(name: &str, key: ContentHash, bytes: &[u8]) -> ContentHash {
    ContentHash::of(&[name.as_bytes(), &key.0, &ContentHash::of(bytes).0].concat())
}

/// The bytes of an entry; none if it is missing or its checksum is wrong.
pub fn read_entry(root: &Path, name: &str, key: ContentHash) -> Option<Vec<u8>> {
    let mut bytes = fs::read(entry_path(root, name, key)).ok()?;
    let length = bytes.len().checked_sub(size_of::<ContentHash>())?;
    let is_valid = checksum(name, key, &bytes[..length]).0 == bytes[length..];
    bytes.truncate(length);
    is_valid.then_some(bytes)
}
