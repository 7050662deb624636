//! A study that is over has an end that is past.
//!
//! Either it still runs, or the day is a slip. A study marked as completed while people are still part of it tempts
//! others to read half a result.
//!
//! Set `status: running` until the day has come, or correct the day.
//!
//! ```yaml
//! status: running
//! end: 2026-12-20
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter};

/// Reports a study that is completed or stopped early though its end lies after the build date.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let has_ended = matches!(case.status, Some(Status::Completed | Status::StoppedEarly));
    let Some(end) = case.end.filter(|end| has_ended && *end > context.site.today) else { return };
    reporter.report_field(&field::END, format!("the study is over, and its end is {end}"), "`status: running` until then, or correct the day");
}
