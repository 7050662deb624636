//! The search page: terms to browse by; scripts insert the results.

use serde::Serialize;

use crate::page::case_studies::{self, Facet};
use crate::page::context::Context;
use crate::page::{ComposedPage, View};
use crate::vocabulary::TermKind;

/// The view of the search page.
#[derive(Debug, Clone, Serialize)]
pub struct SearchPage {
    /// Facets of terms to browse by.
    pub facets: Vec<Facet>,
}

/// Composes the search page.
pub fn compose(context: &Context) -> ComposedPage {
    let facets = TermKind::ALL
        .map(|kind| case_studies::term_facet(context, kind))
        .into_iter()
        .filter(|facet| !facet.values.is_empty())
        .collect();
    ComposedPage::from_title_key(context, "search.title", View::Search(SearchPage { facets }))
}
