//! Data for others: case studies, ideas, results, pairs, families and coverage as JSON and CSV, with their schema.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::backlog::Backlog;
use crate::catalog::Catalog;
use crate::evidence::Evidence;
use crate::page::data::table::{Row, Table};
use crate::similar::Similar;
use crate::site::{Site, pages};

mod case_studies;
mod coverage;
mod csv;
mod families;
mod ideas;
mod json;
mod pairs;
mod results;
pub mod schema;
pub mod table;

/// Every table with its fields, in the order in which they are described.
pub const TABLES: [&Table; 6] = [&case_studies::TABLE, &results::TABLE, &ideas::TABLE, &pairs::TABLE, &families::TABLE, &coverage::TABLE];

/// The two forms a table is published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// An array of objects, one in a line.
    Json,
    /// RFC 4180, UTF-8 with a byte-order mark, texts in quotes, lists joined with `|`, formulas defused.
    Csv,
}

impl Format {
    /// Both.
    pub const ALL: [Format; 2] = [Format::Json, Format::Csv];

    /// The end of its file names.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
        }
    }
}

/// What tables are made from.
struct Hub<'a> {
    site: &'a Site,
    catalog: &'a Catalog,
    similar: &'a Similar,
    evidence: &'a Evidence,
    backlog: &'a Backlog,
}

/// All data files by site path: `data/case-studies.json`, `data/case-studies.csv`, the same for `ideas`, `results`,
/// `pairs`, `families` and `coverage`; and `data/datapackage.json`, which describes them.
pub fn files(site: &Site, catalog: &Catalog, similar: &Similar, evidence: &Evidence, backlog: &Backlog) -> BTreeMap<String, Vec<u8>> {
    let hub = Hub { site, catalog, similar, evidence, backlog };
    let mut files = tables(&hub, &Format::ALL);
    files.insert(pages::DATA_DESCRIPTION.into(), schema::package(site, &Format::ALL));
    files
}

/// The tables alone, in the formats asked for, with their description: what `casebook export` writes.
pub fn export(
    site: &Site,
    catalog: &Catalog,
    similar: &Similar,
    evidence: &Evidence,
    backlog: &Backlog,
    formats: &[Format],
) -> BTreeMap<String, Vec<u8>> {
    let mut files = tables(&Hub { site, catalog, similar, evidence, backlog }, formats);
    files.insert(pages::DATA_DESCRIPTION.into(), schema::package(site, formats));
    files
}

fn tables(hub: &Hub, formats: &[Format]) -> BTreeMap<String, Vec<u8>> {
    let files = TABLES.par_iter().with_max_len(1).flat_map(|table| {
        let rows = rows(hub, table);
        formats.par_iter().with_max_len(1).map(|format| (schema::path(table, *format), write(table, &rows, *format))).collect::<Vec<_>>()
    });
    files.collect()
}

fn rows<'a>(hub: &Hub<'a>, table: &Table) -> Vec<Row<'a>> {
    match table.name {
        "case-studies" => case_studies::rows(hub),
        "results" => results::rows(hub),
        "ideas" => ideas::rows(hub),
        "pairs" => pairs::rows(hub),
        "families" => families::rows(hub),
        _ => coverage::rows(hub),
    }
}

fn write(table: &Table, rows: &[Row], format: Format) -> Vec<u8> {
    match format {
        Format::Json => json::write(table, rows),
        Format::Csv => csv::write(table, rows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_knows_every_file() {
        let files: Vec<String> = TABLES.iter().flat_map(|table| Format::ALL.map(|format| schema::path(table, format))).collect();
        assert_eq!(pages::data_files().filter(|file| file != pages::DATA_DESCRIPTION).collect::<Vec<_>>(), files);
    }
}
