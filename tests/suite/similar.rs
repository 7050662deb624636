//! Tests of similarity: judged pairs of the sample hub, copies and unusual records.
#![expect(clippy::print_stdout, reason = "figures are shown")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use casebook::catalog::Catalog;
use casebook::similar::{self, AnswerState, Similar, similarity_model};
use casebook::site::Site;

use crate::support::{TestHub, sample_hub};

pub type Id = String;

/// The settings and records of a hub on disk.
pub fn read_hub(root: &Path) -> (Site, Catalog) {
    let read = TestHub::in_folder(root).with_history(root).checked();
    (read.site, read.catalog)
}

fn read_sample_hub() -> (&'static Site, &'static Catalog) {
    (&sample_hub().site, &sample_hub().catalog)
}

/// Scores of all pairs of neighbours.
pub fn pair_scores(site: &Site, catalog: &Catalog, keep: usize) -> BTreeMap<(Id, Id), f64> {
    let model = similarity_model::build(
        catalog,
        similarity_model::concepts_of_catalog(catalog, &site.language),
        keep,
    );
    let mut scores = BTreeMap::new();
    for lists in &model.neighbours.lists {
        for (document, list) in lists.iter().enumerate() {
            for near in list {
                let score = model
                    .neighbours
                    .score_pair(
                        &model.space,
                        &model.weights,
                        document as u32,
                        near.document,
                        near.similarity,
                    )
                    .score;
                let (a, b) = (id(catalog, document as u32), id(catalog, near.document));
                scores.insert((a.clone().min(b.clone()), a.max(b)), f64::from(score));
            }
        }
    }
    scores
}

fn id(catalog: &Catalog, document: u32) -> Id {
    catalog.cases[document as usize].meta.id.to_string()
}

/// Pairs of record ids with the judgement of human readers.
fn read_judgements() -> Vec<((Id, Id), String)> {
    let text = include_str!("../similar/pairs.tsv");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        ((cells[0].to_owned(), cells[1].to_owned()), cells[2].to_owned())
    };
    text.lines().skip(1).map(row).collect()
}

fn describe_pairs(catalog: &Catalog, found: &Similar) -> String {
    let line = |pair: &similar::Pair| {
        format!(
            "{:?} {:?} {:.2} {} {} {:?}\n",
            pair.verdict,
            pair.state,
            pair.score,
            catalog.case(pair.a).meta.id,
            catalog.case(pair.b).meta.id,
            pair.reasons
        )
    };
    found.pairs.iter().map(line).collect()
}

#[test]
fn the_sample_hub_finds_judged_duplicates() {
    let (site, catalog) = read_sample_hub();
    let scores = pair_scores(site, catalog, catalog.cases.len());
    let judged = read_judgements();
    let duplicates: BTreeSet<&(Id, Id)> = judged
        .iter()
        .filter(|(_, judgement)| judgement == "duplicate")
        .map(|(pair, _)| pair)
        .collect();
    let (first, fifth) = precision_and_recall(&scores, &duplicates);
    let flagged: Vec<&(Id, Id)> = scores
        .iter()
        .filter(|(_, score)| **score >= site.similar.duplicate)
        .map(|(pair, _)| pair)
        .collect();
    let hits = flagged.iter().filter(|pair| duplicates.contains(*pair)).count() as f64;
    let (precision, recall) = (hits / flagged.len() as f64, hits / duplicates.len() as f64);
    let f1 = 2.0 * precision * recall / (precision + recall);
    let found = similar::find(site, catalog);
    let wrong = found
        .open_pairs()
        .filter(|pair| !duplicates.contains(&(id(catalog, pair.a.0), id(catalog, pair.b.0))))
        .count();
    let per_hundred = 100.0 * wrong as f64 / catalog.cases.len() as f64;
    println!("{}", describe_pairs(catalog, &found));
    println!(
        "P@1 {first:.3} R@5 {fifth:.3} at the threshold: P {precision:.3} R {recall:.3} F1 {f1:.3}; false flags in 100 records {per_hundred:.2}"
    );
    assert!(judged.len() >= 80 && first >= 0.95 && fifth >= 0.95);
    assert!(recall >= 0.9, "recall at the flag threshold is {recall:.3}");
    assert!(f1 >= 0.85, "F1 at the flag threshold is {f1:.3}");
    assert!(per_hundred <= 2.0, "{wrong} false flags");
}

