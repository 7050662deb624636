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
use crate::check::{CheckContext, Reporter, first_line};

/// Reports each result that states no source.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for result in case.results.iter().filter(|result| result.source.is_none()) {
        let span = first_line(&case.meta.body.text, result.span.clone());
        reporter.report_span(span, "a result without a `source`", "name the tool, panel or report the figures come from");
    }
}
