//! Tunes the weights of the similarity score by coordinate search on two shared labelled hubs and
//! the judged pairs of the sample hub.
//!
//! `cargo bench --bench tune_similar -- ../shared/similar [ROUNDS]` prints the metrics of the
//! default weights. Each round then multiplies every weight by 0.8, 0.9, 1.1 and 1.25, keeps and
//! prints improvements; results are copied into `similar::score::Weights` by hand. The search is
//! deterministic.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that reads truth sets and prints figures"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use casebook::catalog::Catalog;
use casebook::similar::neighbours::{POSTING_BUDGET, find_neighbours};
use casebook::similar::score::Weights;
use casebook::similar::similarity_model::{build_vectors_with, concepts_of_catalog};
use casebook::site::Site;
use casebook::{BuildCache, BuildOptions, Timings};

/// A hub with the pairs that should be found.
struct LabelledHub {
    name: &'static str,
    site: Site,
    catalog: Catalog,
    pairs: BTreeSet<(String, String)>,
    /// Whether only pairs across languages count.
    is_cross_language: bool,
}

/// Quality of the ranking and of the pairs found; see [`f1`] for the threshold.
#[derive(Debug, Clone, Copy)]
struct Metrics {
    /// Share of records whose nearest neighbour is a labelled pair, 0 to 1.
    precision_at_1: f64,
    /// Mean share of a record's labelled pairs among its five nearest neighbours, 0 to 1.
    recall_at_5: f64,
    /// Harmonic mean of precision and recall of the pairs found, 0 to 1.
    f1: f64,
}

/// Name and accessor of a weight.
type TunedWeight = (&'static str, fn(&mut Weights) -> &mut f32);

const TUNED_WEIGHTS: &[TunedWeight] = &[
    ("home pair", |weights| &mut weights.same_language.weight[1]),
    ("home concept", |weights| &mut weights.same_language.weight[2]),
    ("home facet", |weights| &mut weights.same_language.weight[3]),
    ("home question", |weights| &mut weights.same_language.weight[4]),
    ("abroad concept", |weights| &mut weights.cross_language.weight[2]),
    ("abroad facet", |weights| &mut weights.cross_language.weight[3]),
    ("abroad question", |weights| &mut weights.cross_language.weight[4]),
    ("abroad damp of words", |weights| &mut weights.cross_language.damping[0]),
    ("abroad damp of concepts", |weights| &mut weights.cross_language.damping[2]),
    ("abroad damp of questions", |weights| &mut weights.cross_language.damping[4]),
    ("at odds", |weights| &mut weights.disjoint_tactics_factor),
    ("template", |weights| &mut weights.max_share),
    ("doubt", |weights| &mut weights.share_pseudo_count),
    ("usual", |weights| &mut weights.prior_level),
    ("step", |weights| &mut weights.prior_tail_scale),
    ("trust", |weights| &mut weights.tail_pseudo_count),
    ("home half", |weights| &mut weights.same_language.half),
    ("abroad half", |weights| &mut weights.cross_language.half),
];

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let shared = PathBuf::from(arguments.first().map_or("../shared/similar", String::as_str));
    let rounds: usize = arguments.get(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    let labelled_hubs = load_all(&shared);
    let mut weights = Weights::default();
    let mut best = objective(&labelled_hubs, &weights, true);
    for round in 1..=rounds {
        for (name, weight) in TUNED_WEIGHTS {
            for factor in [0.8, 0.9, 1.1, 1.25] {
                let mut tried = weights.clone();
                *weight(&mut tried) *= factor;
                let value = objective(&labelled_hubs, &tried, false);
                if value > best + 1e-9 {
                    println!("round {round}: {name} = {:.4} gives {value:.4}", *weight(&mut tried));
                    (weights, best) = (tried, value);
                }
            }
        }
    }
    objective(&labelled_hubs, &weights, true);
    println!("{weights:#?}");
}

fn load_all(shared: &Path) -> Vec<LabelledHub> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = load("sample", root, &root.join("tests/similar/pairs.tsv"), "duplicate", false);
    let shared_set = |name: &'static str, is_cross_language| {
        let folder = shared.join(name);
        folder
            .is_dir()
            .then(|| load(name, &folder, &folder.join("pairs.tsv"), "same", is_cross_language))
    };
    std::iter::once(sample)
        .chain(shared_set("hadoop", false))
        .chain(shared_set("cds", true))
        .collect()
}

fn load(
    name: &'static str,
    root: &Path,
    pairs: &Path,
    relation: &str,
    is_cross_language: bool,
) -> LabelledHub {
    let sources = casebook::command::read_sources(root).expect("the hub can be read");
    let request =
        BuildOptions { today: jiff::civil::date(2026, 11, 22), audience: None, drafts: false };
    let mut cache = BuildCache::disabled();
    let read = casebook::read(&sources, &request, &mut cache, &mut Timings::default())
        .expect("the settings are valid");
    let text = fs::read_to_string(pairs).expect("the pairs can be read");
    let pair = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        (cells[2] == relation).then(|| ordered(cells[0], cells[1]))
    };
    LabelledHub {
        name,
        site: read.site,
        catalog: read.catalog,
        pairs: text.lines().skip(1).filter_map(pair).collect(),
        is_cross_language,
    }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    (a.min(b).to_owned(), a.max(b).to_owned())
}

