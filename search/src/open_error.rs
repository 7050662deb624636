//! The error of an index that cannot be opened or read.

use std::fmt;

use crate::frame::FrameError;

/// Why an index cannot be opened or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// A file has an invalid frame: header, length or checksum.
    Frame(FrameError),
    /// The content of the index is inconsistent; the text says how.
    Content(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            OpenError::Frame(error) => error.fmt(out),
            OpenError::Content(why) => {
                write!(out, "the search index does not hang together: {why}")
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl From<FrameError> for OpenError {
    fn from(error: FrameError) -> OpenError {
        OpenError::Frame(error)
    }
}

/// The error of an index whose content is inconsistent; `why` says how.
pub(crate) fn content_error(why: &str) -> OpenError {
    OpenError::Content(why.to_owned())
}