/// Precision at 1 and recall at 5, as means over the records that have a duplicate.
fn precision_and_recall(
    scores: &BTreeMap<(Id, Id), f64>,
    duplicates: &BTreeSet<&(Id, Id)>,
) -> (f64, f64) {
    let mut near: BTreeMap<&str, Vec<(f64, &str)>> = BTreeMap::new();
    for ((a, b), score) in scores {
        near.entry(a).or_default().push((*score, b));
        near.entry(b).or_default().push((*score, a));
    }
    let mut partners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (a, b) in duplicates {
        partners.entry(a).or_default().insert(b);
        partners.entry(b).or_default().insert(a);
    }
    let (mut first, mut fifth) = (0.0, 0.0);
    for (record, wanted) in &partners {
        let mut list = near.remove(record).unwrap_or_default();
        list.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(y.1)));
        first += f64::from(u8::from(list.first().is_some_and(|(_, other)| wanted.contains(other))));
        fifth += list.iter().take(5).filter(|(_, other)| wanted.contains(other)).count() as f64
            / wanted.len().min(5) as f64;
    }
    (first / partners.len() as f64, fifth / partners.len() as f64)
}

#[test]
fn answered_pairs_are_never_open() {
    let (site, catalog) = read_sample_hub();
    let found = similar::find(site, catalog);
    for pair in found.open_pairs() {
        let (a, b) = (catalog.case(pair.a), catalog.case(pair.b));
        let named = a.relations.by_field().iter().any(|(_, list)| list.contains(&pair.b))
            || b.relations.by_field().iter().any(|(_, list)| list.contains(&pair.a));
        let settled = a.not_duplicate_of.iter().any(|answer| answer.case == pair.b)
            || b.not_duplicate_of.iter().any(|answer| answer.case == pair.a);
        assert!(!named && !settled, "{} and {}", a.meta.id, b.meta.id);
    }
    assert!(found.pairs.iter().any(|pair| matches!(pair.state, AnswerState::Acknowledged { .. })));
    for flags in catalog.iter_cases().map(|(case, _)| {
        found.pairs_of(case).filter(|pair| pair.state == AnswerState::Open).count()
    }) {
        assert!(flags <= 3);
    }
}

#[test]
fn ideas_list_similar_studies() {
    let (site, catalog) = read_sample_hub();
    let found = similar::find(site, catalog);
    for (index, idea) in catalog.iter_ideas() {
        for near in found.cases_like_idea(index) {
            println!(
                "{} -> {} {:.2} {:?}",
                idea.meta.id,
                catalog.case(near.case).meta.id,
                near.score,
                near.reasons
            );
        }
    }
    let tried = |idea: &str, case: &str| {
        let list = found.cases_like_idea(catalog.find_idea(idea).unwrap());
        assert!(
            list.iter().any(|near| &*catalog.case(near.case).meta.id == case),
            "{idea} resembles {case}"
        );
    };
    tried("send-when-they-read", "nl/verzendmoment-nieuwsbrief");
    tried("instalments-for-bikes", "de/ratenzahlung-produktseite");
}

/// A hub in memory whose studies come from a list of files.
fn catalog_of(files: &[(String, String)]) -> (Site, Catalog) {
    let read = TestHub::new().with_files(files).checked();
    (read.site, read.catalog)
}

fn study_file(path: &str, front: &str, body: &str) -> (String, String) {
    (
        format!("content/case-studies/{path}.md"),
        format!("---\nmarkets: [BR]\nchannels: [email]\n{front}---\n\n{body}\n"),
    )
}

const STORY: &str = "We sent one reminder about the forgotten basket an hour after the visit, from the store that keeps the goods, and asked nothing \
    in return. The reminder named the goods, showed the opening hours and offered to hold them until Saturday. Clerks wrote the words, and a \
    second team read them aloud before anything was sent. Baskets came back within two days, mostly in the evening, and few people complained.";

#[test]
fn a_thousand_copies_give_one_diagnostic_and_few_pairs() {
    let files: Vec<(String, String)> = (0..1_000)
        .map(|number| {
            study_file(
                &format!("br/copy-{number:04}"),
                "title: The same\nstatus: completed\ntactics: [cart-recovery]\n",
                STORY,
            )
        })
        .collect();
    let (site, catalog) = catalog_of(&files);
    let found = similar::find(&site, &catalog);
    let crowds = similar::identical_body_warnings(&catalog);
    assert_eq!(crowds.len(), 1, "{crowds:?}");
    assert!(
        crowds[0].message.starts_with("1000 case studies have the same text"),
        "{}",
        crowds[0].message
    );
    assert_eq!(found.pairs.len(), 3);
}

