//! Reading what an earlier run kept in `.casebook/cache/`; everything there may be deleted at any time.

#![expect(clippy::disallowed_methods, reason = "this room reads the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::ContentHash;

/// Where the cache of a hub lies.
pub fn folder(root: &Path) -> PathBuf {
    root.join(".casebook").join("cache")
}

/// The file of one entry: what it is, and the key of what it was made from.
pub fn file(root: &Path, name: &str, key: ContentHash) -> PathBuf {
    folder(root).join(format!("{name}-{}", key.hex(16)))
}

/// What was kept under this key, if it is there and whole.
pub fn read(root: &Path, name: &str, key: ContentHash) -> Option<Vec<u8>> {
    let mut bytes = fs::read(file(root, name, key)).ok()?;
    let content = bytes.len().checked_sub(size_of::<ContentHash>())?;
    let whole = ContentHash::of(&bytes[..content]).0 == bytes[content..];
    bytes.truncate(content);
    whole.then_some(bytes)
}
