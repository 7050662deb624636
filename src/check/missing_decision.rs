//! A completed study says what is to be done next.
//!
//! The outcome says what happened; the decision says what others should do about it. A lost test may be worth another
//! round, and a won one may still be left alone.
//!
//! Choose `scale`, `adapt`, `rerun`, `iterate`, `stop` or `none`.
//!
//! ```yaml
//! outcome: lost
//! decision: iterate
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `decision` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::DECISION) {
        reporter.report_field(&field::STATUS, "a completed study has no `decision`", "one of `scale`, `adapt`, `rerun`, `iterate`, `stop`, `none`");
    }
}
