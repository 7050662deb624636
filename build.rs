//! Reads the default vocabularies once, when the program is compiled: to read their YAML took longer than all else that a small command
//! does when it starts.

#![expect(clippy::disallowed_methods, reason = "it runs before there are rooms")]

use std::path::Path;
use std::{env, fs};

use entry::{ConceptEntry, Defaults, GLOSSARY, NAMES};

#[path = "src/vocabulary/entry.rs"]
mod entry;

const FILES: &str = "src/vocabulary/default";

fn main() {
    println!("cargo::rerun-if-changed={FILES}");
    println!("cargo::rerun-if-changed=src/vocabulary/entry.rs");
    let defaults =
        Defaults { terms: NAMES.map(read).into(), glossary: read(GLOSSARY).into_iter().map(|ConceptEntry { id, terms }| (id, terms)).collect() };
    let bytes = postcard::to_stdvec(&defaults).expect("vocabularies are lists, maps and texts");
    let folder = env::var_os("OUT_DIR").expect("Cargo names the folder");
    fs::write(Path::new(&folder).join("vocabulary.bin"), bytes).expect("the folder can be written to");
}

/// The entries of one file.
fn read<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let path = format!("{FILES}/{name}.yaml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
