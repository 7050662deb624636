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
use crate::check::{Context, Found, line_of};

pub fn check(meta: &Meta, _: &Context<'_>, found: &mut Found<'_>) {
    let mut above = 1;
    for heading in &*meta.body.headings {
        if heading.level > above + 1 {
            let message = format!("the heading `{}` is on level {}, below one on level {above}", heading.text, heading.level);
            found.span(
                line_of(&meta.body.text, heading.span.clone()),
                message,
                format!("use `{} {}`", "#".repeat(usize::from(above) + 1), heading.text),
            );
        }
        above = heading.level;
    }
}
