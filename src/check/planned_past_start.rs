//! A planned study has not long passed its own start.
//!
//! Thirty days after the planned start it either runs or waits. Planned studies keep other markets from starting the same
//! test, so one that will not happen costs them time.
//!
//! Set `status: running`, move the start, or turn the record back into an idea.
//!
//! ```yaml
//! status: planned
//! start: 2027-02-01
//! ```

use jiff::ToSpan;

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, add_label};

/// Number of days after the planned start before the note.
const GRACE_DAYS: i32 = 30;

/// Reports a study that is still planned more than `GRACE_DAYS` after its start.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(start) = case.start.filter(|_| case.status == Some(Status::Planned)) else { return };
    if start.saturating_add(GRACE_DAYS.days()) < context.site.today {
        let problem =
            reporter.report_field(&field::STATUS, format!("still `planned`, though it was to start on {start}"), "set `status: running`, or move `start`");
        add_label(problem, case.field_span(&field::START), "its planned start");
    }
}
