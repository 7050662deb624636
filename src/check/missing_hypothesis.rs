//! A completed study says what was expected before the test began.
//!
//! A result without a hypothesis can be read as anything afterwards. With it, a reader in another market sees which
//! belief was put to the test and whether it is also theirs.
//!
//! Write one sentence with four parts: if, for whom, then by how much, because.
//!
//! ```yaml
//! hypothesis: "If the rate stands beside the price, for visitors of product pages, then conversion rises by 8 %, because
//!   households plan in monthly amounts."
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `hypothesis` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::HYPOTHESIS) {
        reporter.report_field(&field::STATUS, "a completed study has no `hypothesis`", "write \"if ... for ... then ... because ...\" in one sentence");
    }
}
