//! `data/pairs`: one row for each pair of case studies that may be duplicated effort.

use crate::catalog::CaseIndex;
use crate::page::data::Hub;
use crate::page::data::table::Form::{Number, Text, Texts};
use crate::page::data::table::{Cell, Row, Table, field};
use crate::similar::{Pair, PairState, Reason};

/// One row for each flagged or answered pair.
pub(super) const TABLE: Table = Table {
    name: "pairs",
    about: "One row for each pair of case studies flagged as possible duplicate effort or answered as such, most can still be saved first.",
    fields: &[
        field("id_a", Text, "Id of the one case study."),
        field("id_b", Text, "Id of the other."),
        field("score", Number, "How alike they are, 0 to 1."),
        field("kind", Text, "copied-text, already-running, coordinate-now, already-tried or link-as-replication."),
        field("state", Text, "open, acknowledged or stale."),
        field("answer", Text, "The field that answers it: not_duplicate_of, replicates, adapted_from ..."),
        field("reason", Text, "The reason given with the answer."),
        field("markets_a", Texts, "Markets of the one."),
        field("markets_b", Texts, "Markets of the other."),
        field("owner_a", Text, "Team or role of the one."),
        field("owner_b", Text, "Team or role of the other."),
        field("tactics", Texts, "Tactics they share."),
        field("channels", Texts, "Channels they share."),
        field("words", Texts, "Words and concepts they share, those that tell most first."),
        field("family", Text, "Id of the family that both belong to."),
    ],
};

pub(super) fn rows<'a>(hub: &Hub<'a>) -> Vec<Row<'a>> {
    hub.similar.pairs.iter().map(|pair| row(hub, pair)).collect()
}

fn row<'a>(hub: &Hub<'a>, pair: &'a Pair) -> Row<'a> {
    let (a, b) = (hub.catalog.case(pair.a), hub.catalog.case(pair.b));
    let (state, answer, reason) = match &pair.state {
        PairState::Open => ("open", None, None),
        PairState::Acknowledged { field, reason } => ("acknowledged", Some(*field), reason.as_deref()),
        PairState::Stale { reason } => ("stale", Some("not_duplicate_of"), reason.as_deref()),
    };
    vec![
        Cell::Text(&a.meta.id),
        Cell::Text(&b.meta.id),
        Cell::rounded(Some(pair.score)),
        kind(pair),
        Cell::Text(state),
        Cell::text(answer),
        Cell::text(reason),
        markets(hub, pair.a),
        markets(hub, pair.b),
        Cell::text(a.owner.as_deref()),
        Cell::text(b.owner.as_deref()),
        Cell::Texts(tactics(hub, pair)),
        Cell::Texts(channels(hub, pair)),
        Cell::Texts(words(pair)),
        Cell::text(pair.family.map(|at| &*hub.similar.families[at].id)),
    ]
}

fn kind(pair: &Pair) -> Cell<'static> {
    match serde_json::to_value(pair.verdict) {
        Ok(serde_json::Value::String(kind)) => Cell::Made(kind),
        _ => Cell::Nothing,
    }
}

fn markets<'a>(hub: &Hub<'a>, case: CaseIndex) -> Cell<'a> {
    Cell::Texts(hub.catalog.case(case).markets.iter().map(|market| &*hub.catalog.vocabulary.markets[*market].id).collect())
}

fn tactics<'a>(hub: &Hub<'a>, pair: &Pair) -> Vec<&'a str> {
    let shared = pair.reasons.iter().filter_map(|reason| if let Reason::Tactics(tactics) = reason { Some(tactics) } else { None });
    shared.flatten().map(|tactic| &*hub.catalog.vocabulary.tactics[*tactic].id).collect()
}

fn channels<'a>(hub: &Hub<'a>, pair: &Pair) -> Vec<&'a str> {
    let shared = pair.reasons.iter().filter_map(|reason| if let Reason::Channels(channels) = reason { Some(channels) } else { None });
    shared.flatten().map(|channel| &*hub.catalog.vocabulary.channels[*channel].id).collect()
}

fn words(pair: &Pair) -> Vec<&str> {
    let shared = pair.reasons.iter().filter_map(|reason| if let Reason::Words(words) = reason { Some(words) } else { None });
    shared.flatten().map(String::as_str).collect()
}
