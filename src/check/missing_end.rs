//! A completed study says when it ended.
//!
//! Lists are ordered by this day, and results grow old from it. A study that is over and has no end looks as if it were
//! still running.
//!
//! Write the last day on which people were part of the test as year-month-day.
//!
//! ```yaml
//! start: 2026-03-02
//! end: 2026-04-12
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `end` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::END) {
        reporter.report_field(&field::STATUS, "a completed study has no `end`", "write the last day as year-month-day: `end: 2026-04-12`");
    }
}
