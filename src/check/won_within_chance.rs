//! A study is `won` only where the interval of its primary lift leaves out zero.
//!
//! An interval from -1 to +5 says that the change may have done nothing, or harm. Such a test is `inconclusive` when the
//! sample was too small to tell, or `no-effect` when it was large enough. Overstated wins are the dearest mistake of a
//! shared memory: other markets pay for them again.
//!
//! Set the outcome to what the interval allows, or correct the interval.
//!
//! ```yaml
//! outcome: inconclusive
//! results:
//!   - {metric: cvr, role: primary, lift: 2.0, ci_low: -1.0, ci_high: 5.0, source: web analytics}
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Outcome;
use crate::check::{CheckContext, Reporter, add_label, first_line};

/// Reports a study that is `won` though the confidence interval of its primary lift holds zero.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(primary) = case.primary_result().filter(|primary| primary.interval_crosses_zero()) else { return };
    if case.outcome == Some(Outcome::Won) {
        let problem = reporter.report_field(
            &field::OUTCOME,
            "the outcome is `won`, and the interval of the primary lift holds zero",
            "`inconclusive` where the sample was too small to tell, `no-effect` where it was not",
        );
        let (low, high) = primary.interval().expect("an interval that holds zero has two ends");
        add_label(problem, first_line(&case.meta.body.text, primary.span.clone()), format!("from {low:+} to {high:+}"));
    }
}
