//! The list of all case studies, with facets.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::keywords::{Grade, Keyword, Outcome};
use crate::page::context::Context;
use crate::page::listing;
use crate::page::parts::{EmptyState, Link, PaginationLink};
use crate::page::{ComposedPage, PageKind, View, display, pagination};
use crate::vocabulary::TermKind;

/// The view of one page of the list.
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

/// A sort order.
#[derive(Debug, Clone, Serialize)]
pub struct SortOption {
    /// `date`, `grade` or `lift`.
    pub id: &'static str,
    /// Label of the sort order.
    pub label: String,
}

/// A field by which a list can be filtered.
#[derive(Debug, Clone, Serialize)]
pub struct Facet {
    /// Id of the field: `market`.
    pub id: &'static str,
    /// Label of the field.
    pub label: String,
    /// Whether the values are expanded at first.
    pub open: bool,
    /// Values with the number of case studies; terms with the most case studies first.
    pub values: Vec<FacetValue>,
    /// Link to the page with all values, where not all are shown.
    pub more: Option<Link>,
}

/// A value of a facet.
#[derive(Debug, Clone, Serialize)]
pub struct FacetValue {
    /// Id of the value.
    pub id: String,
    /// Label of the value.
    pub label: String,
    /// Number of case studies with this value.
    pub count: String,
    /// Site path of the value's own page; without one the value works only with scripts.
    pub url: Option<String>,
}

/// The most values shown for one facet of terms.
const MAX_VALUES: usize = 8;

/// Composes one page of the list.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage {
    let count = context.catalog.cases.len();
    let empty = (count == 0).then(|| EmptyState {
        title: context.text("empty.cases"),
        text: context.text("empty.cases_text"),
        url: super::frame::free_pages(context).into_iter().next().map(|page| page.url),
        action: context.text("empty.cases_action"),
    });
    let view = CaseStudiesPage {
        title: context.text("list.title"),
        description: context.text("list.description"),
        empty,
        data: listing::ROWS_FILE.into(),
        facets: context.facets().to_vec(),
        count: context.language.plural_text("count.case_studies", count, &[]),
        sorts: sort_options(context),
        rows: pagination::rows_on_page(&context.newest_first, page_index)
            .iter()
            .map(|case| case.0)
            .collect(),
        pages: pagination::links(PageKind::CaseStudies.address(), count, page_index),
    };
    ComposedPage::from_title_key(context, "list.title", View::CaseStudies(view))
        .with_description(Some(context.language.text("list.description")))
        .with_feed(PageKind::Feed.address())
}

fn sort_options(context: &Context) -> Vec<SortOption> {
    [("date", "sort.date"), ("grade", "sort.grade"), ("lift", "sort.lift")]
        .map(|(id, label)| SortOption { id, label: context.text(label) })
        .into()
}

/// Every facet with at least one value.
pub fn compose_facets(context: &Context) -> Vec<Facet> {
    let mut facets = vec![outcome_facet(context)];
    facets.extend(TermKind::ALL.map(|kind| term_facet(context, kind)));
    facets.push(grade_facet(context));
    facets.push(year_facet(context));
    facets.retain(|facet| !facet.values.is_empty());
    facets
}

fn outcome_facet(context: &Context) -> Facet {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &context.rows {
        *counts.entry(row.signal.id).or_default() += 1;
    }
    let outcome_ids = Outcome::ALL.iter().map(|outcome| outcome.as_str()).chain([
        "planned",
        "running",
        "completed",
        "stopped-early",
        "archived",
        "not-stated",
    ]);
    let label = |id: &str| {
        context
            .rows
            .iter()
            .find(|row| row.signal.id == id)
            .map_or_else(String::new, |row| row.signal.label.clone())
    };
    let values = outcome_ids
        .filter_map(|id| {
            counts.get(id).map(|count| facet_value(context, id, label(id), *count, None))
        })
        .collect();
    Facet { id: "outcome", label: context.text("facet.outcome"), open: true, values, more: None }
}

/// The facet of one kind of term: terms in use, those with the most case studies first.
pub fn term_facet(context: &Context, kind: TermKind) -> Facet {
    let mut counted: Vec<(usize, crate::page::TermRef)> = context
        .terms_with_page(kind)
        .into_iter()
        .filter_map(|term| Some((term.tally(context)?.cases.len(), term)))
        .collect();
    counted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let (label, all, open) = match kind {
        TermKind::Markets => ("facet.market", "facet.all_markets", true),
        TermKind::Groups => ("facet.group", "facet.all_groups", false),
        TermKind::Channels => ("facet.channel", "facet.all_channels", false),
        TermKind::Tactics => ("facet.tactic", "facet.all_tactics", true),
    };
    let link = |(count, term): &(usize, crate::page::TermRef)| {
        let link = term.link(context);
        facet_value(
            context,
            &term.term(&context.catalog.vocabulary).slug(),
            link.label,
            *count,
            Some(link.url),
        )
    };
    let values = counted.iter().take(MAX_VALUES).map(link).collect();
    let more = (counted.len() > MAX_VALUES).then(|| {
        Link::new(kind.address().to_owned(), context.language.plural_text(all, counted.len(), &[]))
    });
    Facet { id: kind.facet(), label: context.text(label), open, values, more }
}

fn grade_facet(context: &Context) -> Facet {
    let count = |grade: Grade| {
        context.catalog.cases.iter().filter(|case| case.evidence_grade.grade == Some(grade)).count()
    };
    let values =
        Grade::ALL.iter().map(|grade| (grade, count(*grade))).filter(|(_, count)| *count > 0);
    let values = values
        .map(|(grade, count)| {
            facet_value(
                context,
                grade.as_str(),
                context
                    .language
                    .text_with("facet.grade_is", &[("grade", display::grade_letters(*grade).1)]),
                count,
                None,
            )
        })
        .collect();
    Facet { id: "grade", label: context.text("facet.grade"), open: false, values, more: None }
}

fn year_facet(context: &Context) -> Facet {
    let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
    for day in context.catalog.cases.iter().filter_map(|case| case.sort_date()) {
        *counts.entry(day.year()).or_default() += 1;
    }
    let values = counts
        .iter()
        .rev()
        .map(|(year, count)| {
            facet_value(context, &year.to_string(), year.to_string(), *count, None)
        })
        .collect();
    Facet { id: "year", label: context.text("facet.year"), open: false, values, more: None }
}

fn facet_value(
    context: &Context,
    id: &str,
    label: String,
    count: usize,
    url: Option<String>,
) -> FacetValue {
    FacetValue { id: id.to_owned(), label, count: context.language.format_integer(count), url }
}
