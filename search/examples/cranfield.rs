//! Ranks the records of a folder of Markdown files for queries, to tune the weights: `cranfield DIR
//! RUN.tsv [WEIGHTS.json]`.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a measuring tool, no part of the product"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use casebook_search::{
    Engine, PackSettings, RecordSection, SearchRecord, SearchRequest, Step, build_index, frame,
};

fn collect_records(folder: &Path, root: &Path, out: &mut Vec<SearchRecord>) {
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect_records(&path, root, out);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            out.push(parse_record(&path, root));
        }
    }
}

fn parse_record(path: &Path, root: &Path) -> SearchRecord {
    let text = fs::read_to_string(path).expect("text");
    let (front, body) = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .unwrap_or(("", &text));
    let value = |key: &str| {
        front
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .unwrap_or("")
            .trim_matches('"')
            .to_owned()
    };
    let id =
        path.strip_prefix(root).expect("below").with_extension("").to_string_lossy().into_owned();
    let mut record = SearchRecord {
        url: format!("case-studies/{id}/"),
        id,
        title: value("title"),
        summary: value("summary"),
        hypothesis: value("hypothesis"),
        language: value("language"),
        ..SearchRecord::default()
    };
    let (mut section, mut text) = (RecordSection::default(), String::new());
    for line in body.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            record
                .sections
                .push(RecordSection { text: std::mem::take(&mut text).into(), ..section });
            section = RecordSection {
                heading: heading.to_owned(),
                anchor: heading.to_lowercase().replace(' ', "-"),
                ..RecordSection::default()
            };
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    record.sections.push(RecordSection { text: text.into(), ..section });
    record
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let root = Path::new(&arguments[1]);
    let folder = root.join("content/case-studies");
    let mut records = Vec::new();
    collect_records(&folder, &folder, &mut records);
    let start = Instant::now();
    let settings = PackSettings {
        mode: if records.len() > 5000 {
            None
        } else {
            Some(casebook_search::layout::IndexMode::Whole)
        },
        ..PackSettings::default()
    };
    let packed = build_index(&records, &settings).expect("index");
    let count_and_bytes = |part: &str| {
        packed
            .files
            .iter()
            .filter(|(name, _)| name.starts_with(part))
            .fold((0, 0), |(count, bytes), (_, file)| (count + 1, bytes + file.len()))
    };
    eprintln!("{} records, built in {:.2?}, {:?}", records.len(), start.elapsed(), packed.mode);
    for part in [
        "opening",
        "texts",
        "rows",
        "lexicon",
        "term",
        "idx",
        "pos",
        "fast",
        "fieldnorm",
        "store",
        "",
    ] {
        eprintln!("  {part:10} {:?}", count_and_bytes(part));
    }
    if arguments.len() < 3 {
        return;
    }
    let open = || {
        Engine::open(
            frame::inflate(&packed.files[&packed.opening], frame::FileKind::Opening)
                .expect("frame"),
        )
        .expect("engine")
    };
    let queries = fs::read_to_string(root.join("queries.tsv")).expect("queries");
    let queries: Vec<(&str, &str)> =
        queries.lines().skip(1).filter_map(|line| line.split_once('\t')).collect();
    let weights =
        arguments.get(3).map(|path| fs::read_to_string(path).expect("weights")).unwrap_or_default();
    let weight_sets: BTreeMap<String, casebook_search::weights::Weights> = if weights.is_empty() {
        BTreeMap::from([("run".to_owned(), Default::default())])
    } else {
        serde_json::from_str(&weights).expect("weights")
    };
    let mut engine = open();
    for (name, weights) in weight_sets {
        engine.weights = weights;
        let start = Instant::now();
        let mut run = String::new();
        for (id, text) in &queries {
            let request =
                SearchRequest { text: (*text).to_owned(), limit: 100, ..SearchRequest::default() };
            let Step::Done(response) = engine.search(&request).expect("answer") else {
                panic!("missing blocks")
            };
            for hit in response.hits {
                run.push_str(&format!("{id}\t{}\t{}\n", hit.id, hit.score));
            }
        }
        eprintln!("{name}: {:.2?}", start.elapsed());
        fs::write(arguments[2].replace("NAME", &name), run).expect("run");
    }
}
