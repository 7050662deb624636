//! What is planned and running: one row for each study under each of its markets, on a timeline of
//! months.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::catalog::keywords::Status;
use crate::catalog::{CaseIndex, CaseStudy};
use crate::evidence::Month;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_title;
use crate::page::parts::team::team_link;
use crate::page::parts::term_filter::{self, TermFilter, TermSlugs};
use crate::page::parts::{
    EmptyState, Link, OptionalLink, OriginalTitle, OutcomeMark, PaginationLink, pagination,
};
use crate::page::spec::{Page, PageSpec};
use crate::page::text::display;
use crate::page::text::language::trim_decimal;
use crate::similar::AnswerState;
use crate::site::pages::PageKind;
use crate::vocabulary::TermRef;

/// The view of one page of what is planned and running.
#[derive(Debug, Clone, Serialize)]
pub struct RunningPage {
    /// Title of the page.
    pub title: String,
    /// A sentence about the page.
    pub description: String,
    /// Shown where nothing is planned or running.
    pub empty: Option<EmptyState>,
    /// Number of planned and running studies, in words.
    pub count: String,
    /// Filters that the script applies to the rows.
    pub filters: Vec<TermFilter>,
    /// Site path of the search for all planned and running studies.
    pub search: String,
    /// Months of the timeline, oldest first.
    pub months: Vec<TimelineMonth>,
    /// Number of months.
    pub month_count: usize,
    /// Position of the build date, in percent of the timeline.
    pub today: String,
    /// Markets and market groups with the studies on this page.
    pub places: Vec<PlaceView>,
    /// Pagination links; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// A month as a column of the timeline.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineMonth {
    /// The month in words, with the year.
    pub label: String,
    /// The month in words, without the year unless it is the first column or January.
    pub short: String,
    /// Left edge, in percent of the timeline.
    pub x: String,
    /// Whether it is the month of the build date.
    pub current: bool,
}

/// A market or market group with its planned and running studies.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceView {
    /// Slug of the place, for anchors.
    pub id: String,
    /// Site path of the place; none for studies without a market.
    pub url: Option<String>,
    /// Label of the place.
    pub label: String,
    /// Number of all its planned and running studies, as formatted text.
    pub count: String,
    /// Running studies by start, then planned ones by start.
    pub rows: Vec<TimelineRow>,
}

/// A planned or running study as a row of the timeline.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineRow {
    /// Site path of the study.
    pub url: String,
    /// Title of the study, that of its gist first.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record, where that of a gist stands in its place.
    pub original: Option<OriginalTitle>,
    /// Planned or running.
    pub signal: OutcomeMark,
    /// When it runs, in words.
    pub when: String,
    /// Labels of its tactics and channels, separated by commas.
    pub means: String,
    /// The team or role to talk to, with a link to its page.
    pub owner: Option<OptionalLink>,
    /// What is overdue, in words.
    pub overdue: Option<String>,
    /// Planned or running studies that may be the same experiment, with links to the report.
    pub alike: Vec<Link>,
    /// Its time as a bar; none without a start, and outside the months shown.
    pub bar: Option<TimelineBar>,
    /// Terms by which the script filters.
    pub terms: TermSlugs,
}

/// The time of a study on the timeline, in percent of its width.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineBar {
    /// Left edge.
    pub x: String,
    /// Width.
    pub width: String,
    /// Whether the record states no end, so that the bar ends with the timeline.
    pub open: bool,
}

/// The most months of the timeline.
const MAX_MONTHS: i32 = 18;
/// The most months of the timeline before that of the build date.
const MAX_PAST_MONTHS: i32 = 5;

/// The months that the timeline shows.
#[derive(Debug, Clone, Copy)]
struct Timeline {
    /// The first month.
    first: Month,
    /// Number of months, at least one.
    count: i32,
}

/// Lists the pages of what is planned and running.
pub fn plan(context: &Context) -> Vec<Page> {
    pagination::page_addresses(PageKind::Running.address(), place_rows(context).len())
        .map(|(address, at)| Page::new(address, PageSpec::Running(at)))
        .collect()
}

