//! The file that opens an index: everything in one, or what is needed to open it and the addresses of the blocks.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use tantivy::directory::OwnedBytes;

use crate::engine::Engine;
use crate::frame::{self, Sort};
use crate::layout::{Head, KEYS, LEXICON, Mode, Part, ROWS, Slice, block_len, block_name, content_hash};
use crate::store::Store;
use crate::write::segment::Segment;
use crate::write::{Seal, WriteError};

pub(super) struct Contents {
    pub(super) segment: Segment,
    pub(super) rows: Vec<OwnedBytes>,
    pub(super) lexicon: Vec<OwnedBytes>,
    pub(super) keys: Vec<OwnedBytes>,
}

impl Contents {
    fn extras(&self) -> [(&'static str, &[OwnedBytes]); 3] {
        [(ROWS, &self.rows), (LEXICON, &self.lexicon), (KEYS, &self.keys)]
    }

    /// The head of an index in one piece, and what stands behind it.
    fn in_one(&self, head: &Head) -> (Head, Vec<OwnedBytes>) {
        let mut head = head.clone();
        let mut pieces: Vec<OwnedBytes> = Vec::new();
        for (name, file) in &self.segment.files {
            head.slices.push(Slice(head.parts.len() as u16, 0, file.len() as u32));
            head.parts.push(Part { name: name.clone(), len: file.len() as u64, blocks: 0 });
            pieces.push(file.clone());
        }
        for (name, blocks) in self.extras() {
            for (number, block) in blocks.iter().enumerate() {
                head.slices.push(Slice(head.parts.len() as u16, number as u64, block.len() as u32));
                pieces.push(block.clone());
            }
            head.parts.push(Part { name: name.to_owned(), len: 0, blocks: 0 });
        }
        (head, pieces)
    }
}

/// No index shrinks to less than this share of its plain bytes: postings are packed already.
const MOST_SHRUNK: usize = 8;

/// The sealed opening of an index in one file.
pub(super) fn whole_opening(head: &Head, contents: &Contents) -> Result<Vec<u8>, WriteError> {
    let (head, pieces) = contents.in_one(head);
    Ok(frame::seal(&assemble(&head, &[], &pieces.iter().map(|piece| &**piece).collect::<Vec<_>>())?, Sort::Opening))
}

/// The same if that file is small enough; a large index is not put together to find out.
pub(super) fn whole_if_small(head: &Head, contents: &Contents, limit: usize) -> Result<Option<Vec<u8>>, WriteError> {
    let (_, pieces) = contents.in_one(head);
    if pieces.iter().map(|piece| piece.len()).sum::<usize>() / MOST_SHRUNK > limit {
        return Ok(None);
    }
    Ok(Some(whole_opening(head, contents)?).filter(|sealed| sealed.len() <= limit))
}

fn assemble(head: &Head, hashes: &[u32], slices: &[&[u8]]) -> Result<Vec<u8>, WriteError> {
    let json = serde_json::to_vec(head).map_err(|error| WriteError(error.to_string()))?;
    let length: usize = slices.iter().map(|slice| slice.len()).sum();
    let mut out = Vec::with_capacity(json.len() + length + 4 * hashes.len() + 4);
    out.extend_from_slice(&(json.len() as u32).to_le_bytes());
    out.extend_from_slice(&json);
    for hash in hashes {
        out.extend_from_slice(&hash.to_le_bytes());
    }
    slices.iter().for_each(|slice| out.extend_from_slice(slice));
    Ok(out)
}

pub(super) fn blocks_opening(head: &Head, contents: &Contents, files: &mut BTreeMap<String, Vec<u8>>, seal: Seal) -> Result<Vec<u8>, WriteError> {
    let ranges = needed_to_open(head, contents)?;
    let mut head = Head { mode: Mode::Blocks, ..head.clone() };
    let mut hashes = Vec::new();
    let mut slices: Vec<&[u8]> = Vec::new();
    let mut pack = |name: &str, blocks: Vec<&[u8]>| {
        // Positions are bits packed already: deflated they would be 3 % smaller.
        let seal: Seal = if name == "pos" { &frame::seal_plain } else { seal };
        let sealed: Vec<(u32, Vec<u8>)> = blocks
            .par_iter()
            .with_max_len(32)
            .map(|block| {
                let file = seal(block, Sort::Block);
                (content_hash(&file) as u32, file)
            })
            .collect();
        for (number, (hash, file)) in sealed.into_iter().enumerate() {
            files.insert(block_name(name, number as u32, hash), file);
            hashes.push(hash);
        }
    };
    for (part, (name, file)) in contents.segment.files.iter().enumerate() {
        for range in ranges.iter().filter(|(of, _)| *of == part).map(|(_, range)| range) {
            head.slices.push(Slice(part as u16, range.start as u64, range.len() as u32));
            slices.push(&file[range.clone()]);
        }
        // Files that the opening holds almost whole need no blocks: those that hold no postings, such as norms.
        let held: usize = ranges.iter().filter(|(of, _)| *of == part).map(|(_, range)| range.len()).sum();
        let blocks: Vec<&[u8]> = if held == file.len() { Vec::new() } else { file.chunks(block_len(name, head.block)).collect() };
        head.parts.push(Part { name: name.clone(), len: file.len() as u64, blocks: blocks.len() as u32 });
        pack(name, blocks);
    }
    for (name, blocks) in contents.extras() {
        head.parts.push(Part { name: name.to_owned(), len: 0, blocks: blocks.len() as u32 });
        pack(name, blocks.iter().map(|block| &**block).collect());
    }
    Ok(frame::seal(&assemble(&head, &hashes, &slices)?, Sort::Opening))
}

/// The ranges of segment files that are read to open the index, joined where they are close.
fn needed_to_open(head: &Head, contents: &Contents) -> Result<Vec<(usize, Range<usize>)>, WriteError> {
    let (head, pieces) = contents.in_one(head);
    let store = Store::from_pieces(head, pieces).map_err(|error| WriteError(error.to_string()))?;
    Engine::over(store.clone()).map_err(|error| WriteError(error.to_string()))?;
    let mut read = store.read_so_far();
    read.sort_by_key(|(part, range)| (*part, range.start, range.end));
    let mut joined: Vec<(usize, Range<usize>)> = Vec::new();
    for (part, range) in read {
        match joined.last_mut() {
            Some((last, before)) if *last == part && range.start <= before.end + 64 => before.end = before.end.max(range.end),
            _ => joined.push((part, range)),
        }
    }
    Ok(joined)
}
