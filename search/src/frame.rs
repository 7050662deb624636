//! The envelope of every file of an index: who wrote it, how it is compressed, whether it arrived whole.
//!
//! Sixteen bytes stand before the content: `CBKS`, format, analyzer version, sort, compression (0 none, 1 deflate),
//! length and CRC-32 of the plain content (little endian). Hosts need no configuration: nothing depends on their headers.

use std::fmt;

use crate::analysis::ANALYZER_VERSION;

/// Changes when the layout of the packed index does.
pub const FORMAT: u8 = 1;
/// Length of the envelope.
pub const HEADER: usize = 16;
const MAGIC: &[u8; 4] = b"CBKS";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Sort {
    /// Everything needed to open the index.
    Opening = 1,
    /// A block of the index.
    Block = 2,
    /// Texts that excerpts are taken from.
    Texts = 3,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Not one of our files: most often an error page of the host.
    Foreign,
    /// Cut short or altered.
    Damaged(&'static str),
    /// Written by another version.
    OtherVersion { format: u8, analyzer: u8 },
}

impl fmt::Display for FrameError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            FrameError::Foreign => write!(out, "not a file of a search index"),
            FrameError::Damaged(why) => write!(out, "damaged file of the search index: {why}"),
            FrameError::OtherVersion { format, analyzer } => write!(
                out,
                "the search index is of format {format}, analyzer {analyzer}; this engine reads format {FORMAT}, analyzer {ANALYZER_VERSION}"
            ),
        }
    }
}

impl std::error::Error for FrameError {}

/// The content of a file whose compression is already undone: header, then plain content.
pub fn open(file: &[u8], sort: Sort) -> Result<&[u8], FrameError> {
    let (header, content) = split(file, sort)?;
    if header.length != content.len() {
        return Err(FrameError::Damaged("its length is not what it says"));
    }
    if header.crc != crc32fast::hash(content) {
        return Err(FrameError::Damaged("its checksum differs"));
    }
    Ok(content)
}

struct Header {
    #[cfg_attr(not(feature = "native"), expect(dead_code, reason = "the browser inflates before the engine sees a file"))]
    deflated: bool,
    length: usize,
    crc: u32,
}

fn split(file: &[u8], sort: Sort) -> Result<(Header, &[u8]), FrameError> {
    if file.len() < 4 || &file[..4] != MAGIC {
        return Err(FrameError::Foreign);
    }
    if file.len() < HEADER {
        return Err(FrameError::Damaged("it ends within its header"));
    }
    if file[4] != FORMAT || file[5] != ANALYZER_VERSION {
        return Err(FrameError::OtherVersion { format: file[4], analyzer: file[5] });
    }
    if file[6] != sort as u8 || file[7] > 1 {
        return Err(FrameError::Damaged("it is of another sort"));
    }
    let number = |at: usize| u32::from_le_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]);
    let header = Header { deflated: file[7] == 1, length: number(8) as usize, crc: number(12) };
    Ok((header, &file[HEADER..]))
}

/// A file around `content`, deflated where that helps.
#[cfg(feature = "native")]
pub fn seal(content: &[u8], sort: Sort) -> Vec<u8> {
    use libdeflater::{CompressionLvl, Compressor};
    use std::cell::RefCell;

    /// Room for a block is kept, room for a whole index is not.
    const ROOM_KEPT: usize = 1 << 18;

    /// One compressor with the room it writes to.
    type Deflater = (Compressor, Vec<u8>);

    thread_local! {
        // A large index is thousands of small files; setting up tables for each would take as long as filling them.
        static DEFLATERS: RefCell<[Option<Deflater>; 4]> = const { RefCell::new([const { None }; 4]) };
    }
    DEFLATERS.with_borrow_mut(|deflaters| {
        let new = || (Compressor::new(CompressionLvl::new(effort(sort)).unwrap_or_default()), Vec::new());
        let (deflater, packed) = deflaters[sort as usize].get_or_insert_with(new);
        let room = deflater.deflate_compress_bound(content.len());
        if packed.len() < room {
            packed.resize(room, 0);
        }
        let length = deflater.deflate_compress(content, packed).ok().filter(|length| *length < content.len());
        let file = wrap(content, length.map(|length| &packed[..length]), sort);
        if packed.len() > ROOM_KEPT {
            *packed = Vec::new();
        }
        file
    })
}

