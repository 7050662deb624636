//! Tests that lists and search tell the same of case studies: one order, one count, one row.

use std::collections::{BTreeMap, BTreeSet};

use casebook::index::build_whole_index;
use casebook_search::frame::{FileKind, inflate};
use casebook_search::{Engine, SearchRequest, SearchResponse, Step};

use crate::support::{BuiltSite, TestHub, graded_a, sample_hub, sample_site, study_fields};

/// The answer of search for all case studies of a hub, with the counts of these facets.
fn search_studies(hub: &casebook::Hub, facets: &[&str]) -> SearchResponse {
    let index = build_whole_index(&hub.site, &hub.catalog).expect("an index");
    let opening = inflate(&index.files[&index.opening], FileKind::Opening).expect("a packed file");
    let request = SearchRequest {
        text: "type:case-study".to_owned(),
        limit: 1_000,
        facets: facets.iter().map(|facet| (*facet).to_owned()).collect(),
        ..SearchRequest::default()
    };
    match Engine::open(opening).expect("an index").search(&request).expect("an answer") {
        Step::Done(response) => response,
        Step::Missing(files) => panic!("the opening file holds the whole index, not {files:?}"),
    }
}

/// The texts between two marks, in the order of a page.
fn texts_between<'a>(page: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    page.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

/// Ids of the studies in the rows of a page, in its order.
fn ids_in_rows(page: &str) -> Vec<String> {
    let links = texts_between(page, "<p class=\"row-title\">", "</a>");
    let id = |link: &str| {
        let path = texts_between(link, "case-studies/", "\"").concat();
        path.trim_end_matches('/').to_owned()
    };
    links.into_iter().map(|link| id(&link.replace("../", ""))).collect()
}

/// A hub with studies of every part of a list, in the order in which lists show them.
fn hub_in_list_order() -> (TestHub, Vec<&'static str>) {
    let open = |status: &str, days: &str| {
        format!("status: {status}\nmarkets: [GB]\nchannels: [email]\ntactics: [discount]\n{days}")
    };
    let ended = |more: &str| study_fields("GB", "email", "discount", "won", more);
    let studies = [
        ("a/running-late", open("running", "start: 2026-10-01\nend: 2026-12-01")),
        ("a/running-early", open("running", "start: 2026-09-01\nend: 2027-06-01")),
        ("a/running-undated", open("running", "")),
        ("b/ended-late", ended("start: 2024-01-01\nend: 2026-05-01\nsupersedes: d/superseded")),
        ("b/ended-early", ended("start: 2025-02-01\nend: 2025-03-01")),
        ("c/planned", open("planned", "start: 2027-01-01")),
        ("c/planned-undated", open("planned", "")),
        ("d/superseded", ended("end: 2026-10-02\nreuse: approved")),
        ("d/retired", ended("end: 2026-10-01\nreuse: retired")),
    ];
    // Stored by id in another order than that of the list.
    let rename = |at: usize| ["x/4", "x/2", "x/9", "x/3", "x/5", "x/1", "x/8", "x/6", "x/7"][at];
    let hub = studies.iter().enumerate().fold(TestHub::new(), |hub, (at, (_, fields))| {
        hub.case(rename(at), &fields.replace("d/superseded", rename(7)))
    });
    (hub, (0..studies.len()).map(rename).collect())
}

#[test]
fn lists_and_search_put_running_studies_first_and_retired_ones_last() {
    let (hub, wanted) = hub_in_list_order();
    let hub = hub.site("[checks]\npreset = \"lenient\"").hub();
    let site = BuiltSite::publish(&hub);
    assert_eq!(ids_in_rows(site.text("case-studies/index.html")), wanted, "the list as built");
    let found = search_studies(&hub, &[]);
    let found: Vec<&str> = found.hits.iter().map(|hit| hit.id.as_str()).collect();
    assert_eq!(found, wanted, "search, newest first");
}

#[test]
fn facets_of_the_list_and_of_search_have_the_same_values_and_counts() {
    let page = sample_site().text("case-studies/index.html");
    let mut compared = 0;
    let names = ["outcome", "group", "market", "channel", "tactic", "grade", "year"];
    let response = search_studies(sample_hub(), &names);
    for name in names {
        let panel = texts_between(page, &format!("data-facet=\"{name}\""), "</details>").concat();
        let mut listed = BTreeMap::new();
        for value in texts_between(&panel, "data-value=\"", "</a>") {
            let id = value.split('"').next().unwrap_or_default();
            let count = texts_between(value, "class=\"number\">", "<").concat();
            listed.insert(id.to_owned(), count.parse::<usize>().expect("a count"));
        }
        let found: BTreeMap<String, usize> = response.facets[name]
            .iter()
            .filter(|found| listed.contains_key(&found.value))
            .map(|found| (found.value.clone(), found.count))
            .collect();
        assert_eq!(listed, found, "{name}");
        compared += listed.len();
    }
    assert!(compared > 30, "{compared} values");
    let original = &sample_hub().evidence.originals;
    let translations = original.iter().zip(0..).filter(|(original, at)| original.0 != *at).count();
    assert!(translations > 0, "the sample hub has a translation, which counts with its original");
    assert_eq!(ids_in_rows(page).len(), original.len() - translations, "one row for each");
}

