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
use crate::catalog::result::Reported;
use crate::catalog::words::LiftType;
use crate::check::{Context, Found, line_of};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    for reported in case.results.iter().filter(|reported| !reported.derived) {
        let (Some(lift), Some((wanted, rounding))) = (reported.lift, expected(reported)) else { continue };
        let slack = rounding + (lift.abs() * 0.1).max(if reported.lift_type == LiftType::Relative { 1.0 } else { 0.0 });
        if (lift - wanted).abs() > slack {
            let span = line_of(&case.meta.body.text, reported.span.clone());
            found.span(
                span,
                format!("the lift is written as {lift:+}, and the arms make it {:+}", (wanted * 100.0).round() / 100.0),
                "correct one of the three, or leave `lift` out to have it derived",
            );
        }
    }
}

/// The lift that the arms make, and how far their rounding may move it.
fn expected(reported: &Reported) -> Option<(f64, f64)> {
    let (control, variant) = (reported.control.or(reported.baseline)?, reported.variant?);
    let step = resolution(control).max(resolution(variant));
    let (wanted, room) = match reported.lift_type {
        LiftType::Absolute => (variant - control, step),
        LiftType::Relative => ((variant / control - 1.0) * 100.0, step / control.abs() * 100.0 * (variant / control).abs().max(1.0)),
    };
    // A control of nought, or nearly so, makes no lift.
    (wanted * 100.0).is_finite().then_some((wanted, room))
}

/// The value of the last written decimal place.
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
