//! The layout of a packed index: the head of the opening file, the names of blocks, the content of text files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entry::{Facet, Kind, ValueNames};

/// Name of the part that holds the rows shown for hits.
pub const ROWS: &str = "rows";
/// Name of the part that holds word forms, for typos and completions.
pub const LEXICON: &str = "lexicon";
/// Name of the part that holds the telling words of every record, for feedback.
pub const KEYS: &str = "keys";
/// Rows in one block: ten hits lie in ten blocks as a rule, so what else is in them is read for nothing.
pub const ROWS_PER_BLOCK: u32 = 6;
/// Records whose keys stand in one block.
pub const KEYS_PER_BLOCK: u32 = 12;

/// Bytes of one block of a segment file. Columns are read whole, so theirs are larger: fewer requests for the same bytes.
pub fn block_len(part: &str, block: u32) -> usize {
    if part == "fast" { 4 * block as usize } else { block as usize }
}

/// Whether the opening file is the whole index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// One file, read at once.
    Whole,
    /// An opening file; queries read blocks.
    Blocks,
}

/// One file of the tantivy segment, or the rows, or the lexicon.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Its name: `term`, `idx`, `pos`, ..., [`ROWS`], [`LEXICON`].
    pub name: String,
    /// Bytes of a segment file; 0 for rows and lexicon, whose blocks are counted instead.
    pub len: u64,
    /// How many blocks it is cut into; 0 when it is wholly in the opening file.
    pub blocks: u32,
}

/// Bytes kept in the opening file: of a segment file from `start`, or block number `start` of rows and lexicon.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Slice(pub u16, pub u64, pub u32);

/// What stands first in the opening file, as JSON. Then follow the hashes of all blocks and the bytes of the slices.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Number of records.
    pub records: u32,
    /// Whole or in blocks.
    pub mode: Mode,
    /// tantivy's own `meta.json`.
    pub meta: String,
    /// Bytes of a block of the segment files.
    pub block: u32,
    /// All parts.
    pub parts: Vec<Part>,
    /// What the opening file holds of them.
    pub slices: Vec<Slice>,
    /// First word of every block of the lexicon.
    pub lexicon: Vec<String>,
    /// Set of languages of analysis.
    pub languages: u32,
    /// Values of every facet, sorted; their places are the numbers in the columns.
    pub facets: BTreeMap<Facet, Vec<String>>,
    /// Values of `has:`, sorted.
    pub has: Vec<String>,
    /// Names of values that a query may use.
    pub names: Vec<ValueNames>,
}

/// What is shown of a record, besides excerpts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The record's id.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Its address from the root of the site.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// Its language tag.
    pub language: String,
    /// The file its excerpts come from; empty when it has no text.
    pub texts: String,
    /// What is known about it.
    pub facts: Facts,
}

/// The facts of a record as shown with a hit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Values by facet, `language` and `type` left out.
    #[serde(flatten)]
    pub facets: BTreeMap<Facet, Vec<String>>,
    /// First day, `2025-03-01`.
    pub start: Option<String>,
    /// Day of the last change.
    pub updated: Option<String>,
    /// The day lists show and sort by.
    pub day: Option<String>,
    /// Up is better.
    pub lift: Option<f64>,
    /// The same change as it was reported.
    pub change: Option<f64>,
    /// `verified`, `overdue`, `unknown`.
    pub freshness: crate::entry::Freshness,
    /// Superseded or retired.
    pub retired: bool,
}

/// The address of block `number` of a part, from its hash.
pub fn block_name(part: &str, number: u32, hash: u32) -> String {
    format!("{part}/{number:x}-{hash:08x}.bin")
}

/// A hash of file contents for their names (FNV-1a, 64 bits).
pub fn content_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// A calendar date from days since 1970-01-01 (Howard Hinnant's `civil_from_days`).
pub fn date_text(days: i32) -> String {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Reads numbers and texts from a byte string, never beyond its end.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next number (LEB128).
    pub fn number(&mut self) -> Option<u32> {
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

    /// The next bytes.
    pub fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }

    /// The next text: its length, then UTF-8.
    pub fn text(&mut self) -> Option<&'a str> {
        let len = self.number()? as usize;
        std::str::from_utf8(self.bytes(len)?).ok()
    }
}

/// Appends a number (LEB128).
pub fn put_number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 128 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a text: its length, then UTF-8.
pub fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{Reader, date_text, put_number, put_text};

    #[test]
    fn days_become_dates() {
        for (days, date) in [(0, "1970-01-01"), (-1, "1969-12-31"), (20_148, "2025-03-01"), (19_782, "2024-02-29"), (-719_468, "0000-03-01")] {
            assert_eq!(date_text(days), date);
        }
    }

    #[test]
    fn numbers_and_texts_come_out_again() {
        let mut out = Vec::new();
        for number in [0, 1, 127, 128, 70_000, u32::MAX] {
            put_number(&mut out, number);
        }
        put_text(&mut out, "größer");
        let mut reader = Reader(&out);
        for number in [0, 1, 127, 128, 70_000, u32::MAX] {
            assert_eq!(reader.number(), Some(number));
        }
        assert_eq!(reader.text(), Some("größer"));
        assert_eq!(reader.number(), None);
        assert_eq!(Reader(&[9, b'a']).text(), None);
    }
}
