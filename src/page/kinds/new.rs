//! What is new: what happened to case studies, by month.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::evidence::{Event, Month};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::event_row::{self, EventRow};
use crate::page::parts::term_filter::{self, TermFilter};
use crate::page::parts::{EmptyState, Link, PaginationLink, breadcrumbs, pagination};
use crate::page::spec::{Page, PageSpec};
use crate::site::pages::{NEW_FEED, PageKind, ROWS_PER_PAGE};

/// The view of what is new: of the latest months, or of one page of a month.
#[derive(Debug, Clone, Serialize)]
pub struct NewPage {
    /// Breadcrumb links; empty on the first page.
    pub crumbs: Vec<Link>,
    /// Title of the page.
    pub title: String,
    /// A sentence about the page.
    pub description: String,
    /// Shown where nothing has a day yet.
    pub empty: Option<EmptyState>,
    /// Filters that the script applies to the rows.
    pub filters: Vec<TermFilter>,
    /// Site path of the search for all that happened in the months shown.
    pub search: String,
    /// Months on this page, newest first.
    pub months: Vec<MonthView>,
    /// Pagination links of a month; empty for a single page.
    pub pages: Vec<PaginationLink>,
    /// All months with events by year, newest first.
    pub years: Vec<YearView>,
    /// Site path of the feed.
    pub feed: &'static str,
}

/// The events of one month.
#[derive(Debug, Clone, Serialize)]
pub struct MonthView {
    /// The month, ISO 8601: `2026-11`.
    pub id: String,
    /// The month in words.
    pub title: String,
    /// Number of its events, in words.
    pub count: String,
    /// Its events by kind.
    pub kinds: Vec<KindView>,
    /// Link to the page with all events of the month, where not all are shown.
    pub more: Option<Link>,
}

/// The events of one kind in a month.
#[derive(Debug, Clone, Serialize)]
pub struct KindView {
    /// Id of the kind: `finished`.
    pub id: &'static str,
    /// Label of the kind.
    pub label: String,
    /// Number of all events of this kind in the month, as formatted text.
    pub count: String,
    /// The first events, newest first.
    pub rows: Vec<EventRow>,
    /// Further events, which are folded away.
    pub rest: Vec<EventRow>,
    /// Label of the button that unfolds them.
    pub rest_label: String,
}

/// The months of one year that have events.
#[derive(Debug, Clone, Serialize)]
pub struct YearView {
    /// The year.
    pub label: String,
    /// Its months, newest first.
    pub months: Vec<MonthLink>,
}

/// A link to the page of a month.
#[derive(Debug, Clone, Serialize)]
pub struct MonthLink {
    /// Site path of the page.
    pub url: String,
    /// The month in words.
    pub label: String,
    /// Number of its events, as formatted text.
    pub count: String,
    /// Whether it is the month of this page.
    pub current: bool,
}

/// The most events of one kind and month that are shown at once.
const OPEN_ROWS: usize = 12;

/// Lists the page of the latest months, and the pages of every month with events.
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = vec![Page::new(PageKind::New.address(), PageSpec::New(None, 0))];
    for (month, events) in events_by_month(context) {
        pages.extend(
            pagination::page_addresses(&month_address(month), events.len())
                .map(|(address, at)| Page::new(address, PageSpec::New(Some(month), at))),
        );
    }
    pages
}

/// Address of the page of a month: `new/2026-11/`.
pub fn month_address(month: Month) -> String {
    format!("{}{month}/", PageKind::New.address())
}

/// The events of every month that has any, oldest month first; within a month newest first.
fn events_by_month<'a>(context: &Context<'a>) -> BTreeMap<Month, &'a [Event]> {
    let is_same_month =
        |one: &Event, other: &Event| Month::from_date(one.day) == Month::from_date(other.day);
    let months = context.evidence.events.chunk_by(is_same_month);
    months.map(|events| (Month::from_date(events[0].day), events)).collect()
}

