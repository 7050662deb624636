//! No sample and no published cell is smaller than five.
//!
//! Behind a count of three stand three people whom a colleague may recognise. Counts from 1 to 4 are the usual limit below
//! which statistics offices publish nothing.
//!
//! Leave the figure out, join cells, or publish an index (`indexed: true`).
//!
//! ```yaml
//! sample_size: 24
//! sample_unit: interviews
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::result::Reported;
use crate::check::{Context, Found, line_of};
use crate::vocabulary::Unit;

/// The smallest count that may be published.
const SMALLEST: f64 = 5.0;

pub fn check(case: &CaseStudy, context: &Context<'_>, found: &mut Found<'_>) {
    if let Some(size) = case.sample_size.filter(|size| *size < 5) {
        found.field(
            "sample_size",
            format!("a sample of {size} lets people be recognised"),
            "leave the figure out, or publish the study without its sample",
        );
    }
    for reported in case.results.iter().filter(|reported| counts_people(reported, context)) {
        let cells = [reported.baseline, reported.control, reported.variant];
        if let Some(cell) = cells.into_iter().flatten().find(|cell| is_small(*cell)) {
            let span = line_of(&case.meta.body.text, reported.span.clone());
            found.span(
                span,
                format!("a count of {cell} lets people be recognised"),
                "leave the figure out, join cells, or publish an index with `indexed: true`",
            );
        }
    }
}

/// Whole numbers only: a reach of 1.4 is in thousands or millions.
fn is_small(cell: f64) -> bool {
    cell > 0.0 && cell < SMALLEST && cell.fract() == 0.0
}

fn counts_people(reported: &Reported, context: &Context<'_>) -> bool {
    !reported.indexed && matches!(reported.unit(&context.catalog.vocabulary), Some(Unit::People | Unit::Count))
}