#[test]
fn unusual_records_are_handled() {
    let table = format!("| a | b |\n|---|---|\n{}", "| x | y |\n".repeat(3_000));
    let files = [
        study_file("br/empty", "title: Empty\nstatus: completed\ntactics: [ugc]\n", ""),
        study_file("br/word", "title: Word\nstatus: running\ntactics: [discount]\n", "word"),
        study_file("br/table", "title: Table\nstatus: planned\ntactics: [ugc]\n", &table),
        study_file(
            "br/twice",
            "title: Twice\nstatus: planned\ntactics: [ugc]\nnot_duplicate_of:\n  - {id: br/word, reason: one}\n  - {id: br/word, reason: two}\n  - {id: br/nowhere, reason: gone}\n",
            STORY,
        ),
    ];
    let (site, catalog) = catalog_of(&files);
    let found = similar::find(&site, &catalog);
    let stale = found
        .pairs
        .iter()
        .find(|pair| matches!(pair.state, AnswerState::Stale { .. }))
        .expect("an answer to nothing is stale");
    assert_eq!(stale.state, AnswerState::Stale { reason: Some("one; two".into()) });
}

#[test]
fn each_kind_of_verdict() {
    use similar::Verdict::{
        AlreadyRunning, AlreadyTried, CoordinateNow, CopiedText, LinkAsReplication,
    };
    let rows = [
        ("completed", "BR", "running", "BR", false, AlreadyTried),
        ("stopped-early", "BR", "planned", "JP", false, AlreadyTried),
        ("running", "BR", "planned", "BR", false, AlreadyRunning),
        ("running", "BR", "planned", "JP", false, CoordinateNow),
        ("archived", "BR", "completed", "JP", false, LinkAsReplication),
        ("archived", "BR", "running", "BR", true, CopiedText),
    ];
    for (status_a, market_a, status_b, market_b, copied, wanted) in rows {
        let file = |name: &str, status: &str, market: &str| {
            let front = format!(
                "---\ntitle: {name}\nmarkets: [{market}]\nchannels: [email]\ntactics: [ugc]\nstatus: {status}\n---\n\nText.\n"
            );
            (format!("content/case-studies/x/{name}.md"), front)
        };
        let (_, catalog) =
            catalog_of(&[file("a", status_a, market_a), file("b", status_b, market_b)]);
        assert_eq!(
            similar::verdict::pair_verdict(&catalog.cases[0], &catalog.cases[1], copied),
            wanted,
            "{status_a} {status_b}"
        );
    }
}

/// A single query is compared with all records, and several queries use posting lists: both give
/// the same neighbours.
#[test]
fn single_and_batch_queries_agree() {
    let (site, catalog) = read_sample_hub();
    let (_, model) = similar::find_with_model(site, catalog);
    for (number, query) in model.ideas.queries.iter().enumerate() {
        let asked = similar::neighbours::nearest_to_query(
            &model.space,
            &model.weights,
            query,
            similar::background::SEARCH_DEPTH,
            u32::MAX,
        );
        for (group, one) in asked.iter().enumerate() {
            let other = &model.ideas.neighbours[group][number];
            assert_eq!(one.len(), other.len(), "idea {number} in group {group}");
            for (one, other) in one.iter().zip(other) {
                assert!(
                    (one.similarity - other.similarity).abs() < 1e-5,
                    "idea {number} in group {group}: {one:?}, {other:?}"
                );
            }
        }
    }
}

/// The patch of an edited record compares it with the records of the last build: the nearest
/// record of the next build is among its first two, because background statistics differ slightly.
#[test]
fn an_edited_record_gets_the_neighbours_of_the_next_build() {
    let (site, catalog) = read_sample_hub();
    let mut catalog = catalog.clone();
    let (found, model) = similar::find_with_model(site, &catalog);
    for (case, study) in catalog.iter_cases() {
        let asked = similar::find_related(site, &catalog, &found, &model, case);
        let known = &found.related[case.0 as usize];
        // Records near the threshold of the list may fall on either side of it.
        let first = known
            .first()
            .filter(|near| near.score >= site.similar.related + 0.1)
            .map(|near| near.case);
        assert!(
            first.is_none_or(|first| asked.iter().take(2).any(|near| near.case == first)),
            "the nearest of {}: {first:?}, {asked:?}",
            study.meta.id
        );
    }

    let (edited, template_case) = (
        catalog.find_case("no/newsletter-send-hour").unwrap(),
        catalog.find_case("gb/countdown-offer").unwrap(),
    );
    let text = catalog.case(template_case).clone();
    let study = &mut catalog.cases[edited.0 as usize];
    study.meta = casebook::catalog::Meta {
        id: study.meta.id.clone(),
        path: study.meta.path.clone(),
        ..text.meta
    };
    (study.hypothesis, study.summary, study.tactics) =
        (text.hypothesis, text.summary, text.tactics);
    let asked = similar::find_related(site, &catalog, &found, &model, edited);
    assert_eq!(
        asked.first().map(|near| near.case),
        Some(template_case),
        "the edit counts, not what was compared before"
    );
}
