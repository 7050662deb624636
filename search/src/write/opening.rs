//! Encodes the opening file: the whole index, or the header, block hashes and bytes that opening
//! the index reads.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use tantivy::directory::OwnedBytes;

use crate::engine::Engine;
use crate::frame::{self, FileKind};
use crate::layout::{
    GLOSSARY, IndexHeader, IndexMode, IndexPart, KEYWORDS, LEXICON, OpeningSlice, ROWS,
    block_file_name, block_len, content_hash,
};
use crate::store::IndexStore;
use crate::write::encode::EncodeFile;
use crate::write::error::WriteError;
use crate::write::segment::SegmentFiles;

/// The content of an index, before it is split into files.
pub(super) struct IndexContents {
    pub(super) segment: SegmentFiles,
    pub(super) rows: Vec<OwnedBytes>,
    pub(super) lexicon: Vec<OwnedBytes>,
    pub(super) keywords: Vec<OwnedBytes>,
    pub(super) glossary: Vec<OwnedBytes>,
}

impl IndexContents {
    /// The parts besides the segment files, by name, with their blocks.
    fn extra_parts(&self) -> [(&'static str, &[OwnedBytes]); 4] {
        [
            (ROWS, &self.rows),
            (LEXICON, &self.lexicon),
            (KEYWORDS, &self.keywords),
            (GLOSSARY, &self.glossary),
        ]
    }

    /// The header of an index in one file, and the slices that follow it.
    fn to_whole(&self, header: &IndexHeader) -> (IndexHeader, Vec<OwnedBytes>) {
        let mut header = header.clone();
        let mut slices: Vec<OwnedBytes> = Vec::new();
        for (name, file) in &self.segment.files {
            header.slices.push(OpeningSlice(header.parts.len() as u16, 0, file.len() as u32));
            header.parts.push(IndexPart { len: file.len() as u64, ..IndexPart::new(name) });
            slices.push(file.clone());
        }
        for (name, blocks) in self.extra_parts() {
            for (number, block) in blocks.iter().enumerate() {
                header.slices.push(OpeningSlice(
                    header.parts.len() as u16,
                    number as u64,
                    block.len() as u32,
                ));
                slices.push(block.clone());
            }
            header.parts.push(IndexPart::new(name));
        }
        (header, slices)
    }
}

/// A compression ratio that no index reaches, because postings are packed already; an index that
/// exceeds its limit even at this ratio is not encoded.
const MAX_COMPRESSION_RATIO: usize = 8;

/// The segment file that holds the dictionaries of both text fields.
const DICTIONARIES: &str = "term";
/// The most bytes of one block of it, as a multiple of those of other blocks.
const MAX_DICTIONARY_BLOCKS: usize = 4;

/// The opening file of an index in one file.
pub(super) fn encode_whole_opening(
    header: &IndexHeader,
    contents: &IndexContents,
) -> Result<Vec<u8>, WriteError> {
    let (header, slices) = contents.to_whole(header);
    Ok(frame::encode(
        &concatenate_opening(
            &header,
            &[],
            &slices.iter().map(|slice| &**slice).collect::<Vec<_>>(),
        )?,
        FileKind::Opening,
    ))
}

/// [`encode_whole_opening`] if the file has at most `limit` bytes; an index that is certainly
/// larger is not encoded.
pub(super) fn encode_whole_opening_if_small(
    header: &IndexHeader,
    contents: &IndexContents,
    limit: usize,
) -> Result<Option<Vec<u8>>, WriteError> {
    let (_, slices) = contents.to_whole(header);
    if slices.iter().map(|slice| slice.len()).sum::<usize>() / MAX_COMPRESSION_RATIO > limit {
        return Ok(None);
    }
    Ok(Some(encode_whole_opening(header, contents)?).filter(|encoded| encoded.len() <= limit))
}

/// The content of an opening file: length of the header (4 bytes), header as JSON, hashes of all
/// blocks, slices.
fn concatenate_opening(
    header: &IndexHeader,
    hashes: &[u32],
    slices: &[&[u8]],
) -> Result<Vec<u8>, WriteError> {
    let json = serde_json::to_vec(header).map_err(|error| WriteError(error.to_string()))?;
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

/// The opening file of an index in blocks; the block files are added to `files`.
pub(super) fn encode_blocks_opening(
    header: &IndexHeader,
    contents: &IndexContents,
    files: &mut BTreeMap<String, Vec<u8>>,
    encode: EncodeFile,
) -> Result<Vec<u8>, WriteError> {
    let (engine, ranges) = open_whole(header, contents)?;
    let mut header = IndexHeader { mode: IndexMode::Blocks, ..header.clone() };
    let mut hashes = Vec::new();
    let mut slices: Vec<&[u8]> = Vec::new();
    let mut pack = |name: &str, blocks: Vec<&[u8]>| {
        // Positions are bit-packed already: deflate would make them 3 % smaller.
        let encode: EncodeFile = if name == "pos" { &frame::encode_stored } else { encode };
        let encoded: Vec<(u32, Vec<u8>)> = blocks
            .par_iter()
            .map(|block| {
                let file = encode(block, FileKind::Block);
                (content_hash(&file) as u32, file)
            })
            .collect();
        for (number, (hash, file)) in encoded.into_iter().enumerate() {
            files.insert(block_file_name(name, number as u32, hash), file);
            hashes.push(hash);
        }
    };
    for (part, (name, file)) in contents.segment.files.iter().enumerate() {
        for range in ranges.iter().filter(|(of, _)| *of == part).map(|(_, range)| range) {
            header.slices.push(OpeningSlice(part as u16, range.start as u64, range.len() as u32));
            slices.push(&file[range.clone()]);
        }
        // Files that opening the index reads completely, such as field norms, need no blocks.
        let held: usize =
            ranges.iter().filter(|(of, _)| *of == part).map(|(_, range)| range.len()).sum();
        let block_len = block_len(name, header.block);
        let mut part = IndexPart { len: file.len() as u64, ..IndexPart::new(name) };
        let mut blocks: Vec<&[u8]> = Vec::new();
        if name == DICTIONARIES {
            blocks = split_dictionaries(&engine, file, block_len)?;
            part.block_lengths = blocks.iter().map(|block| block.len() as u32).collect();
        } else if held < file.len() {
            blocks = file.chunks(block_len).collect();
        }
        part.blocks = blocks.len() as u32;
        header.parts.push(part);
        pack(name, blocks);
    }
    for (name, blocks) in contents.extra_parts() {
        header.parts.push(IndexPart { blocks: blocks.len() as u32, ..IndexPart::new(name) });
        pack(name, blocks.iter().map(|block| &**block).collect());
    }
    Ok(frame::encode(&concatenate_opening(&header, &hashes, &slices)?, FileKind::Opening))
}

/// Byte ranges of segment files, each with the index of its file.
type SegmentRanges = Vec<(usize, Range<usize>)>;

/// Opens the index in one file; also returns the byte ranges of segment files that this reads, by
/// index of the file. Ranges at most 64 bytes apart are merged.
fn open_whole(
    header: &IndexHeader,
    contents: &IndexContents,
) -> Result<(Engine, SegmentRanges), WriteError> {
    let (header, slices) = contents.to_whole(header);
    let store =
        IndexStore::from_slices(header, slices).map_err(|error| WriteError(error.to_string()))?;
    let engine =
        Engine::from_store(store.clone()).map_err(|error| WriteError(error.to_string()))?;
    let mut read = store.read_ranges();
    read.sort_by_key(|(part, range)| (*part, range.start, range.end));
    let mut joined = SegmentRanges::new();
    for (part, range) in read {
        match joined.last_mut() {
            Some((last, before)) if *last == part && range.start <= before.end + 64 => {
                before.end = before.end.max(range.end)
            }
            _ => joined.push((part, range)),
        }
    }
    Ok((engine, joined))
}

/// The file of the dictionaries of both text fields in blocks, which end where tantivy's own do: a
/// look-up reads one of those whole.
fn split_dictionaries<'a>(
    engine: &Engine,
    file: &'a [u8],
    block_len: usize,
) -> Result<Vec<&'a [u8]>, WriteError> {
    let mut ends: Vec<usize> = Vec::new();
    for index in [&engine.text_index, &engine.zone_index] {
        // Reading all of a dictionary says where it lies in the file.
        let read = engine.store.read_ranges().len();
        index.terms().stream().map_err(|error| WriteError(error.to_string()))?;
        let Some((_, range)) = engine.store.read_ranges().get(read).cloned() else { continue };
        ends.push(range.start);
        // Before each block stand four bytes with its length.
        let mut at = range.start;
        while let Some(&[a, b, c, d]) = file[..range.end].get(at..at + 4) {
            at += 4 + u32::from_le_bytes([a, b, c, d]) as usize;
            ends.push(at.min(range.end));
        }
    }
    ends.push(file.len());
    ends.sort_unstable();
    let mut blocks = Vec::new();
    let mut start = 0;
    for end in ends {
        // A long word makes a long block, and between the dictionaries stand their indexes.
        blocks.extend(file[start..end].chunks(MAX_DICTIONARY_BLOCKS * block_len));
        start = end;
    }
    Ok(blocks)
}
