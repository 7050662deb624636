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
use crate::check::{CheckContext, Reporter};

/// Reports each image whose alternative text is blank.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for link in meta.body.links.iter().filter(|link| link.alt.as_deref().is_some_and(|alt| alt.trim().is_empty())) {
        let hint = if link.is_in_html {
            "say what it shows: `alt=\"two plans side by side\"`"
        } else {
            "say what it shows: `![two plans side by side](plans.svg)`"
        };
        reporter.report_span(link.span.clone(), format!("the image `{}` has no text", link.destination), hint);
    }
}
