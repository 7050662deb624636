//! A lift lies inside its own interval.
//!
//! When it does not, one of the three figures is a slip, often a lost sign or an interval given in another unit than
//! the lift.
//!
//! Write lift and interval in the same unit: percent of the control for `lift_type: relative`, the metric's own unit for
//! `absolute`.
//!
//! ```yaml
//! results:
//!   - {metric: cpa, role: primary, lift: -14.2, ci_low: -20.1, ci_high: -8.0, currency: BRL, source: orders}
//! ```

use crate::catalog::CaseStudy;
use crate::check::{CheckContext, Reporter, first_line};

/// Reports each result whose written lift lies outside of its confidence interval.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for result in case.results.iter().filter(|result| !result.is_derived) {
        let (Some(lift), Some((low, high))) = (result.lift, result.interval()) else { continue };
        if low <= high && !(low..=high).contains(&lift) {
            let span = first_line(&case.meta.body.text, result.span.clone());
            reporter.report_span(
                span,
                format!("the lift {lift:+} lies outside its interval from {low:+} to {high:+}"),
                "write all three in the same unit and mind the signs",
            );
        }
    }
}
