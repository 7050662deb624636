//! The table `data/families`: one row for each experiment that three or more case studies repeat.

use crate::catalog::CaseStudy;
use crate::catalog::keywords::{Keyword, Status};
use crate::page::data::table::FieldType::{Date, Integer, Number, Text, TextList};
use crate::page::data::table::{DataCell, DataRow, ExportInput, ExportTable, field};
use crate::similar::families::{self, BudgetTotal};
use crate::similar::{AnswerState, Family};

/// Name, description and columns of the table `data/families`.
pub(super) const TABLE: ExportTable = ExportTable {
    name: "families",
    description: "One row for each experiment that three or more case studies repeat, most can still be saved first.",
    plain_fields_of: None,
    fields: &[
        field(
            "id",
            Text,
            "Id of the oldest member and the tactic; it stands in not_duplicate_of and in the anchor of the report.",
        ),
        field("members", TextList, "Ids of all case studies, oldest first."),
        field(
            "verdict",
            Text,
            "already-running, coordinate-now, already-tried or link-as-replication.",
        ),
        field("action", Text, "join, await-running, read-finished or link."),
        field("state", Text, "open or acknowledged."),
        field(
            "unanswered",
            TextList,
            "Members that have neither answered nor are linked with the others.",
        ),
        field("reason", Text, "The reason given with the answer."),
        field("score", Number, "The mean score of its pairs, 0 to 1."),
        field("tactic", Text, "The tactic that most members state."),
        field("markets", TextList, "Markets of all members, in their order."),
        field("owners", TextList, "Teams or roles of all members, each once."),
        field("planned", Integer, "How many members are planned."),
        field("running", Integer, "How many are running."),
        field("ended", Integer, "How many have ended."),
        field("first_start", Date, "The first day of the member that started first."),
        field(
            "budgets",
            Text,
            "Budgets together: amounts added up by currency, bands with how many state each; none of it in one sum.",
        ),
    ],
};

/// One row for each family, in the order of `Similar::families`.
pub(super) fn rows<'a>(input: &ExportInput<'a>) -> Vec<DataRow<'a>> {
    input.similar.families.iter().map(|family| compose_row(input, family)).collect()
}

/// The cells of a family in the order of the columns; members that are neither planned nor running
/// count as ended.
fn compose_row<'a>(input: &ExportInput<'a>, family: &'a Family) -> DataRow<'a> {
    let cases: Vec<&'a CaseStudy> =
        family.members.iter().map(|case| input.catalog.case(*case)).collect();
    let count = |status: Status| cases.iter().filter(|case| case.status == Some(status)).count();
    let (planned, running) = (count(Status::Planned), count(Status::Running));
    let (state, reason) = match &family.state {
        AnswerState::Acknowledged { reason, .. } => ("acknowledged", reason.as_deref()),
        AnswerState::Open | AnswerState::Stale { .. } => ("open", None),
    };
    vec![
        DataCell::Text(&family.id),
        DataCell::TextList(cases.iter().map(|case| &*case.meta.id).collect()),
        DataCell::Text(family.verdict.as_str()),
        DataCell::Text(family.action.as_str()),
        DataCell::Text(state),
        DataCell::TextList(
            family.unanswered.iter().map(|case| &*input.catalog.case(*case).meta.id).collect(),
        ),
        DataCell::optional_text(reason),
        DataCell::rounded_number(Some(family.score)),
        DataCell::optional_text(
            family.tactic.map(|tactic| &*input.catalog.vocabulary.tactics[tactic].id),
        ),
        DataCell::TextList(deduplicate(
            cases
                .iter()
                .flat_map(|case| &case.markets)
                .map(|market| &*input.catalog.vocabulary.markets[*market].id),
        )),
        DataCell::TextList(deduplicate(cases.iter().filter_map(|case| case.owner.as_deref()))),
        DataCell::count(planned),
        DataCell::count(running),
        DataCell::count(cases.len() - planned - running),
        DataCell::optional_date(cases.iter().filter_map(|case| case.start).min()),
        DataCell::optional_display(format_budgets(&cases)),
    ]
}

/// The sum of budgets by currency and the number of budgets in each band, as text:
/// `EUR 5000, 2 x m`; none where no study states one.
fn format_budgets(cases: &[&CaseStudy]) -> Option<String> {
    let parts: Vec<String> = families::sum_budgets(cases)
        .into_iter()
        .map(|total| match total {
            BudgetTotal::Amount(amount, currency) => format!("{currency} {amount}"),
            BudgetTotal::Band(band, count) => format!("{count} x {}", band.as_str()),
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The texts in their order, each once.
fn deduplicate<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut once = Vec::new();
    for text in texts {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once
}
