//! Tunes the weights of similarity on the two shared truth sets and the judged pairs of the sample hub, and on nothing else.
//!
//! `cargo bench --bench tune_similar -- ../shared/similar [ROUNDS]` prints the figures of the weights in force. Each round then tries
//! every weight a little and a good deal smaller and larger, keeps what helps and prints it; what is found is written into
//! `similar::score::Weights` by hand. No chance is involved: the same input gives the same weights.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a program that reads truth sets and prints figures")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use casebook::catalog::Catalog;
use casebook::similar::compare::{concepts_of, weighed_by};
use casebook::similar::neighbours::{BUDGET, neighbours};
use casebook::similar::score::Weights;
use casebook::site::Site;
use casebook::{Request, Timings};

/// A hub with pairs that belong together.
struct Truth {
    name: &'static str,
    site: Site,
    catalog: Catalog,
    pairs: BTreeSet<(String, String)>,
    /// Whether only pairs in two languages count.
    abroad: bool,
}

/// Precision at one, recall at five, and the harmonic mean of precision and recall: at the threshold in force where all pairs of a
/// hub were judged, else at the best.
#[derive(Debug, Clone, Copy)]
struct Figures {
    first: f64,
    fifth: f64,
    f1: f64,
}

/// A weight by name.
type Knob = (&'static str, fn(&mut Weights) -> &mut f32);

const KNOBS: &[Knob] = &[
    ("home pair", |weights| &mut weights.home.share[1]),
    ("home concept", |weights| &mut weights.home.share[2]),
    ("home facet", |weights| &mut weights.home.share[3]),
    ("home question", |weights| &mut weights.home.share[4]),
    ("abroad concept", |weights| &mut weights.abroad.share[2]),
    ("abroad facet", |weights| &mut weights.abroad.share[3]),
    ("abroad question", |weights| &mut weights.abroad.share[4]),
    ("abroad damp of words", |weights| &mut weights.abroad.damp[0]),
    ("abroad damp of concepts", |weights| &mut weights.abroad.damp[2]),
    ("abroad damp of questions", |weights| &mut weights.abroad.damp[4]),
    ("at odds", |weights| &mut weights.at_odds),
    ("template", |weights| &mut weights.template),
    ("doubt", |weights| &mut weights.doubt),
    ("usual", |weights| &mut weights.usual),
    ("step", |weights| &mut weights.step),
    ("trust", |weights| &mut weights.trust),
    ("home half", |weights| &mut weights.home.half),
    ("abroad half", |weights| &mut weights.abroad.half),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let shared = PathBuf::from(arguments.first().map_or("../shared/similar", String::as_str));
    let rounds: usize = arguments.get(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    let truths = truths(&shared);
    let mut weights = Weights::default();
    let mut best = value(&truths, &weights, true);
    for round in 1..=rounds {
        for (name, knob) in KNOBS {
            for factor in [0.8, 0.9, 1.1, 1.25] {
                let mut tried = weights.clone();
                *knob(&mut tried) *= factor;
                let value = value(&truths, &tried, false);
                if value > best + 1e-9 {
                    println!("round {round}: {name} = {:.4} gives {value:.4}", *knob(&mut tried));
                    (weights, best) = (tried, value);
                }
            }
        }
    }
    value(&truths, &weights, true);
    println!("{weights:#?}");
}

fn truths(shared: &Path) -> Vec<Truth> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = load("sample", root, &root.join("tests/similar/pairs.tsv"), "duplicate", false);
    let set = |name: &'static str, abroad| {
        let folder = shared.join(name);
        folder.is_dir().then(|| load(name, &folder, &folder.join("pairs.tsv"), "same", abroad))
    };
    std::iter::once(sample).chain(set("hadoop", false)).chain(set("cds", true)).collect()
}

