//! A completed study has a `summary`: the result and for whom.
//!
//! The summary stands on cards, in search results and on the one-page print. Without it readers meet the first
//! sentences of the background instead, and pass over a study that would have spared them the test.
//!
//! Say in at most 300 characters what changed, by how much, and for whom it holds.
//!
//! ```yaml
//! summary: "A third plan lifted sign-ups by 6 %; holds for visitors who already compare plans."
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::words::Status;
use crate::check::{Context, Found, lacks};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    if case.status == Some(Status::Completed) && lacks(&case.meta, "summary") {
        found.field("status", "a completed study has no `summary`", "say in one or two sentences what changed, by how much and for whom");
    }
}
