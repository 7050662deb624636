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

use crate::catalog::CaseStudy;
use crate::catalog::words::Status;
use crate::check::{Context, Found, lacks};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    if case.status == Some(Status::Completed) && lacks(&case.meta, "owner") {
        found.field("status", "a completed study has no `owner`", "name the team or role to ask, not a person");
    }
}
