//! A completed study says how it was measured.
//!
//! The evidence grade rests on the method: a randomised test can reach grade A, a comparison of before and after at best
//! grade C. Without a method a study is graded D whatever it found.
//!
//! Choose `ab-test`, `multivariate`, `geo-lift`, `holdout`, `lift-study`, `switchback`, `matched-market`, `pre-post`,
//! `survey`, `observational` or `qualitative`.
//!
//! ```yaml
//! method: geo-lift
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::words::Status;
use crate::check::{Context, Found, lacks};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    if case.status == Some(Status::Completed) && lacks(&case.meta, "method") {
        found.field("status", "a completed study has no `method`", "say how it was measured, such as `ab-test`, `geo-lift` or `pre-post`");
    }
}
