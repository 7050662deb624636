//! A picture, film or sound of another host loads by itself.
//!
//! Each reader's browser calls that host without being asked: it learns who reads what and when, can change the picture, and may be gone
//! tomorrow.
//!
//! Save the file beside the record and name it relative to the record's file: `![The poster](poster.jpg)`. A link that a reader follows is
//! no such call. `remote_images = "refuse"` under `[content]` in site.toml publishes a link in place of each; in
//! raw HTML the address goes.

use crate::catalog::Meta;
use crate::check::{CheckContext, Reporter};
use crate::site::RemoteImages;

/// Reports each image or other embedded file that a reader's browser would load from another host.
pub(super) fn check(meta: &Meta, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for link in meta.body.links.iter().filter(|link| link.is_remote_image()) {
        let host = link.destination.split("//").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        reporter.report_span(
            link.span.clone(),
            match context.site.content.remote_images {
                RemoteImages::Allow => format!("the browser of every reader asks `{host}` for this"),
                RemoteImages::Refuse if link.is_in_html => format!("this is a picture, film or sound of `{host}`, so its address is left out"),
                RemoteImages::Refuse => format!("this is a picture of `{host}`, so a link is published in its place"),
            },
            "save the file beside the record and name it relative to the record's file",
        );
    }
}
