//! An idea that is declined says why.
//!
//! Declined ideas stay in the backlog so that nobody brings them up again in vain. Without a reason they are brought up
//! again.
//!
//! Say in one sentence why it will not be run, and what would change that.
//!
//! ```yaml
//! status: declined
//! declined_reason: "the mail tool cannot hold messages back per reader; again when it can"
//! ```

use crate::catalog::field;
use crate::catalog::Idea;
use crate::catalog::keywords::IdeaStatus;
use crate::check::{CheckContext, Reporter};

/// Reports an idea that is declined and gives no reason.
pub fn check(idea: &Idea, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if idea.status == IdeaStatus::Declined && idea.declined_reason.is_none() {
        reporter.report_field(&field::IDEA_STATUS, "the idea is `declined` without a `declined_reason`", "say in one sentence why it will not be run");
    }
}
