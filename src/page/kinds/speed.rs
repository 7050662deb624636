//! Speed: how long studies run until a decision, and the number of studies and wins over time.

use serde::Serialize;

use crate::evidence::Tally;
use crate::evidence::speed::{Pace, Quarter};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::{EmptyState, KeyFigure, PaginationLink, pagination};
use crate::page::spec::{Page, PageSpec};
use crate::page::text::display;
use crate::page::text::language::trim_decimal;
use crate::site::pages::PageKind;
use crate::vocabulary::TermRef;

/// The view of one page of speed figures.
#[derive(Debug, Clone, Serialize)]
pub struct SpeedPage {
    /// Tabs to the pages derived from the evidence.
    pub tabs: Vec<TabLink>,
    /// Title of the page.
    pub title: String,
    /// A sentence about speed.
    pub description: String,
    /// Key figures; on the first page only.
    pub figures: Vec<KeyFigure>,
    /// Shown where no study has a date.
    pub empty: Option<EmptyState>,
    /// Studies by quarter; on the first page only.
    pub quarters: Option<QuarterChart>,
    /// Market groups, most studies first; on the first page only.
    pub groups: Vec<PaceLine>,
    /// Markets on this page: those with a median first, then by number of studies.
    pub markets: Vec<PaceLine>,
    /// Pagination links of the markets; empty for a single page.
    pub pages: Vec<PaginationLink>,
    /// How the days are computed, and how many studies have no date.
    pub note: String,
}

/// Studies by quarter as stacked bars; horizontal positions are percentages, vertical ones pixels.
#[derive(Debug, Clone, Serialize)]
pub struct QuarterChart {
    /// Description for screen readers.
    pub description: String,
    /// One bar for each quarter, oldest first.
    pub bars: Vec<QuarterBar>,
    /// Horizontal lines of the scale.
    pub lines: Vec<ScaleLine>,
    /// Number of studies in all bars.
    pub sum: String,
    /// Counts of all bars in the order of `SEGMENTS`, for the table; empty text for zero.
    pub sums: Vec<String>,
}

/// The studies of one quarter as a stacked bar of the chart.
#[derive(Debug, Clone, Serialize)]
pub struct QuarterBar {
    /// Quarter and year: `Q3 2025`.
    pub label: String,
    /// The year, on the first bar and on each first quarter.
    pub year: Option<String>,
    /// The quarter: `Q3`.
    pub quarter: String,
    /// Horizontal centre of the bar.
    pub middle: String,
    /// Left edge of the bar.
    pub x: String,
    /// Width of the bar.
    pub width: String,
    /// Segments from bottom to top, in the order of `SEGMENTS`.
    pub parts: Vec<BarSegment>,
    /// Number of studies.
    pub studies: String,
    /// Counts in the order of `SEGMENTS`, for the table; empty text for zero.
    pub counts: Vec<String>,
    /// Win rate with counts, or counts alone with fewer than three counted studies.
    pub win: Option<String>,
}

/// The studies of one quarter with one outcome, as a segment of its bar.
#[derive(Debug, Clone, Serialize)]
pub struct BarSegment {
    /// Id of the outcome, for the style.
    pub id: &'static str,
    /// Top edge.
    pub y: String,
    /// Height.
    pub height: String,
    /// Count and outcome: `3 won`.
    pub label: String,
}

/// A horizontal line of the scale of the chart, with the number of studies it stands for.
#[derive(Debug, Clone, Serialize)]
pub struct ScaleLine {
    /// Vertical position.
    pub y: String,
    /// Number of studies.
    pub label: String,
}

/// Speed figures of a market or market group as a row of a table.
#[derive(Debug, Clone, Serialize)]
pub struct PaceLine {
    /// Site path of the term.
    pub url: String,
    /// Label of the term.
    pub label: String,
    /// Median number of days from the first day to the last.
    pub days: Option<String>,
    /// Number of studies the median rests on.
    pub timed: Option<String>,
    /// The median relative to the slowest line, 0 to 100.
    pub place: Option<String>,
    /// Number of studies.
    pub studies: String,
    /// Studies in each of the last eight quarters as a sparkline.
    pub spark: Vec<SparkBar>,
    /// The sparkline in words.
    pub spark_says: String,
    /// Win rate with counts, or counts alone with fewer than three counted studies.
    pub win: Option<String>,
}

