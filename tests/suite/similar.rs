//! Similar experiments: judged pairs of the sample hub, shared truth sets, planted copies, hubs of every size.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use casebook::catalog::Catalog;
use casebook::similar::{self, PairState, Similar, compare};
use casebook::site::Site;
use casebook::{Request, Timings};

/// The day on which the sample hub is looked at.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

type Id = String;

/// The settings and records of a hub on disk.
fn hub(root: &Path) -> (Site, Catalog) {
    let sources = casebook::command::sources(root).unwrap();
    let request = Request { today: TODAY, audience: None, drafts: false };
    let read = casebook::read(&sources, &request, &mut Timings::default()).unwrap();
    (read.site, read.catalog)
}

fn sample() -> (Site, Catalog) {
    hub(Path::new(env!("CARGO_MANIFEST_DIR")))
}

/// Every score of every pair of neighbours.
fn scores(site: &Site, catalog: &Catalog, keep: usize) -> BTreeMap<(Id, Id), f64> {
    let concepts = compare::concepts_of(catalog, &site.language);
    let compared = compare::compare(catalog, &concepts, keep);
    let mut scores = BTreeMap::new();
    for lists in &compared.neighbours.lists {
        for (document, list) in lists.iter().enumerate() {
            for near in list {
                let score = compared.neighbours.score(&compared.space, &compared.weights, document as u32, near.document, near.alike);
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

/// Pairs judged by reading: ids, judgement.
fn judged() -> Vec<((Id, Id), String)> {
    let text = include_str!("../similar/pairs.tsv");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        ((cells[0].to_owned(), cells[1].to_owned()), cells[2].to_owned())
    };
    text.lines().skip(1).map(row).collect()
}

fn shown(catalog: &Catalog, found: &Similar) -> String {
    let line = |pair: &similar::Pair| {
        format!("{:?} {:?} {:.2} {} {} {:?}\n", pair.verdict, pair.state, pair.score, catalog.case(pair.a).meta.id, catalog.case(pair.b).meta.id, pair.reasons)
    };
    found.pairs.iter().map(line).collect()
}

#[test]
fn the_sample_hub_finds_what_people_judged_a_duplicate() {
    let (site, catalog) = sample();
    let scores = scores(&site, &catalog, catalog.cases.len());
    let judged = judged();
    let duplicates: BTreeSet<&(Id, Id)> = judged.iter().filter(|(_, judgement)| judgement == "duplicate").map(|(pair, _)| pair).collect();
    let (first, fifth) = ranks(&scores, &duplicates);
    let flagged: Vec<&(Id, Id)> = scores.iter().filter(|(_, score)| **score >= site.similar.duplicate).map(|(pair, _)| pair).collect();
    let hits = flagged.iter().filter(|pair| duplicates.contains(*pair)).count() as f64;
    let (precision, recall) = (hits / flagged.len() as f64, hits / duplicates.len() as f64);
    let f1 = 2.0 * precision * recall / (precision + recall);
    let found = similar::find(&site, &catalog);
    let wrong = found.open().filter(|pair| !duplicates.contains(&(id(&catalog, pair.a.0), id(&catalog, pair.b.0)))).count();
    let per_hundred = 100.0 * wrong as f64 / catalog.cases.len() as f64;
    println!("{}", shown(&catalog, &found));
    println!("P@1 {first:.3} R@5 {fifth:.3} at the threshold: P {precision:.3} R {recall:.3} F1 {f1:.3}; false flags in 100 records {per_hundred:.2}");
    assert!(judged.len() >= 80 && first >= 0.95 && fifth >= 0.95);
    assert!(recall >= 0.9, "recall at the flag threshold is {recall:.3}");
    assert!(f1 >= 0.85, "F1 at the flag threshold is {f1:.3}");
    assert!(per_hundred <= 2.0, "{wrong} false flags");
}

/// Precision at one and recall at five over the records that have a duplicate.
fn ranks(scores: &BTreeMap<(Id, Id), f64>, duplicates: &BTreeSet<&(Id, Id)>) -> (f64, f64) {
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
        fifth += list.iter().take(5).filter(|(_, other)| wanted.contains(other)).count() as f64 / wanted.len().min(5) as f64;
    }
    (first / partners.len() as f64, fifth / partners.len() as f64)
}

#[test]
fn answered_pairs_are_never_open() {
    let (site, catalog) = sample();
    let found = similar::find(&site, &catalog);
    for pair in found.open() {
        let (a, b) = (catalog.case(pair.a), catalog.case(pair.b));
        let named = a.relations.named().iter().any(|(_, list)| list.contains(&pair.b)) || b.relations.named().iter().any(|(_, list)| list.contains(&pair.a));
        let settled = a.not_duplicate_of.iter().any(|answer| answer.case == pair.b) || b.not_duplicate_of.iter().any(|answer| answer.case == pair.a);
        assert!(!named && !settled, "{} and {}", a.meta.id, b.meta.id);
    }
    assert!(found.pairs.iter().any(|pair| matches!(pair.state, PairState::Acknowledged { .. })));
    for flags in catalog.each_case().map(|(case, _)| found.of(case).filter(|pair| pair.state == PairState::Open).count()) {
        assert!(flags <= 3);
    }
}

#[test]
fn ideas_know_what_was_tried() {
    let (site, catalog) = sample();
    let found = similar::find(&site, &catalog);
    for (index, idea) in catalog.each_idea() {
        for near in found.of_idea(index) {
            println!("{} -> {} {:.2} {:?}", idea.meta.id, catalog.case(near.case).meta.id, near.score, near.reasons);
        }
    }
    let tried = |idea: &str, case: &str| {
        let list = found.of_idea(catalog.find_idea(idea).unwrap());
        assert!(list.iter().any(|near| &*catalog.case(near.case).meta.id == case), "{idea} resembles {case}");
    };
    tried("send-when-they-read", "nl/verzendmoment-nieuwsbrief");
    tried("instalments-for-bikes", "de/ratenzahlung-produktseite");
}