/// Composes one page of what is planned and running; `page_index` is zero-based.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<RunningPage> {
    let rows = place_rows(context);
    let shown = pagination::rows_on_page(&rows, page_index);
    let open: Vec<&CaseStudy> =
        context.catalog.cases.iter().filter(|case| case.is_unfinished()).collect();
    let timeline = Timeline::of_studies(context.site.today, &open);
    let alike = open_duplicates(context);
    let view = RunningPage {
        title: context.text("running.title"),
        description: context.text("running.description"),
        empty: open.is_empty().then(|| EmptyState {
            title: context.text("running.nothing"),
            text: context.text("running.nothing_text"),
            url: Some(PageKind::Ideas.address().into()),
            action: context.text("nav.ideas"),
        }),
        count: count_line(context, &open),
        filters: term_filter::compose(context, shown.iter().map(|(_, case)| *case)),
        search: format!("{}?q=status:planned,running", PageKind::Search.address()),
        months: timeline.months(context),
        month_count: timeline.count as usize,
        today: trim_decimal(timeline.position(context.site.today)),
        places: shown
            .chunk_by(|one, other| one.0 == other.0)
            .map(|of_place| place_view(context, of_place, &rows, timeline, &alike))
            .collect(),
        pages: pagination::links(PageKind::Running.address(), rows.len(), page_index),
    };
    ComposedPage::from_title_key(context, "running.title", view)
        .with_description(Some(context.language.text("running.description")))
}

/// Planned and running studies, each under its market groups and under its markets outside these;
/// places by label, groups first, then studies without a place.
fn place_rows(context: &Context) -> Vec<(Option<TermRef>, CaseIndex)> {
    let mut rows = Vec::new();
    for (index, case) in context.catalog.iter_cases().filter(|(_, case)| case.is_unfinished()) {
        let places = places_of(context, case);
        if places.is_empty() {
            rows.push((None, index));
        }
        rows.extend(places.into_iter().map(|place| (Some(place), index)));
    }
    rows.sort_by_cached_key(|(place, index)| {
        let case = context.catalog.case(*index);
        let label = place.map(|place| place.label(context).to_lowercase());
        let is_market = matches!(place, Some(TermRef::Market(_)));
        let order = (case.status != Some(Status::Running), case.start.is_none(), case.start);
        (place.is_none(), is_market, label, *place, order, *index)
    });
    rows
}

/// The market groups that a study names, and its markets outside these.
fn places_of(context: &Context, case: &CaseStudy) -> Vec<TermRef> {
    let groups = &context.catalog.vocabulary.groups;
    let is_grouped =
        |market| case.stated_groups.iter().any(|group| groups[*group].members.contains(market));
    let markets = case.markets.iter().filter(|market| !is_grouped(market));
    let groups = case.stated_groups.iter().map(|group| TermRef::Group(*group));
    groups.chain(markets.map(|market| TermRef::Market(*market))).collect()
}

/// The number of running and of planned studies, in words.
fn count_line(context: &Context, open: &[&CaseStudy]) -> String {
    let running = open.iter().filter(|case| case.status == Some(Status::Running)).count();
    let parts =
        [("running.count_running", running), ("running.count_planned", open.len() - running)];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| context.language.plural_text(key, count, &[]))
        .collect();
    context.language.join_with_commas(&parts)
}

