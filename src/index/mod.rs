//! The search index of a catalog, packed for the browser and the command line.

use std::collections::BTreeMap;

use casebook_search::frame::encode;
use casebook_search::layout::{IndexMode, content_hash};
use casebook_search::{ANALYZER_VERSION, EncodeFile, PackSettings, PackedIndex};
use serde_json::json;

use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::site::{IndexPacking, Site};

mod details;
pub mod facets;
pub mod first_answers;
pub mod records;
mod value_names;

/// The search engine as WebAssembly, built by `search/build-wasm.sh`.
const WASM: &[u8] = include_bytes!("../../search/browser/search.wasm.gz");
/// The parts of the worker script: the wrapper of the engine, then the handler of messages from
/// pages.
const WORKER: [&str; 2] = [
    include_str!("../../search/browser/engine.js"),
    include_str!("../../search/browser/worker.js"),
];

/// Builds the index of all records of the catalog. `encode` encodes index files; see
/// [`casebook_search::build_index_with`].
///
/// # Errors
/// tantivy cannot write the index, which is a bug of this program.
pub fn build_index(site: &Site, catalog: &Catalog, encode: EncodeFile) -> Result<PackedIndex> {
    let mode = match site.search.pack {
        IndexPacking::Auto => None,
        IndexPacking::Whole => Some(IndexMode::Whole),
        IndexPacking::Blocks => Some(IndexMode::Blocks),
    };
    pack_index(site, catalog, mode, encode)
}

/// Builds the index in one file, for the command line.
///
/// # Errors
/// As for [`build_index`].
pub fn build_whole_index(site: &Site, catalog: &Catalog) -> Result<PackedIndex> {
    pack_index(site, catalog, Some(IndexMode::Whole), &encode)
}

/// Builds the index of all records of the catalog in this mode; without one the search crate
/// chooses it by the size of the index.
///
/// # Errors
/// As for [`build_index`].
fn pack_index(
    site: &Site,
    catalog: &Catalog,
    mode: Option<IndexMode>,
    encode: EncodeFile,
) -> Result<PackedIndex> {
    let settings = PackSettings {
        mode,
        facets: facets::define_facets(),
        names: value_names::collect_value_names(catalog),
        concepts: value_names::collect_concept_names(catalog, &site.language),
        ..PackSettings::default()
    };
    casebook_search::build_index_with(&records::build_records(site, catalog), &settings, encode)
        .map_err(|cause| Error::because("the search index cannot be built", cause))
}

/// Builds every file of search, by site path: index, engine, worker, first-answer list, and the
/// manifest that names them. `encode` encodes index files; a caller can pass a function that caches
/// them.
///
/// # Errors
/// As for [`build_index`].
pub fn build_files(
    site: &Site,
    catalog: &Catalog,
    encode: EncodeFile,
) -> Result<BTreeMap<String, Vec<u8>>> {
    let index = build_index(site, catalog, encode)?;
    let worker = WORKER.concat().into_bytes();
    let first_answers = first_answers::encode_first_answers(site, catalog);
    let hashed_files = [
        ("search", "wasm.gz", WASM.to_vec()),
        ("worker", "js", worker),
        ("first", "json", first_answers),
    ];
    let hashed_files = hashed_files.map(|(stem, extension, bytes)| {
        (format!("{stem}.{:016x}.{extension}", content_hash(&bytes)), bytes)
    });
    let manifest = encode_manifest(&index, &hashed_files.each_ref().map(|(name, _)| name.as_str()));
    let mut files: BTreeMap<String, Vec<u8>> = index.files;
    files.extend(hashed_files);
    files.insert("manifest.json".to_owned(), manifest);
    Ok(files.into_iter().map(|(name, bytes)| (format!("search/{name}"), bytes)).collect())
}

/// The JSON of `search/manifest.json`: version, size and languages of the index, and the names of
/// its opening file, of the engine (`wasm`), of the worker script and of the first-answer list.
fn encode_manifest(index: &PackedIndex, [wasm, worker, first]: &[&str; 3]) -> Vec<u8> {
    let manifest = json!({
        "format": 1,
        "analyzer": ANALYZER_VERSION,
        "records": index.records,
        "mode": index.mode,
        "opening": index.opening,
        "worker": worker,
        "wasm": wasm,
        "first": first,
        "languages": index.languages,
    });
    manifest.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::support::{TestHub, study_fields};

    /// Files of search by path, and their manifest.
    fn search_files(hub: TestHub) -> (BTreeMap<String, Vec<u8>>, Value) {
        let read = hub.checked();
        let files = build_files(&read.site, &read.catalog, &encode).unwrap();
        let manifest = serde_json::from_slice(&files["search/manifest.json"]).unwrap();
        (files, manifest)
    }

    fn hub_with_study(title: &str) -> TestHub {
        let fields = study_fields("DE", "email", "discount", "won", &format!("title: {title}"));
        TestHub::new().case("de/a", &fields)
    }

    #[test]
    fn the_manifest_names_the_files_beside_it() {
        for (pack, mode) in [("auto", "whole"), ("whole", "whole"), ("blocks", "blocks")] {
            let hub = hub_with_study("Vouchers").site(&format!("[search]\npack = \"{pack}\""));
            let (files, manifest) = search_files(hub);
            assert_eq!(manifest["mode"], mode, "{pack}");
            for key in ["opening", "worker", "wasm", "first"] {
                let name = manifest[key].as_str().unwrap();
                assert!(files.contains_key(&format!("search/{name}")), "{pack}: no {key} `{name}`");
            }
        }
    }

    /// Browsers keep these files for ever, so that another content needs another name.
    #[test]
    fn names_of_files_follow_their_content() {
        let (files, manifest) = search_files(hub_with_study("Vouchers"));
        let (again, _) = search_files(hub_with_study("Vouchers"));
        assert!(files == again, "the same records make the same files");
        let (_, other) = search_files(hub_with_study("Coupons"));
        for (key, is_same) in [("opening", false), ("first", false), ("wasm", true)] {
            assert_eq!(manifest[key] == other[key], is_same, "{key}");
        }
    }
}