/// A file around `content` as it is, for what hardly shrinks.
#[cfg(feature = "native")]
pub fn seal_plain(content: &[u8], sort: Sort) -> Vec<u8> {
    wrap(content, None, sort)
}

#[cfg(feature = "native")]
fn wrap(content: &[u8], deflated: Option<&[u8]>, sort: Sort) -> Vec<u8> {
    let body = deflated.unwrap_or(content);
    let mut file = Vec::with_capacity(HEADER + body.len());
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&[FORMAT, ANALYZER_VERSION, sort as u8, u8::from(deflated.is_some())]);
    file.extend_from_slice(&(content.len() as u32).to_le_bytes());
    file.extend_from_slice(&crc32fast::hash(content).to_le_bytes());
    file.extend_from_slice(body);
    file
}

/// How hard libdeflate tries, 1 to 12: only what every visit fetches is squeezed. Of the blocks of 10,000 records those of postings become
/// smaller with the least effort than with some, those of rows 2 % larger.
#[cfg(feature = "native")]
fn effort(sort: Sort) -> i32 {
    match sort {
        Sort::Opening => 9,
        Sort::Block | Sort::Texts => 1,
    }
}

/// Deflate turns at most this many bytes into one.
#[cfg(feature = "native")]
const DENSEST: usize = 1032;

/// The file with its compression undone, as the browser's worker hands it to the engine.
#[cfg(feature = "native")]
pub fn inflate(file: &[u8], sort: Sort) -> Result<Vec<u8>, FrameError> {
    let (header, content) = split(file, sort)?;
    if !header.deflated {
        return Ok(file.to_vec());
    }
    // Room is made for what the header promises, so a promise that cannot be kept is refused first.
    if header.length > content.len().saturating_mul(DENSEST) {
        return Err(FrameError::Damaged("its length is not what it says"));
    }
    let mut plain = vec![0; HEADER + header.length];
    plain[..HEADER].copy_from_slice(&file[..HEADER]);
    plain[7] = 0;
    match libdeflater::Decompressor::new().deflate_decompress(content, &mut plain[HEADER..]) {
        Ok(length) if length == header.length => Ok(plain),
        _ => Err(FrameError::Damaged("it cannot be inflated")),
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::{FrameError, HEADER, Sort, inflate, open, seal, seal_plain};

    #[test]
    fn what_is_sealed_comes_out_again() {
        for content in [&b""[..], b"a", &[7; 5000]] {
            for sealed in [seal(content, Sort::Block), seal_plain(content, Sort::Block)] {
                let file = inflate(&sealed, Sort::Block).unwrap();
                assert_eq!(open(&file, Sort::Block).unwrap(), content);
            }
        }
    }

    #[test]
    fn bad_files_say_what_is_wrong() {
        let good = seal(&[1, 2, 3, 4], Sort::Block);
        let changed = |at: usize, to: u8| {
            let mut file = good.clone();
            file[at] = to;
            inflate(&file, Sort::Block).and_then(|file| open(&file, Sort::Block).map(<[u8]>::to_vec))
        };
        assert_eq!(open(b"<!doctype html>", Sort::Block), Err(FrameError::Foreign));
        assert_eq!(open(b"", Sort::Block), Err(FrameError::Foreign));
        assert!(matches!(open(&good[..9], Sort::Block), Err(FrameError::Damaged(_))));
        assert!(matches!(open(&good[..HEADER + 2], Sort::Block), Err(FrameError::Damaged(_))));
        assert!(matches!(open(&good, Sort::Texts), Err(FrameError::Damaged(_))));
        assert!(matches!(changed(HEADER, 9), Err(FrameError::Damaged(_))));
        let long = seal(&[7; 5000], Sort::Block);
        for promised in [0, 4999_u32, 5001, 1 << 20, u32::MAX] {
            let lie = [&long[..8], &promised.to_le_bytes(), &long[12..]].concat();
            assert!(matches!(inflate(&lie, Sort::Block), Err(FrameError::Damaged(_))), "{promised} bytes are promised");
        }
        assert_eq!(changed(4, 99), Err(FrameError::OtherVersion { format: 99, analyzer: super::ANALYZER_VERSION }));
    }
}
