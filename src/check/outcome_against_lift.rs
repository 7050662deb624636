//! The outcome agrees with the sign of the primary lift and the direction of its metric.
//!
//! A falling cost is a gain, a falling conversion rate a loss: the metrics vocabulary says which direction is good. A
//! study that is `won` while its primary metric got worse, or `lost` while it got better, misleads everybody who reads
//! only the badge.
//!
//! Look at the sign of `lift` first (a cost that fell by 14 % has a lift of -14), then at the arms (`control` is the old,
//! `variant` the new), then at the outcome. Where the outcome rests on something else, make that the primary result.
//!
//! ```yaml
//! outcome: won
//! results:
//!   - {metric: cpa, role: primary, lift: -14.2, currency: BRL, source: orders}
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Outcome;
use crate::check::{CheckContext, Reporter, add_label, first_line};

/// Reports a study that is `won` without a gain in its primary metric, or `lost` with one.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let vocabulary = &context.catalog.vocabulary;
    let Some((result, gain)) = case.primary_result().and_then(|primary| Some((primary, primary.gain(vocabulary)?))) else { return };
    let contradiction = match case.outcome {
        Some(Outcome::Won) if gain < 0.0 => "worse",
        Some(Outcome::Won) if gain == 0.0 => "neither better nor worse",
        Some(Outcome::Lost) if gain > 0.0 => "better",
        _ => return,
    };
    let outcome = case.outcome.expect("an outcome contradicted the lift");
    let message = format!("the outcome is `{outcome}`, and the primary metric got {contradiction}");
    let problem = reporter.report_field(&field::OUTCOME, message, "check the sign of `lift`, the order of the arms, and the outcome");
    let lift = result.lift.unwrap_or(gain);
    add_label(problem, first_line(&case.meta.body.text, result.span.clone()), format!("lift {lift:+}"));
}
