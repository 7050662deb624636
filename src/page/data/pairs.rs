//! The table `data/pairs`: one row for each pair of case studies that may be duplicates.

use crate::catalog::CaseIndex;
use crate::catalog::field;
use crate::page::data::table::FieldType::{Number, Text, TextList};
use crate::page::data::table::{DataCell, DataRow, ExportInput, ExportTable, field};
use crate::similar::{AnswerState, Pair, Reason};

/// Name, description and columns of the table `data/pairs`, which has flagged pairs and answered
/// ones.
pub(super) const TABLE: ExportTable = ExportTable {
    name: "pairs",
    description: "One row for each pair of case studies flagged as possible duplicate effort or answered as such, most can still be saved first.",
    plain_fields_of: None,
    fields: &[
        field("id_a", Text, "Id of the one case study."),
        field("id_b", Text, "Id of the other."),
        field("score", Number, "How alike they are, 0 to 1."),
        field(
            "kind",
            Text,
            "copied-text, already-running, coordinate-now, already-tried or link-as-replication.",
        ),
        field("state", Text, "open, acknowledged or stale."),
        field(
            "answer",
            Text,
            "The field that answers it: not_duplicate_of, replicates, adapted_from ...",
        ),
        field("reason", Text, "The reason given with the answer."),
        field("markets_a", TextList, "Markets of the one."),
        field("markets_b", TextList, "Markets of the other."),
        field("owner_a", Text, "Team or role of the one."),
        field("owner_b", Text, "Team or role of the other."),
        field("tactics", TextList, "Tactics they share."),
        field("channels", TextList, "Channels they share."),
        field("words", TextList, "Words and concepts they share, those that tell most first."),
        field("family", Text, "Id of the family that both belong to."),
    ],
};

/// One row for each pair, in the order of `Similar::pairs`.
pub(super) fn rows<'a>(input: &ExportInput<'a>) -> Vec<DataRow<'a>> {
    input.similar.pairs.iter().map(|pair| compose_row(input, pair)).collect()
}

/// The cells of a pair in the order of the columns.
fn compose_row<'a>(input: &ExportInput<'a>, pair: &'a Pair) -> DataRow<'a> {
    let (a, b) = (input.catalog.case(pair.a), input.catalog.case(pair.b));
    let (state, answer, reason) = match &pair.state {
        AnswerState::Open => ("open", None, None),
        AnswerState::Acknowledged { field, reason } => {
            ("acknowledged", Some(*field), reason.as_deref())
        }
        AnswerState::Stale { reason } => {
            ("stale", Some(field::NOT_DUPLICATE_OF.name), reason.as_deref())
        }
    };
    vec![
        DataCell::Text(&a.meta.id),
        DataCell::Text(&b.meta.id),
        DataCell::rounded_number(Some(pair.score)),
        verdict_cell(pair),
        DataCell::Text(state),
        DataCell::optional_text(answer),
        DataCell::optional_text(reason),
        markets_cell(input, pair.a),
        markets_cell(input, pair.b),
        DataCell::optional_text(a.owner.as_deref()),
        DataCell::optional_text(b.owner.as_deref()),
        DataCell::TextList(shared_tactics(input, pair)),
        DataCell::TextList(shared_channels(input, pair)),
        DataCell::TextList(shared_words(pair)),
        DataCell::optional_text(pair.family.map(|index| &*input.similar.families[index].id)),
    ]
}

/// The id of a pair's verdict: `already-tried`.
fn verdict_cell(pair: &Pair) -> DataCell<'static> {
    match serde_json::to_value(pair.verdict) {
        Ok(serde_json::Value::String(kind)) => DataCell::OwnedText(kind),
        _ => DataCell::Empty,
    }
}

/// The ids of the markets of a case study, as a list.
fn markets_cell<'a>(input: &ExportInput<'a>, case: CaseIndex) -> DataCell<'a> {
    DataCell::TextList(
        input
            .catalog
            .case(case)
            .markets
            .iter()
            .map(|market| &*input.catalog.vocabulary.markets[*market].id)
            .collect(),
    )
}

/// The ids of the tactics that both studies have, as the reasons of the pair name them.
fn shared_tactics<'a>(input: &ExportInput<'a>, pair: &Pair) -> Vec<&'a str> {
    let shared = pair.reasons.iter().filter_map(|reason| {
        if let Reason::Tactics(tactics) = reason { Some(tactics) } else { None }
    });
    shared.flatten().map(|tactic| &*input.catalog.vocabulary.tactics[*tactic].id).collect()
}

/// The ids of the channels that both studies have, as the reasons of the pair name them.
fn shared_channels<'a>(input: &ExportInput<'a>, pair: &Pair) -> Vec<&'a str> {
    let shared = pair.reasons.iter().filter_map(|reason| {
        if let Reason::Channels(channels) = reason { Some(channels) } else { None }
    });
    shared.flatten().map(|channel| &*input.catalog.vocabulary.channels[*channel].id).collect()
}

/// The words and concepts that both studies have, as the reasons of the pair name them, the most
/// telling first.
fn shared_words(pair: &Pair) -> Vec<&str> {
    let shared = pair
        .reasons
        .iter()
        .filter_map(|reason| if let Reason::Words(words) = reason { Some(words) } else { None });
    shared.flatten().map(String::as_str).collect()
}
