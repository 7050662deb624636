//! A running study is not long past its end.
//!
//! Thirty days after the planned end a study is either over and waits for its result to be written down, or it was
//! extended. Others plan around it either way.
//!
//! Set `status: completed` and report what came out, or move the end.
//!
//! ```yaml
//! status: completed
//! outcome: in-evaluation
//! end: 2026-09-30
//! ```

use jiff::ToSpan;

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, add_label};

/// Number of days after the planned end that are allowed for reporting.
const GRACE_DAYS: i32 = 30;

/// Reports a study that is still running more than `GRACE_DAYS` after its end.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(end) = case.end.filter(|_| case.status == Some(Status::Running)) else { return };
    if end.saturating_add(GRACE_DAYS.days()) < context.site.today {
        let problem = reporter.report_field(
            &field::STATUS,
            format!("still `running`, though it was to end on {end}"),
            "set `status: completed` and report what came out, or move `end`",
        );
        add_label(problem, case.field_span(&field::END), "its planned end");
    }
}
