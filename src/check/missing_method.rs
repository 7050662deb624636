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

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, is_missing};

/// Reports a completed study whose `method` is missing or empty.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status == Some(Status::Completed) && is_missing(&case.meta, &field::METHOD) {
        reporter.report_field(&field::STATUS, "a completed study has no `method`", "say how it was measured, such as `ab-test`, `geo-lift` or `pre-post`");
    }
}
