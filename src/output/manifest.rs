//! The manifest: what Casebook wrote into a published folder, and for which hub.

#![expect(clippy::disallowed_methods, reason = "this room writes the disk, and asks what it wrote before")]

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use crate::error::{Error, Result};
use crate::source::ContentHash;

/// Name of the manifest in the published folder.
pub const NAME: &str = ".casebook-manifest";

/// The form of the manifest; another one is refused.
const FORM: u32 = 1;

/// What a published folder holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of this file.
    pub casebook: u32,
    /// Which hub the folder belongs to.
    pub hub: String,
    /// Length in bytes and hash of every file by its path below the folder.
    pub files: BTreeMap<String, Entry>,
}

/// One published file: its length and a hash of 16 bytes in hexadecimal, XXH3 for what Casebook makes, the start of BLAKE3 for what
/// it copies. They tell whether the file is still the one that was written; nobody is kept from forging one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry(pub u64, pub String);

impl Entry {
    /// The entry of a file that Casebook makes.
    pub fn made(bytes: &[u8]) -> Self {
        Entry(bytes.len() as u64, format!("{:032x}", XxHash3_128::oneshot(bytes)))
    }

    /// The entry of a file that is copied as it is.
    pub fn copied(length: u64, hash: ContentHash) -> Self {
        Entry(length, hash.hex(16))
    }
}

impl Manifest {
    /// A manifest for the site of one hub.
    pub fn new(hub: String, files: BTreeMap<String, Entry>) -> Self {
        Manifest { casebook: FORM, hub, files }
    }

    /// The bytes as they stand on the disk.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers are always JSON")
    }
}

/// Reads the manifest of a folder; nothing where there is none.
///
/// # Errors
/// When it cannot be read, or another version of Casebook wrote it.
pub fn read(folder: &Path) -> Result<Option<Manifest>> {
    let path = folder.join(NAME);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(cause) => return Err(Error::at(&path, "cannot read", cause)),
    };
    let advice = "delete the folder if nothing in it is needed any more, or choose another with `--out`";
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|cause| Error::at(&path, "this manifest is damaged:", cause).hint(advice))?;
    if manifest.casebook != FORM {
        return Err(Error { path: Some(path), ..Error::new("another version of Casebook wrote") }.hint(advice));
    }
    Ok(Some(manifest))
}

/// Names a hub by its place as seen from the output folder, so that both may be moved together; hashed, because
/// the manifest is published and folder names are nobody's business.
pub fn hub(root: &Path, target: &Path) -> String {
    let shared = root.components().zip(target.components()).take_while(|(one, other)| one == other).count();
    let up = target.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(root.components().skip(shared)).collect();
    ContentHash::of(way.to_string_lossy().replace('\\', "/").as_bytes()).short()
}
