//! `data/coverage`: one row for each tactic tried in a market.

use crate::page::data::Hub;
use crate::page::data::table::Form::{Integer, Text};
use crate::page::data::table::{Cell, Row, Table, field};

/// One row for each tactic tried in a market.
pub(super) const TABLE: Table = Table {
    name: "coverage",
    about: "One row for each tactic that was tried or is being tried in a market; what is missing is a gap. Translations of one experiment count once.",
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

pub(super) fn rows<'a>(hub: &Hub<'a>) -> Vec<Row<'a>> {
    let vocabulary = &hub.catalog.vocabulary;
    let cells = hub.evidence.market_tactic.iter();
    let counted = |count: u32| Cell::Integer(i64::from(count));
    cells
        .map(|((market, tactic), tally)| {
            vec![
                Cell::Text(&vocabulary.markets[*market].id),
                Cell::Text(&vocabulary.tactics[*tactic].id),
                Cell::count(tally.studies()),
                counted(tally.won),
                counted(tally.lost),
                counted(tally.inconclusive),
                counted(tally.no_effect),
                counted(tally.running),
                Cell::word(tally.best_grade),
            ]
        })
        .collect()
}
