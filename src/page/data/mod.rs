//! Exports case studies, ideas, results, pairs, families and coverage as JSON and CSV, with their
//! schema.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::backlog::Backlog;
use crate::catalog::Catalog;
use crate::evidence::Evidence;
use crate::page::data::table::{DataRow, ExportInput, ExportTable};
use crate::similar::Similar;
use crate::site::{Site, pages};

mod case_studies;
mod coverage;
mod csv;
pub mod duties;
mod families;
mod ideas;
mod json;
pub mod listing;
pub mod nearest;
mod pairs;
mod results;
pub mod schema;
pub mod source;
pub mod table;
pub mod write;

pub use table::DataFormat;

/// Every exported table, in the order in which the schema lists them.
pub const TABLES: [&ExportTable; 6] = [
    &case_studies::TABLE,
    &results::TABLE,
    &ideas::TABLE,
    &pairs::TABLE,
    &families::TABLE,
    &coverage::TABLE,
];

/// All data files by site path: `data/case-studies.json`, `data/case-studies.csv`, likewise
/// `ideas`, `results`, `pairs`, `families` and `coverage`, and their schema
/// `data/datapackage.json`.
pub fn files(
    site: &Site,
    catalog: &Catalog,
    similar: &Similar,
    evidence: &Evidence,
    backlog: &Backlog,
) -> BTreeMap<String, Vec<u8>> {
    let input = ExportInput { site, catalog, similar, evidence, backlog };
    let mut files = write_tables(&input, &DataFormat::ALL);
    files.insert(
        pages::DATA_DESCRIPTION.into(),
        schema::data_package(site, &TABLES, &DataFormat::ALL),
    );
    files
}

/// Tables in the given formats, and their schema, by site path: the files that `casebook export`
/// writes.
pub fn export(
    site: &Site,
    catalog: &Catalog,
    similar: &Similar,
    evidence: &Evidence,
    backlog: &Backlog,
    formats: &[DataFormat],
) -> BTreeMap<String, Vec<u8>> {
    let mut files =
        write_tables(&ExportInput { site, catalog, similar, evidence, backlog }, formats);
    files.insert(pages::DATA_DESCRIPTION.into(), schema::data_package(site, &TABLES, formats));
    files
}

/// The bytes of every table in each of the formats, by site path.
fn write_tables(input: &ExportInput, formats: &[DataFormat]) -> BTreeMap<String, Vec<u8>> {
    let files = TABLES.par_iter().flat_map(|table| {
        let rows = collect_rows(input, table);
        formats
            .par_iter()
            .map(|format| (schema::table_path(table, *format), write_table(table, &rows, *format)))
            .collect::<Vec<_>>()
    });
    files.collect()
}

/// The rows of an exported table, chosen by its name; any name that is not of another table stands
/// for `coverage`.
fn collect_rows<'a>(input: &ExportInput<'a>, table: &ExportTable) -> Vec<DataRow<'a>> {
    match table.name {
        "case-studies" => case_studies::rows(input),
        "results" => results::rows(input),
        "ideas" => ideas::rows(input),
        "pairs" => pairs::rows(input),
        "families" => families::rows(input),
        _ => coverage::rows(input),
    }
}

/// The bytes of a table in one format.
fn write_table(table: &ExportTable, rows: &[DataRow], format: DataFormat) -> Vec<u8> {
    match format {
        DataFormat::Json => json::write(table, rows),
        DataFormat::Csv => csv::write(table, rows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_knows_every_file() {
        let files: Vec<String> = TABLES
            .iter()
            .flat_map(|table| DataFormat::ALL.map(|format| schema::table_path(table, format)))
            .collect();
        assert_eq!(
            pages::data_file_paths()
                .filter(|file| file != pages::DATA_DESCRIPTION)
                .collect::<Vec<_>>(),
            files
        );
    }
}
