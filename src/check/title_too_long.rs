//! A title has at most 120 characters.
//!
//! Titles stand on cards, in lists and in search results, where longer ones are cut in the middle of a thought.
//!
//! Keep what was tested and where; the rest belongs into the summary.
//!
//! ```yaml
//! title: "Three short welcome mails keep more readers than one long mail"
//! ```

use crate::catalog::Meta;
use crate::check::{Context, Found};

/// Characters, not bytes.
const LONGEST: usize = 120;

pub fn check(meta: &Meta, _: &Context<'_>, found: &mut Found<'_>) {
    let length = meta.title.chars().count();
    if length > LONGEST {
        found.field("title", format!("a title of {length} characters"), format!("keep it within {LONGEST}: what was tested and where"));
    }
}
