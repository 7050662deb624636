//! Reading attachments whole, to move them.

use std::io::Read;

use crate::error::{Error, Result};
use crate::source::{Asset, open_asset};

/// The bytes of an attachment.
///
/// # Errors
/// It was removed, cannot be read, or was replaced by a link.
pub fn read_asset(asset: &Asset) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_asset(asset)
        .and_then(|(mut file, _)| file.read_to_end(&mut bytes))
        .map_err(|cause| Error::at(&asset.disk_path, "cannot read", cause))?;
    Ok(bytes)
}
