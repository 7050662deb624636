//! The search page: terms to browse by; scripts insert the results.

use serde::Serialize;

use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::{Facet, facets};
use crate::vocabulary::TermKind;

/// The view of the search page.
#[derive(Debug, Clone, Serialize)]
pub struct SearchPage {
    /// Facets of terms to browse by.
    pub facets: Vec<Facet>,
}

/// Composes the search page with the terms to browse by, each kind with its most frequent terms.
pub fn compose(context: &Context) -> ComposedPage<SearchPage> {
    let facets = TermKind::ALL
        .map(|kind| facets::term_facet(context, kind))
        .into_iter()
        .filter(|facet| !facet.values.is_empty())
        .collect();
    ComposedPage::from_title_key(context, "search.title", SearchPage { facets })
        .with_description(Some(context.language.text("share.describe_search")))
}
