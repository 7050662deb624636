//! Sending files of the content folder piece by piece, from any place in them, as players of films ask for.

use std::io::{self, Read, Seek, SeekFrom};

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, RANGE};
use axum::http::{HeaderMap, Response, StatusCode};
use futures_util::stream;

use crate::source::{self, Asset};

/// How much is read at once.
const PIECE: usize = 256 << 10;

/// Answers with a file or the part of it that is asked for.
///
/// # Errors
/// When the file cannot be read any more.
pub fn answer(asset: &Asset, headers: &HeaderMap) -> io::Result<Response<Body>> {
    let (mut file, length) = source::open(asset)?;
    let range = headers.get(RANGE).and_then(|range| range.to_str().ok());
    let (status, from, to) = match range.map(|range| part(range, length)) {
        None | Some(Part::Whole) => (StatusCode::OK, 0, length),
        Some(Part::Some(from, to)) => (StatusCode::PARTIAL_CONTENT, from, to),
        Some(Part::None) => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    file.seek(SeekFrom::Start(from))?;
    let mut response = Response::builder().status(status).header(ACCEPT_RANGES, "bytes").header(CONTENT_LENGTH, to - from);
    if status == StatusCode::PARTIAL_CONTENT {
        response = response.header(CONTENT_RANGE, format!("bytes {from}-{}/{length}", to - 1));
    } else if status == StatusCode::RANGE_NOT_SATISFIABLE {
        response = response.header(CONTENT_RANGE, format!("bytes */{length}"));
    }
    Ok(response.body(pieces(file.take(to - from))).expect("these headers are valid"))
}

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// First byte, and the byte behind the last.
    Some(u64, u64),
    None,
}

/// Reads a `Range` header; several ranges at once are answered with the whole file, which is allowed.
fn part(range: &str, length: u64) -> Part {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return Part::Whole };
    let (from, to) = match (from.trim().parse::<u64>(), to.trim().parse::<u64>()) {
        (Ok(from), Ok(to)) => (from, to.saturating_add(1).min(length)),
        (Ok(from), Err(_)) if to.trim().is_empty() => (from, length),
        (Err(_), Ok(last)) if from.trim().is_empty() => (length.saturating_sub(last), length),
        _ => return Part::Whole,
    };
    if from < to { Part::Some(from, to) } else { Part::None }
}

/// Reads a piece when the one before was taken: a download that stalls holds one piece, and no thread.
fn pieces<R: Read + Send + 'static>(file: R) -> Body {
    Body::from_stream(stream::unfold(Some(file), async |file| {
        let mut file: R = file?;
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = Vec::with_capacity(PIECE);
            (&mut file).take(PIECE as u64).read_to_end(&mut piece).map(|count| (count, piece, file))
        });
        match read.await.map_err(io::Error::other).flatten() {
            Ok((0, ..)) => None,
            Ok((_, piece, file)) => Some((Ok(Bytes::from(piece)), Some(file))),
            Err(cause) => Some((Err(cause), None)),
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_as_browsers_count() {
        for (range, expected) in [
            ("bytes=0-9", Part::Some(0, 10)),
            ("bytes=90-", Part::Some(90, 100)),
            ("bytes=-10", Part::Some(90, 100)),
            ("bytes=50-900", Part::Some(50, 100)),
            ("bytes=100-", Part::None),
            ("bytes=9-3", Part::None),
            ("bytes=0-1,5-6", Part::Whole),
            ("lines=1-2", Part::Whole),
        ] {
            assert_eq!(part(range, 100), expected, "{range}");
        }
    }
}
