//! Reading what an earlier run kept in `.casebook/cache/`; everything there may be deleted at any time.

#![expect(clippy::disallowed_methods, reason = "this room reads the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::ContentHash;

/// How many bytes of the key stand in the name of an entry; its last bytes vouch for all of them.
pub const KEY: usize = 16;

/// Where the cache of a hub lies.
pub fn folder(root: &Path) -> PathBuf {
    root.join(".casebook").join("cache")
}

/// The file of one entry: what it is, and the key of what it was made from.
pub fn file(root: &Path, name: &str, key: ContentHash) -> PathBuf {
    folder(root).join(format!("{name}-{}", key.hex(KEY)))
}

/// What an entry ends with: a hash of its bytes, its name and its whole key, so that it is nothing under another.
pub fn seal(name: &str, key: ContentHash, bytes: &[u8]) -> ContentHash {
    ContentHash::of(&[name.as_bytes(), &key.0, &ContentHash::of(bytes).0].concat())
}

/// What was kept under this key, if it is there and whole.
pub fn read(root: &Path, name: &str, key: ContentHash) -> Option<Vec<u8>> {
    let mut bytes = fs::read(file(root, name, key)).ok()?;
    let content = bytes.len().checked_sub(size_of::<ContentHash>())?;
    let whole = seal(name, key, &bytes[..content]).0 == bytes[content..];
    bytes.truncate(content);
    whole.then_some(bytes)
}