/// Other planned and running studies of each study that may be the same experiment, as long as
/// nobody has answered, with a link to their place in the report: families, and pairs outside them.
fn open_duplicates(context: &Context) -> BTreeMap<CaseIndex, Vec<Link>> {
    let mut alike: BTreeMap<CaseIndex, Vec<Link>> = BTreeMap::new();
    let is_open = |case: &CaseIndex| context.catalog.case(*case).is_unfinished();
    for family in context.similar.open_families() {
        let members: Vec<CaseIndex> = family.members.iter().copied().filter(is_open).collect();
        for member in members.iter().filter(|_| members.len() > 1) {
            let label =
                context.language.plural_text("running.alike_family", members.len() - 1, &[]);
            alike.entry(*member).or_default().push(Link::new(context.family_url(family), label));
        }
    }
    for (at, pair) in context.similar.pairs.iter().enumerate() {
        let is_answered = pair.state != AnswerState::Open || pair.family.is_some();
        if is_answered || !is_open(&pair.a) || !is_open(&pair.b) {
            continue;
        }
        for (case, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
            let title = shown_title(context, &context.catalog.case(other).meta).title;
            let label = context.language.text_with("running.alike", &[("study", &title)]);
            alike.entry(case).or_default().push(Link::new(context.pair_url(at), label));
        }
    }
    alike
}

/// A place with those of its studies that are on the page; `all` are the rows of all pages.
fn place_view(
    context: &Context,
    of_place: &[(Option<TermRef>, CaseIndex)],
    all: &[(Option<TermRef>, CaseIndex)],
    timeline: Timeline,
    alike: &BTreeMap<CaseIndex, Vec<Link>>,
) -> PlaceView {
    let place = of_place[0].0;
    let count = all.iter().filter(|(other, _)| *other == place).count();
    PlaceView {
        id: place.map_or_else(
            || "no-market".to_owned(),
            |place| {
                let slug = place.term(&context.catalog.vocabulary).slug();
                format!("{}-{slug}", place.kind().facet())
            },
        ),
        url: place.map(|place| place.address(&context.catalog.vocabulary)),
        label: place.map_or_else(
            || context.text("running.no_market"),
            |place| place.label(context).to_owned(),
        ),
        count: context.language.format_integer(count),
        rows: of_place
            .iter()
            .map(|(_, index)| {
                let links = alike.get(index).cloned().unwrap_or_default();
                timeline_row(context, *index, timeline, links)
            })
            .collect(),
    }
}

/// A study as a row of the timeline.
fn timeline_row(
    context: &Context,
    index: CaseIndex,
    timeline: Timeline,
    alike: Vec<Link>,
) -> TimelineRow {
    let (case, language) = (context.catalog.case(index), context.language);
    let vocabulary = &context.catalog.vocabulary;
    let tactics =
        case.tactics.iter().map(|id| vocabulary.tactics[*id].label_in(context.language_id()));
    let channels =
        case.channels.iter().map(|id| vocabulary.channels[*id].label_in(context.language_id()));
    let means: Vec<&str> = tactics.chain(channels).collect();
    let shown = shown_title(context, &case.meta);
    TimelineRow {
        url: case.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        signal: display::case_outcome_mark(language, case),
        when: display::format_run_dates(language, case)
            .unwrap_or_else(|| context.text("running.no_dates")),
        means: language.join_with_commas(&means),
        owner: case.owner.as_deref().map(|owner| team_link(context, owner)),
        overdue: overdue_note(context, case),
        alike,
        bar: timeline.bar(case),
        terms: term_filter::slugs(context, case),
    }
}

/// What is overdue of a study on the build date, in words: the start of a planned one, the end of
/// either; none where nothing is.
fn overdue_note(context: &Context, case: &CaseStudy) -> Option<String> {
    let today = context.site.today;
    let is_planned = case.status == Some(Status::Planned);
    let note =
        |key, day| context.language.text_with(key, &[("date", &context.language.format_day(day))]);
    let end = case.end.filter(|end| *end < today).map(|end| note("running.end_overdue", end));
    let start = case.start.filter(|start| is_planned && *start < today);
    end.or_else(|| start.map(|start| note("running.start_overdue", start)))
}

