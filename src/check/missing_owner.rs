//! A completed study names the team or role to ask.
//!
//! Readers want to know what the page does not say. A team or role survives those who leave; a person or a personal
//! address does not.
//!
//! Name the team or role.
//!
//! ```yaml
//! owner: "CRM Iberia"
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `owner` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::OWNER) {
        reporter.report_field(&field::STATUS, "a completed study has no `owner`", "name the team or role to ask, not a person");
    }
}
