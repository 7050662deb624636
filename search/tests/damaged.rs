//! Whatever bytes arrive in place of an index: an answer or a clear error, never a panic.
#![cfg(feature = "native")]

use std::time::{Duration, Instant};

use casebook_search::entry::{Entry, Section};
use casebook_search::frame::{self, FrameError, Sort, inflate};
use casebook_search::layout::Mode;
use casebook_search::{Engine, OpenError, Request, Settings, Step, build};
use proptest::prelude::*;

fn opening(mode: Mode) -> Vec<u8> {
    let entry = |number: usize| Entry {
        id: format!("r{number}"),
        title: format!("Record number {number}"),
        language: "en".to_owned(),
        sections: vec![Section { text: "words about referral rewards and boxes".into(), ..Section::default() }],
        ..Entry::default()
    };
    let entries: Vec<Entry> = (0..30).map(entry).collect();
    let index = build(&entries, &Settings { mode: Some(mode), ..Settings::default() }).unwrap();
    inflate(&index.files[&index.opening], Sort::Opening).unwrap()
}

fn ask(file: Vec<u8>) -> Result<(), OpenError> {
    let engine = Engine::open(file)?;
    let request = Request { text: "referral boxs".to_owned(), facets: vec!["*".to_owned()], ..Request::default() };
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
    assert_eq!(ask(b"<!doctype html><title>404</title>".to_vec()), Err(OpenError::Frame(FrameError::Foreign)));
    assert_eq!(ask(Vec::new()), Err(OpenError::Frame(FrameError::Foreign)));
    let mut other = opening(Mode::Whole);
    other[5] = 99;
    assert!(matches!(ask(other), Err(OpenError::Frame(FrameError::OtherVersion { analyzer: 99, .. }))));
    let good = opening(Mode::Blocks);
    assert!(matches!(ask(good[..good.len() / 2].to_vec()), Err(OpenError::Frame(FrameError::Damaged(_)))));
    assert!(ask(good).is_ok());
}

/// The content of an opening in a new envelope, with bytes changed.
fn forged(mode: Mode, changes: &[(usize, u8)]) -> Vec<u8> {
    let mut content = frame::open(&opening(mode), Sort::Opening).unwrap().to_vec();
    for (at, to) in changes {
        let at = at % content.len();
        content[at] = *to;
    }
    inflate(&frame::seal(&content, Sort::Opening), Sort::Opening).unwrap()
}

/// Asks, whatever comes of it, within a time that even a slow machine keeps.
fn answers_at_once(file: Vec<u8>) {
    let start = Instant::now();
    let _ = ask(file);
    assert!(start.elapsed() < Duration::from_secs(10), "it took {:?}", start.elapsed());
}

#[test]
fn a_column_that_promises_more_values_than_its_bytes_hold_is_refused() {
    let content = frame::open(&opening(Mode::Whole), Sort::Opening).unwrap().to_vec();
    let first_name = b"analysed\0";
    let name_at = (0..content.len()).rev().find(|at| content[*at..].starts_with(first_name)).expect("the dictionary of columns names it");
    // Before the first name stands how long it is, and before that as many values as its block has, each a byte or two.
    let refused = (1..80).filter(|back| {
        let changes: Vec<(usize, u8)> = (0..5).map(|byte| (name_at - back + byte, if byte < 4 { 0xff } else { 0x0f })).collect();
        let start = Instant::now();
        let answer = ask(forged(Mode::Whole, &changes));
        assert!(start.elapsed() < Duration::from_secs(10), "{back} before the name: {:?}", start.elapsed());
        matches!(answer, Err(OpenError::Content(why)) if why.contains("dictionary"))
    });
    assert!(refused.count() > 0);
}

#[test]
fn more_records_than_rows_are_refused() {
    let content = frame::open(&opening(Mode::Whole), Sort::Opening).unwrap().to_vec();
    let text = String::from_utf8_lossy(&content[4..]).replacen("\"records\":30", "\"records\":99", 1);
    let at = text.find("\"records\":99").unwrap() + 4 + "\"records\":".len();
    let answer = ask(forged(Mode::Whole, &[(at, b'9'), (at + 1, b'9')]));
    assert!(matches!(&answer, Err(OpenError::Content(why)) if why.contains("rows")), "{answer:?}");
}

#[test]
fn a_block_of_another_index_is_refused() {
    let engine = Engine::open(opening(Mode::Blocks)).unwrap();
    for name in ["term/0-00000000", "nothing/0-1.bin", "term", "rows/ffffffff-1.bin", ""] {
        assert!(engine.add(name, frame::seal(b"x", Sort::Block)).is_err() || name == "term/0-00000000", "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(ask(bytes).is_err());
    }

    #[test]
    fn any_content_in_a_good_envelope_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let file = inflate(&frame::seal(&bytes, Sort::Opening), Sort::Opening).unwrap();
        prop_assert!(ask(file).is_err());
    }

    #[test]
    fn a_forged_opening_is_read_or_refused_at_once(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..9), whole in any::<bool>()) {
        answers_at_once(forged(if whole { Mode::Whole } else { Mode::Blocks }, &changes));
    }

    #[test]
    fn one_changed_byte_is_noticed(at in 0..4000_usize, to in any::<u8>()) {
        let mut file = opening(Mode::Whole);
        let at = at % file.len();
        prop_assume!(file[at] != to);
        file[at] = to;
        prop_assert!(ask(file).is_err());
    }
}
