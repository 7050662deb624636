//! Tests of similarity: judged pairs of the sample hub, shared data sets, planted copies and hubs
//! of several sizes.
#![expect(clippy::print_stdout, reason = "figures are shown")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use casebook::catalog::case_study::Relations;
use casebook::catalog::{CaseStudy, Catalog};
use casebook::similar::{self, AnswerState, Similar, similarity_model};
use casebook::site::Site;
use casebook::{BuildCache, BuildOptions, Timings};

/// The date for which the sample hub is read.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

type Id = String;

/// The settings and records of a hub on disk.
fn read_hub(root: &Path) -> (Site, Catalog) {
    let sources = casebook::command::read_sources(root).unwrap();
    let request = BuildOptions { today: TODAY, audience: None, drafts: false };
    let (mut cache, mut timings) = (BuildCache::disabled(), Timings::default());
    let read = casebook::read(&sources, &request, &mut cache, &mut timings).unwrap();
    (read.site, read.catalog)
}

fn sample_hub() -> (Site, Catalog) {
    read_hub(Path::new(env!("CARGO_MANIFEST_DIR")))
}

/// Scores of all pairs of neighbours.
fn pair_scores(site: &Site, catalog: &Catalog, keep: usize) -> BTreeMap<(Id, Id), f64> {
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
    let (site, catalog) = sample_hub();
    let scores = pair_scores(&site, &catalog, catalog.cases.len());
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
    let found = similar::find(&site, &catalog);
    let wrong = found
        .open_pairs()
        .filter(|pair| !duplicates.contains(&(id(&catalog, pair.a.0), id(&catalog, pair.b.0))))
        .count();
    let per_hundred = 100.0 * wrong as f64 / catalog.cases.len() as f64;
    println!("{}", describe_pairs(&catalog, &found));
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
    let (site, catalog) = sample_hub();
    let found = similar::find(&site, &catalog);
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
    let (site, catalog) = sample_hub();
    let found = similar::find(&site, &catalog);
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

/// Precision at 1 and recall at 5 of `similar --all`, computed by the shared program; none where
/// the shared folder is missing.
fn shared_set_metrics(set: &str, arguments: &[&str]) -> Option<(f64, f64)> {
    let root = crate::support::shared_folder(&format!("similar/{set}"))?;
    let program = crate::support::shared_folder("similar")?.join("score_similar.py");
    let (site, catalog) = read_hub(&root);
    let table = casebook::command::similar_table(&site, &catalog, 20);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pairs.tsv");
    write_file(&path, &table);
    let output = std::process::Command::new("python3")
        .arg(program)
        .arg(root)
        .arg(path)
        .args(arguments)
        .arg("--json")
        .output()
        .ok()?;
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    println!("{set}: {figures}");
    Some((figures["p1"].as_f64()?, figures["r5"].as_f64()?))
}

#[expect(clippy::disallowed_methods, reason = "the scorer reads a file")]
fn write_file(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[test]
fn reports_of_one_defect_are_nearest_neighbours() {
    let Some((first, fifth)) = shared_set_metrics("hadoop", &[]) else { return };
    assert!(first > 0.492 && fifth > 0.723, "P@1 {first} R@5 {fifth}");
}

#[test]
fn translations_are_nearest_neighbours() {
    let Some((first, fifth)) = shared_set_metrics("cds", &["--cross-language"]) else { return };
    assert!(first >= 1.0 && fifth >= 1.0, "P@1 {first} R@5 {fifth}");
}

/// A hub in memory whose studies come from a list of files.
fn catalog_of(files: &[(String, String)]) -> (Site, Catalog) {
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let checked = crate::support::TestHub::from_files(&files).read();
    let read = checked.read.as_ref().expect("settings are there");
    (read.site.clone(), read.catalog.clone())
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

/// A hub made by the shared generator with the pairs of planted copies; none where the generator is
/// missing.
fn generate_hub(count: usize) -> Option<(tempfile::TempDir, Vec<(Id, Id)>)> {
    let program = crate::support::shared_folder("bench")?.join("gen_corpus.py");
    let folder = tempfile::tempdir().unwrap();
    let status = std::process::Command::new("python3")
        .arg(program)
        .args(["--n", &count.to_string(), "--flavour", "casebook", "--out"])
        .arg(folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .ok()?;
    if !status.success() {
        return None;
    }
    let planted = casebook::source::read_argument_file(&folder.path().join("planted.tsv")).unwrap();
    let id =
        |path: &str| path.trim_start_matches("case-studies/").trim_end_matches(".md").to_owned();
    let pair = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        (id(cells[0]), id(cells[1]))
    };
    let planted = planted.lines().map(pair).collect();
    Some((folder, planted))
}

#[test]
fn planted_copies_are_among_the_first_three() {
    let Some((folder, planted)) = generate_hub(5_000) else { return };
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
fn one_threshold_fits_hubs_of_every_size() {
    let Some((folder, planted)) = generate_hub(6_000) else { return };
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
fn families_are_found_in_hubs_of_every_size() {
    let Some((folder, planted)) = generate_hub(6_000) else { return };
    let other: BTreeSet<String> = planted.into_iter().flat_map(|(a, b)| [a, b]).collect();
    let files = crate::families::one_language("en", 10);
    for (path, text) in &files {
        let path = folder.path().join(path);
        make_folder(path.parent().unwrap());
        write_file(&path, text);
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

#[expect(clippy::disallowed_methods, reason = "the test lays records into a hub")]
fn make_folder(path: &Path) {
    std::fs::create_dir_all(path).unwrap();
}

/// A single query is compared with all records, and several queries use posting lists: both give
/// the same neighbours.
#[test]
fn single_and_batch_queries_agree() {
    let (site, catalog) = sample_hub();
    let (_, model) = similar::find_with_model(&site, &catalog);
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
    let (site, mut catalog) = sample_hub();
    let (found, model) = similar::find_with_model(&site, &catalog);
    for (case, study) in catalog.iter_cases() {
        let asked = similar::find_related(&site, &catalog, &found, &model, case);
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
    let asked = similar::find_related(&site, &catalog, &found, &model, edited);
    assert_eq!(
        asked.first().map(|near| near.case),
        Some(template_case),
        "the edit counts, not what was compared before"
    );
}
