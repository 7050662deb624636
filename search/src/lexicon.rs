//! The word forms of a hub: what a misspelt word may have meant, what a beginning may become.

use crate::layout::{Head, LEXICON, Reader};
use crate::near::{distance, forgiven};
use crate::store::Store;

/// A word form that occurs in the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownForm {
    /// Without accents.
    pub folded: String,
    /// As most often written.
    pub spelling: String,
    /// How often it occurs.
    pub count: u32,
}

/// A form that a misspelt word may have meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The form.
    pub form: KnownForm,
    /// How many edits away it is.
    pub edits: usize,
}

/// Hubs with more blocks of forms than this are not searched for slips in the first letter.
const WHOLE_UP_TO: usize = 64;

/// The forms nearest to `folded`, likeliest first, at most three. `None` when blocks are missing (and noted).
pub fn similar(store: &Store, folded: &str) -> Option<Vec<Candidate>> {
    let letters: Vec<char> = folded.chars().collect();
    let most = forgiven(letters.len());
    if most == 0 || letters.iter().any(|letter| !letter.is_alphabetic()) {
        return Some(Vec::new());
    }
    let head = store.head();
    let found = nearest_in(store, blocks_with(head, &letters[0].to_string()), &letters, most)?;
    if !found.is_empty() || head.lexicon.len() > WHOLE_UP_TO {
        return Some(found);
    }
    nearest_in(store, 0..head.lexicon.len() as u32, &letters, most)
}

fn nearest_in(store: &Store, blocks: std::ops::Range<u32>, letters: &[char], most: usize) -> Option<Vec<Candidate>> {
    let mut found = Vec::new();
    for form in forms(store, blocks)? {
        let other: Vec<char> = form.folded.chars().collect();
        if let Some(edits) = distance(letters, &other, most).filter(|edits| *edits > 0) {
            found.push(Candidate { form, edits });
        }
    }
    found.sort_by(|left, right| {
        let likeness = |candidate: &Candidate| (candidate.edits, std::cmp::Reverse(candidate.form.count));
        likeness(left).cmp(&likeness(right)).then_with(|| left.form.folded.cmp(&right.form.folded))
    });
    found.truncate(3);
    Some(found)
}

/// The commonest forms that begin with `folded`. `None` when blocks are missing (and noted).
pub fn beginning(store: &Store, folded: &str, limit: usize) -> Option<Vec<KnownForm>> {
    let mut found: Vec<KnownForm> =
        forms(store, blocks_with(store.head(), folded))?.into_iter().filter(|form| form.folded.starts_with(folded)).collect();
    found.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.folded.cmp(&right.folded)));
    found.truncate(limit);
    Some(found)
}

/// The blocks that may hold forms beginning with `start`.
fn blocks_with(head: &Head, start: &str) -> std::ops::Range<u32> {
    let first = head.lexicon.partition_point(|word| word.as_str() <= start).saturating_sub(1);
    let end = head.lexicon.partition_point(|word| word.as_str() <= start || word.starts_with(start));
    first as u32..end.max(first) as u32
}

fn forms(store: &Store, blocks: std::ops::Range<u32>) -> Option<Vec<KnownForm>> {
    // All blocks are asked for before giving up, so that one round fetches them.
    let blocks: Vec<_> = blocks.map(|number| store.block(LEXICON, number)).collect();
    let blocks: Vec<_> = blocks.into_iter().collect::<Option<_>>()?;
    let mut found = Vec::new();
    for block in blocks {
        read_block(block.as_slice(), &mut found);
    }
    Some(found)
}

fn read_block(bytes: &[u8], found: &mut Vec<KnownForm>) {
    let mut reader = Reader(bytes);
    let mut last = String::new();
    while let Some(form) = read_form(&mut reader, &mut last) {
        found.push(form);
    }
}

fn read_form(reader: &mut Reader, last: &mut String) -> Option<KnownForm> {
    let shared = reader.number()? as usize;
    if !last.is_char_boundary(shared) {
        return None;
    }
    last.truncate(shared);
    last.push_str(reader.text()?);
    let spelling = reader.text()?;
    let spelling = if spelling.is_empty() { last.clone() } else { spelling.to_owned() };
    Some(KnownForm { folded: last.clone(), spelling, count: reader.number()? })
}
