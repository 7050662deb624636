//! What tantivy takes on trust, checked before it reads: whoever can write a file can write its checksum as well.

use tantivy::HasLen;
use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::SegmentComponent;
use tantivy::postings::TermInfo;

use crate::engine::Stop;
use crate::layout::{Head, ROWS, ROWS_PER_BLOCK, block_len};
use crate::store::{OpenError, content};

/// No block of a segment file holds more bytes.
const LONGEST_BLOCK: u32 = 1 << 20;

/// Whether the head promises no more than a file of `held` bytes and the blocks that it names can keep.
pub(crate) fn check_head(head: &Head, held: usize) -> Result<(), OpenError> {
    if head.block == 0 || head.block > LONGEST_BLOCK {
        return Err(content("blocks of an impossible length"));
    }
    let mut inside = vec![0_u64; head.parts.len()];
    for slice in &head.slices {
        *inside.get_mut(slice.0 as usize).ok_or_else(|| content("a slice of no part"))? += 1;
    }
    for part in &head.parts {
        if part.len > held as u64 + u64::from(part.blocks) * block_len(&part.name, head.block) as u64 {
            return Err(content(&format!("`{}` is longer than its blocks", part.name)));
        }
    }
    let rows = head.parts.iter().zip(inside).filter(|(part, _)| part.name == ROWS).map(|(part, inside)| u64::from(part.blocks) + inside).sum::<u64>();
    if u64::from(head.records) > rows * u64::from(ROWS_PER_BLOCK) {
        return Err(content("it has more records than rows"));
    }
    Ok(())
}

/// Whether the dictionary of columns has as many values as it says: tantivy would make room for any number of them.
pub(crate) fn check_columns(segment: &tantivy::Segment) -> Result<(), OpenError> {
    let file = segment.open_read(SegmentComponent::FastFields).map_err(|error| content(&error.to_string()))?;
    match columns_dictionary(&file) {
        Some(block) if holds_its_values(&block) => Ok(()),
        _ => Err(content("its columns have no sound dictionary")),
    }
}

/// The entries of the dictionary. A hub has few columns, so that they stand in one block and need no index.
fn columns_dictionary(file: &FileSlice) -> Option<OwnedBytes> {
    /// Behind the dictionary stand its length (8 bytes), the number of records (4) and the version (8).
    const AFTER: usize = 20;
    /// Behind its entries stand the length of its index (8 bytes), where that begins (8), the number of entries (8) and the version (4).
    const ENDING: usize = 28;
    const VERSION: u64 = 3;
    let end = file.len().checked_sub(AFTER)?;
    let len = usize::try_from(number(file.slice(end..end + 8).read_bytes().ok()?.as_slice())).ok()?;
    let dictionary = file.slice(end.checked_sub(len)?..end).read_bytes().ok()?;
    let (entries, ending) = dictionary.split_at_checked(len.checked_sub(ENDING)?)?;
    let is_one_block = number(&ending[..8]) == 0 && number(&ending[8..16]) == entries.len() as u64 && number(&ending[24..]) == VERSION;
    is_one_block.then(|| dictionary.slice(0..entries.len()))
}

/// Whether every block begins with a count (LEB128) of values that its bytes can hold. Before it stand its length (4 bytes) and how it is
/// compressed (1 byte).
fn holds_its_values(mut entries: &[u8]) -> bool {
    while let Some((len, rest)) = entries.split_at_checked(4) {
        let Some((block, after)) = rest.split_at_checked(number(len) as usize) else { return false };
        // An empty block ends the list.
        let Some((_, block)) = block.split_first().filter(|(_, block)| !block.is_empty()) else { return true };
        let bytes = block.iter().position(|byte| *byte < 128).map_or(block.len(), |at| at + 1);
        let count = block[..bytes.min(9)].iter().rev().fold(0_u64, |count, byte| count << 7 | u64::from(byte & 127));
        if bytes > 9 || count > (block.len() - bytes) as u64 {
            return false;
        }
        entries = after;
    }
    true
}

/// A number from its bytes, the lowest first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// At most how many values the records of a hub have in a column that stands in a file of `len` bytes: a column of one value for each record
/// needs no room, any other at least a bit for each value.
pub(crate) fn most_values(records: u32, len: u64) -> usize {
    usize::try_from(u64::from(records).saturating_add(len.saturating_mul(8))).unwrap_or(usize::MAX)
}

/// Whether a word stands in no more records than there are.
pub(crate) fn check_term(info: &TermInfo, records: u32) -> Result<(), Stop> {
    if info.doc_freq > records { Err(Stop::Broken("a word stands in more records than there are".to_owned())) } else { Ok(()) }
}
