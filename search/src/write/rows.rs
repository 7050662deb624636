//! What an answer shows of each entry: its row, and the texts that excerpts are taken from.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::entry::Entry;
use crate::frame::Sort;
use crate::layout::{Facts, ROWS_PER_BLOCK, Row, content_hash, date_text, put_number, put_text};
use crate::write::Seal;

/// Plain bytes of texts that go into one file.
const TEXTS_FILE: usize = 10_000;
/// Excerpts are looked for in this much of a record.
const TEXT_OF_RECORD: usize = 40_000;

pub(super) fn pack_texts(entries: &[Entry], files: &mut BTreeMap<String, Vec<u8>>, seal: Seal) -> Vec<String> {
    let lengths: Vec<usize> = entries.iter().map(|entry| shown(entry).iter().flatten().map(|text| text.len()).sum()).collect();
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut size = 0;
    for (number, length) in lengths.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if size + length <= TEXTS_FILE => group.end = number + 1,
            _ => {
                groups.push(number..number + 1);
                size = 0;
            }
        }
        size += length;
    }
    let sealed: Vec<(String, Vec<u8>)> = groups
        .par_iter()
        .with_max_len(16)
        .map_init(Vec::new, |plain, group| {
            plain.clear();
            group.clone().for_each(|number| put_texts(plain, number, &entries[number]));
            let file = seal(plain, Sort::Texts);
            (format!("texts/{:016x}.bin", content_hash(&file)), file)
        })
        .collect();
    let mut names = vec![String::new(); entries.len()];
    for (group, (name, file)) in groups.into_iter().zip(sealed) {
        for number in group.filter(|&number| lengths[number] > 0) {
            names[number] = name.clone();
        }
        files.insert(name, file);
    }
    names
}

/// What excerpts of a record are taken from: heading, anchor and text of its sections, none of them empty altogether.
fn shown(entry: &Entry) -> Vec<[&str; 3]> {
    let mut shown = Vec::with_capacity(entry.sections.len() + 1);
    let mut left = TEXT_OF_RECORD;
    if !entry.hypothesis.is_empty() {
        shown.push(["", "", &entry.hypothesis]);
    }
    for section in entry.sections.iter().filter(|section| !section.text.is_empty() || !section.heading.is_empty()) {
        let text = &section.text[..section.text.floor_char_boundary(left)];
        left -= text.len();
        shown.push([&section.heading, &section.anchor, text]);
        if left == 0 {
            break;
        }
    }
    shown
}

fn put_texts(out: &mut Vec<u8>, number: usize, entry: &Entry) {
    let shown = shown(entry);
    if shown.is_empty() {
        return;
    }
    let mut body = Vec::with_capacity(4096);
    put_number(&mut body, shown.len() as u32);
    shown.iter().flatten().for_each(|text| put_text(&mut body, text));
    put_number(out, number as u32);
    put_number(out, body.len() as u32);
    out.extend_from_slice(&body);
}

pub(super) fn pack_rows(entries: &[Entry], text_names: &[String]) -> Vec<Vec<u8>> {
    let numbers: Vec<usize> = (0..entries.len()).collect();
    numbers
        .par_chunks(ROWS_PER_BLOCK as usize)
        .with_max_len(16)
        .map(|chunk| {
            let mut block = Vec::new();
            for &number in chunk {
                serde_json::to_writer(&mut block, &row(&entries[number], &text_names[number])).expect("a row has only text keys");
                block.push(b'\n');
            }
            block
        })
        .collect()
}

fn row(entry: &Entry, texts: &str) -> Row {
    Row {
        id: entry.id.clone(),
        kind: entry.kind,
        url: entry.url.clone(),
        title: entry.title.clone(),
        summary: entry.summary.clone(),
        language: entry.language.clone(),
        texts: texts.to_owned(),
        facts: Facts {
            facets: entry.facets.iter().filter(|(_, values)| !values.is_empty()).map(|(facet, values)| (*facet, values.clone())).collect(),
            start: entry.start.map(date_text),
            updated: entry.updated.map(date_text),
            day: entry.day.map(date_text),
            lift: entry.lift.and_then(hundredths),
            change: entry.change.and_then(hundredths),
            freshness: entry.freshness,
            retired: entry.retired,
        },
    }
}

/// A figure as it is shown; none where it is no number.
fn hundredths(value: f64) -> Option<f64> {
    value.is_finite().then(|| (value * 100.0).round() / 100.0)
}