/// One quarter of a sparkline, which is 80 units wide and 20 high.
#[derive(Debug, Clone, Serialize)]
pub struct SparkBar {
    /// Left edge, 0 to 80.
    pub x: usize,
    /// Top edge, 0 to 20.
    pub y: String,
    /// Height, 1 to 18.
    pub height: String,
}

/// Speed figures for the page of a market or market group.
#[derive(Debug, Clone, Serialize)]
pub struct PaceSummary {
    /// The median in words: `Median 42 days from the first day to the last, from 9 studies with a
    /// decision.`
    pub says: String,
    /// All figures.
    pub line: PaceLine,
}

/// Number of quarters up to the current one that the chart shows at most.
const CHART_QUARTERS: usize = 12;
/// Number of quarters in a sparkline, the current one included.
const SPARK_QUARTERS: usize = 8;
/// Height of the highest possible bar of the chart, in pixels.
const CHART_HEIGHT: f64 = 160.0;

/// Lists the pages of speed figures, one for each page of the table of markets.
pub fn plan(context: &Context) -> Vec<Page> {
    pagination::page_addresses(PageKind::Speed.address(), context.evidence.speed.markets.len())
        .map(|(address, page_index)| Page::new(address, PageSpec::Speed(page_index)))
        .collect()
}

/// Composes one page of speed figures; chart and market groups are on the first page only.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<SpeedPage> {
    let (speed, first) = (&context.evidence.speed, page_index == 0);
    let mut markets: Vec<(TermRef, &Pace)> =
        speed.markets.iter().map(|(market, pace)| (TermRef::Market(*market), pace)).collect();
    let mut groups: Vec<(TermRef, &Pace)> =
        speed.groups.iter().map(|(group, pace)| (TermRef::Group(*group), pace)).collect();
    markets.sort_by_key(|(term, pace)| {
        (pace.median_days.is_none(), std::cmp::Reverse(count_studies(pace)), *term)
    });
    groups.sort_by_key(|(term, pace)| {
        (pace.median_days.is_none(), std::cmp::Reverse(count_studies(pace)), *term)
    });
    let slowest =
        markets.iter().chain(&groups).filter_map(|(_, pace)| pace.median_days).fold(1.0, f64::max);
    let view = SpeedPage {
        tabs: tabs::compose(context, PageKind::Speed),
        title: context.text("speed.title"),
        description: context.text("speed.description"),
        figures: if first { key_figures(context, &speed.all) } else { Vec::new() },
        empty: speed.all.quarters.is_empty().then(|| EmptyState {
            title: context.text("speed.none"),
            text: context.text("speed.none_text"),
            url: Some(PageKind::CaseStudies.address().into()),
            action: context.text("nav.case_studies"),
        }),
        quarters: if first { quarter_chart(context, &speed.all) } else { None },
        groups: if first {
            groups.iter().map(|(term, pace)| pace_line(context, *term, pace, slowest)).collect()
        } else {
            Vec::new()
        },
        pages: pagination::links(PageKind::Speed.address(), markets.len(), page_index),
        markets: pagination::rows_on_page(&markets, page_index)
            .iter()
            .map(|(term, pace)| pace_line(context, *term, pace, slowest))
            .collect(),
        note: format_note(context, &speed.all),
    };
    ComposedPage::from_title_key(context, "speed.title", view)
        .with_description(Some(context.language.text("speed.description")))
}

