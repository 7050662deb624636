//! A study that is planned or running has no outcome yet.
//!
//! A result read before the planned end is wrong more often than its interval says, and a planned study cannot have one.
//!
//! Set the status to `completed` or `stopped-early`, or wait with the outcome. `in-evaluation` may stand at any time.
//!
//! ```yaml
//! status: running
//! outcome: in-evaluation
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Outcome;
use crate::check::{CheckContext, Reporter, add_label};

/// Reports a study that is planned or running and has an outcome other than `in-evaluation`.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(outcome) = case.outcome.filter(|outcome| *outcome != Outcome::InEvaluation) else { return };
    if let Some(status) = case.status.filter(|status| status.is_unfinished()) {
        let problem = reporter.report_field(
            &field::OUTCOME,
            format!("the outcome is `{outcome}`, and the study is `{status}`"),
            "set `status: completed` or `stopped-early`, or wait with the outcome",
        );
        add_label(problem, case.field_span(&field::STATUS), "not over yet");
    }
}
