//! Parses the default vocabularies when the program is compiled, so that no command parses their
//! YAML at its start.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script runs before the modules that read files exist"
)]

use std::path::Path;
use std::{env, fs};

use entry::{ConceptEntry, DefaultVocabularies, GLOSSARY, TERM_VOCABULARIES};

#[path = "src/vocabulary/entry.rs"]
mod entry;

/// Folder of the YAML files of the default vocabularies.
const DEFAULT_FOLDER: &str = "src/vocabulary/default";

fn main() {
    println!("cargo::rerun-if-changed={DEFAULT_FOLDER}");
    println!("cargo::rerun-if-changed=src/vocabulary/entry.rs");
    let defaults = DefaultVocabularies {
        terms: TERM_VOCABULARIES.map(read_entries).into(),
        glossary: read_entries(GLOSSARY)
            .into_iter()
            .map(|ConceptEntry { id, terms }| (id, terms))
            .collect(),
    };
    let bytes = postcard::to_stdvec(&defaults).expect("vocabularies are lists, maps and texts");
    let folder = env::var_os("OUT_DIR").expect("Cargo names the folder");
    fs::write(Path::new(&folder).join("vocabulary.bin"), bytes)
        .expect("the folder can be written to");
}

/// Reads the entries of one vocabulary file.
fn read_entries<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let path = format!("{DEFAULT_FOLDER}/{name}.yaml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
