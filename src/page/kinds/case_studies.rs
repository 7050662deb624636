//! The list of all case studies, with facets.

use serde::Serialize;

use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::{EmptyState, Facet, PaginationLink, facets, frame, pagination};
use crate::site::pages::{PageKind, ROWS_FILE};

/// The view of one page of the list of all case studies.
#[derive(Debug, Clone, Serialize)]
pub struct CaseStudiesPage {
    /// Title of the page.
    pub title: String,
    /// A sentence about the list.
    pub description: String,
    /// Shown in a hub without case studies.
    pub empty: Option<EmptyState>,
    /// Site path of the JSON file with all rows, for the script.
    pub data: String,
    /// Facets for filtering the list.
    pub facets: Vec<Facet>,
    /// Number of case studies, in words.
    pub count: String,
    /// Sort orders, the default first.
    pub sorts: Vec<SortOption>,
    /// Case studies on this page, as values of `CaseIndex`.
    pub rows: Vec<u32>,
    /// Pagination links; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// A sort order of the list, which the script applies.
#[derive(Debug, Clone, Serialize)]
pub struct SortOption {
    /// `date`, `grade` or `lift`.
    pub id: &'static str,
    /// Label of the sort order.
    pub label: String,
}

/// Composes one page of the list of all case studies; `page_index` is zero-based.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<CaseStudiesPage> {
    let count = context.listed.len();
    let empty = (count == 0).then(|| EmptyState {
        title: context.text("empty.cases"),
        text: context.text("empty.cases_text"),
        url: frame::free_pages(context).into_iter().next().map(|page| page.url),
        action: context.text("empty.cases_action"),
    });
    let view = CaseStudiesPage {
        title: context.text("list.title"),
        description: context.text("list.description"),
        empty,
        data: ROWS_FILE.into(),
        facets: facets::of_list(context).to_vec(),
        count: context.language.plural_text("count.case_studies", count, &[]),
        sorts: sort_options(context),
        rows: pagination::rows_on_page(&context.listed, page_index)
            .iter()
            .map(|case| case.0)
            .collect(),
        pages: pagination::links(PageKind::CaseStudies.address(), count, page_index),
    };
    ComposedPage::from_title_key(context, "list.title", view)
        .with_description(Some(context.language.text("list.description")))
        .with_feed(PageKind::Feed.address())
}

/// The sort orders that readers can choose, the one of the published list first.
fn sort_options(context: &Context) -> Vec<SortOption> {
    [("date", "sort.date"), ("grade", "sort.grade"), ("lift", "sort.lift")]
        .map(|(id, label)| SortOption { id, label: context.text(label) })
        .into()
}