/// The value to maximise: the sum of the metrics of all hubs; F1 counts only where all pairs were
/// judged.
fn objective(labelled_hubs: &[LabelledHub], weights: &Weights, print: bool) -> f64 {
    let value = |labelled_hub: &LabelledHub| {
        let metrics = measure(labelled_hub, weights);
        if print {
            println!(
                "{:8} P@1 {:.3} R@5 {:.3} F1 {:.3}",
                labelled_hub.name, metrics.precision_at_1, metrics.recall_at_5, metrics.f1
            );
        }
        metrics.precision_at_1
            + metrics.recall_at_5
            + if labelled_hub.name == "hadoop" { 0.0 } else { metrics.f1 }
    };
    labelled_hubs.iter().map(value).sum()
}

fn measure(labelled_hub: &LabelledHub, weights: &Weights) -> Metrics {
    let model = build_vectors_with(
        &labelled_hub.catalog,
        concepts_of_catalog(&labelled_hub.catalog, &labelled_hub.site.language),
        weights.clone(),
    );
    let found = find_neighbours(&model.space, weights, 20, POSTING_BUDGET);
    let id = |document: u32| &*labelled_hub.catalog.cases[document as usize].meta.id;
    let mut scores: BTreeMap<(String, String), (f32, bool)> = BTreeMap::new();
    let mut near: BTreeMap<&str, Vec<(f32, &str)>> = BTreeMap::new();
    for (group, lists) in found.lists.iter().enumerate() {
        for (document, list) in lists.iter().enumerate() {
            let is_same_language = model.space.group_of[document] as usize == group;
            for other in
                list.iter().filter(|_| !(labelled_hub.is_cross_language && is_same_language))
            {
                let pair_score = found.score_pair(
                    &model.space,
                    weights,
                    document as u32,
                    other.document,
                    other.similarity,
                );
                scores.insert(
                    ordered(id(document as u32), id(other.document)),
                    (pair_score.score, pair_score.stands_out),
                );
                near.entry(id(document as u32))
                    .or_default()
                    .push((pair_score.score, id(other.document)));
            }
        }
    }
    let (precision_at_1, recall_at_5) = ranking_metrics(labelled_hub, near);
    Metrics { precision_at_1, recall_at_5, f1: f1(labelled_hub, &scores) }
}

/// Precision at 1 and recall at 5 over all records with labelled pairs.
fn ranking_metrics(
    labelled_hub: &LabelledHub,
    mut near: BTreeMap<&str, Vec<(f32, &str)>>,
) -> (f64, f64) {
    let mut partners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (a, b) in &labelled_hub.pairs {
        partners.entry(a).or_default().insert(b);
        partners.entry(b).or_default().insert(a);
    }
    let (mut precision_at_1, mut recall_at_5) = (0.0, 0.0);
    for (record, wanted) in &partners {
        let mut list = near.remove(*record).unwrap_or_default();
        list.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(y.1)));
        precision_at_1 +=
            f64::from(u8::from(list.first().is_some_and(|(_, other)| wanted.contains(other))));
        recall_at_5 += list.iter().take(5).filter(|(_, other)| wanted.contains(other)).count()
            as f64
            / wanted.len().min(5) as f64;
    }
    (precision_at_1 / partners.len() as f64, recall_at_5 / partners.len() as f64)
}

/// F1, the harmonic mean of precision and recall: of flagged pairs in the sample hub, where all
/// pairs were judged; elsewhere at the best threshold.
fn f1(labelled_hub: &LabelledHub, scores: &BTreeMap<(String, String), (f32, bool)>) -> f64 {
    let is_flagged = |(score, stands_out): (f32, bool)| {
        f64::from(score) >= labelled_hub.site.similar.duplicate && stands_out
    };
    let counts = |score: (f32, bool)| labelled_hub.name != "sample" || is_flagged(score);
    let mut ranked: Vec<(&(String, String), f32)> = scores
        .iter()
        .filter(|(_, score)| counts(**score))
        .map(|(pair, score)| (pair, score.0))
        .collect();
    ranked.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(y.0)));
    let mut hits = 0.0;
    let so_far = ranked.iter().enumerate().map(|(place, (pair, _))| {
        hits += f64::from(u8::from(labelled_hub.pairs.contains(*pair)));
        2.0 * hits / (place as f64 + 1.0 + labelled_hub.pairs.len() as f64)
    });
    if labelled_hub.name == "sample" {
        so_far.last().unwrap_or(0.0)
    } else {
        so_far.fold(0.0, f64::max)
    }
}
