//! A completed study has headings for its results and its learnings.
//!
//! Switched off unless `site.toml` says otherwise, because hubs differ. Readers who know where to look read faster: the
//! suggested order is Challenge, Objectives, Insight, Strategy, Execution, Results, Learnings, What to keep and what to
//! adapt, Next steps. Two of them are asked for, in the language of the record; records in other languages than English,
//! Portuguese, Spanish, French, German, Dutch, Italian, Indonesian, Japanese and Arabic are left alone.
//!
//! Add the heading, or switch the check off.
//!
//! ```toml
//! [checks]
//! "suggested-headings" = "warning"
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::words::Status;
use crate::check::{Context, Found, words};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    if case.status != Some(Status::Completed) {
        return;
    }
    for (name, known) in words::suggested_headings(&case.meta.language) {
        let has = case.meta.body.headings.iter().any(|heading| known.iter().any(|word| heading.text.to_lowercase().contains(word)));
        if !has {
            found.field("title", format!("the text has no heading for {name}"), format!("add one, such as `## {}`", capitalised(known[0])));
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
