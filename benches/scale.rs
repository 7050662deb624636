//! How a build grows: hubs of 1,000 and 10,000 case studies into memory, each stage timed.
//!
//! `cargo bench --bench scale [-- COUNT...]`; with `-- --write DIR COUNT` a hub is only written, for other benchmarks. Figures are ratios of one run; absolute times say little on a shared machine.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use casebook::output::sink::Memory;
use casebook::{Request, Timings, publish, read, understand};

mod corpus;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let counts: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--write") {
        let folder = arguments.get(at + 1).expect("a folder after `--write`");
        return corpus::write(folder.as_ref(), counts[0], 1);
    }
    let counts = if counts.is_empty() { vec![1_000, 10_000] } else { counts };
    let mut each = Vec::new();
    for count in counts {
        let folder = tempfile::tempdir().expect("a folder");
        corpus::write(folder.path(), count, 1);
        let (timings, bytes, files) = build(folder.path());
        println!("{count} case studies: {files} files, {:.1} MB\n{timings}", bytes as f64 / 1e6);
        let seconds: f64 = timings.stages.iter().map(|(_, took)| took.as_secs_f64()).sum();
        each.push((count, seconds / count as f64));
    }
    for pair in each.windows(2) {
        println!("one of {} takes {:.2} times one of {}", pair[1].0, pair[1].1 / pair[0].1, pair[0].0);
    }
}

fn build(root: &std::path::Path) -> (Timings, usize, usize) {
    let mut timings = Timings::default();
    let request = Request { today: jiff::civil::date(2026, 6, 1), audience: None, drafts: false };
    let sources = timings.stage("source", || casebook::command::sources(root).expect("a readable hub"));
    let hub = read(&sources, &request, &mut timings).expect("valid settings");
    let hub = understand(hub.site, hub.catalog, &mut timings);
    let memory = Memory::default();
    publish(&hub, &sources.theme, &memory, &mut timings).expect("memory takes everything");
    let output = memory.into_output();
    (timings, output.files.values().map(|bytes| bytes.len()).sum(), output.files.len())
}
