//! Reads the archives of npm packages: tar in gzip.

use std::collections::BTreeMap;
use std::io::Read;

use tar::Archive;

use crate::error::{Error, Result};

/// The largest unpacked archive, in bytes.
const MAX_BYTES: u32 = 256 << 20;

/// The tar archive inside of gzip.
///
/// # Errors
/// It is not gzip, or larger than an editor would be.
pub fn decompress(archive: &[u8]) -> Result<Vec<u8>> {
    // Gzip ends with the length of what it holds.
    let length = archive.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    if length > MAX_BYTES {
        return Err(damaged("it is too large"));
    }
    let mut bytes = vec![0; length as usize];
    let written = libdeflater::Decompressor::new()
        .gzip_decompress(archive, &mut bytes)
        .map_err(|_| damaged("it is not gzip"))?;
    bytes.truncate(written);
    Ok(bytes)
}

/// The ordinary files of a tar archive: bytes by path; folders, links and all else are left out.
///
/// # Errors
/// An entry is cut short, or its header cannot be read.
pub fn read_files(archive: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let broken = |cause: std::io::Error| damaged(&cause.to_string());
    let mut files = BTreeMap::new();
    for entry in Archive::new(archive).entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if entry.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(broken)?;
            if bytes.len() as u64 != entry.size() {
                return Err(damaged("an entry is cut short"));
            }
            files.insert(path, bytes);
        }
    }
    Ok(files)
}

/// The error that an archive cannot be read.
fn damaged(problem: &str) -> Error {
    Error::new(format!("the archive cannot be unpacked: {problem}"))
}

#[cfg(test)]
mod tests {
    use tar::{Builder, EntryType, Header};

    use super::*;

    /// A tar archive of one entry of this type.
    fn archive_of(kind: EntryType, path: &str, bytes: &[u8]) -> Vec<u8> {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        let mut builder = Builder::new(Vec::new());
        if kind.is_file() {
            builder.append_data(&mut header, path, bytes).unwrap();
        } else {
            builder.append_link(&mut header, path, "/etc/passwd").unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let mut archive = vec![0; compressor.gzip_compress_bound(bytes.len())];
        let length = compressor.gzip_compress(bytes, &mut archive).unwrap();
        archive.truncate(length);
        archive
    }

    #[test]
    fn files_are_read_and_links_left_out() {
        let mut archive = archive_of(EntryType::Symlink, "package/link", b"");
        // The two empty blocks at the end of an archive would end it.
        archive.truncate(archive.len() - 1024);
        archive.extend(archive_of(EntryType::Regular, "package/one", &[b'x'; 513]));
        let files = read_files(&decompress(&gzip(&archive)).unwrap()).unwrap();
        assert_eq!(files, BTreeMap::from([("package/one".to_owned(), vec![b'x'; 513])]));
    }

    #[test]
    fn damaged_archives_are_errors() {
        decompress(b"").unwrap_err();
        decompress(b"not gzip at all\0\0\0\0").unwrap_err();
        decompress(&[0xff; 64]).unwrap_err();
        let whole = archive_of(EntryType::Regular, "package/one", &[b'x'; 2000]);
        read_files(&whole[..512 + 1999]).unwrap_err();
        let mut wrong = whole;
        wrong[124] = b'9';
        read_files(&wrong).unwrap_err();
    }
}
