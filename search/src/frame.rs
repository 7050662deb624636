//! The frame of every index file: a header with versions, compression and checksum, then the
//! content.
//!
//! The header has sixteen bytes: the magic number `CBKS`; one byte each for format version,
//! analyzer version, file kind and compression (0 none, 1 deflate); length and CRC-32 of the
//! uncompressed content (`u32`, little endian). Nothing depends on HTTP headers, so any static host
//! will do.

use std::fmt;

#[cfg(not(target_arch = "wasm32"))]
use crc32fast::hash;

use crate::analysis::ANALYZER_VERSION;
#[cfg(target_arch = "wasm32")]
use crate::checksum::hash;

/// Version of the file format; to be raised when the layout of the packed index changes, or what is
/// stored in it.
pub const FORMAT_VERSION: u8 = 9;
/// Bytes of the header of an index file.
pub const HEADER_LEN: usize = 16;
/// The first four bytes of every index file, by which it is told from others, such as an error page
/// of the host.
const MAGIC: &[u8; 4] = b"CBKS";

/// The kind of an index file; the number is stored in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FileKind {
    /// The opening file: everything needed to open the index.
    Opening = 1,
    /// A block of the index.
    Block = 2,
    /// Section texts of records, for excerpts.
    Texts = 3,
}

/// Why a file cannot be used as a file of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Not an index file: most often an error page of the host.
    Foreign,
    /// Truncated or altered; the text says how that was noticed.
    Damaged(&'static str),
    /// Written with another format or analyzer version.
    OtherVersion {
        /// [`FORMAT_VERSION`] of the program that wrote it.
        format: u8,
        /// [`ANALYZER_VERSION`] of that program.
        analyzer: u8,
    },
}

impl fmt::Display for FrameError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            FrameError::Foreign => write!(out, "not a file of a search index"),
            FrameError::Damaged(why) => write!(out, "damaged file of the search index: {why}"),
            FrameError::OtherVersion { format, analyzer } => write!(
                out,
                "the search index is of format {format}, analyzer {analyzer}; this engine reads format {FORMAT_VERSION}, analyzer {ANALYZER_VERSION}"
            ),
        }
    }
}

impl std::error::Error for FrameError {}

/// The content of an uncompressed file (see `inflate`), after its header and checksum have been
/// checked.
pub fn decode(file: &[u8], kind: FileKind) -> Result<&[u8], FrameError> {
    let (header, content) = parse_header(file, kind)?;
    if header.content_len != content.len() {
        return Err(FrameError::Damaged("its length is not what it says"));
    }
    if header.crc != hash(content) {
        return Err(FrameError::Damaged("its checksum differs"));
    }
    Ok(content)
}

/// What the header of an index file states of the content: whether it is deflated, its length in
/// bytes when inflated, and the CRC-32 of that.
struct FrameHeader {
    #[cfg_attr(
        not(feature = "native"),
        expect(dead_code, reason = "the browser inflates before the engine sees a file")
    )]
    is_deflated: bool,
    content_len: usize,
    crc: u32,
}

/// The header of an index file and the bytes behind it, deflated or not. Errors if it is no index
/// file, is too short for a header, or is of another version or kind; length and checksum are not
/// checked.
fn parse_header(file: &[u8], kind: FileKind) -> Result<(FrameHeader, &[u8]), FrameError> {
    if file.len() < 4 || &file[..4] != MAGIC {
        return Err(FrameError::Foreign);
    }
    if file.len() < HEADER_LEN {
        return Err(FrameError::Damaged("it ends within its header"));
    }
    if file[4] != FORMAT_VERSION || file[5] != ANALYZER_VERSION {
        return Err(FrameError::OtherVersion { format: file[4], analyzer: file[5] });
    }
    if file[6] != kind as u8 || file[7] > 1 {
        return Err(FrameError::Damaged("it is of another sort"));
    }
    let read_u32 =
        |at: usize| u32::from_le_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]);
    let header = FrameHeader {
        is_deflated: file[7] == 1,
        content_len: read_u32(8) as usize,
        crc: read_u32(12),
    };
    Ok((header, &file[HEADER_LEN..]))
}

/// An index file with `content`, deflated unless that makes it longer.
#[cfg(feature = "native")]
pub fn encode(content: &[u8], kind: FileKind) -> Vec<u8> {
    use libdeflater::{CompressionLvl, Compressor};
    use std::cell::RefCell;

    /// The most bytes of an output buffer that is kept for the next file; a longer one is freed,
    /// because a thread needs it only once, for a whole index.
    const MAX_KEPT_BUFFER_BYTES: usize = 1 << 18;

    /// A compressor with its output buffer, both reused.
    type Deflater = (Compressor, Vec<u8>);

    thread_local! {
        /// The compressors of a thread, one for each file kind and indexed by it, because a large
        /// index has thousands of small files and a new compressor allocates tables for each.
        static DEFLATERS: RefCell<[Option<Deflater>; 4]> = const { RefCell::new([const { None }; 4]) };
    }
    DEFLATERS.with_borrow_mut(|deflaters| {
        let new = || {
            (
                Compressor::new(CompressionLvl::new(compression_level(kind)).unwrap_or_default()),
                Vec::new(),
            )
        };
        let (compressor, packed) = deflaters[kind as usize].get_or_insert_with(new);
        let bound = compressor.deflate_compress_bound(content.len());
        if packed.len() < bound {
            packed.resize(bound, 0);
        }
        let packed_len = compressor
            .deflate_compress(content, packed)
            .ok()
            .filter(|packed_len| *packed_len < content.len());
        let file = write_frame(content, packed_len.map(|packed_len| &packed[..packed_len]), kind);
        if packed.len() > MAX_KEPT_BUFFER_BYTES {
            *packed = Vec::new();
        }
        file
    })
}

