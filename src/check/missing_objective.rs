//! A completed study says what it was for.
//!
//! Studies are compared within one objective, and the metrics every study must report may depend on it.
//!
//! Choose `awareness`, `consideration`, `acquisition`, `conversion`, `retention` or `advocacy`.
//!
//! ```yaml
//! objective: retention
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `objective` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::OBJECTIVE) {
        reporter.report_field(
            &field::STATUS,
            "a completed study has no `objective`",
            "one of `awareness`, `consideration`, `acquisition`, `conversion`, `retention`, `advocacy`",
        );
    }
}
