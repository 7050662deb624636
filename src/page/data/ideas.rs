//! `data/ideas`: one row for each idea, best first.

use std::collections::BTreeSet;

use crate::backlog::Ranked;
use crate::page::data::Hub;
use crate::page::data::table::Form::{Integer, Number, Text, Texts};
use crate::page::data::table::{Cell, Row, Table, field};

/// One row for each idea.
pub(super) const TABLE: Table = Table {
    name: "ideas",
    about: "One row for each idea of the backlog, best first. What the evidence proposes is not among them.",
    fields: &[
        field("id", Text, "Stable id."),
        field("title", Text, "Title, in the language of the record."),
        field("status", Text, "new, shortlisted, planned, running, done, declined or parked."),
        field("score", Number, "Computed score (ICE or RICE, as the hub picked); empty while a part is missing."),
        field("demand", Integer, "How many markets want it."),
        field("wanted_by", Texts, "Markets that want it, ISO 3166-1 alpha-2."),
        field("evidence", Texts, "Ids of case studies and addresses that speak for it."),
        field("tried_in", Texts, "Markets in which an ended case study already tried it."),
    ],
};

pub(super) fn rows<'a>(hub: &Hub<'a>) -> Vec<Row<'a>> {
    hub.backlog.ideas.iter().map(|ranked| row(hub, ranked)).collect()
}

fn row<'a>(hub: &Hub<'a>, ranked: &Ranked) -> Row<'a> {
    let (catalog, idea) = (hub.catalog, hub.catalog.idea(ranked.idea));
    let market = |market: &crate::vocabulary::MarketId| &*catalog.vocabulary.markets[*market].id;
    let wanted: BTreeSet<&str> = idea.wanted_by.iter().map(market).collect();
    let tried: BTreeSet<&str> = ranked.tried.iter().flat_map(|case| &catalog.case(*case).markets).map(market).collect();
    let studies = idea.evidence.iter().map(|case| &*catalog.case(*case).meta.id);
    vec![
        Cell::Text(&idea.meta.id),
        Cell::Text(&idea.meta.title),
        Cell::word(Some(idea.status)),
        Cell::rounded(ranked.score),
        Cell::count(ranked.demand),
        Cell::Texts(wanted.into_iter().collect()),
        Cell::Texts(studies.chain(idea.evidence_links.iter().map(String::as_str)).collect()),
        Cell::Texts(tried.into_iter().collect()),
    ]
}
