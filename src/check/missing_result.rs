//! A completed study reports at least one result.
//!
//! A study that is over and reports no figure cannot be compared with any other, and nobody can tell what the outcome
//! rests on. Lost and inconclusive tests are as useful as won ones: they spare the next market the same test.
//!
//! List what was measured under `results`, with exactly one primary result.
//!
//! ```yaml
//! results:
//!   - metric: cvr
//!     role: primary
//!     control: 2.31
//!     variant: 2.58
//!     ci_low: 4.9
//!     ci_high: 18.6
//!     source: web analytics
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `results` are missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::RESULTS) {
        reporter.report_field(
            &field::STATUS,
            "a completed study reports no `results`",
            "list what was measured, such as `results: [{metric: cvr, role: primary, lift: 4.2, source: ...}]`",
        );
    }
}
