//! The manifest: what Casebook wrote into a published folder, and for which hub.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use crate::error::{Error, Result};
use crate::output::folder;
use crate::source::ContentHash;

/// Name of the manifest in the published folder.
pub const NAME: &str = ".casebook-manifest";

/// Stands in a folder on its way out whose files no manifest tells apart: none of them may be deleted unseen.
pub const UNKNOWN: &str = ".casebook-unknown";

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

/// What a folder says of itself.
#[derive(Debug)]
pub enum Read {
    /// There is no manifest.
    None,
    /// A manifest.
    Whole(Manifest),
    /// A manifest that cannot be understood, and the hub where it still names one.
    Damaged(Option<String>),
}

/// Reads the manifest of a folder; `place` is its path, for messages.
///
/// # Errors
/// When it cannot be read, or another version of Casebook wrote it.
pub fn read(folder: &Dir, place: &Path) -> Result<Read> {
    let path = place.join(NAME);
    let bytes = match folder::bytes(folder, Path::new(NAME)) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Read::None),
        Err(cause) => return Err(Error::at(&path, "cannot read", cause)),
    };
    match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) if manifest.casebook == FORM => Ok(Read::Whole(manifest)),
        Ok(_) => {
            let advice = "delete the folder if nothing in it is needed any more, or choose another with `--out`";
            Err(Error { path: Some(path), ..Error::new("another version of Casebook wrote") }.hint(advice))
        }
        Err(_) => Ok(Read::Damaged(hub_in(&bytes))),
    }
}

/// The hub that the beginning of a damaged manifest names.
fn hub_in(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (_, rest) = text.split_once("\"hub\":\"")?;
    rest.split_once('"').map(|(hub, _)| hub.to_owned())
}

/// Names a hub by its place as seen from the output folder, so that both may be moved together; hashed, because
/// the manifest is published and folder names are nobody's business.
pub fn hub(root: &Path, target: &Path) -> String {
    let shared = root.components().zip(target.components()).take_while(|(one, other)| one == other).count();
    let up = target.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(root.components().skip(shared)).collect();
    ContentHash::of(way.to_string_lossy().replace('\\', "/").as_bytes()).short()
}
