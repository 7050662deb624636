//! The table `data/case-studies`: one row for each case study.

use crate::catalog::extra_field::ExtraFields;
use crate::catalog::field as record_field;
use crate::catalog::result::{Metric, MetricResult};
use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::data::table::FieldType::{Boolean, Date, Number, Text, TextList};
use crate::page::data::table::{
    DataCell, DataRow, ExportInput, ExportTable, column, field, plain_columns,
};
use crate::record::RecordType;
use crate::vocabulary::BetterDirection;

/// Name, description and columns of the table `data/case-studies`.
pub(super) const TABLE: ExportTable = ExportTable {
    name: "case-studies",
    description: "One row for each case study, in id order. A translation is a row of its own: count only rows without `translation_of`.",
    plain_fields_of: Some(RecordType::CaseStudy),
    fields: &[
        field("id", Text, "Stable id."),
        column(&record_field::TITLE),
        field("url", Text, "Address of its page."),
        column(&record_field::SUMMARY),
        column(&record_field::STATUS),
        column(&record_field::OUTCOME),
        column(&record_field::DECISION),
        field("grade", Text, "Evidence grade, A to D, derived from how it was measured."),
        field(
            "underpowered",
            Boolean,
            "Ended, and its interval is missing or wider than twice the minimum detectable effect.",
        ),
        field("comparable", Boolean, "Reports every metric that the hub requires of it."),
        column(&record_field::MARKETS),
        field("groups", TextList, "Market groups that hold them."),
        column(&record_field::CHANNELS),
        column(&record_field::TACTICS),
        column(&record_field::OBJECTIVE),
        column(&record_field::PILLAR),
        column(&record_field::METHOD),
        column(&record_field::LANGUAGE),
        column(&record_field::START),
        column(&record_field::END),
        field("metric", Text, "Metric of the primary result."),
        field("lift", Number, "Lift of the primary result; percent where `lift_type` is relative."),
        field("lift_type", Text, "relative or absolute."),
        field("ci_low", Number, "Lower end of its interval."),
        field("ci_high", Number, "Upper end of its interval."),
        field("currency", Text, "Currency of its figures (ISO 4217)."),
        field("better", Text, "Which direction of the metric is good: higher, lower or neutral."),
        column(&record_field::SAMPLE_SIZE),
        column(&record_field::SAMPLE_UNIT),
        column(&record_field::OWNER),
        column(&record_field::REUSE),
        column(&record_field::IDEA_ID),
        column(&record_field::ADAPTED_FROM),
        column(&record_field::REPLICATES),
        column(&record_field::TRANSLATION_OF),
        column(&record_field::VERIFIED_ON),
        field("review_due", Date, "Day the next verification is due."),
        column(&record_field::VISIBILITY),
        column(&record_field::EXTRA),
        field(
            "created",
            Date,
            "Day of the first commit that holds it under any name; empty where git does not tell.",
        ),
        field(
            "updated",
            Date,
            "Day of the last commit that touched it; empty where git does not tell.",
        ),
    ],
};

/// One row for each case study, in id order.
pub(super) fn rows<'a>(input: &ExportInput<'a>) -> Vec<DataRow<'a>> {
    input.catalog.iter_cases().map(|(index, case)| compose_row(input, index, case)).collect()
}

/// The cells of a case study in the order of the columns, those of plain fields last.
fn compose_row<'a>(input: &ExportInput<'a>, index: CaseIndex, case: &'a CaseStudy) -> DataRow<'a> {
    let primary = case.primary_result();
    let change = case.meta.change.as_ref();
    let mut row = identity_cells(input, index, case);
    row.extend(term_cells(input, case));
    row.extend(result_cells(input, primary));
    row.extend([
        sample_size_cell(case),
        DataCell::optional_text(case.sample_unit.as_deref()),
        DataCell::optional_text(case.owner.as_deref()),
        DataCell::optional_display(case.reuse),
        DataCell::optional_text(case.idea.map(|idea| &*input.catalog.idea(idea).meta.id)),
        case_ids_cell(input, &case.relations.adapted_from),
        case_ids_cell(input, &case.relations.replicates),
        DataCell::optional_text(
            case.translation_of.map(|original| &*input.catalog.case(original).meta.id),
        ),
        DataCell::optional_date(case.verification.verified_on),
        DataCell::optional_date(case.verification.due_date()),
        DataCell::Text(if case.meta.visibility == crate::site::Visibility::Public {
            "public"
        } else {
            "internal"
        }),
        extra_fields_cell(case),
        DataCell::optional_date(change.and_then(|change| change.created)),
        DataCell::optional_date(change.map(|change| change.updated)),
    ]);
    row.extend(
        plain_columns(RecordType::CaseStudy).map(|field| DataCell::plain(&case.plain, field)),
    );
    row
}

