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

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::Status;
use crate::check::{CheckContext, Reporter, text_patterns};

/// Reports each section for which a completed study has no heading, if its language has a lexicon.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status != Some(Status::Completed) {
        return;
    }
    for (section, words) in text_patterns::suggested_headings(&case.meta.language) {
        let has_heading = case.meta.body.headings.iter().any(|heading| words.iter().any(|word| heading.text.to_lowercase().contains(word)));
        if !has_heading {
            reporter.report_field(
                &field::TITLE,
                format!("the text has no heading for {section}"),
                format!("add one, such as `## {}`", capitalise(words[0])),
            );
        }
    }
}

/// The word with a capital first letter.
fn capitalise(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