/// Composes the page of the latest months, or one page of a month; `page_index` is zero-based.
pub fn compose(
    context: &Context,
    month: Option<Month>,
    page_index: usize,
) -> ComposedPage<NewPage> {
    let all = events_by_month(context);
    let shown: Vec<(Month, Vec<&Event>)> = match month {
        Some(month) => {
            let events = sort_by_kind(all.get(&month).copied().unwrap_or(&[]));
            vec![(month, pagination::rows_on_page(&events, page_index).to_vec())]
        }
        None => latest_months(&all),
    };
    let title = match month {
        Some(month) => context.language.text_with(
            "new.title_of",
            &[("month", &context.language.format_month(month.first_day()))],
        ),
        None => context.text("new.title"),
    };
    let cases = shown.iter().flat_map(|(_, events)| events).map(|event| event.case);
    let view = NewPage {
        crumbs: match month {
            Some(_) => {
                breadcrumbs([(PageKind::New.address().to_owned(), context.text("new.title"))])
            }
            None => Vec::new(),
        },
        title: title.clone(),
        description: context.text("new.description"),
        empty: all.is_empty().then(|| EmptyState {
            title: context.text("new.nothing"),
            text: context.text("new.nothing_text"),
            url: Some(PageKind::CaseStudies.address().into()),
            action: context.text("nav.case_studies"),
        }),
        filters: term_filter::compose(context, cases),
        search: search_address(&shown),
        pages: month
            .map(|month| {
                let count = all.get(&month).map_or(0, |events| events.len());
                pagination::links(&month_address(month), count, page_index)
            })
            .unwrap_or_default(),
        months: shown
            .iter()
            .map(|(shown_month, events)| {
                let all_events = all.get(shown_month).copied().unwrap_or(&[]);
                month_view(context, *shown_month, events, all_events, month.is_none())
            })
            .collect(),
        years: year_views(context, &all, month),
        feed: NEW_FEED,
    };
    let about = context.language.text("new.description");
    let description = match month {
        Some(_) => format!("{title}: {about}"),
        None => about.to_owned(),
    };
    ComposedPage::from_title(context, &title, view)
        .with_description(Some(&description))
        .with_feed(NEW_FEED)
}

/// The latest months, as many as fit on one page and at least one, whose events are cut off at the
/// length of a page.
fn latest_months<'a>(all: &BTreeMap<Month, &'a [Event]>) -> Vec<(Month, Vec<&'a Event>)> {
    let mut months = Vec::new();
    let mut count = 0;
    for (month, events) in all.iter().rev() {
        count += events.len();
        if count > ROWS_PER_PAGE && !months.is_empty() {
            break;
        }
        let mut sorted = sort_by_kind(events);
        sorted.truncate(ROWS_PER_PAGE);
        months.push((*month, sorted));
    }
    months
}

/// The events of a month in display order: by kind, then newest first.
fn sort_by_kind(events: &[Event]) -> Vec<&Event> {
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_by_key(|event| event.kind);
    sorted
}

/// Site path of the search for what happened in the months shown; without months, of the search
/// page.
fn search_address(shown: &[(Month, Vec<&Event>)]) -> String {
    let search = PageKind::Search.address();
    match (shown.last(), shown.first()) {
        (Some((first, _)), Some((last, _))) if first == last => {
            format!("{search}?q=changed:{first}")
        }
        (Some((first, _)), Some((last, _))) => format!("{search}?q=changed:{first}..{last}"),
        _ => search.to_owned(),
    }
}

/// A month with some of its events, which are in display order; `links_to_all` adds a link to its
/// own page where they are not all.
fn month_view(
    context: &Context,
    month: Month,
    shown: &[&Event],
    all: &[Event],
    links_to_all: bool,
) -> MonthView {
    let language = context.language;
    let kind_view = |events: &[&Event]| {
        let kind = events[0].kind;
        let count = all.iter().filter(|event| event.kind == kind).count();
        // A fold for one or two rows would hide more than it saves.
        let open = if events.len() > OPEN_ROWS + 2 { OPEN_ROWS } else { events.len() };
        let (first, rest) = events.split_at(open);
        let rows = |events: &[&Event]| {
            events.iter().map(|event| event_row::compose(context, event)).collect::<Vec<_>>()
        };
        KindView {
            id: kind.as_str(),
            label: event_row::kind_label(language, kind),
            count: language.format_integer(count),
            rows: rows(first),
            rest: rows(rest),
            rest_label: language.plural_text("new.more_rows", rest.len(), &[]),
        }
    };
    MonthView {
        id: month.to_string(),
        title: language.format_month(month.first_day()),
        count: language.plural_text("new.events", all.len(), &[]),
        kinds: shown.chunk_by(|one, other| one.kind == other.kind).map(kind_view).collect(),
        more: (links_to_all && shown.len() < all.len()).then(|| {
            Link::new(
                month_address(month),
                language.plural_text("new.all_of_month", all.len(), &[]),
            )
        }),
    }
}

/// All months with events by year, newest first; `current` is the month of the page.
fn year_views(
    context: &Context,
    all: &BTreeMap<Month, &[Event]>,
    current: Option<Month>,
) -> Vec<YearView> {
    let months: Vec<(Month, usize)> =
        all.iter().rev().map(|(month, events)| (*month, events.len())).collect();
    let link = |(month, count): &(Month, usize)| MonthLink {
        url: month_address(*month),
        label: context.language.format_month(month.first_day()),
        count: context.language.format_integer(*count),
        current: Some(*month) == current,
    };
    months
        .chunk_by(|one, other| one.0.year == other.0.year)
        .map(|months| YearView {
            label: months[0].0.year.to_string(),
            months: months.iter().map(link).collect(),
        })
        .collect()
}
