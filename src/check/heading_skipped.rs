//! Headings go down one level at a time.
//!
//! People who listen to a page move by its headings, and the table of contents is made from them; a level that is left
//! out looks like a lost part. The title of the record is level one, so a body starts with `##`.
//!
//! Use the next level.
//!
//! ```markdown
//! ## Results
//!
//! ### By city
//! ```

use crate::catalog::Meta;
use crate::check::{CheckContext, Reporter, first_line};

/// Reports each heading that is more than one level below the heading before it; the first one is
/// compared with the title, which has level 1.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let mut previous_level = 1;
    for heading in &*meta.body.headings {
        if heading.level > previous_level + 1 {
            let message = format!("the heading `{}` is on level {}, below one on level {previous_level}", heading.text, heading.level);
            reporter.report_span(
                first_line(&meta.body.text, heading.span.clone()),
                message,
                format!("use `{} {}`", "#".repeat(usize::from(previous_level) + 1), heading.text),
            );
        }
        previous_level = heading.level;
    }
}
