//! A title has at most 120 characters.
//!
//! Titles stand on cards, in lists and in search results, where longer ones are cut in the middle of a thought.
//!
//! Keep what was tested and where; the rest belongs into the summary.
//!
//! ```yaml
//! title: "Three short welcome mails keep more readers than one long mail"
//! ```

use crate::catalog::field::{self, MAX_TITLE_LENGTH};
use crate::catalog::Meta;
use crate::check::{CheckContext, Reporter};

/// Reports a title of more than `MAX_TITLE_LENGTH`.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let length = meta.title.chars().count();
    if length > MAX_TITLE_LENGTH {
        reporter.report_field(
            &field::TITLE,
            format!("a title of {length} characters"),
            format!("keep it within {MAX_TITLE_LENGTH}: what was tested and where"),
        );
    }
}
