//! The lexicon: the word forms of an index, for spelling correction and completion.

use std::cmp::Ordering;

use crate::edit_distance::{edit_distance, is_slip, max_edits};
use crate::layout::{ByteReader, IndexHeader, LEXICON};
use crate::store::IndexStore;

/// A word form of the lexicon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LexiconEntry {
    /// The form normalised and without accents; unique in the lexicon.
    pub folded: String,
    /// Its most frequent spelling, with accents.
    pub spelling: String,
    /// Number of occurrences in the index, all spellings together.
    pub count: u32,
}

/// A candidate for the correction of a misspelt word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionCandidate {
    /// The suggested form.
    pub entry: LexiconEntry,
    /// Its edit distance to the misspelt word; the limit where only its beginning is that near.
    pub edits: usize,
    /// Whether only slips lie between them, so that it may stand in for the word unasked; see
    /// [`is_slip`].
    pub is_slip: bool,
}

/// The fewest letters of a word that is replaced by a correction unasked: a slip in a shorter one
/// makes another word (`seed`, `see`).
const MIN_SLIP_LETTERS: usize = 5;
/// The fewest letters of a word for which compounds that end in it are looked for.
const MIN_COMPOUND_END: usize = 5;
/// The most blocks of a lexicon that is searched as a whole for one word. In a larger one,
/// corrections have the same first letter and compounds are not looked for, so that a query does
/// not fetch the whole lexicon.
const MAX_FULL_SCAN_BLOCKS: usize = 32;

/// The word forms that `folded` may be a misspelling of, or of whose beginning if `is_beginning`,
/// at most three: slips first, then fewest edits, then most frequent. `None` if blocks are missing;
/// the store has noted them.
pub fn find_corrections(
    store: &IndexStore,
    folded: &str,
    is_beginning: bool,
) -> Option<Vec<CorrectionCandidate>> {
    let letters: Vec<char> = folded.chars().collect();
    let limit = max_edits(letters.len());
    if limit == 0 || letters.iter().any(|letter| !letter.is_alphabetic()) {
        return Some(Vec::new());
    }
    let found = find_variants(store, folded, is_beginning)?;
    let blocks = store.header().lexicon.len();
    if !found.is_empty() || blocks > MAX_FULL_SCAN_BLOCKS {
        return Some(found);
    }
    find_corrections_in(store, 0..blocks as u32, &letters, limit, is_beginning)
}

/// [`find_corrections`] among the word forms that begin with the same letter, which are few blocks.
pub fn find_variants(
    store: &IndexStore,
    folded: &str,
    is_beginning: bool,
) -> Option<Vec<CorrectionCandidate>> {
    let letters: Vec<char> = folded.chars().collect();
    let limit = max_edits(letters.len());
    if limit == 0 {
        return Some(Vec::new());
    }
    let same_letter = blocks_with_prefix(store.header(), &letters[0].to_string());
    find_corrections_in(store, same_letter, &letters, limit, is_beginning)
}

/// Longer word forms that end in `folded`, the most frequent first, at most `limit`; empty if
/// `folded` is too short, or the lexicon too large to be read for one word. `None` if blocks are
/// missing; the store has noted them.
pub fn find_compounds(store: &IndexStore, folded: &str, limit: usize) -> Option<Vec<LexiconEntry>> {
    let blocks = store.header().lexicon.len();
    if folded.chars().count() < MIN_COMPOUND_END || blocks > MAX_FULL_SCAN_BLOCKS {
        return Some(Vec::new());
    }
    let mut found: Vec<LexiconEntry> = read_entries(store, 0..blocks as u32)?
        .into_iter()
        .filter(|entry| entry.folded.len() > folded.len() && entry.folded.ends_with(folded))
        .collect();
    found.sort_by(|left, right| {
        right.count.cmp(&left.count).then_with(|| left.folded.cmp(&right.folded))
    });
    found.truncate(limit);
    Some(found)
}

/// Whether the lexicon has this word form, given without accents. `None` if blocks are missing; the
/// store has noted them.
pub fn contains(store: &IndexStore, folded: &str) -> Option<bool> {
    let blocks = blocks_with_prefix(store.header(), folded);
    Some(read_entries(store, blocks)?.iter().any(|entry| entry.folded == folded))
}

/// [`find_corrections`] among the word forms of some blocks, at most `limit` edits from the word,
/// which is given as `letters`. `None` if blocks are missing; the store has noted them.
fn find_corrections_in(
    store: &IndexStore,
    blocks: std::ops::Range<u32>,
    letters: &[char],
    limit: usize,
    is_beginning: bool,
) -> Option<Vec<CorrectionCandidate>> {
    Some(rank_corrections(read_entries(store, blocks)?, letters, limit, is_beginning))
}

