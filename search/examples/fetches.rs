//! Lists what queries fetch from the index of a published site, round by round: `fetches
//! SITE/search QUERY...`. A query that ends in `@` asks for the facets of the search page too.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measuring tool, no part of the product"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use casebook_search::frame::{FileKind, inflate};
use casebook_search::{Engine, SearchRequest, Step};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the folder `search` of a site");
    let folder = Path::new(&folder);
    let manifest = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let opening = fs::read(folder.join(manifest["opening"].as_str().expect("a name"))).expect("it");
    println!("opening: {:.1} kB", opening.len() as f64 / 1e3);
    for query in arguments {
        let opening = inflate(&opening, FileKind::Opening).expect("a packed file");
        let engine = Engine::open(opening).expect("an index");
        let (text, facets) = match query.strip_suffix('@') {
            Some(text) => (text, vec!["*".to_owned()]),
            None => (query.as_str(), Vec::new()),
        };
        let request = SearchRequest { text: text.to_owned(), facets, ..Default::default() };
        let (mut rounds, mut requests, mut bytes) = (0, 0, 0);
        loop {
            let names = match engine.search(&request).expect("an answer") {
                Step::Missing(names) => names,
                Step::Done(response) => {
                    let kilobytes = bytes as f64 / 1e3;
                    println!(
                        "{query}: {} found, {requests} requests, {rounds} rounds, {kilobytes:.1} kB",
                        response.total
                    );
                    break;
                }
            };
            let mut parts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
            for name in &names {
                let file = fs::read(folder.join(name)).expect("a file of the index");
                let part = parts.entry(name.split('/').next().unwrap_or("")).or_default();
                *part = (part.0 + 1, part.1 + file.len());
                bytes += file.len();
                let plain = inflate(&file, FileKind::Block).expect("a packed file");
                engine.add(name, plain).expect("it fits");
            }
            rounds += 1;
            requests += names.len();
            let parts: Vec<String> = parts
                .iter()
                .map(|(part, (count, bytes))| {
                    format!("{part} {count} ({:.1})", *bytes as f64 / 1e3)
                })
                .collect();
            println!("   round {rounds}: {}", parts.join(", "));
        }
    }
}
