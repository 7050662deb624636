//! `data/families`: one row for each experiment that three or more case studies repeat.

use crate::catalog::CaseStudy;
use crate::catalog::words::{Status, Word};
use crate::page::data::Hub;
use crate::page::data::table::Form::{Day, Integer, Number, Text, Texts};
use crate::page::data::table::{Cell, Row, Table, field};
use crate::similar::families::{self, BudgetTotal};
use crate::similar::{Family, PairState};

/// One row for each family.
pub(super) const TABLE: Table = Table {
    name: "families",
    about: "One row for each experiment that three or more case studies repeat, most can still be saved first.",
    fields: &[
        field("id", Text, "Id of the oldest member and the tactic; it stands in not_duplicate_of and in the anchor of the report."),
        field("members", Texts, "Ids of all case studies, oldest first."),
        field("verdict", Text, "already-running, coordinate-now, already-tried or link-as-replication."),
        field("action", Text, "join, await-running, read-finished or link."),
        field("state", Text, "open or acknowledged."),
        field("unanswered", Texts, "Members that have neither answered nor are linked with the others."),
        field("reason", Text, "The reason given with the answer."),
        field("score", Number, "The mean score of its pairs, 0 to 1."),
        field("tactic", Text, "The tactic that most members state."),
        field("markets", Texts, "Markets of all members, in their order."),
        field("owners", Texts, "Teams or roles of all members, each once."),
        field("planned", Integer, "How many members are planned."),
        field("running", Integer, "How many are running."),
        field("ended", Integer, "How many have ended."),
        field("first_start", Day, "The first day of the member that started first."),
        field("budgets", Text, "Budgets together: amounts added up by currency, bands with how many state each; none of it in one sum."),
    ],
};

pub(super) fn rows<'a>(hub: &Hub<'a>) -> Vec<Row<'a>> {
    hub.similar.families.iter().map(|family| row(hub, family)).collect()
}

fn row<'a>(hub: &Hub<'a>, family: &'a Family) -> Row<'a> {
    let cases: Vec<&'a CaseStudy> = family.members.iter().map(|case| hub.catalog.case(*case)).collect();
    let count = |status: Status| cases.iter().filter(|case| case.status == Some(status)).count();
    let (planned, running) = (count(Status::Planned), count(Status::Running));
    let (state, reason) = match &family.state {
        PairState::Acknowledged { reason, .. } => ("acknowledged", reason.as_deref()),
        PairState::Open | PairState::Stale { .. } => ("open", None),
    };
    vec![
        Cell::Text(&family.id),
        Cell::Texts(cases.iter().map(|case| &*case.meta.id).collect()),
        Cell::Text(family.verdict.as_str()),
        Cell::Text(family.action.as_str()),
        Cell::Text(state),
        Cell::Texts(family.unanswered.iter().map(|case| &*hub.catalog.case(*case).meta.id).collect()),
        Cell::text(reason),
        Cell::rounded(Some(family.score)),
        Cell::text(family.tactic.map(|tactic| &*hub.catalog.vocabulary.tactics[tactic].id)),
        Cell::Texts(each_once(cases.iter().flat_map(|case| &case.markets).map(|market| &*hub.catalog.vocabulary.markets[*market].id))),
        Cell::Texts(each_once(cases.iter().filter_map(|case| case.owner.as_deref()))),
        Cell::count(planned),
        Cell::count(running),
        Cell::count(cases.len() - planned - running),
        Cell::day(cases.iter().filter_map(|case| case.start).min()),
        Cell::word(budgets(&cases)),
    ]
}

/// Budgets together, as text.
fn budgets(cases: &[&CaseStudy]) -> Option<String> {
    let parts: Vec<String> = families::budgets(cases)
        .into_iter()
        .map(|total| match total {
            BudgetTotal::Amount(amount, currency) => format!("{currency} {amount}"),
            BudgetTotal::Band(band, count) => format!("{count} x {}", band.as_str()),
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Texts in their order without repetitions.
fn each_once<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut once = Vec::new();
    for text in texts {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once
}
