//! Validation of sizes and counts that tantivy does not check itself: a forged file can have a
//! valid checksum.

use tantivy::HasLen;
use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::SegmentComponent;
use tantivy::postings::TermInfo;

use crate::layout::{IndexHeader, ROWS, ROWS_PER_BLOCK};
use crate::open_error::{OpenError, content_error};
use crate::step::StepError;

/// Maximum block length that a header may state, in bytes.
const MAX_BLOCK_BYTES: u32 = 1 << 20;

/// Maximum number of facets that a header may list: as many as a one-byte [`crate::FacetId`] can
/// tell apart.
const MAX_FACETS: usize = 1 << 8;

/// Errors if the header contradicts itself: if it names a facet or part that it does not list, or
/// states an impossible block length, or more bytes or records than an opening file of `file_len`
/// bytes and the blocks can hold.
pub(crate) fn check_header(header: &IndexHeader, file_len: usize) -> Result<(), OpenError> {
    if header.block == 0 || header.block > MAX_BLOCK_BYTES {
        return Err(content_error("blocks of an impossible length"));
    }
    let mut slice_counts = vec![0_u64; header.parts.len()];
    for slice in &header.slices {
        *slice_counts
            .get_mut(slice.0 as usize)
            .ok_or_else(|| content_error("a slice of no part"))? += 1;
    }
    for part in &header.parts {
        let lengths = &part.block_lengths;
        if !lengths.is_empty() && lengths.len() != part.blocks as usize
            || lengths.iter().any(|len| *len == 0 || *len > MAX_BLOCK_BYTES)
        {
            return Err(content_error("blocks of an impossible length"));
        }
        let in_blocks = part.block_starts(header.block).last().map_or(0, |end| *end as u64);
        if part.len > file_len as u64 + in_blocks {
            return Err(content_error(&format!("`{}` is longer than its blocks", part.name)));
        }
    }
    let named = header.names.iter().map(|names| names.facet);
    let fallbacks = header.facets.iter().filter_map(|facet| facet.definition.fallback);
    if header.facets.len() > MAX_FACETS
        || named.chain(fallbacks).any(|id| usize::from(id.0) >= header.facets.len())
    {
        return Err(content_error("a facet that its list lacks"));
    }
    let row_blocks = header
        .parts
        .iter()
        .zip(slice_counts)
        .filter(|(part, _)| part.name == ROWS)
        .map(|(part, slices)| u64::from(part.blocks) + slices)
        .sum::<u64>();
    if u64::from(header.records) > row_blocks * u64::from(ROWS_PER_BLOCK) {
        return Err(content_error("it has more records than rows"));
    }
    Ok(())
}

/// Errors if the dictionary of columns states more values than it has bytes for: tantivy would
/// allocate memory for any stated number.
pub(crate) fn check_columns(segment: &tantivy::Segment) -> Result<(), OpenError> {
    let file = segment
        .open_read(SegmentComponent::FastFields)
        .map_err(|error| content_error(&error.to_string()))?;
    match read_column_dictionary(&file) {
        Some(block) if has_possible_counts(&block) => Ok(()),
        _ => Err(content_error("its columns have no sound dictionary")),
    }
}

/// The dictionary of columns at the end of tantivy's file of columns, without its footer; `None` if
/// a footer is invalid. There are few columns, so the dictionary has one block and no index.
fn read_column_dictionary(file: &FileSlice) -> Option<OwnedBytes> {
    /// Bytes of the footer of the file: length of the dictionary (8), number of records (4),
    /// version (8).
    const FOOTER_BYTES: usize = 20;
    /// Bytes of the footer of the dictionary: length of its index (8), offset of the index (8),
    /// number of columns (8), version (4).
    const DICTIONARY_FOOTER_BYTES: usize = 28;
    /// Version of tantivy's dictionary format that this function reads; it refuses others.
    const DICTIONARY_VERSION: u64 = 3;
    let end = file.len().checked_sub(FOOTER_BYTES)?;
    let len =
        usize::try_from(read_le_number(file.slice(end..end + 8).read_bytes().ok()?.as_slice()))
            .ok()?;
    let dictionary = file.slice(end.checked_sub(len)?..end).read_bytes().ok()?;
    let (entries, ending) =
        dictionary.split_at_checked(len.checked_sub(DICTIONARY_FOOTER_BYTES)?)?;
    let is_one_block = read_le_number(&ending[..8]) == 0
        && read_le_number(&ending[8..16]) == entries.len() as u64
        && read_le_number(&ending[24..]) == DICTIONARY_VERSION;
    is_one_block.then(|| dictionary.slice(0..entries.len()))
}

/// Whether every block of the dictionary of columns (without its footer) states a count of values
/// (LEB128) that its bytes can hold. A block is preceded by its length (4 bytes) and its
/// compression (1 byte).
fn has_possible_counts(mut entries: &[u8]) -> bool {
    while let Some((len, rest)) = entries.split_at_checked(4) {
        let Some((block, after)) = rest.split_at_checked(read_le_number(len) as usize) else {
            return false;
        };
        // An empty block ends the list.
        let Some((_, block)) = block.split_first().filter(|(_, block)| !block.is_empty()) else {
            return true;
        };
        let bytes = block.iter().position(|byte| *byte < 128).map_or(block.len(), |at| at + 1);
        let count = block[..bytes.min(9)]
            .iter()
            .rev()
            .fold(0_u64, |count, byte| count << 7 | u64::from(byte & 127));
        if bytes > 9 || count > (block.len() - bytes) as u64 {
            return false;
        }
        entries = after;
    }
    true
}

/// An unsigned little-endian number of up to eight bytes.
fn read_le_number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// An upper bound of the number of values of a column in a file of `len` bytes: a column with one
/// constant value for each record needs no bytes, any other at least one bit for each value.
pub(crate) fn max_value_count(records: u32, len: u64) -> usize {
    usize::try_from(u64::from(records).saturating_add(len.saturating_mul(8))).unwrap_or(usize::MAX)
}

/// Errors if the dictionary states that a term occurs in more records than the index has
/// (`records`).
pub(crate) fn check_term(info: &TermInfo, records: u32) -> Result<(), StepError> {
    if info.doc_freq > records {
        Err(StepError::Corrupt("a word stands in more records than there are".to_owned()))
    } else {
        Ok(())
    }
}
