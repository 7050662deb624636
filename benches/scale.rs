//! Measures how build time grows with the number of case studies: builds hubs of 1,000 and 10,000
//! into memory and times each stage.
//!
//! `cargo bench --bench scale [-- COUNT...]`; `-- --write DIR COUNT` only writes a hub, for other
//! benchmarks. Compare figures of one run only; absolute times vary on a shared machine.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::ops::Range;
use std::time::Instant;

use casebook::catalog::Catalog;
use casebook::output::sink::MemorySink;
use casebook::record::markdown::markdown_options;
use casebook::{BuildCache, BuildOptions, Timings, analyse, publish, read};
use pulldown_cmark::{Event, Parser};

mod corpus;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let counts: Vec<usize> =
        arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--write") {
        let folder = arguments.get(at + 1).expect("a folder after `--write`");
        return corpus::write_hub(folder.as_ref(), counts[0], 1);
    }
    let counts = if counts.is_empty() { vec![1_000, 10_000] } else { counts };
    let mut seconds_per_case = Vec::new();
    for count in counts {
        let folder = tempfile::tempdir().expect("a folder");
        corpus::write_hub(folder.path(), count, 1);
        let (timings, bytes, files) = build(folder.path());
        println!("{count} case studies: {files} files, {:.1} MB\n{timings}", bytes as f64 / 1e6);
        let seconds: f64 = timings.stages.iter().map(|(_, duration)| duration.as_secs_f64()).sum();
        seconds_per_case.push((count, seconds / count as f64));
    }
    for pair in seconds_per_case.windows(2) {
        println!(
            "one of {} takes {:.2} times one of {}",
            pair[1].0,
            pair[1].1 / pair[0].1,
            pair[0].0
        );
    }
}

/// Prints what it costs that Markdown is parsed twice, for its outline and, once links are resolved,
/// for its HTML: the time of one parse on one thread, and the memory of the events in its place.
fn print_second_parse(catalog: &Catalog) {
    let start = Instant::now();
    let bodies = catalog.cases.iter().map(|case| case.meta.body.markdown());
    let events: usize = bodies
        .map(|markdown| Parser::new_ext(markdown, markdown_options()).into_offset_iter().count())
        .sum();
    println!(
        "a second parse of all Markdown: {:.0} ms on one thread; its {events} events would take {:.0} MB",
        start.elapsed().as_secs_f64() * 1e3,
        (events * size_of::<(Event, Range<usize>)>()) as f64 / 1e6
    );
}

/// Builds a hub into memory; returns stage timings, and the total bytes and number of files.
fn build(root: &std::path::Path) -> (Timings, usize, usize) {
    let mut timings = Timings::default();
    let request =
        BuildOptions { today: jiff::civil::date(2026, 6, 1), audience: None, drafts: false };
    let sources = timings
        .time_stage("source", || casebook::command::read_sources(root).expect("a readable hub"));
    let mut cache = BuildCache::disabled();
    let hub = read(&sources, &request, &mut cache, &mut timings).expect("valid settings");
    print_second_parse(&hub.catalog);
    let hub = analyse(hub.site, hub.catalog, &mut cache, &mut timings);
    let memory = MemorySink::default();
    publish(&hub, &sources.theme, &sources.editor, &mut cache, &memory, &mut timings)
        .expect("memory takes everything");
    let output = memory.into_output();
    (timings, output.files.values().map(|bytes| bytes.len()).sum(), output.files.len())
}
