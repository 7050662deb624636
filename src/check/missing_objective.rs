//! A completed study says what it was for.
//!
//! Studies are compared within one objective, and the metrics every study must report may depend on it.
//!
//! Choose `awareness`, `consideration`, `acquisition`, `conversion`, `retention` or `advocacy`.
//!
//! ```yaml
//! objective: retention
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::words::Status;
use crate::check::{Context, Found, lacks};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    if case.status == Some(Status::Completed) && lacks(&case.meta, "objective") {
        found.field(
            "status",
            "a completed study has no `objective`",
            "one of `awareness`, `consideration`, `acquisition`, `conversion`, `retention`, `advocacy`",
        );
    }
}