/// The cells from `id` to `comparable`: what the record is, its state and its grade. A translation
/// is comparable where the study it translates is.
fn identity_cells<'a>(
    input: &ExportInput<'a>,
    index: CaseIndex,
    case: &'a CaseStudy,
) -> DataRow<'a> {
    let original = input.evidence.originals.get(index.0 as usize).copied().unwrap_or(index);
    vec![
        DataCell::Text(&case.meta.id),
        DataCell::Text(&case.meta.title),
        DataCell::OwnedText(format!("{}{}", input.site.base_url, case.meta.address)),
        DataCell::optional_text(case.summary.as_deref()),
        DataCell::optional_display(case.status),
        DataCell::optional_display(case.outcome),
        DataCell::optional_display(case.decision),
        DataCell::optional_display(case.evidence_grade.grade),
        DataCell::Boolean(case.has_ended() && case.evidence_grade.is_underpowered),
        DataCell::Boolean(input.evidence.contract.is_comparable(original)),
    ]
}

/// The cells from `markets` to `end`: terms, keywords, language and dates.
fn term_cells<'a>(input: &ExportInput<'a>, case: &'a CaseStudy) -> DataRow<'a> {
    let vocabulary = &input.catalog.vocabulary;
    vec![
        DataCell::TextList(
            case.markets.iter().map(|market| &*vocabulary.markets[*market].id).collect(),
        ),
        DataCell::TextList(
            case.groups.iter().map(|group| &*vocabulary.groups[*group].id).collect(),
        ),
        DataCell::TextList(
            case.channels.iter().map(|channel| &*vocabulary.channels[*channel].id).collect(),
        ),
        DataCell::TextList(
            case.tactics.iter().map(|tactic| &*vocabulary.tactics[*tactic].id).collect(),
        ),
        DataCell::optional_display(case.objective),
        DataCell::optional_display(case.pillar),
        DataCell::optional_display(case.method),
        DataCell::Text(&case.meta.language),
        DataCell::optional_date(case.start),
        DataCell::optional_date(case.end),
    ]
}

/// The seven cells of the primary result, from `metric` to `better`; all empty without one.
fn result_cells<'a>(input: &ExportInput<'a>, primary: Option<&'a MetricResult>) -> DataRow<'a> {
    let Some(primary) = primary else { return vec![DataCell::Empty; 7] };
    vec![
        metric_cell(input, primary),
        DataCell::finite_number(primary.lift),
        DataCell::optional_display(primary.lift.map(|_| primary.lift_type)),
        DataCell::finite_number(primary.ci_low),
        DataCell::finite_number(primary.ci_high),
        DataCell::optional_text(primary.currency.as_deref()),
        better_direction_cell(input, primary),
    ]
}

/// The cell of the number of measured units; empty where it is not stated.
pub(super) fn sample_size_cell<'a>(case: &CaseStudy) -> DataCell<'a> {
    case.measured_units()
        .and_then(|size| usize::try_from(size).ok())
        .map_or(DataCell::Empty, DataCell::count)
}

/// The cell of the hub's own front-matter fields, as one object; empty where the record has none.
fn extra_fields_cell(case: &CaseStudy) -> DataCell<'_> {
    if case.meta.extra.is_empty() {
        DataCell::Empty
    } else {
        DataCell::Object(ExtraFields(&case.meta.extra))
    }
}

/// The ids of some case studies as a list.
fn case_ids_cell<'a>(input: &ExportInput<'a>, cases: &[CaseIndex]) -> DataCell<'a> {
    DataCell::TextList(cases.iter().map(|case| &*input.catalog.case(*case).meta.id).collect())
}

/// The id of the metric of a result; for a local metric the name that the record gives.
pub(super) fn metric_cell<'a>(input: &ExportInput<'a>, result: &'a MetricResult) -> DataCell<'a> {
    match &result.metric {
        Metric::Known(metric) => DataCell::Text(&input.catalog.vocabulary.metrics[*metric].id),
        Metric::Local(name) => DataCell::Text(name),
    }
}

/// Which direction of the metric of a result is good: `higher`, `lower` or `neutral`.
pub(super) fn better_direction_cell<'a>(
    input: &ExportInput<'a>,
    result: &MetricResult,
) -> DataCell<'a> {
    DataCell::Text(match result.better_direction(&input.catalog.vocabulary) {
        BetterDirection::Higher => "higher",
        BetterDirection::Lower => "lower",
        BetterDirection::Neutral => "neutral",
    })
}