/// Speed figures for the page of a market or market group; none without a median, and for channels
/// and tactics.
pub fn pace_summary(context: &Context, term: TermRef) -> Option<PaceSummary> {
    let pace = match term {
        TermRef::Market(id) => context.evidence.speed.markets.get(&id)?,
        TermRef::Group(id) => context.evidence.speed.groups.get(&id)?,
        TermRef::Channel(_) | TermRef::Tactic(_) => return None,
    };
    let days = pace.median_days?;
    let days = format_days(context, days);
    let says = context.language.plural_text("speed.says", pace.timed_studies, &[("days", &days)]);
    Some(PaceSummary { says, line: pace_line(context, term, pace, 1.0) })
}

/// Number of all studies of a pace, undated ones included.
fn count_studies(pace: &Pace) -> usize {
    pace.quarters.values().map(Tally::studies).sum::<usize>() + pace.undated_studies
}

/// A number of days in words, rounded to whole days.
fn format_days(context: &Context, days: f64) -> String {
    context.language.plural_text("when.days", days.round() as usize, &[])
}

/// Key figures: the median of days where there is one, the studies of the last four quarters, and
/// their win rate where one counts; the four quarters before are remarks.
fn key_figures(context: &Context, all: &Pace) -> Vec<KeyFigure> {
    let language = context.language;
    let mut figures = Vec::new();
    if let Some(days) = all.median_days {
        figures.push(KeyFigure {
            value: format_days(context, days),
            label: context.text("speed.median"),
            url: None,
            note: Some(language.plural_text("speed.timed", all.timed_studies, &[])),
        });
    }
    let last: Tally = tally_quarters(all, 0, 4, context);
    let before: Tally = tally_quarters(all, 4, 4, context);
    figures.push(KeyFigure {
        value: language.format_integer(last.studies()),
        label: language.plural_text("speed.last_year", last.studies(), &[]),
        url: None,
        note: Some(language.plural_text("speed.year_before", before.studies(), &[])),
    });
    if let Some((rate, counts)) = display::format_win_rate(language, &last) {
        let note = display::format_win_rate(language, &before).map(|(rate, counts)| {
            language.text_with("speed.win_before", &[("rate", &rate), ("counts", &counts)])
        });
        figures.push(KeyFigure {
            value: rate,
            label: language.text_with("speed.win_last_year", &[("counts", &counts)]),
            url: None,
            note,
        });
    }
    figures
}

/// The tally of `length` quarters that end `back` quarters before the current one.
fn tally_quarters(pace: &Pace, back: usize, length: usize, context: &Context) -> Tally {
    let quarters: Vec<Quarter> =
        last_quarters(context, back + length).into_iter().take(length).collect();
    let mut cases: Vec<_> = quarters
        .iter()
        .filter_map(|quarter| pace.quarters.get(quarter))
        .flat_map(|tally| tally.cases.iter().copied())
        .collect();
    cases.sort_unstable();
    Tally::from_studies(cases.into_iter().map(|index| (index, context.catalog.case(index))))
}

/// The last `count` quarters including the current one, oldest first.
fn last_quarters(context: &Context, count: usize) -> Vec<Quarter> {
    let mut quarter = Quarter::from_date(context.site.today);
    let mut quarters = Vec::with_capacity(count);
    for _ in 0..count {
        quarters.push(quarter);
        quarter = if quarter.quarter > 1 {
            Quarter { quarter: quarter.quarter - 1, ..quarter }
        } else {
            Quarter { year: quarter.year - 1, quarter: 4 }
        };
    }
    quarters.reverse();
    quarters
}

/// Outcome id and language key of each segment of a bar, from bottom to top.
const SEGMENTS: [(&str, &str); 6] = [
    ("won", "tally.won"),
    ("lost", "tally.lost"),
    ("inconclusive", "tally.inconclusive"),
    ("no-effect", "tally.no_effect"),
    ("running", "speed.open"),
    ("others", "speed.others"),
];

