//! Exactly one result is the primary one.
//!
//! An experiment is judged by one metric, chosen before it began. When none is marked, the page cannot say what the
//! outcome rests on, and the study has no evidence grade.
//!
//! Mark the metric that the hypothesis names.
//!
//! ```yaml
//! results:
//!   - {metric: cvr, role: primary, lift: 4.2, source: web analytics}
//!   - {metric: aov, role: secondary, lift: 0.3, currency: EUR, source: orders}
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Role;
use crate::check::{CheckContext, Reporter};

/// Reports a study with results of which none is primary.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if !case.results.is_empty() && case.results.iter().all(|result| result.role != Role::Primary) {
        reporter.report_field(&field::RESULTS, "none of the results is the primary one", "mark the metric that the hypothesis names with `role: primary`");
    }
}
