//! Data for others: case studies, ideas, results, pairs and coverage as JSON and CSV, with their schema.

use std::collections::BTreeMap;

use crate::backlog::Backlog;
use crate::catalog::Catalog;
use crate::evidence::Evidence;
use crate::similar::Similar;
use crate::site::Site;

/// How many rows of the list page stand in one file of `data/list/`.
pub const LIST_CHUNK: usize = 200;

/// All data files by site path: `data/case-studies.json`, `data/case-studies.csv`, the same for `ideas`, `results`,
/// `pairs` and `coverage`; `data/datapackage.json`, which describes them; and for the list page's script
/// `data/list.json` (what it filters and sorts by) with `data/list/<n>.json` (what it shows).
pub fn files(_site: &Site, _catalog: &Catalog, _similar: &Similar, _evidence: &Evidence, _backlog: &Backlog) -> BTreeMap<String, Vec<u8>> {
    BTreeMap::new()
}