/// The three best corrections among `entries` of a word that is given as `letters`: slips first,
/// then fewest edits, then most frequent.
fn rank_corrections(
    entries: impl IntoIterator<Item = LexiconEntry>,
    letters: &[char],
    limit: usize,
    is_beginning: bool,
) -> Vec<CorrectionCandidate> {
    let mut found = Vec::new();
    for entry in entries {
        let other: Vec<char> = entry.folded.chars().collect();
        match edit_distance(letters, &other, limit) {
            Some(0) => {}
            Some(edits) => {
                let is_slip =
                    letters.len() >= MIN_SLIP_LETTERS && is_slip(letters, &other, edits, false);
                found.push(CorrectionCandidate { entry, edits, is_slip });
            }
            None if is_beginning
                && letters.len() >= MIN_SLIP_LETTERS
                && is_slip(letters, &other, 1, true) =>
            {
                found.push(CorrectionCandidate { entry, edits: limit, is_slip: true });
            }
            None => {}
        }
    }
    found.sort_by(compare_corrections);
    found.truncate(3);
    found
}

/// The order of corrections, best first: slips, then fewest edits, then most frequent.
fn compare_corrections(left: &CorrectionCandidate, right: &CorrectionCandidate) -> Ordering {
    let rank = |candidate: &CorrectionCandidate| {
        (!candidate.is_slip, candidate.edits, std::cmp::Reverse(candidate.entry.count))
    };
    rank(left).cmp(&rank(right)).then_with(|| left.entry.folded.cmp(&right.entry.folded))
}

/// The most frequent forms that begin with `folded`, at most `limit`. `None` if blocks are missing;
/// the store has noted them.
pub fn find_completions(
    store: &IndexStore,
    folded: &str,
    limit: usize,
) -> Option<Vec<LexiconEntry>> {
    let mut found: Vec<LexiconEntry> =
        read_entries(store, blocks_with_prefix(store.header(), folded))?
            .into_iter()
            .filter(|entry| entry.folded.starts_with(folded))
            .collect();
    found.sort_by(|left, right| {
        right.count.cmp(&left.count).then_with(|| left.folded.cmp(&right.folded))
    });
    found.truncate(limit);
    Some(found)
}

/// The numbers of the blocks that can contain forms beginning with `prefix`.
fn blocks_with_prefix(header: &IndexHeader, prefix: &str) -> std::ops::Range<u32> {
    let first = header.lexicon.partition_point(|word| word.as_str() <= prefix).saturating_sub(1);
    let end =
        header.lexicon.partition_point(|word| word.as_str() <= prefix || word.starts_with(prefix));
    first as u32..end.max(first) as u32
}

/// All word forms in these blocks of the lexicon, sorted. `None` if blocks are missing; the store
/// has noted them.
fn read_entries(store: &IndexStore, blocks: std::ops::Range<u32>) -> Option<Vec<LexiconEntry>> {
    // All blocks are requested before returning, so that one round fetches all that are missing.
    let blocks: Vec<_> = blocks.map(|number| store.block(LEXICON, number)).collect();
    let blocks: Vec<_> = blocks.into_iter().collect::<Option<_>>()?;
    let mut found = Vec::new();
    for block in blocks {
        read_block(block.as_slice(), &mut found);
    }
    Some(found)
}

/// Appends the word forms in a block of the lexicon to `found`; stops at the first invalid one.
fn read_block(bytes: &[u8], found: &mut Vec<LexiconEntry>) {
    let mut reader = ByteReader(bytes);
    let mut previous = String::new();
    while let Some(entry) = read_entry(&mut reader, &mut previous) {
        found.push(entry);
    }
}

/// The next word form in a block of the lexicon; `None` at its end or if invalid. `previous` is the
/// form before it, whose beginning it shares, and is replaced by this one.
fn read_entry(reader: &mut ByteReader, previous: &mut String) -> Option<LexiconEntry> {
    let shared = reader.read_varint()? as usize;
    if !previous.is_char_boundary(shared) {
        return None;
    }
    previous.truncate(shared);
    previous.push_str(reader.read_text()?);
    let spelling = reader.read_text()?;
    let spelling = if spelling.is_empty() { previous.clone() } else { spelling.to_owned() };
    Some(LexiconEntry { folded: previous.clone(), spelling, count: reader.read_varint()? })
}
