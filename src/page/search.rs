//! The search page: facets to browse by, and the place where scripts put results.

use serde::Serialize;

use crate::page::case_studies::{self, Facet};
use crate::page::context::Context;
use crate::page::{Composed, View};
use crate::vocabulary::TermKind;

/// The view of the search page.
#[derive(Debug, Clone, Serialize)]
pub struct SearchPage {
    /// Terms to browse by.
    pub facets: Vec<Facet>,
}

/// Composes the page.
pub fn compose(context: &Context) -> Composed {
    let facets = TermKind::ALL.map(|kind| case_studies::terms(context, kind)).into_iter().filter(|facet| !facet.values.is_empty()).collect();
    Composed::new(context, "search.title", View::Search(SearchPage { facets }))
}
