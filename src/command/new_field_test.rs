//! Shows that a new field is one entry of the table and its label, and so is a new facet: `placeholder`,
//! which exists only in tests, goes from front matter through every output and narrows searches, and
//! the engine does not know its name.

use std::collections::BTreeMap;
use std::sync::Arc;

use casebook_search::frame::{FileKind, inflate};
use casebook_search::{Engine, RecordKind, SearchRequest, SearchResponse, Step};

use crate::catalog::field;
use crate::support::TestHub;

const RECORD: &str = "---
title: Shade for the queue
status: planned
markets: ES
channels: website
tactics: referral-reward
placeholders: [high summer, winter]
placholder: spring
---

People waited longer under a roof.
";

/// The language files with the label of the field and of its facet, as their author would write it.
fn languages_with_label() -> BTreeMap<String, Arc<[u8]>> {
    let add = |text: &str, label: &str| -> Arc<[u8]> {
        text.replace("\n[fact]\n", &format!("\n[fact]\nplaceholder = \"{label}\"\n"))
            .replace("\n[script]\n", &format!("\n[script]\nfacet_placeholder = \"{label}\"\n"))
            .into_bytes()
            .into()
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

fn search(engine: &Engine, query: &str) -> SearchResponse {
    let request = SearchRequest {
        text: query.to_owned(),
        facets: vec!["*".to_owned()],
        ..SearchRequest::default()
    };
    let Step::Done(response) = engine.search(&request).expect("an answer") else {
        panic!("the opening file holds the whole index");
    };
    response
}

#[test]
fn a_new_field_is_one_entry_and_its_label() {
    let mut checked = TestHub::new()
        .site("language = \"nl\"")
        .file("content/case-studies/es/shade.md", RECORD)
        .read();
    checked.sources.theme = languages_with_label();

    let hints: Vec<&str> = checked
        .diagnostics
        .iter()
        .filter(|problem| problem.code == "unknown-key")
        .filter_map(|problem| problem.hint.as_deref())
        .collect();
    assert_eq!(hints, ["did you mean `placeholder`?"]);
    let read = checked.read.as_ref().expect("the settings are valid");
    let case = &read.catalog.cases[0];
    assert_eq!(case.plain.texts(&field::PLACEHOLDER), ["high summer", "winter"]);

    let index = crate::index::build_whole_index(&read.site, &read.catalog).expect("an index");
    let opening = inflate(&index.files[&index.opening], FileKind::Opening).expect("a packed file");
    let engine = Engine::open(opening).expect("an index");
    let listed =
        engine.fields().into_iter().find(|info| info.name == "placeholder").expect("a facet");
    assert_eq!((listed.kind.as_str(), listed.panel), ("facet", field::facet::PLACEHOLDER.panel));
    assert_eq!(listed.values, ["high summer", "winter"]);
    for (query, total) in [
        ("summer", 1),
        ("placeholder:winter", 1),
        ("placeholders:\"high summer\"", 1),
        ("-placeholder:winter", 0),
        ("placeholder:spring", 0),
    ] {
        let response = search(&engine, query);
        let cases = response.hits.iter().filter(|hit| hit.kind == RecordKind::CaseStudy);
        assert_eq!(cases.count(), total, "{query}");
    }
    let response = search(&engine, "placeholder:winter");
    assert_eq!(response.facets["placeholder"].len(), 2, "{:?}", response.facets);
    assert_eq!(response.hits[0].facts.facets["placeholder"], ["high summer", "winter"]);
    assert_eq!(search(&engine, "placholder:winter").hints[0].nearest, ["placeholder"]);
    let site = checked.publish();

    let page = site.text("case-studies/es/shade/index.html");
    assert!(page.contains("Seizoen") && page.contains("high summer"), "{page}");
    let list = site.text("case-studies/index.html");
    assert!(list.contains("data-facet=\"placeholder\"") && list.contains("Seizoen"), "{list}");
    let rows = site.text("data/rows.json");
    assert!(rows.contains("\"p\":{\"placeholder\":[\"high summer\",\"winter\"]}"), "{rows}");
    let json = site.text("data/case-studies.json");
    assert!(json.contains("\"placeholder\":[\"high summer\",\"winter\"]"), "{json}");
    let csv = site.text("data/case-studies.csv");
    assert!(csv.contains("\"placeholder\"") && csv.contains("\"high summer|winter\""), "{csv}");
    let schema = site.text("data/datapackage.json");
    assert!(schema.contains("\"Stands for the next field.\""), "{schema}");
    let guide = field::guide::render();
    assert!(guide.contains("| `placeholder`, `placeholders` | text or list of texts |"), "{guide}");
}
