//! A written lift agrees with the arms beside it.
//!
//! A lift of +12 % beside a control of 2.31 and a variant of 2.32 is a slip in one of the three. Rounded arms are allowed
//! for, and so are the small differences that come from adjusting for what people did before the test.
//!
//! Leave `lift` out where both arms are there: it is derived and marked as derived.
//!
//! ```yaml
//! results:
//!   - {metric: cvr, role: primary, control: 2.31, variant: 2.58, source: web analytics}
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::keywords::LiftType;
use crate::catalog::result::MetricResult;
use crate::check::{CheckContext, Reporter, first_line};

/// Reports each result whose written lift differs from that of its arms by more than rounding and a
/// tenth explain.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for result in case.results.iter().filter(|result| !result.is_derived) {
        let (Some(lift), Some((computed, rounding))) = (result.lift, computed_lift(result)) else { continue };
        let tolerance = rounding + (lift.abs() * 0.1).max(if result.lift_type == LiftType::Relative { 1.0 } else { 0.0 });
        if (lift - computed).abs() > tolerance {
            let span = first_line(&case.meta.body.text, result.span.clone());
            reporter.report_span(
                span,
                format!("the lift is written as {lift:+}, and the arms make it {:+}", (computed * 100.0).round() / 100.0),
                "correct one of the three, or leave `lift` out to have it derived",
            );
        }
    }
}

/// The lift computed from the arms, and the error that rounding of the arms can cause in it, both
/// in percent of the control or in the metric's unit as `lift_type` says; none without two arms,
/// and for a control near zero.
fn computed_lift(result: &MetricResult) -> Option<(f64, f64)> {
    let (control, variant) = (result.control.or(result.baseline)?, result.variant?);
    let step = resolution(control).max(resolution(variant));
    let (lift, tolerance) = match result.lift_type {
        LiftType::Absolute => (variant - control, step),
        LiftType::Relative => ((variant / control - 1.0) * 100.0, step / control.abs() * 100.0 * (variant / control).abs().max(1.0)),
    };
    // A control at or near zero gives no finite lift.
    (lift * 100.0).is_finite().then_some((lift, tolerance))
}

/// The value of the last decimal place of a number, from 1 to 0.0001; zero for more decimals.
fn resolution(figure: f64) -> f64 {
    let steps = [1.0, 0.1, 0.01, 0.001, 0.0001];
    steps.into_iter().find(|step| ((figure / step).round() * step - figure).abs() < step * 1e-6).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_decimal_place() {
        assert_eq!([5.0, 5.1, 2.31, 38.605].map(resolution), [1.0, 0.1, 0.01, 0.001]);
    }
}
