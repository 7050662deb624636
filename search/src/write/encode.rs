//! The function by which the writer encodes files.

use crate::frame::FileKind;

/// A function that encodes content as an index file of a kind; see [`crate::frame::encode`].
pub type EncodeFile<'a> = &'a (dyn Fn(&[u8], FileKind) -> Vec<u8> + Sync);
