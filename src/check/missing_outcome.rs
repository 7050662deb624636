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

use crate::catalog::CaseStudy;
use crate::catalog::words::Status;
use crate::check::{Context, Found, lacks};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    if case.status == Some(Status::Completed) && lacks(&case.meta, "outcome") {
        found.field("status", "a completed study has no `outcome`", "one of `won`, `lost`, `inconclusive`, `no-effect`, `invalid`, `in-evaluation`");
    }
}
