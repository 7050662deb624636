//! A study that has ended and states an objective gives at least one figure for it.
//!
//! An objective promises an answer. Where every result is named and none carries a figure, or where a study was stopped
//! or archived without results, the reader never learns whether it was met.
//!
//! Give a lift, or both arms, for at least one metric; where no figure could be read, say why in the text and remove
//! the objective.
//!
//! ```yaml
//! objective: awareness
//! results:
//!   - {metric: brand-awareness-lift, role: primary, lift: 3.2, lift_type: absolute, source: panel survey}
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::{Outcome, Status};
use crate::check::{CheckContext, Reporter};

/// Reports a study that has ended and states an objective, but has neither a lift nor a figure of
/// an arm.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(objective) = case.objective.filter(|_| case.has_ended() && !is_exempt(case)) else { return };
    let has_figure = case.results.iter().any(|result| result.lift.or(result.variant).or(result.baseline).is_some());
    if !has_figure {
        reporter.report_field(
            &field::OBJECTIVE,
            format!("the objective `{objective}` has no result"),
            "give a `lift` or both arms for at least one metric",
        );
    }
}

/// Whether a study without results is left alone: `missing-result` covers completed studies, and
/// invalid tests need no result.
fn is_exempt(case: &CaseStudy) -> bool {
    case.results.is_empty() && (case.status == Some(Status::Completed) || case.outcome == Some(Outcome::Invalid))
}
