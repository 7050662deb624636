//! Every image has a text that says what it shows.
//!
//! People who listen to the page, people on slow lines and the search index have only this text.
//!
//! Say what the picture shows, and the figures that matter in it.
//!
//! ```markdown
//! ![Two plans side by side; the third, dearer one is marked as new](plans.svg)
//! ```

use crate::catalog::Meta;
use crate::check::{Context, Found};

pub fn check(meta: &Meta, _: &Context<'_>, found: &mut Found<'_>) {
    for link in meta.body.links.iter().filter(|link| link.image && link.alt.trim().is_empty()) {
        found.span(
            link.span.clone(),
            format!("the image `{}` has no text", link.written),
            "say what it shows: `![two plans side by side](plans.svg)`",
        );
    }
}
