//! The file formats of a packed index: the index header in the opening file, block names, rows, and
//! varints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facet::{FacetDefinition, FacetId};
use crate::record::{RecordKind, ValueNames};

/// Name of the part that holds the stored fields of records, shown with hits; see [`RecordRow`].
pub const ROWS: &str = "rows";
/// Name of the part that holds word forms, for spelling correction and completion.
pub const LEXICON: &str = "lexicon";
/// Name of the part that holds the keywords (highest tf-idf) of every record, for relevance
/// feedback.
pub const KEYWORDS: &str = "keys";
/// Name of the part that holds the concepts of the glossary that records mention; one block.
pub const GLOSSARY: &str = "glossary";
/// Number of records whose stored fields are in one block of [`ROWS`]. Few, because ten hits
/// usually lie in ten blocks, and the other records of a block are fetched in vain.
pub const ROWS_PER_BLOCK: u32 = 6;
/// Number of records whose keywords are in one block of [`KEYWORDS`].
pub const KEYWORD_RECORDS_PER_BLOCK: u32 = 12;

/// Bytes of one block of the segment file `part`, from [`IndexHeader::block`], unless its lengths
/// are listed. Blocks of columns are four times as long, because columns are read whole, and those
/// of positions twice, because those of a word are: fewer requests for about the same bytes.
pub fn block_len(part: &str, block: u32) -> usize {
    let factor = match part {
        "fast" => 4,
        "pos" => 2,
        _ => 1,
    };
    factor * block as usize
}

/// How an index is split into files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexMode {
    /// The opening file holds the whole index.
    Whole,
    /// The opening file holds what opening the index reads; queries fetch blocks.
    Blocks,
}

/// A part of the index: one file of the tantivy segment, or the rows, lexicon or keywords.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexPart {
    /// The extension of the segment file (`term`, `idx`, `pos`, ...), or [`ROWS`], [`LEXICON`],
    /// [`KEYWORDS`], [`GLOSSARY`].
    pub name: String,
    /// Bytes of a segment file; 0 for rows, lexicon and keywords, whose blocks differ in length.
    pub len: u64,
    /// Number of its block files; 0 when the opening file holds all of it.
    pub blocks: u32,
    /// Bytes of each block of a segment file, where they differ from [`block_len`]; else empty. The
    /// blocks of dictionaries end where those of tantivy do, so that a word needs only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub block_lengths: Vec<u32>,
}

impl IndexPart {
    /// A part without bytes and blocks.
    #[cfg(feature = "native")]
    pub(crate) fn new(name: &str) -> IndexPart {
        IndexPart { name: name.to_owned(), len: 0, blocks: 0, block_lengths: Vec::new() }
    }

    /// The byte at which each block of this segment file starts, and at last the end of the file's
    /// last block, where the blocks of the index have `block` bytes ([`IndexHeader::block`]).
    pub fn block_starts(&self, block: u32) -> Vec<usize> {
        let len = block_len(&self.name, block);
        let listed = self.block_lengths.iter().map(|len| *len as usize);
        let lengths = listed.chain(std::iter::repeat(len)).take(self.blocks as usize);
        let ends = lengths.scan(0_usize, |end, len| {
            *end = end.saturating_add(len);
            Some(*end)
        });
        std::iter::once(0).chain(ends).collect()
    }
}

/// Bytes held by the opening file: index of the part, start, length in bytes. The start is a byte
/// offset in a segment file, or the number of a block of rows, lexicon or keywords.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct OpeningSlice(pub u16, pub u64, pub u32);

/// The header of the opening file, as JSON. The hashes of all blocks and the bytes of the slices
/// follow it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexHeader {
    /// Number of records.
    pub records: u32,
    /// How the index is split into files.
    pub mode: IndexMode,
    /// Content of tantivy's `meta.json`.
    pub meta: String,
    /// Bytes of a block of a segment file; see [`block_len`].
    pub block: u32,
    /// All parts, in the order of block hashes.
    pub parts: Vec<IndexPart>,
    /// The bytes of parts that the opening file holds, in their order there.
    pub slices: Vec<OpeningSlice>,
    /// First word of every block of the lexicon.
    pub lexicon: Vec<String>,
    /// Bit set of the languages that records and value names are analysed in; see
    /// [`crate::language::Language::bit`].
    pub languages: u32,
    /// All facets; a [`FacetId`] is a position in this list.
    pub facets: Vec<IndexedFacet>,
    /// Values of `has:`, sorted; the column holds their zero-based indices.
    pub has: Vec<String>,
    /// Names under which queries may refer to facet values.
    pub names: Vec<ValueNames>,
}

/// A facet of an index: its definition, and the values that records have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexedFacet {
    /// What the engine knows of it.
    pub definition: FacetDefinition,
    /// The values that records have, sorted; its column holds their zero-based indices.
    pub values: Vec<String>,
}