fn load(name: &'static str, root: &Path, pairs: &Path, relation: &str, abroad: bool) -> Truth {
    let sources = casebook::command::sources(root).expect("the hub can be read");
    let request = Request { today: jiff::civil::date(2026, 11, 22), audience: None, drafts: false };
    let read = casebook::read(&sources, &request, &mut Timings::default()).expect("the settings are valid");
    let text = fs::read_to_string(pairs).expect("the pairs can be read");
    let pair = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        (cells[2] == relation).then(|| ordered(cells[0], cells[1]))
    };
    Truth { name, site: read.site, catalog: read.catalog, pairs: text.lines().skip(1).filter_map(pair).collect(), abroad }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    (a.min(b).to_owned(), a.max(b).to_owned())
}

/// What is to be as large as possible: ranking counts everywhere; the threshold where all pairs were judged.
fn value(truths: &[Truth], weights: &Weights, print: bool) -> f64 {
    let value = |truth: &Truth| {
        let figures = figures(truth, weights);
        if print {
            println!("{:8} P@1 {:.3} R@5 {:.3} F1 {:.3}", truth.name, figures.first, figures.fifth, figures.f1);
        }
        figures.first + figures.fifth + if truth.name == "hadoop" { 0.0 } else { figures.f1 }
    };
    truths.iter().map(value).sum()
}

fn figures(truth: &Truth, weights: &Weights) -> Figures {
    let compared = weighed_by(&truth.catalog, concepts_of(&truth.catalog, &truth.site.language), weights.clone());
    let found = neighbours(&compared.space, weights, 20, BUDGET);
    let id = |document: u32| &*truth.catalog.cases[document as usize].meta.id;
    let mut scores: BTreeMap<(String, String), (f32, bool)> = BTreeMap::new();
    let mut near: BTreeMap<&str, Vec<(f32, &str)>> = BTreeMap::new();
    for (group, lists) in found.lists.iter().enumerate() {
        for (document, list) in lists.iter().enumerate() {
            let at_home = compared.space.group_of[document] as usize == group;
            for other in list.iter().filter(|_| !(truth.abroad && at_home)) {
                let comparison = found.compare(&compared.space, weights, document as u32, other.document, other.alike);
                scores.insert(ordered(id(document as u32), id(other.document)), (comparison.score, comparison.stands_out));
                near.entry(id(document as u32)).or_default().push((comparison.score, id(other.document)));
            }
        }
    }
    let (first, fifth) = ranks(truth, near);
    Figures { first, fifth, f1: f1(truth, &scores) }
}

fn ranks(truth: &Truth, mut near: BTreeMap<&str, Vec<(f32, &str)>>) -> (f64, f64) {
    let mut partners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (a, b) in &truth.pairs {
        partners.entry(a).or_default().insert(b);
        partners.entry(b).or_default().insert(a);
    }
    let (mut first, mut fifth) = (0.0, 0.0);
    for (record, wanted) in &partners {
        let mut list = near.remove(*record).unwrap_or_default();
        list.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(y.1)));
        first += f64::from(u8::from(list.first().is_some_and(|(_, other)| wanted.contains(other))));
        fifth += list.iter().take(5).filter(|(_, other)| wanted.contains(other)).count() as f64 / wanted.len().min(5) as f64;
    }
    (first / partners.len() as f64, fifth / partners.len() as f64)
}

/// The harmonic mean of precision and recall: of flagged pairs where all pairs were judged, else of all pairs above the best threshold.
fn f1(truth: &Truth, scores: &BTreeMap<(String, String), (f32, bool)>) -> f64 {
    let is_flagged = |(score, stands_out): (f32, bool)| f64::from(score) >= truth.site.similar.duplicate && stands_out;
    let counts = |of: (f32, bool)| truth.name != "sample" || is_flagged(of);
    let mut ranked: Vec<(&(String, String), f32)> = scores.iter().filter(|(_, of)| counts(**of)).map(|(pair, of)| (pair, of.0)).collect();
    ranked.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(y.0)));
    let mut hits = 0.0;
    let so_far = ranked.iter().enumerate().map(|(place, (pair, _))| {
        hits += f64::from(u8::from(truth.pairs.contains(*pair)));
        2.0 * hits / (place as f64 + 1.0 + truth.pairs.len() as f64)
    });
    if truth.name == "sample" { so_far.last().unwrap_or(0.0) } else { so_far.fold(0.0, f64::max) }
}
