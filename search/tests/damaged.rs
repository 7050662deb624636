//! Damaged and forged index files lead to a response or an error, never to a panic or a long wait.
#![cfg(feature = "native")]

use std::time::{Duration, Instant};

use casebook_search::frame::{self, FileKind, FrameError, inflate};
use casebook_search::layout::IndexMode;
use casebook_search::record::{RecordSection, SearchRecord};
use casebook_search::{
    Engine, FacetDefinition, FacetId, OpenError, PackSettings, SearchRequest, Step, build_index,
};
use proptest::prelude::*;

fn build_opening(mode: IndexMode) -> Vec<u8> {
    let entry = |number: usize| SearchRecord {
        id: format!("r{number}"),
        title: format!("Record number {number}"),
        language: "en".to_owned(),
        sections: vec![RecordSection {
            text: "words about referral rewards and boxes".into(),
            ..RecordSection::default()
        }],
        ..SearchRecord::default()
    };
    let records: Vec<SearchRecord> = (0..30).map(entry).collect();
    let index =
        build_index(&records, &PackSettings { mode: Some(mode), ..PackSettings::default() })
            .unwrap();
    inflate(&index.files[&index.opening], FileKind::Opening).unwrap()
}

fn open_and_search(file: Vec<u8>) -> Result<(), OpenError> {
    let engine = Engine::open(file)?;
    let request = SearchRequest {
        text: "referral boxs".to_owned(),
        facets: vec!["*".to_owned()],
        ..SearchRequest::default()
    };
    match engine.search(&request)? {
        Step::Done(response) => assert!(response.total <= 30),
        Step::Missing(names) => {
            for name in names {
                assert!(engine.add(&name, b"<html>not found</html>".to_vec()).is_err());
            }
        }
    }
    Ok(())
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(
        open_and_search(b"<!doctype html><title>404</title>".to_vec()),
        Err(OpenError::Frame(FrameError::Foreign))
    );
    assert_eq!(open_and_search(Vec::new()), Err(OpenError::Frame(FrameError::Foreign)));
    let mut other = build_opening(IndexMode::Whole);
    other[5] = 99;
    assert!(matches!(
        open_and_search(other),
        Err(OpenError::Frame(FrameError::OtherVersion { analyzer: 99, .. }))
    ));
    let good = build_opening(IndexMode::Blocks);
    assert!(matches!(
        open_and_search(good[..good.len() / 2].to_vec()),
        Err(OpenError::Frame(FrameError::Damaged(_)))
    ));
    assert!(open_and_search(good).is_ok());
}

/// An opening file with bytes of its content changed and a valid checksum.
fn forge_opening(mode: IndexMode, changes: &[(usize, u8)]) -> Vec<u8> {
    let mut content = frame::decode(&build_opening(mode), FileKind::Opening).unwrap().to_vec();
    for (at, to) in changes {
        let at = at % content.len();
        content[at] = *to;
    }
    inflate(&frame::encode(&content, FileKind::Opening), FileKind::Opening).unwrap()
}

/// Searches the file, with any result, within a time that even a slow machine needs.
fn assert_fast_answer(file: Vec<u8>) {
    let start = Instant::now();
    let _ = open_and_search(file);
    assert!(start.elapsed() < Duration::from_secs(10), "it took {:?}", start.elapsed());
}

#[test]
fn a_column_that_promises_more_values_than_its_bytes_hold_is_refused() {
    let content =
        frame::decode(&build_opening(IndexMode::Whole), FileKind::Opening).unwrap().to_vec();
    let first_name = b"analysed\0";
    let name_at = (0..content.len())
        .rev()
        .find(|at| content[*at..].starts_with(first_name))
        .expect("the dictionary of columns names it");
    // The length of the first name precedes it; the number of values of the block precedes that.
    // Both take one or two bytes.
    let refused = (1..80).filter(|distance| {
        let changes: Vec<(usize, u8)> = (0..5)
            .map(|byte| (name_at - distance + byte, if byte < 4 { 0xff } else { 0x0f }))
            .collect();
        let start = Instant::now();
        let answer = open_and_search(forge_opening(IndexMode::Whole, &changes));
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{distance} before the name: {:?}",
            start.elapsed()
        );
        matches!(answer, Err(OpenError::Content(why)) if why.contains("dictionary"))
    });
    assert!(refused.count() > 0);
}

#[test]
fn more_records_than_rows_are_refused() {
    let content =
        frame::decode(&build_opening(IndexMode::Whole), FileKind::Opening).unwrap().to_vec();
    let text =
        String::from_utf8_lossy(&content[4..]).replacen("\"records\":30", "\"records\":99", 1);
    let at = text.find("\"records\":99").unwrap() + 4 + "\"records\":".len();
    let answer = open_and_search(forge_opening(IndexMode::Whole, &[(at, b'9'), (at + 1, b'9')]));
    assert!(matches!(&answer, Err(OpenError::Content(why)) if why.contains("rows")), "{answer:?}");
}

#[test]
fn blocks_of_no_length_are_refused() {
    let content =
        frame::decode(&build_opening(IndexMode::Blocks), FileKind::Opening).unwrap().to_vec();
    let key = b"\"block_lengths\":[";
    let at = content.windows(key.len()).position(|bytes| bytes == key).unwrap() + key.len();
    let digits = content[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let zeros: Vec<(usize, u8)> = (0..digits)
        .map(|digit| (at + digit, if digit + 1 == digits { b'0' } else { b' ' }))
        .collect();
    let answer = open_and_search(forge_opening(IndexMode::Blocks, &zeros));
    assert!(
        matches!(&answer, Err(OpenError::Content(why)) if why.contains("length")),
        "{answer:?}"
    );
}

#[test]
fn a_facet_that_is_not_listed_is_refused() {
    let facet = FacetDefinition { fallback: Some(FacetId(1)), ..FacetDefinition::default() };
    let settings = PackSettings {
        mode: Some(IndexMode::Whole),
        facets: vec![facet],
        ..PackSettings::default()
    };
    let index = build_index(&[SearchRecord::default()], &settings).unwrap();
    let answer = open_and_search(inflate(&index.files[&index.opening], FileKind::Opening).unwrap());
    assert!(matches!(&answer, Err(OpenError::Content(why)) if why.contains("facet")), "{answer:?}");
}

#[test]
fn a_block_of_another_index_is_refused() {
    let engine = Engine::open(build_opening(IndexMode::Blocks)).unwrap();
    for name in ["term/0-00000000", "nothing/0-1.bin", "term", "rows/ffffffff-1.bin", ""] {
        assert!(
            engine.add(name, frame::encode(b"x", FileKind::Block)).is_err()
                || name == "term/0-00000000",
            "{name}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open_and_search(bytes).is_err());
    }

    #[test]
    fn any_content_in_a_good_envelope_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let file = inflate(&frame::encode(&bytes, FileKind::Opening), FileKind::Opening).unwrap();
        prop_assert!(open_and_search(file).is_err());
    }

    #[test]
    fn a_forged_opening_is_read_or_refused_at_once(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..9), whole in any::<bool>()) {
        assert_fast_answer(forge_opening(if whole { IndexMode::Whole } else { IndexMode::Blocks }, &changes));
    }

    #[test]
    fn one_changed_byte_is_noticed(at in 0..4000_usize, to in any::<u8>()) {
        let mut file = build_opening(IndexMode::Whole);
        let at = at % file.len();
        prop_assume!(file[at] != to);
        file[at] = to;
        prop_assert!(open_and_search(file).is_err());
    }
}
