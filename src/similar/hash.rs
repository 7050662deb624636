//! Hashes of words and of sequences of words; the same on every machine.

use casebook_search::analysis::stem;
use casebook_search::language::Language;

/// Hash of the stem of a lower-case word.
pub(crate) fn stem_hash(lower: &str, language: Language) -> u64 {
    hash_text(&stem(lower, language))
}

/// Hash of a sequence of words from the hash of its start and that of its last word; the order
/// matters.
pub(crate) fn combine_hashes(start: u64, last_word: u64) -> u64 {
    mix_bits(start.rotate_left(17) ^ last_word)
}

/// Hash of a text by FNV-1a and [`mix_bits`], the same on every machine.
pub(crate) fn hash_text(text: &str) -> u64 {
    mix_bits(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

/// The finaliser of splitmix64: a bijection that spreads every input bit over all output bits.
pub(crate) fn mix_bits(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
