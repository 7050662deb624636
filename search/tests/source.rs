//! Tests that the committed wasm engine was built from the current sources.
#![expect(clippy::disallowed_methods, reason = "a test that looks at the repository")]

use std::fs;
use std::path::{Path, PathBuf};

fn collect_sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// One line of CRC-32 and path for each source file, as `search/source-hash.sh` prints them.
fn checksums(root: &Path) -> String {
    let mut found = vec![root.join("Cargo.toml")];
    collect_sources(&root.join("src"), &mut found);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    names.sort();
    names
        .iter()
        .map(|name| {
            format!("{:08x} {name}\n", crc32fast::hash(&fs::read(root.join(name)).unwrap()))
        })
        .collect()
}

#[test]
fn the_browsers_engine_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built_from = fs::read_to_string(root.join("browser/search.source")).unwrap_or_default();
    assert_eq!(
        built_from,
        checksums(root),
        "search/ has changed since search/browser/search.wasm.gz was built: run search/build-wasm.sh and commit the result"
    );
}

#[test]
fn the_browsers_engine_is_small_enough() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/search.wasm.gz");
    let bytes = fs::metadata(file).map_or(0, |facts| facts.len());
    assert!((1..=350_000).contains(&bytes), "search.wasm.gz has {bytes} bytes");
}
