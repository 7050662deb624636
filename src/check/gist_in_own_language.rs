//! The gist of a record is in another language than the record.
//!
//! `translations` says in short what the record says, for readers of other languages. Under the record's own
//! language nobody sees it: readers of that language see the record itself.
//!
//! Correct the tag of the language, or `language` of the record; where both are right, remove the gist.
//!
//! ```yaml
//! language: ja
//! translations:
//!   en: {title: "One message an hour after an abandoned basket"}
//! ```

use crate::catalog::Meta;
use crate::check::{CheckContext, Reporter};

/// Reports each gist of a record whose language tag is that of the record.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for gist in meta.gists.iter().filter(|gist| gist.language.eq_ignore_ascii_case(&meta.language)) {
        reporter.report_span(
            gist.span.clone(),
            format!("the record itself is in `{}`", meta.language),
            "correct the tag, or `language` of the record; else remove this gist, because nobody sees it",
        );
    }
}