impl Timeline {
    /// The months in which the studies run, with that of the build date, at most `MAX_PAST_MONTHS`
    /// before it and `MAX_MONTHS` together.
    fn of_studies(today: Date, open: &[&CaseStudy]) -> Timeline {
        let current = Month::from_date(today);
        let days =
            |pick: fn(&CaseStudy) -> Option<Date>| open.iter().filter_map(move |case| pick(case));
        let mut first =
            days(|case| case.start).map(Month::from_date).min().unwrap_or(current).min(current);
        while current.months_since(first) > MAX_PAST_MONTHS {
            // A loop of a few thousand steps at most, because years are those of our time.
            first = first.next();
        }
        let last = days(|case| case.end.or(case.start)).map(Month::from_date).max();
        let last = last.unwrap_or(current).max(current);
        Timeline { first, count: (last.months_since(first) + 1).clamp(1, MAX_MONTHS) }
    }

    /// The months as columns.
    fn months(self, context: &Context) -> Vec<TimelineMonth> {
        let mut month = self.first;
        let current = Month::from_date(context.site.today);
        let mut months = Vec::new();
        for at in 0..self.count {
            let label = context.language.format_month(month.first_day());
            let short = context.language.month_name(month.first_day()).to_owned();
            months.push(TimelineMonth {
                short: if at == 0 || month.month == 1 { label.clone() } else { short },
                label,
                x: trim_decimal(f64::from(at) / f64::from(self.count) * 100.0),
                current: month == current,
            });
            month = month.next();
        }
        months
    }

    /// The position of the start of a day, in percent: 0 for the first day of the timeline, below 0
    /// before it, 100 for the day after the last.
    fn position(self, day: Date) -> f64 {
        let months = f64::from(Month::from_date(day).months_since(self.first));
        let part = f64::from(day.day() - 1) / f64::from(day.days_in_month());
        (months + part) / f64::from(self.count) * 100.0
    }

    /// The bar of a study, cut off at the edges of the timeline; none without a start, or outside.
    fn bar(self, case: &CaseStudy) -> Option<TimelineBar> {
        let start = self.position(case.start?).max(0.0);
        let end = case.end.filter(|end| case.start <= Some(*end));
        let after = end.map(|end| end.tomorrow().unwrap_or(end));
        let end = after.map_or(100.0, |day| self.position(day)).min(100.0);
        (start < 100.0 && end > start).then(|| TimelineBar {
            x: trim_decimal(start),
            width: trim_decimal(end - start),
            open: case.end.is_none(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn study(start: Option<&str>, end: Option<&str>) -> CaseStudy {
        let day = |text: &str| text.parse().unwrap();
        CaseStudy { start: start.map(day), end: end.map(day), ..CaseStudy::default() }
    }

    #[test]
    fn the_timeline_holds_the_studies_and_today() {
        let today = Date::constant(2026, 11, 22);
        let one = study(Some("2026-10-05"), Some("2027-01-10"));
        let timeline = Timeline::of_studies(today, &[&one]);
        assert_eq!((timeline.first.to_string(), timeline.count), ("2026-10".into(), 4));
        let far = study(Some("1999-01-01"), Some("2099-01-10"));
        let timeline = Timeline::of_studies(today, &[&far]);
        assert_eq!((timeline.first.to_string(), timeline.count), ("2026-06".into(), MAX_MONTHS));
        let none = Timeline::of_studies(today, &[]);
        assert_eq!((none.first.to_string(), none.count), ("2026-11".into(), 1));
    }

    #[test]
    fn a_bar_reaches_from_the_first_to_the_last_day() {
        let timeline = Timeline { first: Month { year: 2026, month: 10 }, count: 4 };
        let bar = |start, end| timeline.bar(&study(start, end));
        let wanted = |x: &str, width: &str, open| {
            Some(TimelineBar { x: x.into(), width: width.into(), open })
        };
        assert_eq!(bar(Some("2026-10-01"), Some("2026-10-31")), wanted("0", "25", false));
        assert_eq!(bar(Some("2026-09-01"), Some("2027-03-31")), wanted("0", "100", false));
        assert_eq!(bar(Some("2026-12-01"), None), wanted("50", "50", true));
        assert_eq!(bar(None, Some("2026-12-01")), None);
        assert_eq!(bar(Some("2027-02-01"), None), None, "it begins after the timeline");
        assert_eq!(bar(Some("2026-08-01"), Some("2026-08-31")), None, "it ended before");
    }
}
