//! Tests of search relevance: judged queries over the sample hub must not fall below the baseline.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "figures are shown, judged sets are read"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Metrics that the ranking must reach.
const BASELINE: Metrics = Metrics { ndcg: 0.85, mrr: 0.94 };

/// Means over all queries, of the first ten results each.
#[derive(Debug, Clone, Copy)]
pub struct Metrics {
    /// Normalised discounted cumulative gain, 0 to 1.
    pub ndcg: f64,
    /// Mean reciprocal rank of the first relevant result, 0 to 1.
    pub mrr: f64,
}

/// Relevance grades of record ids, by query.
pub type Judgements = BTreeMap<String, BTreeMap<String, u32>>;

fn read_rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).expect("a table");
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

pub fn read_judgements(path: &Path) -> Judgements {
    let mut judged = Judgements::new();
    for row in read_rows(path) {
        judged
            .entry(row[0].clone())
            .or_default()
            .insert(row[1].clone(), row[2].parse().expect("a grade"));
    }
    judged
}

/// The ids found for every query, best first.
pub fn run_queries(root: &Path, queries: &Path) -> BTreeMap<String, Vec<String>> {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("run.tsv");
    let done = Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(["search", "--today", "2026-11-01", "--root"])
        .arg(root)
        .arg("--queries")
        .arg(queries)
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the program runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in fs::read_to_string(out).expect("a run").lines() {
        let mut parts = line.split('\t');
        let (query, id) = (parts.next().expect("a query"), parts.next().expect("an id"));
        found.entry(query.to_owned()).or_default().push(id.to_owned());
    }
    found
}

/// Discounted cumulative gain of the first ten results (Järvelin and Kekäläinen 2002, with
/// exponential gain).
fn dcg(grades: impl Iterator<Item = u32>) -> f64 {
    grades
        .take(10)
        .enumerate()
        .map(|(place, grade)| (2f64.powi(grade as i32) - 1.0) / (place as f64 + 2.0).log2())
        .sum()
}

fn evaluate_query(judged: &BTreeMap<String, u32>, found: &[String]) -> Metrics {
    let mut ideal: Vec<u32> = judged.values().copied().collect();
    ideal.sort_unstable_by(|left, right| right.cmp(left));
    let grade = |id: &String| judged.get(id).copied().unwrap_or(0);
    let first = found.iter().take(10).position(|id| grade(id) > 0);
    Metrics {
        ndcg: dcg(found.iter().map(grade)) / dcg(ideal.into_iter()),
        mrr: first.map_or(0.0, |place| 1.0 / (place as f64 + 1.0)),
    }
}

pub fn mean_metrics(
    judged: &Judgements,
    found: &BTreeMap<String, Vec<String>>,
    print: bool,
) -> Metrics {
    let mut sum = Metrics { ndcg: 0.0, mrr: 0.0 };
    for (query, judged) in judged {
        let metrics = evaluate_query(judged, found.get(query).map_or(&[][..], Vec::as_slice));
        if print {
            println!("{query:8} nDCG@10 {:.3}  MRR {:.3}", metrics.ndcg, metrics.mrr);
        }
        sum.ndcg += metrics.ndcg;
        sum.mrr += metrics.mrr;
    }
    let count = judged.len() as f64;
    Metrics { ndcg: sum.ndcg / count, mrr: sum.mrr / count }
}

#[test]
fn judged_queries_over_the_sample_hub() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/relevance");
    let judged = read_judgements(&folder.join("judgements.tsv"));
    assert!(judged.len() >= 60);
    let reached = mean_metrics(&judged, &run_queries(&root, &folder.join("queries.tsv")), true);
    println!("{} queries: nDCG@10 {:.4}  MRR {:.4}", judged.len(), reached.ndcg, reached.mrr);
    assert!(
        reached.ndcg >= BASELINE.ndcg && reached.mrr >= BASELINE.mrr,
        "{reached:?} where {BASELINE:?} was reached before"
    );
}
