//! No sample and no published cell is smaller than five.
//!
//! Behind a count of three stand three people whom a colleague may recognise. Counts from 1 to 4 are the usual limit below
//! which statistics offices publish nothing.
//!
//! A sample of 0 hides nobody, but is no sample either: leave the field out until it is known.
//!
//! Leave the figure out, join cells, or publish an index (`indexed: true`).
//!
//! ```yaml
//! sample_size: 24
//! sample_unit: interviews
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::result::MetricResult;
use crate::check::{CheckContext, Reporter, first_line};
use crate::vocabulary::MetricUnit;

/// The smallest sample, and the smallest number of people or events other than 0, that may be
/// published.
const MIN_COUNT: u32 = 5;

/// Reports a sample, and each result with an arm, so small that people could be recognised.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    match case.sample_size {
        Some(0) => {
            reporter.report_field(
                &field::SAMPLE_SIZE,
                "a sample of 0 measures nothing",
                "leave the figure out until it is known",
            );
        }
        Some(size) if size < u64::from(MIN_COUNT) => {
            reporter.report_field(
                &field::SAMPLE_SIZE,
                format!("a sample of {size} lets people be recognised"),
                "leave the figure out, or publish the study without its sample",
            );
        }
        _ => {}
    }
    for result in case.results.iter().filter(|result| has_undisguised_counts(result, context)) {
        let cells = [result.baseline, result.control, result.variant];
        if let Some(cell) = cells.into_iter().flatten().find(|cell| is_too_small(*cell)) {
            let span = first_line(&case.meta.body.text, result.span.clone());
            reporter.report_span(
                span,
                format!("a count of {cell} lets people be recognised"),
                "leave the figure out, join cells, or publish an index with `indexed: true`",
            );
        }
    }
}

/// Whether a count is a positive whole number below [`MIN_COUNT`]; a reach of 1.4 is in thousands
/// or millions.
fn is_too_small(cell: f64) -> bool {
    cell > 0.0 && cell < f64::from(MIN_COUNT) && cell.fract() == 0.0
}

/// Whether the arms of a result are numbers of people or events, published as they are rather than
/// as index numbers, so that small ones could reveal people.
fn has_undisguised_counts(result: &MetricResult, context: &CheckContext<'_>) -> bool {
    !result.is_indexed && matches!(result.unit(&context.catalog.vocabulary), Some(MetricUnit::People | MetricUnit::Count))
}
