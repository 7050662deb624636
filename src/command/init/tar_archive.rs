//! Reads the archives of npm packages: tar in gzip.

use crate::error::{Error, Result};

/// The largest unpacked archive, in bytes.
const MAX_BYTES: u32 = 256 << 20;
/// Length of a header, and of the pieces that files are filled up to.
const BLOCK: usize = 512;

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

/// The ordinary files of a tar archive, with path and bytes; folders, links and all else are left
/// out.
///
/// # Errors
/// An entry is cut short, or its header cannot be read.
pub fn read_files(archive: &[u8]) -> impl Iterator<Item = Result<(&str, &[u8])>> {
    let mut rest = archive;
    std::iter::from_fn(move || {
        loop {
            let (header, behind) = rest.split_at_checked(BLOCK)?;
            if header.iter().all(|byte| *byte == 0) {
                return None;
            }
            let entry = read_length(header).filter(|length| *length <= behind.len());
            let Some(length) = entry else {
                rest = &[];
                return Some(Err(damaged("an entry is cut short")));
            };
            let (bytes, after) = behind.split_at(length);
            rest = after.get(length.next_multiple_of(BLOCK) - length..).unwrap_or_default();
            let is_file = matches!(header[156], b'0' | 0);
            // No path of the editor is so long that it would need the second part of a name.
            let name = until_zero(&header[..100]);
            if let (true, b"", Ok(name)) =
                (is_file, until_zero(&header[345..500]), std::str::from_utf8(name))
            {
                return Some(Ok((name, bytes)));
            }
        }
    })
}

/// The length of an entry in bytes, which its header has in octal digits; none where it has not.
fn read_length(header: &[u8]) -> Option<usize> {
    let digits = std::str::from_utf8(until_zero(&header[124..136])).ok()?.trim();
    usize::from_str_radix(digits, 8).ok()
}

/// A field of a header up to the first zero.
fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or(field)
}

/// The error that an archive cannot be read.
fn damaged(problem: &str) -> Error {
    Error::new(format!("the archive cannot be unpacked: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry of a tar archive: its type, its path and its bytes.
    fn entry(kind: u8, path: &str, bytes: &[u8]) -> Vec<u8> {
        let mut entry = vec![0; BLOCK];
        entry[..path.len()].copy_from_slice(path.as_bytes());
        entry[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
        entry[156] = kind;
        entry.extend_from_slice(bytes);
        entry.resize(entry.len().next_multiple_of(BLOCK), 0);
        entry
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
        let archive = [
            entry(b'0', "package/one", &[b'x'; 513]),
            entry(b'2', "package/link", b""),
            entry(b'5', "package/folder", b""),
            entry(0, "package/empty", b""),
            vec![0; 2 * BLOCK],
            entry(b'0', "package/behind", b"the end"),
        ]
        .concat();
        let archive = decompress(&gzip(&archive)).unwrap();
        let files: Vec<(&str, usize)> = read_files(&archive)
            .map(|file| file.unwrap())
            .map(|(path, bytes)| (path, bytes.len()))
            .collect();
        assert_eq!(files, [("package/one", 513), ("package/empty", 0)]);
    }

    #[test]
    fn damaged_archives_are_errors() {
        decompress(b"").unwrap_err();
        decompress(b"not gzip at all\0\0\0\0").unwrap_err();
        decompress(&[0xff; 64]).unwrap_err();
        let whole = entry(b'0', "package/one", &[b'x'; 2000]);
        assert!(read_files(&whole[..BLOCK + 1999]).any(|file| file.is_err()));
        let mut wrong = whole;
        wrong[124] = b'9';
        assert!(read_files(&wrong).any(|file| file.is_err()));
        assert_eq!(read_files(b"short").count(), 0);
    }
}
