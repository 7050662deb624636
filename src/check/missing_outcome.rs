//! A completed study says what came out.
//!
//! Counts, win rates and the filters of the site rest on `outcome`. A study without one is shown as "not stated" and
//! counted in no rate.
//!
//! Choose `won`, `lost`, `no-effect` (enough data, no difference), `inconclusive` (too little data), `invalid` (the test
//! itself failed) or `in-evaluation` (still being read).
//!
//! ```yaml
//! status: completed
//! outcome: inconclusive
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `outcome` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::OUTCOME) {
        reporter.report_field(
            &field::STATUS,
            "a completed study has no `outcome`",
            "one of `won`, `lost`, `inconclusive`, `no-effect`, `invalid`, `in-evaluation`",
        );
    }
}
