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

use crate::catalog::CaseStudy;
use crate::catalog::words::Status;
use crate::check::{Context, Found};

pub fn check(case: &CaseStudy, context: &Context<'_>, found: &mut Found<'_>) {
    let over = matches!(case.status, Some(Status::Completed | Status::StoppedEarly));
    let Some(end) = case.end.filter(|end| over && *end > context.site.today) else { return };
    found.field("end", format!("the study is over, and its end is {end}"), "`status: running` until then, or correct the day");
}
