//! The table `data/ideas`: one row for each idea, best score first.

use std::collections::BTreeSet;

use crate::backlog::RankedIdea;
use crate::page::data::table::FieldType::{Integer, Number, Text, TextList};
use crate::page::data::table::{DataCell, DataRow, ExportInput, ExportTable, field};

/// Name, description and columns of the table `data/ideas`.
pub(super) const TABLE: ExportTable = ExportTable {
    name: "ideas",
    description: "One row for each idea of the backlog, best first. What the evidence proposes is not among them.",
    plain_fields_of: None,
    fields: &[
        field("id", Text, "Stable id."),
        field("title", Text, "Title, in the language of the record."),
        field("status", Text, "new, shortlisted, planned, running, done, declined or parked."),
        field(
            "score",
            Number,
            "Computed score (ICE or RICE, as the hub picked); empty while a part is missing.",
        ),
        field("demand", Integer, "How many markets want it."),
        field("wanted_by", TextList, "Markets that want it, ISO 3166-1 alpha-2."),
        field("evidence", TextList, "Ids of case studies and addresses that speak for it."),
        field("tried_in", TextList, "Markets in which an ended case study already tried it."),
    ],
};

/// One row for each idea, best score first.
pub(super) fn rows<'a>(input: &ExportInput<'a>) -> Vec<DataRow<'a>> {
    input.backlog.ideas.iter().map(|ranked| compose_row(input, ranked)).collect()
}

/// The cells of an idea in the order of the columns.
fn compose_row<'a>(input: &ExportInput<'a>, ranked: &RankedIdea) -> DataRow<'a> {
    let (catalog, idea) = (input.catalog, input.catalog.idea(ranked.idea));
    let market = |market: &crate::vocabulary::MarketId| &*catalog.vocabulary.markets[*market].id;
    let wanted: BTreeSet<&str> = idea.wanted_by.iter().map(market).collect();
    let tried: BTreeSet<&str> = ranked
        .ended_cases
        .iter()
        .flat_map(|case| &catalog.case(*case).markets)
        .map(market)
        .collect();
    let studies = idea.evidence.iter().map(|case| &*catalog.case(*case).meta.id);
    vec![
        DataCell::Text(&idea.meta.id),
        DataCell::Text(&idea.meta.title),
        DataCell::optional_display(Some(idea.status)),
        DataCell::rounded_number(ranked.score),
        DataCell::count(ranked.demand),
        DataCell::TextList(wanted.into_iter().collect()),
        DataCell::TextList(studies.chain(idea.evidence_links.iter().map(String::as_str)).collect()),
        DataCell::TextList(tried.into_iter().collect()),
    ]
}
