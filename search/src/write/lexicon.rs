//! The words of the hub as they are written, in blocks: what misspelt words are compared with.

use crate::layout::{put_number, put_text};
use crate::write::prepare::Forms;

/// Plain bytes of one block of the lexicon.
const LEXICON_BLOCK: usize = 6000;

pub(super) fn pack_lexicon(forms: &Forms, records: usize) -> (Vec<String>, Vec<Vec<u8>>) {
    // In large hubs a word met once is more often a slip than a word somebody looks for.
    let least = if records > 2000 { 2 } else { 1 };
    let (mut firsts, mut blocks) = (Vec::new(), Vec::<Vec<u8>>::new());
    let mut last = "";
    for (folded, known) in forms.iter().filter(|(_, known)| known.count >= least) {
        if blocks.last().is_none_or(|block| block.len() >= LEXICON_BLOCK) {
            firsts.push(folded.clone());
            blocks.push(Vec::with_capacity(LEXICON_BLOCK + 64));
            last = "";
        }
        let Some(block) = blocks.last_mut() else { break };
        let shared = folded.bytes().zip(last.bytes()).take_while(|(left, right)| left == right).count();
        let shared = folded.floor_char_boundary(shared);
        put_number(block, shared as u32);
        put_text(block, &folded[shared..]);
        put_text(block, if known.spelling == *folded { "" } else { &known.spelling });
        put_number(block, known.count);
        last = folded;
    }
    (firsts, blocks)
}