/// Number of studies for each segment of a bar, in the order of `SEGMENTS`; the last one has all
/// studies that are in none of the others, such as invalid ones.
fn count_outcomes(tally: &Tally) -> [u32; 6] {
    let counted = [tally.won, tally.lost, tally.inconclusive, tally.no_effect, tally.open];
    let others = (tally.studies() as u32).saturating_sub(counted.iter().sum());
    [counted[0], counted[1], counted[2], counted[3], counted[4], others]
}

/// The quarters that the chart shows, oldest first: the last `CHART_QUARTERS` and, as far as studies
/// reach, up to four future ones, without those before the first study; none where none of them has
/// a study.
fn shown_quarters(context: &Context, all: &Pace) -> Option<Vec<Quarter>> {
    let future = all.quarters.keys().next_back().copied();
    let mut shown = last_quarters(context, CHART_QUARTERS);
    while let Some(next) =
        future.filter(|future| shown.last() < Some(future) && shown.len() < CHART_QUARTERS + 4)
    {
        let last = *shown.last().expect("quarters were listed");
        shown.push(if last.quarter < 4 {
            Quarter { quarter: last.quarter + 1, ..last }
        } else {
            Quarter { year: last.year + 1, quarter: 1 }
        });
        let _ = next;
    }
    let first = shown.iter().position(|quarter| all.quarters.contains_key(quarter))?;
    Some(shown.split_off(first))
}

/// The chart of studies by quarter, see `shown_quarters`; none where no study has a date in them.
fn quarter_chart(context: &Context, all: &Pace) -> Option<QuarterChart> {
    let nothing = Tally::default();
    let shown = shown_quarters(context, all)?;
    let tallies: Vec<&Tally> =
        shown.iter().map(|quarter| all.quarters.get(quarter).unwrap_or(&nothing)).collect();
    let largest = tallies.iter().map(|tally| tally.studies()).max().unwrap_or(1).max(1);
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
        .into_iter()
        .find(|step| largest <= step * 4)
        .unwrap_or(10_000);
    let scale_top = largest.div_ceil(step) * step;
    let bar = |(index, (quarter, tally)): (usize, (&Quarter, &&Tally))| {
        quarter_bar(context, (index, shown.len()), *quarter, tally, scale_top)
    };
    let line = |index: usize| ScaleLine {
        y: trim_decimal(
            CHART_HEIGHT - (index * step) as f64 / scale_top as f64 * CHART_HEIGHT + 8.0,
        ),
        label: context.language.format_integer(index * step),
    };
    Some(QuarterChart {
        description: context.language.plural_text("speed.chart", shown.len(), &[]),
        bars: shown.iter().zip(&tallies).enumerate().map(bar).collect(),
        lines: (0..=scale_top / step).map(line).collect(),
        sum: context.language.format_integer(tallies.iter().map(|tally| tally.studies()).sum()),
        sums: format_counts(context, &sum_outcomes(&tallies)),
    })
}

/// The sums over some tallies of the counts by `count_outcomes`, in the order of `SEGMENTS`.
fn sum_outcomes(tallies: &[&Tally]) -> [u32; 6] {
    let mut sums = [0; 6];
    for tally in tallies {
        for (sum, count) in sums.iter_mut().zip(count_outcomes(tally)) {
            *sum += count;
        }
    }
    sums
}

/// Counts as texts, empty for zero.
fn format_counts(context: &Context, counts: &[u32; 6]) -> Vec<String> {
    let format = |count: &u32| match count {
        0 => String::new(),
        _ => context.language.format_integer(*count as usize),
    };
    counts.iter().map(format).collect()
}

