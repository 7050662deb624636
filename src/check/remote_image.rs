//! A picture, film or sound of another host loads by itself.
//!
//! Each reader's browser calls that host without being asked: it learns who reads what and when, can change the picture, and may be gone
//! tomorrow.
//!
//! Save the file beside the record and name it relative to the record's file: `![The poster](poster.jpg)`. A link that a reader follows is
//! no such call.

use crate::catalog::Meta;
use crate::check::{Context, Found};

pub(super) fn check(meta: &Meta, _: &Context<'_>, found: &mut Found<'_>) {
    for link in meta.body.links.iter().filter(|link| link.loads_from_elsewhere()) {
        let host = link.written.split("//").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        found.span(
            link.span.clone(),
            format!("the browser of every reader asks `{host}` for this"),
            "save the file beside the record and name it relative to the record's file",
        );
    }
}
