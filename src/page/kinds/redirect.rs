//! The page at an old address, which redirects to the current address of a record.

use serde::Serialize;

use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_label;

/// The view of a page at an old address that leads to the current one.
#[derive(Debug, Clone, Serialize)]
pub struct Redirect {
    /// Site path of the target.
    pub url: String,
    /// Full address of the target; a site path where the hub has no base URL.
    pub canonical: String,
    /// Title of the target.
    pub title: String,
}

/// Composes the redirect to the address `target`, whose title is shown where it is that of a case
/// study.
pub fn compose(context: &Context, target: &str) -> ComposedPage<Redirect> {
    let title = context
        .catalog
        .cases
        .iter()
        .map(|case| &case.meta)
        .find(|meta| meta.address == target)
        .map_or_else(|| target.to_owned(), |meta| shown_label(context, meta).to_owned());
    let view = Redirect {
        url: target.to_owned(),
        canonical: format!("{}{target}", context.site.base_url),
        title: title.clone(),
    };
    ComposedPage::from_title(context, &title, view)
}
