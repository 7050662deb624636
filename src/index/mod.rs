//! The search index: what of each record can be found, packed for browser and command line.

use std::collections::BTreeMap;

use casebook_search::frame::seal;
use casebook_search::layout::{Mode, content_hash};
use casebook_search::{ANALYZER_VERSION, PackedIndex, Seal, Settings};
use serde_json::json;

use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::site::{Pack, Site};

pub mod entries;
pub mod first;
mod labels;

/// The engine for the browser, built by `search/build-wasm.sh`.
const WASM: &[u8] = include_bytes!("../../themes/atlas/search/search.wasm.gz");
/// The worker: the engine as an object, then the messages of pages.
const WORKER: [&str; 2] = [include_str!("../../themes/atlas/search/engine.js"), include_str!("../../themes/atlas/search/worker.js")];

/// Builds the index of everything in the catalog.
///
/// # Errors
/// tantivy cannot write it, which is a fault of this program.
pub fn build(site: &Site, catalog: &Catalog, seal: Seal) -> Result<PackedIndex> {
    let mode = match site.search.pack {
        Pack::Auto => None,
        Pack::Whole => Some(Mode::Whole),
        Pack::Blocks => Some(Mode::Blocks),
    };
    pack(site, catalog, mode, seal)
}

/// The same in one piece, for the command line.
///
/// # Errors
/// As for `build`.
pub fn whole(site: &Site, catalog: &Catalog) -> Result<PackedIndex> {
    pack(site, catalog, Some(Mode::Whole), &seal)
}

fn pack(site: &Site, catalog: &Catalog, mode: Option<Mode>, seal: Seal) -> Result<PackedIndex> {
    let settings = Settings { mode, names: labels::names(catalog), ..Settings::default() };
    casebook_search::build_again(&entries::entries(site, catalog), &settings, seal)
        .map_err(|cause| Error { cause: Some(Box::new(cause)), ..Error::new("the search index cannot be built") })
}

/// Every file of search by site path: index, engine, worker, first answers and the manifest that names them. Whoever remembers what
/// was sealed before gives a `seal` of their own.
///
/// # Errors
/// As for `build`.
pub fn files(site: &Site, catalog: &Catalog, seal: Seal) -> Result<BTreeMap<String, Vec<u8>>> {
    let index = build(site, catalog, seal)?;
    let worker = WORKER.concat().into_bytes();
    let first = first::first_answers(site, catalog);
    let named = [("search", "wasm.gz", WASM.to_vec()), ("worker", "js", worker), ("first", "json", first)];
    let named = named.map(|(stem, extension, bytes)| (format!("{stem}.{:016x}.{extension}", content_hash(&bytes)), bytes));
    let manifest = manifest(&index, &named.each_ref().map(|(name, _)| name.as_str()));
    let mut files: BTreeMap<String, Vec<u8>> = index.files;
    files.extend(named);
    files.insert("manifest.json".to_owned(), manifest);
    Ok(files.into_iter().map(|(name, bytes)| (format!("search/{name}"), bytes)).collect())
}

fn manifest(index: &PackedIndex, [wasm, worker, first]: &[&str; 3]) -> Vec<u8> {
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
