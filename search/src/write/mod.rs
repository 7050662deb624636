//! The index writer: analyses records in parallel, indexes them with tantivy, and packs the segment
//! into files named by content hash.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::directory::OwnedBytes;

use crate::facet::FacetDefinition;
use crate::frame;
use crate::glossary::encode_concepts;
use crate::language::Language;
use crate::layout::{IndexHeader, IndexMode, content_hash};
use crate::record::{ConceptNames, SearchRecord, ValueNames};
use crate::value_names::select_used_names;
use crate::write::analyse::{AnalysedRecord, analyse_records, detect_name_languages};
use crate::write::concepts::find_concepts;
use crate::write::lexicon::build_lexicon_blocks;
use crate::write::opening::{
    IndexContents, encode_blocks_opening, encode_whole_opening, encode_whole_opening_if_small,
};
use crate::write::rows::{build_row_blocks, build_text_files};
use crate::write::segment::{FacetValues, build_segment, note_named_values};

mod analyse;
mod concepts;
mod encode;
mod error;
mod keywords;
mod lexicon;
mod opening;
mod rows;
mod segment;
mod word_parts;

pub use encode::EncodeFile;
pub use error::WriteError;

/// Settings of the index writer.
#[derive(Clone, Debug)]
pub struct PackSettings {
    /// How to split the index into files; `None` decides by size, see `whole_below`.
    pub mode: Option<IndexMode>,
    /// All facets; a [`crate::FacetId`] is a position in this list.
    pub facets: Vec<FacetDefinition>,
    /// Names under which queries may refer to facet values.
    pub names: Vec<ValueNames>,
    /// Concepts whose names in one language find records that have them in another.
    pub concepts: Vec<ConceptNames>,
    /// Bytes of a block of a segment file.
    pub block: u32,
    /// Maximum compressed bytes, without texts, of an index in one file, if `mode` is `None`.
    pub whole_below: usize,
}

impl Default for PackSettings {
    fn default() -> PackSettings {
        PackSettings {
            mode: None,
            facets: Vec::new(),
            names: Vec::new(),
            concepts: Vec::new(),
            block: 4096,
            whole_below: 400_000,
        }
    }
}

/// The files of an index, by their names below `search/`.
#[derive(Clone, Debug)]
pub struct PackedIndex {
    /// Name of the opening file, which is among `files`.
    pub opening: String,
    /// All files by name; each name contains a hash of the content.
    pub files: BTreeMap<String, Vec<u8>>,
    /// How the index is split into files.
    pub mode: IndexMode,
    /// Number of records.
    pub records: usize,
    /// Declared language tags of the records, sorted, each once.
    pub languages: Vec<String>,
}

/// Builds the index of `records`, whose order breaks ties in results. Equal input gives equal
/// bytes.
pub fn build_index(
    records: &[SearchRecord],
    settings: &PackSettings,
) -> Result<PackedIndex, WriteError> {
    build_index_with(records, settings, &frame::encode)
}

/// [`build_index`] with another function for encoding files, for callers that cache encoded files
/// of the last build.
pub fn build_index_with(
    records: &[SearchRecord],
    settings: &PackSettings,
    encode: EncodeFile,
) -> Result<PackedIndex, WriteError> {
    let values = FacetValues::collect(records, &settings.facets);
    let names = select_used_names(&settings.names, &values.facets);
    let (mut analysed, form_counts) = analyse_records(records, &names);
    let concepts = find_concepts(&mut analysed, &settings.concepts);
    note_named_values(&mut analysed, records, &values, &names);
    let languages = analysed
        .iter()
        .map(AnalysedRecord::languages)
        .chain(detect_name_languages(&names).map(Language::bit))
        .chain(concepts.iter().flat_map(|concept| &concept.names).map(|(of, _)| of.bit()))
        .fold(0, |set, languages| set | languages);
    let build_other_files = || {
        let mut files = BTreeMap::new();
        let text_names = build_text_files(records, &mut files, encode);
        (build_row_blocks(records, &settings.facets, &text_names), files)
    };
    // tantivy writes a single segment on one thread, so the other files are built in parallel to
    // it.
    let (segment, (rows, mut files)) =
        rayon::join(|| build_segment(records, analysed, &values), build_other_files);
    let mut segment = segment?;
    let (first_words, lexicon) = build_lexicon_blocks(&form_counts, records.len());
    let to_owned_bytes = |blocks: Vec<Vec<u8>>| blocks.into_iter().map(OwnedBytes::new).collect();
    let contents = IndexContents {
        rows: to_owned_bytes(rows),
        lexicon: to_owned_bytes(lexicon),
        keywords: to_owned_bytes(std::mem::take(&mut segment.keyword_blocks)),
        glossary: to_owned_bytes(vec![encode_concepts(&concepts)]),
        segment,
    };
    let header = IndexHeader {
        records: records.len() as u32,
        mode: IndexMode::Whole,
        meta: contents.segment.meta.clone(),
        block: settings.block,
        parts: Vec::new(),
        slices: Vec::new(),
        lexicon: first_words,
        languages,
        facets: values.facets,
        has: values.has,
        names,
    };
    let (mode, opening) = match settings.mode {
        Some(IndexMode::Whole) => (IndexMode::Whole, encode_whole_opening(&header, &contents)?),
        Some(IndexMode::Blocks) => {
            (IndexMode::Blocks, encode_blocks_opening(&header, &contents, &mut files, encode)?)
        }
        None => match encode_whole_opening_if_small(&header, &contents, settings.whole_below)? {
            Some(encoded) => (IndexMode::Whole, encoded),
            None => {
                (IndexMode::Blocks, encode_blocks_opening(&header, &contents, &mut files, encode)?)
            }
        },
    };
    let name = format!("opening.{:016x}.bin", content_hash(&opening));
    files.insert(name.clone(), opening);
    let languages = records
        .iter()
        .map(|record| record.language.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    Ok(PackedIndex { opening: name, files, mode, records: records.len(), languages })
}
