//! Responses with files of the content folder, streamed in chunks and with support for byte ranges,
//! which video players request.

use std::io::{self, Read, Seek, SeekFrom};

use axum::body::Body;
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, RANGE};
use axum::http::{HeaderMap, Response, StatusCode};
use bytes::Bytes;
use futures_util::stream;

use crate::source::{self, Asset};

/// Number of bytes that are read and sent at once.
const CHUNK_SIZE: usize = 256 << 10;

/// Responds with a file, or with the byte range that the headers of the request ask for.
///
/// # Errors
/// The file can no longer be read.
pub fn respond_with_file(asset: &Asset, headers: &HeaderMap) -> io::Result<Response<Body>> {
    let (mut file, length) = source::open_asset(asset)?;
    let range = headers.get(RANGE).and_then(|range| range.to_str().ok());
    let (status, from, to) = match range.map(|range| parse_byte_range(range, length)) {
        None | Some(ByteRange::Full) => (StatusCode::OK, 0, length),
        Some(ByteRange::Partial(from, to)) => (StatusCode::PARTIAL_CONTENT, from, to),
        Some(ByteRange::Unsatisfiable) => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    file.seek(SeekFrom::Start(from))?;
    let mut response = Response::builder()
        .status(status)
        .header(ACCEPT_RANGES, "bytes")
        .header(CONTENT_LENGTH, to - from);
    if status == StatusCode::PARTIAL_CONTENT {
        response = response.header(CONTENT_RANGE, format!("bytes {from}-{}/{length}", to - 1));
    } else if status == StatusCode::RANGE_NOT_SATISFIABLE {
        response = response.header(CONTENT_RANGE, format!("bytes */{length}"));
    }
    Ok(response.body(stream_chunks(file.take(to - from))).expect("these headers are valid"))
}

/// The part of a file that a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum ByteRange {
    Full,
    /// Start and exclusive end in bytes.
    Partial(u64, u64),
    Unsatisfiable,
}

/// Parses a `Range` header for a file of `length` bytes. Several ranges, and units other than
/// bytes, count as the full file, which RFC 9110 (section 14.2) allows.
fn parse_byte_range(range: &str, length: u64) -> ByteRange {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return ByteRange::Full;
    };
    let (from, to) = match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) => (from, to.saturating_add(1).min(length)),
        (Ok(from), Err(_)) if to.trim().is_empty() => (from, length),
        (Err(_), Ok(last)) if from.trim().is_empty() => (length.saturating_sub(last), length),
        _ => return ByteRange::Full,
    };
    if from < to { ByteRange::Partial(from, to) } else { ByteRange::Unsatisfiable }
}

/// Streams a file, reading each chunk after the previous one was sent, so that a stalled download
/// holds one chunk and no thread.
fn stream_chunks<R: Read + Send + 'static>(file: R) -> Body {
    Body::from_stream(stream::unfold(Some(file), async |file| {
        let mut file: R = file?;
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = Vec::with_capacity(CHUNK_SIZE);
            (&mut file)
                .take(CHUNK_SIZE as u64)
                .read_to_end(&mut chunk)
                .map(|count| (count, chunk, file))
        });
        match read.await.map_err(io::Error::other).flatten() {
            Ok((0, ..)) => None,
            Ok((_, chunk, file)) => Some((Ok(Bytes::from(chunk)), Some(file))),
            Err(cause) => Some((Err(cause), None)),
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_ranges_are_parsed() {
        for (range, expected) in [
            ("bytes=0-9", ByteRange::Partial(0, 10)),
            ("bytes=90-", ByteRange::Partial(90, 100)),
            ("bytes=-10", ByteRange::Partial(90, 100)),
            ("bytes=50-900", ByteRange::Partial(50, 100)),
            ("bytes=100-", ByteRange::Unsatisfiable),
            ("bytes=9-3", ByteRange::Unsatisfiable),
            ("bytes=0-1,5-6", ByteRange::Full),
            ("lines=1-2", ByteRange::Full),
        ] {
            assert_eq!(parse_byte_range(range, 100), expected, "{range}");
        }
    }
}
