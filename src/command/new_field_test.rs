//! Shows that a new field is one entry of the table and its label: `season`, which exists only in
//! tests, goes from front matter through every output.

use std::collections::BTreeMap;
use std::sync::Arc;

use casebook_search::frame::{FileKind, inflate};
use casebook_search::{Engine, SearchRequest, Step};

use crate::catalog::field;
use crate::output::sink::MemorySink;
use crate::source::{ContentHash, SourceFile, Sources};
use crate::{BuildCache, BuildOptions, Hub, Timings};

const RECORD: &str = "---
title: Shade for the queue
status: planned
markets: ES
channels: website
tactics: referral-reward
seasons: [high summer, winter]
seson: spring
---

People waited longer under a roof.
";

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: text.into(), hash: ContentHash::of(text.as_bytes()) }
}

fn sources() -> Sources {
    Sources {
        settings: Some(file("site.toml", "title = \"Hub\"\nlanguage = \"nl\"\n")),
        files: vec![file("content/case-studies/es/shade.md", RECORD)],
        ..Sources::default()
    }
}

/// The language files with the label of the field, as its author would write it.
fn languages_with_label() -> BTreeMap<String, Arc<[u8]>> {
    let add = |text: &str, label: &str| -> Arc<[u8]> {
        text.replace("\n[fact]\n", &format!("\n[fact]\nseason = \"{label}\"\n")).into_bytes().into()
    };
    BTreeMap::from([
        (
            "languages/en.toml".to_owned(),
            add(include_str!("../../themes/atlas/languages/en.toml"), "Season"),
        ),
        (
            "languages/nl.toml".to_owned(),
            add(include_str!("../../themes/atlas/languages/nl.toml"), "Seizoen"),
        ),
    ])
}

#[test]
fn a_new_field_is_one_entry_and_its_label() {
    let options =
        BuildOptions { today: jiff::civil::date(2026, 7, 1), audience: None, drafts: false };
    let mut timings = Timings::default();
    let read = crate::read(&sources(), &options, &mut BuildCache::disabled(), &mut timings)
        .expect("the settings are valid");

    let hints: Vec<&str> = read
        .diagnostics
        .iter()
        .filter(|problem| problem.code == "unknown-key")
        .filter_map(|problem| problem.hint.as_deref())
        .collect();
    assert_eq!(hints, ["did you mean `season`?"]);
    let case = &read.catalog.cases[0];
    assert_eq!(case.plain.texts(&field::SEASON), ["high summer", "winter"]);

    let index = crate::index::build_whole_index(&read.site, &read.catalog).expect("an index");
    let opening = inflate(&index.files[&index.opening], FileKind::Opening).expect("a packed file");
    let engine = Engine::open(opening).expect("an index");
    let request = SearchRequest { text: "summer".to_owned(), ..SearchRequest::default() };
    let Step::Done(response) = engine.search(&request).expect("an answer") else {
        panic!("the opening file holds the whole index");
    };
    assert_eq!(response.total, 1);
    let hub: Hub =
        crate::analyse(read.site, read.catalog, &mut BuildCache::disabled(), &mut timings);
    let sink = MemorySink::default();
    crate::publish(&hub, &languages_with_label(), &mut BuildCache::disabled(), &sink, &mut timings)
        .expect("a site");
    let output = sink.into_output();
    let text = |path: &str| String::from_utf8(output.files[path].to_vec()).expect("text");

    let page = text("case-studies/es/shade/index.html");
    assert!(page.contains("Seizoen") && page.contains("high summer"), "{page}");
    let json = text("data/case-studies.json");
    assert!(json.contains("\"season\":[\"high summer\",\"winter\"]"), "{json}");
    let csv = text("data/case-studies.csv");
    assert!(csv.contains("\"season\"") && csv.contains("\"high summer|winter\""), "{csv}");
    let schema = text("data/datapackage.json");
    assert!(schema.contains("\"Seasons in which it ran.\""), "{schema}");
    let guide = field::guide::render();
    assert!(guide.contains("| `season`, `seasons` | text or list of texts |"), "{guide}");
}
