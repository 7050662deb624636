//! The rows that hits show, and the text files that excerpts are taken from.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::facet::FacetDefinition;
use crate::frame::FileKind;
use crate::layout::{
    ROWS_PER_BLOCK, RecordFacts, RecordRow, RowGist, content_hash, format_date, write_text,
    write_varint,
};
use crate::record::SearchRecord;
use crate::write::encode::EncodeFile;

/// Maximum bytes of texts in one file before compression, unless a single record has more.
const TEXT_FILE_BYTES: usize = 10_000;
/// Maximum bytes of section texts of a record that excerpts are taken from.
const MAX_TEXT_BYTES_PER_RECORD: usize = 40_000;

/// Adds the text files to `files`; returns for each record the name of its text file, empty if the
/// record has no text.
pub(super) fn build_text_files(
    records: &[SearchRecord],
    files: &mut BTreeMap<String, Vec<u8>>,
    encode: EncodeFile,
) -> Vec<String> {
    let lengths: Vec<usize> = records
        .iter()
        .map(|record| excerpt_sections(record).iter().flatten().map(|text| text.len()).sum())
        .collect();
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut size = 0;
    for (number, length) in lengths.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if size + length <= TEXT_FILE_BYTES => group.end = number + 1,
            _ => {
                groups.push(number..number + 1);
                size = 0;
            }
        }
        size += length;
    }
    let encoded: Vec<(String, Vec<u8>)> = groups
        .par_iter()
        .map_init(Vec::new, |plain, group| {
            plain.clear();
            group.clone().for_each(|number| write_texts(plain, number, &records[number]));
            let file = encode(plain, FileKind::Texts);
            (format!("texts/{:016x}.bin", content_hash(&file)), file)
        })
        .collect();
    let mut names = vec![String::new(); records.len()];
    for (group, (name, file)) in groups.into_iter().zip(encoded) {
        for number in group.filter(|&number| lengths[number] > 0) {
            names[number] = name.clone();
        }
        files.insert(name, file);
    }
    names
}

/// The sections that excerpts of a record are taken from, each as heading, anchor and text: the
/// hypothesis first, then those of the body, without empty ones.
fn excerpt_sections(record: &SearchRecord) -> Vec<[&str; 3]> {
    let mut sections = Vec::with_capacity(record.sections.len() + 1);
    let mut remaining = MAX_TEXT_BYTES_PER_RECORD;
    if !record.hypothesis.is_empty() {
        sections.push(["", "", &record.hypothesis]);
    }
    for section in record
        .sections
        .iter()
        .filter(|section| !section.text.is_empty() || !section.heading.is_empty())
    {
        let text = &section.text[..section.text.floor_char_boundary(remaining)];
        remaining -= text.len();
        sections.push([&section.heading, &section.anchor, text]);
        if remaining == 0 {
            break;
        }
    }
    sections
}

/// Appends the sections that excerpts of a record are taken from, behind the number of the record
/// and their length in bytes; nothing if it has none.
fn write_texts(out: &mut Vec<u8>, number: usize, record: &SearchRecord) {
    let sections = excerpt_sections(record);
    if sections.is_empty() {
        return;
    }
    let mut body = Vec::with_capacity(4096);
    write_varint(&mut body, sections.len() as u32);
    sections.iter().flatten().for_each(|text| write_text(&mut body, text));
    write_varint(out, number as u32);
    write_varint(out, body.len() as u32);
    out.extend_from_slice(&body);
}

/// The blocks of the part [`crate::layout::ROWS`], with the stored fields of each record as one
/// line of JSON. `text_names` are the names of the text files of the records.
pub(super) fn build_row_blocks(
    records: &[SearchRecord],
    facets: &[FacetDefinition],
    text_names: &[String],
) -> Vec<Vec<u8>> {
    let numbers: Vec<usize> = (0..records.len()).collect();
    numbers
        .par_chunks(ROWS_PER_BLOCK as usize)
        .map(|chunk| {
            let mut block = Vec::new();
            for &number in chunk {
                let row = new_row(&records[number], facets, &text_names[number]);
                serde_json::to_writer(&mut block, &row).expect("a row has only text keys");
                block.push(b'\n');
            }
            block
        })
        .collect()
}

/// The stored fields of a record, which a hit shows; `texts` is the name of its text file.
fn new_row(record: &SearchRecord, facets: &[FacetDefinition], texts: &str) -> RecordRow {
    RecordRow {
        id: record.id.clone(),
        kind: record.kind,
        url: record.url.clone(),
        title: record.title.clone(),
        summary: record.summary.clone(),
        language: record.language.clone(),
        gist: record.shown_gist().map(|gist| RowGist {
            title: gist.title.clone(),
            summary: gist.summary.clone(),
            language: gist.language.clone(),
        }),
        texts: texts.to_owned(),
        facts: RecordFacts {
            facets: record
                .facets
                .iter()
                .filter(|(_, values)| !values.is_empty())
                .map(|(id, values)| (facets[usize::from(id.0)].name.clone(), values.clone()))
                .collect(),
            start: record.start.map(format_date),
            updated: record.updated.map(format_date),
            day: record.day.map(format_date),
            lift: record.lift.and_then(round_to_hundredths),
            change: record.change.and_then(round_to_hundredths),
            freshness: record.freshness,
            retired: record.retired,
        },
    }
}

/// A figure rounded to two decimals; `None` if it is not finite.
fn round_to_hundredths(value: f64) -> Option<f64> {
    value.is_finite().then(|| (value * 100.0).round() / 100.0)
}
