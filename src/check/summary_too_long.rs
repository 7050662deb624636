//! A summary has at most 300 characters.
//!
//! It stands on cards and in search results, where longer ones are cut.
//!
//! Keep the result and for whom it holds; the rest belongs into the text.
//!
//! ```yaml
//! summary: "A third plan lifted sign-ups by 6 %; holds for visitors who already compare plans."
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::check::{CheckContext, Reporter};

/// The longest summary without a warning, in characters.
const MAX_CHARACTERS: usize = 300;

/// Reports a summary of more than `MAX_CHARACTERS`.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let length = case.summary.as_ref().map_or(0, |summary| summary.chars().count());
    if length > MAX_CHARACTERS {
        reporter.report_field(
            &field::SUMMARY,
            format!("a summary of {length} characters"),
            format!("keep it within {MAX_CHARACTERS}: the result and for whom it holds"),
        );
    }
}
