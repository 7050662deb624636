//! A study ends on or after the day it starts.
//!
//! One of the two days is a slip, often a wrong year. Timelines, overlaps and ages would all be wrong.
//!
//! Correct the wrong day.
//!
//! ```yaml
//! start: 2025-12-08
//! end: 2026-01-18
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::check::{CheckContext, Reporter, add_label};

/// Reports a study whose end lies before its start.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let (Some(start), Some(end)) = (case.start, case.end) else { return };
    if end < start {
        let problem = reporter.report_field(&field::END, format!("the study ends on {end}, before it starts"), "correct one of the two days");
        add_label(problem, case.field_span(&field::START), "starts here");
    }
}
