//! An old address that leads to the record's own.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::{Composed, View};

/// The view of a redirect.
#[derive(Debug, Clone, Serialize)]
pub struct Redirect {
    /// Where it leads.
    pub url: String,
    /// The same as a full address, as far as the hub knows its own.
    pub canonical: String,
    /// Title of what is there.
    pub title: String,
}

/// Composes the redirect to an address.
pub fn compose(context: &Context, to: &str) -> Composed {
    let title =
        context.catalog.cases.iter().map(|case| &case.meta).find(|meta| meta.address == to).map_or_else(|| to.to_owned(), |meta| meta.title.clone());
    let view = Redirect { url: to.to_owned(), canonical: format!("{}{to}", context.site.base_url), title: title.clone() };
    Composed::titled(context, &title, View::Redirect(view))
}
