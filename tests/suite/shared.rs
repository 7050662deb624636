//! Tests on collections and judged sets that lie beside the repository, in `../shared`: too large
//! for it, or blind. They are ignored unless `tests/run` finds the folder.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "figures are shown, hubs are laid out on the disk"
)]

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::process::{Command, Stdio};

use casebook::catalog::case_study::Relations;
use casebook::catalog::{CaseStudy, Catalog, Meta};
use casebook::diagnostic::Severity;
use casebook::similar::{self, similarity_model};
use casebook::site::Site;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::addresses::broken_links;
use crate::relevance::{mean_metrics, read_judgements, run_queries};
use crate::similar::{Id, pair_scores, read_hub};
use crate::support::{TestHub, shared_folder};

/// Fails unless every Markdown file of the collection at `path` becomes a record with a page,
/// without errors and unreported broken links.
fn assert_readable(path: &str) {
    let folder = shared_folder(path);
    let checked = TestHub::in_folder(&folder).with_drafts().read();
    checked.assert_severity_at_most(Severity::Warning);
    let catalog = checked.catalog();
    let read: BTreeSet<String> = metas(catalog).map(|meta| meta.path.to_string()).collect();
    let pages_of: HashMap<String, String> = metas(catalog)
        .map(|meta| (format!("{}index.html", meta.address), meta.path.to_string()))
        .collect();
    let reported: Vec<(String, String)> = (checked.diagnostics.iter())
        .filter(|problem| problem.code == "broken-anchor")
        .map(|problem| (problem.place.path.to_string(), problem.message.clone()))
        .collect();
    let files: BTreeSet<String> = WalkDir::new(folder.join("content"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "md"))
        .map(|file| file.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(!files.is_empty(), "no Markdown below `{path}/content`");
    let lost: Vec<&String> = files.symmetric_difference(&read).collect();
    assert!(
        lost.is_empty(),
        "files and records of `{path}` differ in {lost:?}\n{}",
        checked.report()
    );
    let pages = checked.build();
    let unpublished: Vec<&String> =
        pages_of.keys().filter(|page| !pages.0.files.contains_key(*page)).collect();
    assert!(unpublished.is_empty(), "records of `{path}` without a page: {unpublished:?}");
    let unreported: Vec<(String, String)> = (broken_links(&pages).into_iter())
        .filter(|(page, link)| {
            !reported.iter().any(|(path, message)| {
                pages_of.get(page) == Some(path) && message.contains(link.as_str())
            })
        })
        .collect();
    assert!(
        unreported.is_empty(),
        "links of `{path}` that lead nowhere and are not reported: {unreported:#?}"
    );
}

fn metas(catalog: &Catalog) -> impl Iterator<Item = &Meta> {
    let cases = catalog.cases.iter().map(|record| &record.meta);
    let ideas = catalog.ideas.iter().map(|record| &record.meta);
    let playbooks = catalog.playbooks.iter().map(|record| &record.meta);
    cases.chain(ideas).chain(playbooks).chain(catalog.pages.iter().map(|record| &record.meta))
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn product_documentation_is_readable() {
    assert_readable("corpora/growthbook-docs");
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn project_case_studies_are_readable() {
    assert_readable("corpora/k8s-case-studies");
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn a_bilingual_blog_is_readable() {
    assert_readable("similar/cds");
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn defect_reports_are_readable() {
    assert_readable("similar/hadoop");
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn abstracts_are_readable() {
    assert_readable("relevance/cranfield-dev");
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn a_public_collection_is_searched() {
    let root = shared_folder("relevance/cranfield-dev");
    let reached = mean_metrics(
        &read_judgements(&root.join("qrels.tsv")),
        &run_queries(&root, &root.join("queries.tsv")),
        false,
    );
    println!("Cranfield, 113 questions: nDCG@10 {:.4}  MRR {:.4}", reached.ndcg, reached.mrr);
    assert!(reached.ndcg >= 0.43, "{reached:?}");
}

/// Precision at 1 and recall at 5 of `similar --all`, computed by the shared program.
fn score_similar(set: &str, arguments: &[&str]) -> (f64, f64) {
    let root = shared_folder(&format!("similar/{set}"));
    let program = shared_folder("similar").join("score_similar.py");
    let (site, catalog) = read_hub(&root);
    let table = casebook::command::similar_table(&site, &catalog, 20);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pairs.tsv");
    fs::write(&path, table).unwrap();
    let output = Command::new("python3")
        .arg(program)
        .arg(root)
        .arg(path)
        .args(arguments)
        .arg("--json")
        .output()
        .unwrap();
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    println!("{set}: {figures}");
    (figures["p1"].as_f64().unwrap(), figures["r5"].as_f64().unwrap())
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn reports_of_one_defect_are_nearest_neighbours() {
    let (first, fifth) = score_similar("hadoop", &[]);
    assert!(first > 0.492 && fifth > 0.723, "P@1 {first} R@5 {fifth}");
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn translations_are_nearest_neighbours() {
    let (first, fifth) = score_similar("cds", &["--cross-language"]);
    assert!(first >= 1.0 && fifth >= 1.0, "P@1 {first} R@5 {fifth}");
}

/// A hub made by the shared generator, and the pairs of planted copies.
fn generate_hub(count: usize) -> (TempDir, Vec<(Id, Id)>) {
    let program = shared_folder("bench").join("gen_corpus.py");
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new("python3")
        .arg(program)
        .args(["--n", &count.to_string(), "--flavour", "casebook", "--out"])
        .arg(folder.path())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let planted = fs::read_to_string(folder.path().join("planted.tsv")).unwrap();
    let id =
        |path: &str| path.trim_start_matches("case-studies/").trim_end_matches(".md").to_owned();
    let pair = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        (id(cells[0]), id(cells[1]))
    };
    let planted = planted.lines().map(pair).collect();
    (folder, planted)
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn planted_copies_are_among_the_first_three() {
    let (folder, planted) = generate_hub(5_000);
    let (site, catalog) = read_hub(folder.path());
    let model = similarity_model::build(
        &catalog,
        similarity_model::concepts_of_catalog(&catalog, &site.language),
        14,
    );
    let lists = &model.neighbours.lists[0];
    let score = |a: u32, near: &similar::neighbours::Neighbour| {
        model
            .neighbours
            .score_pair(&model.space, &model.weights, a, near.document, near.similarity)
            .score
    };
    let place = |id: &str| catalog.find_case(id).unwrap().0;
    let among = planted.iter().flat_map(|(a, b)| [(a, b), (b, a)]).filter(|(a, b)| {
        let (a, b) = (place(a), place(b));
        let mut list: Vec<(f32, u32)> =
            lists[a as usize].iter().map(|near| (score(a, near), near.document)).collect();
        list.sort_by(|x, y| y.0.total_cmp(&x.0));
        list.iter().take(3).any(|(_, other)| *other == b)
    });
    let share = among.count() as f64 / (2 * planted.len()) as f64;
    println!("planted partner among the first three: {share:.3}");
    assert!(share >= 0.98);
    compare_with_brute_force(&site, &model);
}

/// Compares the neighbours found through posting lists with those of a comparison of all pairs.
fn compare_with_brute_force(site: &Site, model: &similarity_model::SimilarityModel) {
    let full = similar::neighbours::find_neighbours(&model.space, &model.weights, 14, usize::MAX);
    let (mut all, mut found) = (0, 0);
    for (document, list) in full.lists[0].iter().enumerate() {
        for near in list {
            if f64::from(
                full.score_pair(
                    &model.space,
                    &model.weights,
                    document as u32,
                    near.document,
                    near.similarity,
                )
                .score,
            ) >= site.similar.related
            {
                all += 1;
                found += usize::from(
                    model.neighbours.lists[0][document]
                        .iter()
                        .any(|other| other.document == near.document),
                );
            }
        }
    }
    println!("{found} of {all} neighbours above the lower threshold are found through short lists");
    assert!(found as f64 >= 0.995 * all as f64);
}

#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn one_threshold_fits_hubs_of_every_size() {
    let (folder, planted) = generate_hub(6_000);
    let (site, whole) = read_hub(folder.path());
    let mut recalls = Vec::new();
    let wanted: Vec<&(Id, Id)> = planted.iter().take(25).collect();
    let kept: BTreeSet<&str> = wanted.iter().flat_map(|(a, b)| [a.as_str(), b.as_str()]).collect();
    let planted_ids: BTreeSet<&str> =
        planted.iter().flat_map(|(a, b)| [a.as_str(), b.as_str()]).collect();
    for size in [60, 600, 6_000] {
        let others = whole
            .cases
            .iter()
            .filter(|case| !planted_ids.contains(&*case.meta.id))
            .take(size - kept.len())
            .map(|case| &*case.meta.id);
        let chosen: BTreeSet<&str> = kept.iter().copied().chain(others).collect();
        let cases =
            whole.cases.iter().filter(|case| chosen.contains(&*case.meta.id)).cloned().collect();
        let catalog = Catalog { cases, vocabulary: whole.vocabulary.clone(), ..Catalog::default() };
        let scores = pair_scores(&site, &catalog, 14);
        let score = |(a, b): &(Id, Id)| {
            scores
                .get(&(a.clone().min(b.clone()), a.clone().max(b.clone())))
                .copied()
                .unwrap_or(0.0)
        };
        let recall = wanted.iter().filter(|pair| score(pair) >= site.similar.duplicate).count()
            as f64
            / wanted.len() as f64;
        let flagged = scores.values().filter(|score| **score >= site.similar.duplicate).count();
        println!("{size} records: recall {recall:.2}, {flagged} pairs flagged");
        recalls.push(recall);
    }
    let (least, most) =
        (recalls.iter().copied().fold(1.0, f64::min), recalls.iter().copied().fold(0.0, f64::max));
    assert!(most - least <= 0.05 && least >= 0.9, "{recalls:?}");
}

/// Families of three and of ten are found in hubs of every size with the same threshold.
#[test]
#[ignore = "needs `../shared`; `tests/run` runs it"]
fn families_are_found_in_hubs_of_every_size() {
    let (folder, planted) = generate_hub(6_000);
    let other: BTreeSet<String> = planted.into_iter().flat_map(|(a, b)| [a, b]).collect();
    let files = crate::families::one_language("en", 10);
    for (path, text) in &files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (site, whole) = read_hub(folder.path());
    let ids: Vec<String> = crate::families::ids(&files).into_iter().collect();
    for size in [60, 600, 6_000] {
        for members in [3, 10] {
            let family: BTreeSet<&str> = ids[..members].iter().map(String::as_str).collect();
            let unplanted = whole
                .cases
                .iter()
                .map(|case| &*case.meta.id)
                .filter(|id| !other.contains(*id) && !ids.iter().any(|own| own == id));
            let chosen: BTreeSet<&str> =
                unplanted.take(size - members).chain(family.iter().copied()).collect();
            // Relations would refer to records that were left out.
            let alone = |case: &CaseStudy| CaseStudy {
                relations: Relations::default(),
                translation_of: None,
                not_duplicate_of: Vec::new(),
                ..case.clone()
            };
            let cases = whole
                .cases
                .iter()
                .filter(|case| chosen.contains(&*case.meta.id))
                .map(alone)
                .collect();
            let catalog =
                Catalog { cases, vocabulary: whole.vocabulary.clone(), ..Catalog::default() };
            let found = similar::find(&site, &catalog);
            let told = found.families.iter().filter(|known| {
                known.members.iter().any(|case| family.contains(&*catalog.case(*case).meta.id))
            });
            let sizes: Vec<usize> = told.map(|known| known.members.len()).collect();
            println!("{members} of {size}: {sizes:?}");
            assert_eq!(sizes, [members], "{members} of {size}");
        }
    }
}
