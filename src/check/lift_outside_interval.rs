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
use crate::check::{Context, Found, line_of};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    for reported in case.results.iter().filter(|reported| !reported.derived) {
        let (Some(lift), Some((low, high))) = (reported.lift, reported.interval()) else { continue };
        if low <= high && !(low..=high).contains(&lift) {
            let span = line_of(&case.meta.body.text, reported.span.clone());
            found.span(
                span,
                format!("the lift {lift:+} lies outside its interval from {low:+} to {high:+}"),
                "write all three in the same unit and mind the signs",
            );
        }
    }
}
