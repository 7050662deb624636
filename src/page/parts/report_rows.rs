//! The rows of the report of possible duplicates and their order, from which links into it follow.

use crate::catalog::Catalog;
use crate::similar::{AnswerState, Pair, Similar, Verdict};

/// Kinds of rows of the report of possible duplicates, in display order: open families, open pairs
/// by urgency, outdated answers, answered rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportGroupKind {
    /// Families with a member that has not answered.
    OpenFamily,
    /// Unanswered pairs with this verdict.
    Open(Verdict),
    /// Answers that no longer fit.
    Stale,
    /// Answered families and pairs.
    Answered,
}

/// A family or pair as a row of the report of possible duplicates; families come before pairs of
/// the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportRow {
    /// A family, by index in `Similar::families`.
    Family(usize),
    /// A pair outside families, by index in `Similar::pairs`.
    Pair(usize),
}

/// The rows of the report in display order; pairs within a family have no row of their own.
pub fn report_rows(similar: &Similar) -> Vec<ReportRow> {
    let families = (0..similar.families.len()).map(ReportRow::Family);
    let pairs = similar
        .pairs
        .iter()
        .enumerate()
        .filter(|(_, pair)| pair.family.is_none())
        .map(|(index, _)| ReportRow::Pair(index));
    let mut rows: Vec<ReportRow> = families.chain(pairs).collect();
    rows.sort_by_key(|row| (group_kind(similar, *row), *row));
    rows
}

/// The kind of group in which the report shows a row, from the answer and the verdict of its family
/// or pair.
pub fn group_kind(similar: &Similar, row: ReportRow) -> ReportGroupKind {
    let (state, verdict) = match row {
        ReportRow::Family(index) => {
            (&similar.families[index].state, similar.families[index].verdict)
        }
        ReportRow::Pair(index) => (&similar.pairs[index].state, similar.pairs[index].verdict),
    };
    match state {
        AnswerState::Open if matches!(row, ReportRow::Family(_)) => ReportGroupKind::OpenFamily,
        AnswerState::Open => ReportGroupKind::Open(verdict),
        AnswerState::Stale { .. } => ReportGroupKind::Stale,
        AnswerState::Acknowledged { .. } => ReportGroupKind::Answered,
    }
}

/// The anchor of a pair in the report of possible duplicates, made of both ids: `br-drop--nl-drop`.
pub fn pair_anchor(catalog: &Catalog, pair: &Pair) -> String {
    format!("{}--{}", catalog.case(pair.a).meta.id, catalog.case(pair.b).meta.id).replace('/', "-")
}
