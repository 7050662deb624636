//! The table `data/coverage`: one row for each tactic tried in a market.

use crate::page::data::table::FieldType::{Integer, Text};
use crate::page::data::table::{DataCell, DataRow, ExportInput, ExportTable, field};

/// Name, description and columns of the table `data/coverage`.
pub(super) const TABLE: ExportTable = ExportTable {
    name: "coverage",
    description: "One row for each tactic that was tried or is being tried in a market; what is missing is a gap. Translations of one experiment count once.",
    plain_fields_of: None,
    fields: &[
        field("market", Text, "Market, ISO 3166-1 alpha-2."),
        field("tactic", Text, "Tactic."),
        field("studies", Integer, "Case studies."),
        field("won", Integer, "Won."),
        field("lost", Integer, "Lost."),
        field("inconclusive", Integer, "Inconclusive."),
        field("no_effect", Integer, "No effect."),
        field("running", Integer, "Running now."),
        field("best_grade", Text, "Best evidence grade of an ended study, A to D."),
    ],
};

/// One row for each market and tactic that a study has together, by market, then by tactic, in id
/// order.
pub(super) fn rows<'a>(input: &ExportInput<'a>) -> Vec<DataRow<'a>> {
    let vocabulary = &input.catalog.vocabulary;
    let cells = input.evidence.market_tactic.iter();
    let counted = |count: u32| DataCell::Integer(i64::from(count));
    cells
        .map(|((market, tactic), tally)| {
            vec![
                DataCell::Text(&vocabulary.markets[*market].id),
                DataCell::Text(&vocabulary.tactics[*tactic].id),
                DataCell::count(tally.studies()),
                counted(tally.won),
                counted(tally.lost),
                counted(tally.inconclusive),
                counted(tally.no_effect),
                counted(tally.running),
                DataCell::optional_display(tally.best_grade),
            ]
        })
        .collect()
}