#[test]
fn an_original_is_found_by_the_words_of_its_translation_and_by_its_own_values() {
    let hub = TestHub::new()
        .case("be/fr", &study_fields("BE", "website", "discount", "won", "summary: Moins cher."))
        .case(
            "be/nl",
            &study_fields(
                "BE",
                "website",
                "discount",
                "won",
                "translation_of: be/fr\nsummary: Goedkoper met zegeltjes.",
            ),
        )
        .hub();
    let response = search_studies(&hub, &["market", "outcome"]);
    for facet in ["market", "outcome"] {
        let counts: Vec<usize> = response.facets[facet].iter().map(|value| value.count).collect();
        assert_eq!(counts, [1], "{facet}: the experiment counts once");
    }
    let record = |id: &str| {
        let records = casebook::index::records::build_records(&hub.site, &hub.catalog);
        records.into_iter().find(|record| record.id == id).expect("a record")
    };
    assert!(record("be/fr").details.contains("zegeltjes"), "{}", record("be/fr").details);
    assert!(record("be/nl").facets.is_empty());
}

#[test]
fn the_rows_for_scripts_say_what_the_rows_of_the_list_say() {
    let page = sample_site().text("case-studies/index.html");
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(sample_site().text("data/rows.json")).expect("rows");
    let listed: Vec<String> = rows
        .iter()
        .filter(|row| row.get("d").is_none())
        .map(|row| row["u"].as_str().expect("an address").trim_end_matches('/').to_owned())
        .collect();
    assert_eq!(ids_in_rows(page), listed, "the same studies in the same order");
    let has_badge = |tone: &str| {
        let has_tone = |badge: &serde_json::Value| badge[0] == tone;
        rows.iter().any(|row| row["b"].as_array().is_some_and(|badges| badges.iter().any(has_tone)))
    };
    assert!(has_badge("good") && has_badge("attention") && has_badge(""));
    assert!(page.contains("Verified</span>") && page.contains("Approved for reuse</span>"));
}

#[test]
fn an_approved_study_that_is_replaced_is_listed_as_replaced_alone() {
    let approved = study_fields("GB", "email", "discount", "won", "reuse: approved");
    let newer = study_fields("GB", "email", "discount", "won", "supersedes: gb/old");
    let site = TestHub::new().case("gb/old", &approved).case("gb/new", &newer).build();
    let reuse = site.text("reuse/index.html");
    let times = reuse.matches("case-studies/gb/old/\"").count();
    assert_eq!(times, 1, "{times} times on the page of reuse");
    site.assert_contains("case-studies/index.html", "Replaced by a newer study</span>");
    site.assert_contains("case-studies/gb/old/index.html", "Replaced by a newer study</span>");
}

#[test]
fn exports_have_interval_and_sample_size_and_no_sample_of_0() {
    let study = |more: &str| study_fields("GB", "email", "discount", "won", more);
    let site = TestHub::new()
        .case("gb/none", &study("method: ab-test\nsample_size: 0\nresults:\n  - {metric: cvr, role: primary, lift: 5, ci_low: 2, ci_high: 8, source: Tool}"))
        .case("gb/some", &study(&graded_a("cvr", 5.0, 2.0, 8.0)))
        .build();
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(site.text("data/case-studies.json")).expect("rows");
    let keys: BTreeSet<&str> =
        rows[0].as_object().expect("a row").keys().map(String::as_str).collect();
    assert!(["ci_low", "ci_high", "sample_size"].iter().all(|key| keys.contains(key)), "{keys:?}");
    assert_eq!(rows[0]["sample_size"], serde_json::Value::Null, "0 is no sample");
    assert_eq!(rows[0]["grade"], "B", "a sample of 0 is not stated");
    assert!(rows[1]["sample_size"].is_number());
    for file in ["data/case-studies.csv", "data/results.csv"] {
        let head = site.text(file).lines().next().expect("a line").to_owned();
        assert!(head.contains("ci_high") && head.contains("sample_size"), "{file}: {head}");
    }
}