impl IndexHeader {
    /// The facet with this id. Panics for an id beyond the list of facets; those in the header of
    /// an open index have been checked.
    pub fn facet(&self, id: FacetId) -> &IndexedFacet {
        &self.facets[usize::from(id.0)]
    }

    /// The ids of all facets, in the order of the list.
    pub fn facet_ids(&self) -> impl Iterator<Item = FacetId> + use<> {
        (0..self.facets.len()).map(|at| FacetId(at as u8))
    }

    /// The facet that queries call `name` (see [`FacetDefinition::is_called`]); `None` if there is
    /// none.
    pub fn find_facet(&self, name: &str) -> Option<FacetId> {
        self.facet_ids().find(|id| self.facet(*id).definition.is_called(name))
    }
}

/// The stored fields of a record: what a hit shows besides the excerpt. One line of JSON in a block
/// of [`ROWS`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordRow {
    /// Id, unique among records of one kind.
    pub id: String,
    /// Kind of record.
    pub kind: RecordKind,
    /// Address relative to the root of the site.
    pub url: String,
    /// Title.
    pub title: String,
    /// Summary; may be empty.
    pub summary: String,
    /// Declared language, a BCP 47 tag.
    pub language: String,
    /// Its title and summary in the language of the site, where it is in another one and has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gist: Option<RowGist>,
    /// Name of the file with its texts for excerpts; empty when the record has no text.
    pub texts: String,
    /// Facet values, dates and figures.
    pub facts: RecordFacts,
}

/// The title and the summary of a record in the language of the site.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowGist {
    /// Title.
    pub title: String,
    /// Summary; may be empty.
    pub summary: String,
    /// Language, a BCP 47 tag, which may have another region than that of the site.
    pub language: String,
}

/// Facet values, dates and figures of a record, as a hit shows them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordFacts {
    /// Values by name of the facet, for those whose values the builder states.
    #[serde(flatten)]
    pub facets: BTreeMap<String, Vec<String>>,
    /// First day of the study, as `YYYY-MM-DD`.
    pub start: Option<String>,
    /// Day of the last change, as `YYYY-MM-DD`.
    pub updated: Option<String>,
    /// The day that lists show and sort by, as `YYYY-MM-DD`.
    pub day: Option<String>,
    /// Lift of the primary metric in percent, signed so that higher is better; two decimals.
    pub lift: Option<f64>,
    /// Change of the primary metric in percent as reported; two decimals.
    pub change: Option<f64>,
    /// State of its verification.
    pub freshness: crate::record::Freshness,
    /// Whether it is superseded, retired or deprecated.
    pub retired: bool,
}

/// The file name of block `number` (zero-based) of a part, from the hash of its content.
pub fn block_file_name(part: &str, number: u32, hash: u32) -> String {
    format!("{part}/{number:x}-{hash:08x}.bin")
}

/// The hash of a file's content for its name (FNV-1a, 64 bits; not cryptographic).
pub fn content_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The calendar date `YYYY-MM-DD` of a number of days since 1970-01-01 (Howard Hinnant's
/// `civil_from_days`).
pub fn format_date(days: i32) -> String {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Reads varints and texts from a byte slice; each method returns `None` at a premature end or
/// invalid encoding.
pub struct ByteReader<'a>(pub &'a [u8]);

impl<'a> ByteReader<'a> {
    /// The next number (unsigned LEB128).
    pub fn read_varint(&mut self) -> Option<u32> {
        let mut value = 0_u64;
        for shift in (0..35).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return u32::try_from(value).ok();
            }
        }
        None
    }

    /// The next `len` bytes.
    pub fn read_bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    /// The next text: its length in bytes as a varint, then UTF-8.
    pub fn read_text(&mut self) -> Option<&'a str> {
        let len = self.read_varint()? as usize;
        std::str::from_utf8(self.read_bytes(len)?).ok()
    }
}

/// Appends a number (unsigned LEB128).
pub fn write_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a text: its length in bytes as a varint, then UTF-8.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    write_varint(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{ByteReader, format_date, write_text, write_varint};

    #[test]
    fn days_become_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (20_148, "2025-03-01"),
            (19_782, "2024-02-29"),
            (-719_468, "0000-03-01"),
        ] {
            assert_eq!(format_date(days), date);
        }
    }

    #[test]
    fn varints_and_texts_are_read_back() {
        let mut out = Vec::new();
        for number in [0, 1, 127, 128, 70_000, u32::MAX] {
            write_varint(&mut out, number);
        }
        write_text(&mut out, "größer");
        let mut reader = ByteReader(&out);
        for number in [0, 1, 127, 128, 70_000, u32::MAX] {
            assert_eq!(reader.read_varint(), Some(number));
        }
        assert_eq!(reader.read_text(), Some("größer"));
        assert_eq!(reader.read_varint(), None);
        assert_eq!(ByteReader(&[9, b'a']).read_text(), None);
    }
}