/// An index file with `content` uncompressed, for content that deflate hardly shrinks.
#[cfg(feature = "native")]
pub fn encode_stored(content: &[u8], kind: FileKind) -> Vec<u8> {
    write_frame(content, None, kind)
}

/// An index file: its header, then `deflated`, or `content` as it is where that is `None`. Length
/// and checksum in the header are those of `content`.
#[cfg(feature = "native")]
fn write_frame(content: &[u8], deflated: Option<&[u8]>, kind: FileKind) -> Vec<u8> {
    let body = deflated.unwrap_or(content);
    let mut file = Vec::with_capacity(HEADER_LEN + body.len());
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&[
        FORMAT_VERSION,
        ANALYZER_VERSION,
        kind as u8,
        u8::from(deflated.is_some()),
    ]);
    file.extend_from_slice(&(content.len() as u32).to_le_bytes());
    file.extend_from_slice(&hash(content).to_le_bytes());
    file.extend_from_slice(body);
    file
}

/// The compression level of libdeflate, 1 to 12: high only for the opening file, which every visit
/// fetches. At 10,000 records, blocks of postings are smaller at level 1 than at medium levels,
/// blocks of rows 2 % larger.
#[cfg(feature = "native")]
fn compression_level(kind: FileKind) -> i32 {
    match kind {
        FileKind::Opening => 9,
        FileKind::Block | FileKind::Texts => 1,
    }
}

/// The highest compression ratio that deflate can reach.
#[cfg(feature = "native")]
const MAX_DEFLATE_RATIO: usize = 1032;

/// The file with its content decompressed, as the browser's worker passes it to the engine. Errors
/// if the header or the deflate stream is invalid; the checksum is checked by [`decode`].
#[cfg(feature = "native")]
pub fn inflate(file: &[u8], kind: FileKind) -> Result<Vec<u8>, FrameError> {
    let (header, content) = parse_header(file, kind)?;
    if !header.is_deflated {
        return Ok(file.to_vec());
    }
    // The output buffer has the length that the header states, so an impossible length is refused
    // before the allocation.
    if header.content_len > content.len().saturating_mul(MAX_DEFLATE_RATIO) {
        return Err(FrameError::Damaged("its length is not what it says"));
    }
    let mut plain = vec![0; HEADER_LEN + header.content_len];
    plain[..HEADER_LEN].copy_from_slice(&file[..HEADER_LEN]);
    plain[7] = 0;
    match libdeflater::Decompressor::new().deflate_decompress(content, &mut plain[HEADER_LEN..]) {
        Ok(content_len) if content_len == header.content_len => Ok(plain),
        _ => Err(FrameError::Damaged("it cannot be inflated")),
    }
}

#[cfg(all(test, feature = "native"))]
mod tests {
    use super::{FileKind, FrameError, HEADER_LEN, decode, encode, encode_stored, inflate};

    #[test]
    fn encoded_content_is_decoded_again() {
        for content in [&b""[..], b"a", &[7; 5000]] {
            for encoded in
                [encode(content, FileKind::Block), encode_stored(content, FileKind::Block)]
            {
                let file = inflate(&encoded, FileKind::Block).unwrap();
                assert_eq!(decode(&file, FileKind::Block).unwrap(), content);
            }
        }
    }

    #[test]
    fn bad_files_say_what_is_wrong() {
        let good = encode(&[1, 2, 3, 4], FileKind::Block);
        let changed = |at: usize, to: u8| {
            let mut file = good.clone();
            file[at] = to;
            inflate(&file, FileKind::Block)
                .and_then(|file| decode(&file, FileKind::Block).map(<[u8]>::to_vec))
        };
        assert_eq!(decode(b"<!doctype html>", FileKind::Block), Err(FrameError::Foreign));
        assert_eq!(decode(b"", FileKind::Block), Err(FrameError::Foreign));
        assert!(matches!(decode(&good[..9], FileKind::Block), Err(FrameError::Damaged(_))));
        assert!(matches!(
            decode(&good[..HEADER_LEN + 2], FileKind::Block),
            Err(FrameError::Damaged(_))
        ));
        assert!(matches!(decode(&good, FileKind::Texts), Err(FrameError::Damaged(_))));
        assert!(matches!(changed(HEADER_LEN, 9), Err(FrameError::Damaged(_))));
        let long = encode(&[7; 5000], FileKind::Block);
        for promised in [0, 4999_u32, 5001, 1 << 20, u32::MAX] {
            let lie = [&long[..8], &promised.to_le_bytes(), &long[12..]].concat();
            assert!(
                matches!(inflate(&lie, FileKind::Block), Err(FrameError::Damaged(_))),
                "{promised} bytes are promised"
            );
        }
        assert_eq!(
            changed(4, 99),
            Err(FrameError::OtherVersion { format: 99, analyzer: super::ANALYZER_VERSION })
        );
    }
}
