//! Every result says where its figures come from.
//!
//! A figure without a source cannot be checked, and a study whose primary result has none cannot reach an evidence grade
//! of A or C.
//!
//! Name the tool, panel or report, as precisely as a colleague needs to find it.
//!
//! ```yaml
//! results:
//!   - {metric: ctr, role: primary, lift: 5.1, source: "ad manager, campaign report of week 22"}
//! ```

use crate::catalog::CaseStudy;
use crate::check::{Context, Found, line_of};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    for reported in case.results.iter().filter(|reported| reported.source.is_none()) {
        let span = line_of(&case.meta.body.text, reported.span.clone());
        found.span(span, "a result without a `source`", "name the tool, panel or report the figures come from");
    }
}
