//! A summary has at most 300 characters.
//!
//! It stands on cards and in search results, where longer ones are cut.
//!
//! Keep the result and for whom it holds; the rest belongs into the text.
//!
//! ```yaml
//! summary: "A third plan lifted sign-ups by 6 %; holds for visitors who already compare plans."
//! ```

use crate::catalog::CaseStudy;
use crate::check::{Context, Found};

/// Characters, not bytes.
const LONGEST: usize = 300;

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    let length = case.summary.as_ref().map_or(0, |summary| summary.chars().count());
    if length > LONGEST {
        found.field("summary", format!("a summary of {length} characters"), format!("keep it within {LONGEST}: the result and for whom it holds"));
    }
}
