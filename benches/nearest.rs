//! Writes what `benches/nearest.mjs` measures the nearest experiments in the browser with: the
//! compact similarity model of a hub, drafts, and what the command line finds for each.
//!
//! `cargo bench --bench nearest -- HUB OUT [DRAFTS]` writes `OUT.bin`, `OUT.words` and `OUT.json`. The drafts are
//! case studies of the hub, evenly spaced: their titles, their short texts, or all of them, each with
//! their tactics and channels. The study itself is left out of what is found.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark that writes files and prints figures"
)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use casebook::catalog::{CaseStudy, Catalog};
use casebook::similar::compact;
use casebook::similar::draft::draft_document;
use casebook::similar::nearest::{NearestQuery, find_nearest};
use casebook::source::{ContentHash, SourceFile};
use casebook::{BuildCache, BuildOptions, Timings};
use serde_json::{Value, json};

/// How much of a study a draft has.
const KINDS: [&str; 3] = ["title", "short", "whole"];
/// How many studies are asked for: five, and the study of the draft itself.
const LIMIT: usize = 6;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [hub, out, rest @ ..] = &arguments[..] else { panic!("a hub, and where to write") };
    let count = rest.first().map_or(100, |count| count.parse().expect("a number of drafts"));
    let sources = casebook::command::read_sources(Path::new(hub)).expect("the hub can be read");
    let options =
        BuildOptions { today: jiff::civil::date(2026, 11, 22), audience: None, drafts: false };
    let mut cache = BuildCache::disabled();
    let read = casebook::read(&sources, &options, &mut cache, &mut Timings::default())
        .expect("the settings are valid");
    let (site, catalog) = (&read.site, &read.catalog);
    let start = Instant::now();
    let (_, model) = casebook::similar::find_with_model(site, catalog);
    let compared = start.elapsed();
    let compact = compact::build(catalog, &model);
    println!(
        "{} studies: compared in {compared:?}, made compact in {:?}, {} bytes; {} files of words, {} bytes, at most {}",
        catalog.cases.len(),
        start.elapsed() - compared,
        compact.bytes.len(),
        compact.word_files.len(),
        compact.word_files.iter().map(Vec::len).sum::<usize>(),
        compact.word_files.iter().map(Vec::len).max().unwrap_or(0)
    );
    let mut place_of = vec![0; catalog.cases.len()];
    for (place, case) in compact.by_address.iter().enumerate() {
        place_of[case.0 as usize] = place;
    }
    let step = catalog.cases.len().div_ceil(count).max(1);
    let mut drafts: Vec<Value> = Vec::new();
    for at in (0..catalog.cases.len()).step_by(step) {
        for kind in KINDS {
            let draft = draft_of(catalog, &catalog.cases[at], kind);
            let text = record_of(&draft).into();
            let file = SourceFile {
                path: "content/case-studies/draft/draft.md".into(),
                hash: ContentHash::of(b""),
                text,
            };
            let (manuscript, _) = casebook::record::parse::parse_file(&file);
            let manuscript = manuscript.expect("the draft is a record");
            let document = draft_document(&manuscript, &catalog.vocabulary, &site.language);
            let query = NearestQuery::Text(&document);
            let found: Vec<usize> = find_nearest(site, &model, catalog, query, &|_| None, LIMIT)
                .iter()
                .filter(|near| near.score > 0.0 && near.case.0 as usize != at)
                .map(|near| place_of[near.case.0 as usize])
                .take(LIMIT - 1)
                .collect();
            drafts.push(json!({"kind": kind, "own": place_of[at], "draft": draft, "found": found}));
        }
    }
    let lengths: Vec<usize> = compact.word_files.iter().map(Vec::len).collect();
    let file = json!({"header": compact.header, "drafts": drafts, "lengths": lengths});
    fs::write(format!("{out}.words"), compact.word_files.concat()).expect("words can be written");
    fs::write(format!("{out}.bin"), &compact.bytes).expect("the model can be written");
    fs::write(format!("{out}.json"), file.to_string()).expect("the drafts can be written");
}

/// What a study says, as the form hands it to the script; without what a draft of this kind lacks.
fn draft_of(catalog: &Catalog, case: &CaseStudy, kind: &str) -> Value {
    let vocabulary = &catalog.vocabulary;
    let ids = |terms: &mut dyn Iterator<Item = String>| terms.collect::<Vec<String>>();
    let text = |text: &Option<String>| {
        text.as_deref().filter(|_| kind != KINDS[0]).unwrap_or_default().to_owned()
    };
    json!({
        "title": case.meta.title,
        "language": case.meta.language,
        "summary": text(&case.summary),
        "hypothesis": text(&case.hypothesis),
        "body": if kind == KINDS[2] { case.meta.body.markdown() } else { "" },
        "tactics": ids(&mut case.tactics.iter().map(|id| vocabulary.tactics[*id].id.to_string())),
        "channels": ids(&mut case.channels.iter().map(|id| vocabulary.channels[*id].id.to_string())),
    })
}

/// A draft as a record for `casebook similar`.
fn record_of(draft: &Value) -> String {
    let body = draft["body"].as_str().unwrap_or_default();
    let mut lines = Vec::new();
    for key in ["title", "language", "summary", "hypothesis", "tactics", "channels"] {
        if draft[key] != "" {
            lines.push(format!("{key}: {}", draft[key]));
        }
    }
    format!("---\n{}\n---\n\n{body}", lines.join("\n"))
}
