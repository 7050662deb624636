//! `data/results`: one row for each reported metric.

use crate::catalog::CaseStudy;
use crate::catalog::result::Reported;
use crate::page::data::Hub;
use crate::page::data::case_studies::{better, metric};
use crate::page::data::table::Form::{Number, Text, Texts};
use crate::page::data::table::{Cell, Row, Table, field};

/// One row for each reported metric.
pub(super) const TABLE: Table = Table {
    name: "results",
    about: "One row for each reported metric of each case study. Figures of different metrics, kinds of lift or currencies cannot be compared.",
    fields: &[
        field("case_id", Text, "Id of the case study."),
        field("market", Texts, "Markets it ran in, ISO 3166-1 alpha-2."),
        field("metric", Text, "Id of the metric, or a region's own name for it."),
        field("role", Text, "primary, secondary or guardrail."),
        field("baseline", Number, "The control arm, or the figure before the change."),
        field("variant", Number, "The changed arm."),
        field("lift", Number, "The difference; percent where `lift_type` is relative, else in the unit of the metric."),
        field("lift_type", Text, "relative or absolute."),
        field("ci_low", Number, "Lower end of the interval of the lift."),
        field("ci_high", Number, "Upper end of the interval of the lift."),
        field("better", Text, "Which direction of the metric is good: higher, lower or neutral."),
        field("grade", Text, "Evidence grade of the case study, A to D."),
    ],
};

pub(super) fn rows<'a>(hub: &Hub<'a>) -> Vec<Row<'a>> {
    hub.catalog.cases.iter().flat_map(|case| case.results.iter().map(|reported| row(hub, case, reported))).collect()
}

fn row<'a>(hub: &Hub<'a>, case: &'a CaseStudy, reported: &'a Reported) -> Row<'a> {
    vec![
        Cell::Text(&case.meta.id),
        Cell::Texts(case.markets.iter().map(|market| &*hub.catalog.vocabulary.markets[*market].id).collect()),
        metric(hub, reported),
        Cell::word(Some(reported.role)),
        Cell::number(reported.control.or(reported.baseline)),
        Cell::number(reported.variant),
        Cell::number(reported.lift),
        Cell::word(reported.lift.map(|_| reported.lift_type)),
        Cell::number(reported.ci_low),
        Cell::number(reported.ci_high),
        better(hub, reported),
        Cell::word(case.graded.grade),
    ]
}
