//! The list of all case studies, with facets.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::words::{Grade, Outcome, Word};
use crate::page::context::Context;
use crate::page::listing;
use crate::page::parts::{Empty, Link, Step};
use crate::page::{Composed, PageKind, View, say, steps};
use crate::vocabulary::TermKind;

/// The view of the list.
#[derive(Debug, Clone, Serialize)]
pub struct CaseStudies {
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What to do where there is none.
    pub empty: Option<Empty>,
    /// Where the script finds all rows.
    pub data: String,
    /// What the list can be narrowed by.
    pub facets: Vec<Facet>,
    /// How many there are, in words.
    pub count: String,
    /// Ways to sort.
    pub sorts: Vec<Way>,
    /// The rows of this page.
    pub rows: Vec<u32>,
    /// Further pages.
    pub pages: Vec<Step>,
}

/// A way to sort.
#[derive(Debug, Clone, Serialize)]
pub struct Way {
    /// `date`, `grade` or `lift`.
    pub id: &'static str,
    /// In words.
    pub label: String,
}

/// Something a list can be narrowed by.
#[derive(Debug, Clone, Serialize)]
pub struct Facet {
    /// Its field: `market`.
    pub id: &'static str,
    /// Its name.
    pub label: String,
    /// Whether it is unfolded.
    pub open: bool,
    /// Its values, most frequent first.
    pub values: Vec<FacetValue>,
    /// The page with all of them.
    pub more: Option<Link>,
}

/// One value.
#[derive(Debug, Clone, Serialize)]
pub struct FacetValue {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// How many case studies have it.
    pub count: String,
    /// Its page; without one it needs scripts.
    pub url: Option<String>,
}

/// The most values of one facet without scripts.
const MOST_VALUES: usize = 8;

/// Composes one page of the list.
pub fn compose(context: &Context, step: usize) -> Composed {
    let count = context.catalog.cases.len();
    let empty = (count == 0).then(|| Empty {
        title: context.text("empty.cases"),
        text: context.text("empty.cases_text"),
        url: super::frame::free_pages(context).into_iter().next().map(|page| page.url),
        action: context.text("empty.cases_action"),
    });
    let view = CaseStudies {
        title: context.text("list.title"),
        description: context.text("list.description"),
        empty,
        data: listing::ROWS.into(),
        facets: context.facets().to_vec(),
        count: context.language.count("count.case_studies", count, &[]),
        sorts: sorts(context),
        rows: steps::rows(&context.newest, step).iter().map(|case| case.0).collect(),
        pages: steps::steps(PageKind::CaseStudies.address(), count, step),
    };
    Composed::new(context, "list.title", View::CaseStudies(view))
        .described(Some(context.language.text("list.description")))
        .fed(PageKind::Feed.address())
}

fn sorts(context: &Context) -> Vec<Way> {
    [("date", "sort.date"), ("grade", "sort.grade"), ("lift", "sort.lift")].map(|(id, label)| Way { id, label: context.text(label) }).into()
}

/// Every facet of the hub.
pub fn facets(context: &Context) -> Vec<Facet> {
    let mut facets = vec![outcomes(context)];
    facets.extend(TermKind::ALL.map(|kind| terms(context, kind)));
    facets.push(grades(context));
    facets.push(years(context));
    facets.retain(|facet| !facet.values.is_empty());
    facets
}

fn outcomes(context: &Context) -> Facet {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &context.rows {
        *counts.entry(row.signal.id).or_default() += 1;
    }
    let known =
        Outcome::ALL.iter().map(|outcome| outcome.as_str()).chain(["planned", "running", "completed", "stopped-early", "archived", "not-stated"]);
    let label = |id: &str| context.rows.iter().find(|row| row.signal.id == id).map_or_else(String::new, |row| row.signal.label.clone());
    let values = known.filter_map(|id| counts.get(id).map(|count| value(context, id, label(id), *count, None))).collect();
    Facet { id: "outcome", label: context.text("facet.outcome"), open: true, values, more: None }
}

/// Terms of one kind that are in use, most frequent first.
pub fn terms(context: &Context, kind: TermKind) -> Facet {
    let mut counted: Vec<(usize, crate::page::TermRef)> =
        context.terms_of(kind).into_iter().filter_map(|term| Some((term.tally(context)?.cases.len(), term))).collect();
    counted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let (label, all, open) = match kind {
        TermKind::Markets => ("facet.market", "facet.all_markets", true),
        TermKind::Groups => ("facet.group", "facet.all_groups", false),
        TermKind::Channels => ("facet.channel", "facet.all_channels", false),
        TermKind::Tactics => ("facet.tactic", "facet.all_tactics", true),
    };
    let link = |(count, term): &(usize, crate::page::TermRef)| {
        let link = term.link(context);
        value(context, &term.term(&context.catalog.vocabulary).slug(), link.label, *count, Some(link.url))
    };
    let values = counted.iter().take(MOST_VALUES).map(link).collect();
    let more = (counted.len() > MOST_VALUES).then(|| Link::new(kind.address().to_owned(), context.language.count(all, counted.len(), &[])));
    Facet { id: kind.facet(), label: context.text(label), open, values, more }
}

fn grades(context: &Context) -> Facet {
    let count = |grade: Grade| context.catalog.cases.iter().filter(|case| case.graded.grade == Some(grade)).count();
    let values = Grade::ALL.iter().map(|grade| (grade, count(*grade))).filter(|(_, count)| *count > 0);
    let values = values
        .map(|(grade, count)| {
            value(context, grade.as_str(), context.language.fill("facet.grade_is", &[("grade", say::letters(*grade).1)]), count, None)
        })
        .collect();
    Facet { id: "grade", label: context.text("facet.grade"), open: false, values, more: None }
}

fn years(context: &Context) -> Facet {
    let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
    for day in context.catalog.cases.iter().filter_map(|case| case.day()) {
        *counts.entry(day.year()).or_default() += 1;
    }
    let values = counts.iter().rev().map(|(year, count)| value(context, &year.to_string(), year.to_string(), *count, None)).collect();
    Facet { id: "year", label: context.text("facet.year"), open: false, values, more: None }
}

fn value(context: &Context, id: &str, label: String, count: usize, url: Option<String>) -> FacetValue {
    FacetValue { id: id.to_owned(), label, count: context.language.whole(count), url }
}
