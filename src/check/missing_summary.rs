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

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `summary` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::SUMMARY) {
        reporter.report_field(&field::STATUS, "a completed study has no `summary`", "say in one or two sentences what changed, by how much and for whom");
    }
}
