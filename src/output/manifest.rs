//! The manifest of a published folder: which files Casebook wrote into it, and for which hub.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

use crate::error::{Error, Result};
use crate::output::folder;
use crate::source::ContentHash;

/// File name of the manifest in the published folder.
pub const MANIFEST_NAME: &str = ".casebook-manifest";

/// File name of an empty marker in a replaced folder that has no valid manifest: its files must be
/// moved aside, not deleted.
pub const UNLISTED_MARKER: &str = ".casebook-unknown";

/// Version of the manifest's format; a folder whose manifest has another version is refused.
const FORMAT_VERSION: u32 = 1;

/// The manifest of a published folder, a JSON file in it: the hub that the folder belongs to, and
/// every file that Casebook wrote there.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub casebook: u32,
    /// Id of the hub that the folder belongs to; see [`hub_id`].
    pub hub: String,
    /// Every published file, by path below the folder.
    pub files: BTreeMap<String, ManifestEntry>,
}

/// One published file: its length in bytes and a hash of 16 bytes in hexadecimal, XXH3 for a
/// generated file, the start of BLAKE3 for a copied one. They detect accidental changes, not
/// forgery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry(pub u64, pub String);

impl ManifestEntry {
    /// The manifest's entry of a generated file, hashed with XXH3.
    pub fn for_generated(bytes: &[u8]) -> Self {
        ManifestEntry(bytes.len() as u64, format!("{:032x}", XxHash3_128::oneshot(bytes)))
    }

    /// The manifest's entry of a file that is copied unchanged, with the start of the hash that is
    /// known already.
    pub fn for_copied(length: u64, hash: ContentHash) -> Self {
        ManifestEntry(length, hash.hex_prefix(16))
    }
}

impl Manifest {
    /// A manifest in the current format; `hub` is the result of [`hub_id`].
    pub fn new(hub: String, files: BTreeMap<String, ManifestEntry>) -> Self {
        Manifest { casebook: FORMAT_VERSION, hub, files }
    }

    /// The manifest as JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers are always JSON")
    }
}

/// What was found where the manifest of a folder should be.
#[derive(Debug)]
pub enum ManifestState {
    /// The folder has no manifest.
    Missing,
    /// A readable manifest.
    Valid(Manifest),
    /// A manifest that is not valid JSON, with the hub's id where it can still be found in the
    /// text.
    Damaged(Option<String>),
}

/// Reads the manifest of a folder; `folder_path` is used in messages.
///
/// # Errors
/// The file cannot be read, or has another format version.
pub fn read(folder: &Dir, folder_path: &Path) -> Result<ManifestState> {
    let path = folder_path.join(MANIFEST_NAME);
    let bytes = match folder::read_bytes(folder, Path::new(MANIFEST_NAME)) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(ManifestState::Missing),
        Err(cause) => return Err(Error::at(&path, "cannot read", cause)),
    };
    match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) if manifest.casebook == FORMAT_VERSION => Ok(ManifestState::Valid(manifest)),
        Ok(_) => {
            let hint = "delete the folder if nothing in it is needed any more, or choose another with `--out`";
            Err(Error::about(&path, "another version of Casebook wrote").with_hint(hint))
        }
        Err(_) => Ok(ManifestState::Damaged(find_hub_id(&bytes))),
    }
}

/// The hub's id in the text of a damaged manifest; none where that is damaged too.
fn find_hub_id(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (_, rest) = text.split_once("\"hub\":\"")?;
    rest.split_once('"').map(|(hub, _)| hub.to_owned())
}

/// Identifies a hub by its path relative to the output folder, so that both may be moved together;
/// both paths must be absolute. The path is hashed because the manifest is published and should not
/// reveal folder names.
pub fn hub_id(root: &Path, target: &Path) -> String {
    let shared =
        root.components().zip(target.components()).take_while(|(one, other)| one == other).count();
    let up = target.components().skip(shared).map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(root.components().skip(shared)).collect();
    ContentHash::of(relative.to_string_lossy().replace('\\', "/").as_bytes()).short_hex()
}