/// The bar of one quarter, the one at `index` of `bar_count`; `scale_top` is the number of studies
/// at the full height of the chart.
fn quarter_bar(
    context: &Context,
    (index, bar_count): (usize, usize),
    quarter: Quarter,
    tally: &Tally,
    scale_top: usize,
) -> QuarterBar {
    let slot = 100.0 / bar_count as f64;
    let mut y = CHART_HEIGHT + 8.0;
    let mut parts = Vec::new();
    for ((id, key), count) in
        SEGMENTS.iter().zip(count_outcomes(tally)).filter(|(_, count)| *count > 0)
    {
        let height = f64::from(count) / scale_top as f64 * CHART_HEIGHT;
        y -= height;
        parts.push(BarSegment {
            id,
            y: trim_decimal(y),
            height: trim_decimal(height),
            label: context.language.plural_text(key, count as usize, &[]),
        });
    }
    let name = context.language.text_with(
        "speed.quarter",
        &[("quarter", &quarter.quarter.to_string()), ("year", &quarter.year.to_string())],
    );
    QuarterBar {
        label: name,
        year: (quarter.quarter == 1 || index == 0).then(|| quarter.year.to_string()),
        quarter: context
            .language
            .text_with("speed.quarter_short", &[("quarter", &quarter.quarter.to_string())]),
        middle: format!("{:.2}%", slot * (index as f64 + 0.5)),
        x: format!("{:.2}%", slot * (index as f64 + 0.18)),
        width: format!("{:.2}%", slot * 0.64),
        parts,
        studies: context.language.format_integer(tally.studies()),
        counts: format_counts(context, &count_outcomes(tally)),
        win: format_wins(context, tally),
    }
}

/// The win rate with counts; with fewer than three counted studies the counts alone, and none where
/// no study counts.
fn format_wins(context: &Context, tally: &Tally) -> Option<String> {
    let (rate, counts) = display::format_win_rate(context.language, tally)?;
    Some(if tally.win_rate().is_some() {
        context.language.text_with("speed.win", &[("rate", &rate), ("counts", &counts)])
    } else {
        rate
    })
}

/// Speed figures of a term; `slowest` is the largest median in days, to which its own is relative.
fn pace_line(context: &Context, term: TermRef, pace: &Pace, slowest: f64) -> PaceLine {
    let nothing = Tally::default();
    let counts: Vec<usize> = last_quarters(context, SPARK_QUARTERS)
        .iter()
        .map(|quarter| pace.quarters.get(quarter).map_or(0, Tally::studies))
        .collect();
    let largest = counts.iter().copied().max().unwrap_or(0).max(1);
    let spark = |(index, count): (usize, &usize)| {
        let height =
            if *count == 0 { 1.0 } else { (*count as f64 / largest as f64 * 18.0).max(3.0) };
        SparkBar { x: index * 10, y: trim_decimal(20.0 - height), height: trim_decimal(height) }
    };
    let numbers: Vec<String> =
        counts.iter().map(|count| context.language.format_integer(*count)).collect();
    PaceLine {
        url: term.address(&context.catalog.vocabulary),
        label: term.label(context).to_owned(),
        days: pace.median_days.map(|days| context.language.format_integer(days.round() as usize)),
        timed: pace.median_days.map(|_| context.language.format_integer(pace.timed_studies)),
        place: pace.median_days.map(|days| format!("{:.1}", days / slowest * 100.0)),
        studies: context.language.format_integer(count_studies(pace)),
        spark: counts.iter().enumerate().map(spark).collect(),
        spark_says: context
            .language
            .text_with("speed.spark", &[("counts", &context.language.join_with_commas(&numbers))]),
        win: format_wins(context, term.tally(context).unwrap_or(&nothing)),
    }
}

/// How the days are computed and, where there are any, how many studies are of quarters that the
/// chart does not show, and how many have no date, in words.
fn format_note(context: &Context, all: &Pace) -> String {
    let mut note = context.text("speed.note");
    let shown = shown_quarters(context, all).unwrap_or_default();
    let outside: usize = all
        .quarters
        .iter()
        .filter(|(quarter, _)| !shown.contains(quarter))
        .map(|(_, tally)| tally.studies())
        .sum();
    if outside > 0 {
        note = format!("{note} {}", context.language.plural_text("speed.outside", outside, &[]));
    }
    if all.undated_studies > 0 {
        note = format!(
            "{note} {}",
            context.language.plural_text("speed.undated", all.undated_studies, &[])
        );
    }
    note
}
