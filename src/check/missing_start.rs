//! A completed study says when it began.
//!
//! Season, price campaigns and other tests of the same weeks explain many results. The timeline and the search for
//! overlapping tests need the day too.
//!
//! Write the first day as year-month-day. `date` is read as `start`.
//!
//! ```yaml
//! start: 2026-03-02
//! end: 2026-04-12
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `start` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::START) {
        reporter.report_field(&field::STATUS, "a completed study has no `start`", "write the first day as year-month-day: `start: 2026-03-02`");
    }
}
