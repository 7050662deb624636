//! The table `data/results`: one row for each result on a metric.

use crate::catalog::CaseStudy;
use crate::catalog::field as record_field;
use crate::catalog::result::MetricResult;
use crate::page::data::case_studies::{better_direction_cell, metric_cell, sample_size_cell};
use crate::page::data::table::FieldType::{Number, Text, TextList};
use crate::page::data::table::{DataCell, DataRow, ExportInput, ExportTable, column, field};

/// Name, description and columns of the table `data/results`.
pub(super) const TABLE: ExportTable = ExportTable {
    name: "results",
    description: "One row for each reported metric of each case study. Figures of different metrics, kinds of lift or currencies cannot be compared.",
    plain_fields_of: None,
    fields: &[
        field("case_id", Text, "Id of the case study."),
        field("market", TextList, "Markets it ran in, ISO 3166-1 alpha-2."),
        field("metric", Text, "Id of the metric, or a region's own name for it."),
        field("role", Text, "primary, secondary or guardrail."),
        field("baseline", Number, "The control arm, or the figure before the change."),
        field("variant", Number, "The changed arm."),
        field(
            "lift",
            Number,
            "The difference; percent where `lift_type` is relative, else in the unit of the metric.",
        ),
        field("lift_type", Text, "relative or absolute."),
        field("ci_low", Number, "Lower end of the interval of the lift."),
        field("ci_high", Number, "Upper end of the interval of the lift."),
        field("better", Text, "Which direction of the metric is good: higher, lower or neutral."),
        field("grade", Text, "Evidence grade of the case study, A to D."),
        column(&record_field::SAMPLE_SIZE),
    ],
};

/// One row for each result of each case study, in id order of the studies.
pub(super) fn rows<'a>(input: &ExportInput<'a>) -> Vec<DataRow<'a>> {
    input
        .catalog
        .cases
        .iter()
        .flat_map(|case| case.results.iter().map(|result| compose_row(input, case, result)))
        .collect()
}

/// The cells of a result in the order of the columns; `baseline` is the control arm, or the figure
/// before the change where there is none.
fn compose_row<'a>(
    input: &ExportInput<'a>,
    case: &'a CaseStudy,
    result: &'a MetricResult,
) -> DataRow<'a> {
    vec![
        DataCell::Text(&case.meta.id),
        DataCell::TextList(
            case.markets
                .iter()
                .map(|market| &*input.catalog.vocabulary.markets[*market].id)
                .collect(),
        ),
        metric_cell(input, result),
        DataCell::optional_display(Some(result.role)),
        DataCell::finite_number(result.control.or(result.baseline)),
        DataCell::finite_number(result.variant),
        DataCell::finite_number(result.lift),
        DataCell::optional_display(result.lift.map(|_| result.lift_type)),
        DataCell::finite_number(result.ci_low),
        DataCell::finite_number(result.ci_high),
        better_direction_cell(input, result),
        DataCell::optional_display(case.evidence_grade.grade),
        sample_size_cell(case),
    ]
}
