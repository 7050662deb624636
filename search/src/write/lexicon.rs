//! The blocks of the lexicon: all word forms, sorted and prefix-compressed, for spelling correction
//! and completion.

use crate::layout::{write_text, write_varint};
use crate::write::analyse::FormCounts;

/// Minimum bytes of a block of the lexicon before compression; the last block may be shorter.
const LEXICON_BLOCK_BYTES: usize = 12_000;

/// The first word of every block of the lexicon, and the blocks. In an index of more than 2,000
/// records, words that occur once are left out.
pub(super) fn build_lexicon_blocks(
    forms: &FormCounts,
    records: usize,
) -> (Vec<String>, Vec<Vec<u8>>) {
    // In a large hub most words that occur once are typing errors.
    let min_count = if records > 2000 { 2 } else { 1 };
    let (mut first_words, mut blocks) = (Vec::new(), Vec::<Vec<u8>>::new());
    let mut previous = "";
    for (folded, form) in forms.iter().filter(|(_, form)| form.count >= min_count) {
        if blocks.last().is_none_or(|block| block.len() >= LEXICON_BLOCK_BYTES) {
            first_words.push(folded.clone());
            blocks.push(Vec::with_capacity(LEXICON_BLOCK_BYTES + 64));
            previous = "";
        }
        let Some(block) = blocks.last_mut() else { break };
        let shared =
            folded.bytes().zip(previous.bytes()).take_while(|(left, right)| left == right).count();
        let shared = folded.floor_char_boundary(shared);
        write_varint(block, shared as u32);
        write_text(block, &folded[shared..]);
        write_text(block, if form.spelling == *folded { "" } else { &form.spelling });
        write_varint(block, form.count);
        previous = folded;
    }
    (first_words, blocks)
}
