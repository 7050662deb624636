//! Speed: how long it takes from a start to a decision, and how much is tried and won over time.

use serde::Serialize;

use crate::evidence::Tally;
use crate::evidence::speed::{Pace, Quarter};
use crate::page::Context;
use crate::page::language::brief;
use crate::page::parts::{Empty, Figure, Step};
use crate::page::tabs::{self, TabLink};
use crate::page::{Composed, Page, PageKind, View, What, say, steps};
use crate::vocabulary::TermRef;

/// The view of the pace.
#[derive(Debug, Clone, Serialize)]
pub struct SpeedPage {
    /// The pages that follow from the evidence.
    pub tabs: Vec<TabLink>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What stands out.
    pub figures: Vec<Figure>,
    /// What to do where nothing is dated.
    pub empty: Option<Empty>,
    /// Studies by quarter.
    pub quarters: Option<Quarters>,
    /// Groups; on the first page only.
    pub groups: Vec<PaceLine>,
    /// Markets, most studies first.
    pub markets: Vec<PaceLine>,
    /// Further pages of the markets.
    pub pages: Vec<Step>,
    /// What the days rest on.
    pub note: String,
}

/// Studies by quarter, as bars; places across are percentages, heights are pixels.
#[derive(Debug, Clone, Serialize)]
pub struct Quarters {
    /// What the bars show, in words.
    pub description: String,
    /// One for each quarter, oldest first.
    pub bars: Vec<Bar>,
    /// Lines of the scale.
    pub lines: Vec<ScaleLine>,
}

/// One quarter.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    /// `Q3 2025`.
    pub label: String,
    /// The year, below the first quarter of it.
    pub year: Option<String>,
    /// `Q3`.
    pub quarter: String,
    /// Where its middle stands.
    pub middle: String,
    /// Where it begins.
    pub x: String,
    /// How wide it is.
    pub width: String,
    /// Its parts, from below.
    pub parts: Vec<Part>,
    /// How many studies.
    pub studies: String,
    /// Counts by outcome, for the table.
    pub counts: Vec<String>,
    /// The win rate, or won of counted.
    pub win: Option<String>,
}

/// A part of a bar.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// The outcome.
    pub id: &'static str,
    /// Its upper end.
    pub y: String,
    /// How high it is.
    pub height: String,
    /// `3 won`.
    pub label: String,
}

/// A line of the scale.
#[derive(Debug, Clone, Serialize)]
pub struct ScaleLine {
    /// Where.
    pub y: String,
    /// How many studies.
    pub label: String,
}

/// The pace of a market or group.
#[derive(Debug, Clone, Serialize)]
pub struct PaceLine {
    /// Its page.
    pub url: String,
    /// Its label.
    pub label: String,
    /// Median days from start to decision.
    pub days: Option<String>,
    /// How many studies that rests on.
    pub timed: Option<String>,
    /// Where the days stand on the scale of all lines, 0 to 100.
    pub place: Option<String>,
    /// How many studies.
    pub studies: String,
    /// Studies in each of the last eight quarters, as heights of 20.
    pub spark: Vec<Spark>,
    /// The same in words.
    pub spark_says: String,
    /// The win rate, or won of counted.
    pub win: Option<String>,
}

/// One quarter of a small chart.
#[derive(Debug, Clone, Serialize)]
pub struct Spark {
    /// Where it begins, of 80.
    pub x: usize,
    /// Its upper end, of 20.
    pub y: String,
    /// How high it is.
    pub height: String,
}

/// The pace of a place in a few words and a small chart, for its own page.
#[derive(Debug, Clone, Serialize)]
pub struct PaceNote {
    /// `Median 42 days from start to decision (9 studies).`
    pub says: String,
    /// Its line.
    pub line: PaceLine,
}

const SHOWN_QUARTERS: usize = 12;
const SPARK_QUARTERS: usize = 8;
const HEIGHT: f64 = 160.0;

/// The pages of the markets' table.
pub fn plan(context: &Context) -> Vec<Page> {
    steps::pages(PageKind::Speed.address(), context.evidence.speed.markets.len())
        .map(|(address, step)| Page::at(address, What::Speed(step)))
        .collect()
}

/// Composes one page; the chart and the groups stand on the first.
pub fn compose(context: &Context, step: usize) -> Composed {
    let (speed, first) = (&context.evidence.speed, step == 0);
    let mut markets: Vec<(TermRef, &Pace)> = speed.markets.iter().map(|(market, pace)| (TermRef::Market(*market), pace)).collect();
    let mut groups: Vec<(TermRef, &Pace)> = speed.groups.iter().map(|(group, pace)| (TermRef::Group(*group), pace)).collect();
    markets.sort_by_key(|(term, pace)| (pace.median_days.is_none(), std::cmp::Reverse(studies(pace)), *term));
    groups.sort_by_key(|(term, pace)| (pace.median_days.is_none(), std::cmp::Reverse(studies(pace)), *term));
    let slowest = markets.iter().chain(&groups).filter_map(|(_, pace)| pace.median_days).fold(1.0, f64::max);
    let view = SpeedPage {
        tabs: tabs::compose(context, PageKind::Speed),
        title: context.text("speed.title"),
        description: context.text("speed.description"),
        figures: if first { figures(context, &speed.all) } else { Vec::new() },
        empty: speed.all.quarters.is_empty().then(|| Empty {
            title: context.text("speed.none"),
            text: context.text("speed.none_text"),
            url: Some(PageKind::CaseStudies.address().into()),
            action: context.text("nav.case_studies"),
        }),
        quarters: if first { quarters(context, &speed.all) } else { None },
        groups: if first { groups.iter().map(|(term, pace)| line(context, *term, pace, slowest)).collect() } else { Vec::new() },
        pages: steps::steps(PageKind::Speed.address(), markets.len(), step),
        markets: steps::rows(&markets, step).iter().map(|(term, pace)| line(context, *term, pace, slowest)).collect(),
        note: note(context, &speed.all),
    };
    Composed::new(context, "speed.title", View::Speed(view)).described(Some(context.language.text("speed.description")))
}

/// The pace of a market or group, where anything about it is dated.
pub fn of_place(context: &Context, term: TermRef) -> Option<PaceNote> {
    let pace = match term {
        TermRef::Market(id) => context.evidence.speed.markets.get(&id)?,
        TermRef::Group(id) => context.evidence.speed.groups.get(&id)?,
        TermRef::Channel(_) | TermRef::Tactic(_) => return None,
    };
    let days = pace.median_days?;
    let days = days_in_words(context, days);
    let says = context.language.count("speed.says", pace.timed, &[("days", &days)]);
    Some(PaceNote { says, line: line(context, term, pace, 1.0) })
}

fn studies(pace: &Pace) -> usize {
    pace.quarters.values().map(Tally::studies).sum::<usize>() + pace.undated
}

fn days_in_words(context: &Context, days: f64) -> String {
    context.language.count("when.days", days.round() as usize, &[])
}

fn figures(context: &Context, all: &Pace) -> Vec<Figure> {
    let language = context.language;
    let mut figures = Vec::new();
    if let Some(days) = all.median_days {
        figures.push(Figure {
            value: days_in_words(context, days),
            label: context.text("speed.median"),
            url: None,
            note: Some(language.count("speed.timed", all.timed, &[])),
        });
    }
    let last: Tally = join(all, 0, 4, context);
    let before: Tally = join(all, 4, 4, context);
    figures.push(Figure {
        value: language.whole(last.studies()),
        label: language.count("speed.last_year", last.studies(), &[]),
        url: None,
        note: Some(language.count("speed.year_before", before.studies(), &[])),
    });
    if let Some((rate, counts)) = say::win_rate(language, &last) {
        let note = say::win_rate(language, &before).map(|(rate, counts)| language.fill("speed.win_before", &[("rate", &rate), ("counts", &counts)]));
        figures.push(Figure { value: rate, label: language.fill("speed.win_last_year", &[("counts", &counts)]), url: None, note });
    }
    figures
}

/// The counts of `length` quarters that end `back` quarters before today's.
fn join(pace: &Pace, back: usize, length: usize, context: &Context) -> Tally {
    let quarters: Vec<Quarter> = last_quarters(context, back + length).into_iter().take(length).collect();
    let mut cases: Vec<_> = quarters.iter().filter_map(|quarter| pace.quarters.get(quarter)).flat_map(|tally| tally.cases.iter().copied()).collect();
    cases.sort_unstable();
    Tally::of(cases.into_iter().map(|index| (index, context.catalog.case(index))))
}

/// The last quarters up to today's, oldest first.
fn last_quarters(context: &Context, count: usize) -> Vec<Quarter> {
    let mut quarter = Quarter::of(context.site.today);
    let mut quarters = Vec::with_capacity(count);
    for _ in 0..count {
        quarters.push(quarter);
        quarter =
            if quarter.quarter > 1 { Quarter { quarter: quarter.quarter - 1, ..quarter } } else { Quarter { year: quarter.year - 1, quarter: 4 } };
    }
    quarters.reverse();
    quarters
}

const PARTS: [(&str, &str); 6] = [
    ("won", "tally.won"),
    ("lost", "tally.lost"),
    ("inconclusive", "tally.inconclusive"),
    ("no-effect", "tally.no_effect"),
    ("running", "speed.open"),
    ("others", "speed.others"),
];

/// Counts in the order of `PARTS`.
fn counts(tally: &Tally) -> [u32; 6] {
    let known = [tally.won, tally.lost, tally.inconclusive, tally.no_effect, tally.open];
    let others = (tally.studies() as u32).saturating_sub(known.iter().sum());
    [known[0], known[1], known[2], known[3], known[4], others]
}

fn quarters(context: &Context, all: &Pace) -> Option<Quarters> {
    let nothing = Tally::default();
    let future = all.quarters.keys().next_back().copied();
    let mut shown = last_quarters(context, SHOWN_QUARTERS);
    while let Some(next) = future.filter(|future| shown.last() < Some(future) && shown.len() < SHOWN_QUARTERS + 4) {
        let last = *shown.last().expect("quarters were listed");
        shown.push(if last.quarter < 4 { Quarter { quarter: last.quarter + 1, ..last } } else { Quarter { year: last.year + 1, quarter: 1 } });
        let _ = next;
    }
    let first = shown.iter().position(|quarter| all.quarters.contains_key(quarter))?;
    let shown = &shown[first..];
    let tallies: Vec<&Tally> = shown.iter().map(|quarter| all.quarters.get(quarter).unwrap_or(&nothing)).collect();
    let most = tallies.iter().map(|tally| tally.studies()).max().unwrap_or(1).max(1);
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].into_iter().find(|step| most <= step * 4).unwrap_or(10_000);
    let top = most.div_ceil(step) * step;
    let bar = |(at, (quarter, tally)): (usize, (&Quarter, &&Tally))| bar(context, (at, shown.len()), *quarter, tally, top);
    let line = |at: usize| ScaleLine { y: brief(HEIGHT - (at * step) as f64 / top as f64 * HEIGHT + 8.0), label: context.language.whole(at * step) };
    Some(Quarters {
        description: context.language.count("speed.chart", shown.len(), &[]),
        bars: shown.iter().zip(&tallies).enumerate().map(bar).collect(),
        lines: (0..=top / step).map(line).collect(),
    })
}

fn bar(context: &Context, (at, of): (usize, usize), quarter: Quarter, tally: &Tally, top: usize) -> Bar {
    let slot = 100.0 / of as f64;
    let mut y = HEIGHT + 8.0;
    let mut parts = Vec::new();
    for ((id, key), count) in PARTS.iter().zip(counts(tally)).filter(|(_, count)| *count > 0) {
        let height = f64::from(count) / top as f64 * HEIGHT;
        y -= height;
        parts.push(Part { id, y: brief(y), height: brief(height), label: context.language.count(key, count as usize, &[]) });
    }
    let name = context.language.fill("speed.quarter", &[("quarter", &quarter.quarter.to_string()), ("year", &quarter.year.to_string())]);
    Bar {
        label: name,
        year: (quarter.quarter == 1 || at == 0).then(|| quarter.year.to_string()),
        quarter: context.language.fill("speed.quarter_short", &[("quarter", &quarter.quarter.to_string())]),
        middle: format!("{:.2}%", slot * (at as f64 + 0.5)),
        x: format!("{:.2}%", slot * (at as f64 + 0.18)),
        width: format!("{:.2}%", slot * 0.64),
        parts,
        studies: context.language.whole(tally.studies()),
        counts: counts(tally).iter().map(|count| if *count == 0 { String::new() } else { context.language.whole(*count as usize) }).collect(),
        win: win(context, tally),
    }
}

fn win(context: &Context, tally: &Tally) -> Option<String> {
    let (rate, counts) = say::win_rate(context.language, tally)?;
    Some(if tally.win_rate().is_some() { context.language.fill("speed.win", &[("rate", &rate), ("counts", &counts)]) } else { rate })
}

fn line(context: &Context, term: TermRef, pace: &Pace, slowest: f64) -> PaceLine {
    let nothing = Tally::default();
    let counts: Vec<usize> =
        last_quarters(context, SPARK_QUARTERS).iter().map(|quarter| pace.quarters.get(quarter).map_or(0, Tally::studies)).collect();
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let spark = |(at, count): (usize, &usize)| {
        let height = if *count == 0 { 1.0 } else { (*count as f64 / most as f64 * 18.0).max(3.0) };
        Spark { x: at * 10, y: brief(20.0 - height), height: brief(height) }
    };
    let numbers: Vec<String> = counts.iter().map(|count| context.language.whole(*count)).collect();
    PaceLine {
        url: term.address(&context.catalog.vocabulary),
        label: term.label(context).to_owned(),
        days: pace.median_days.map(|days| context.language.whole(days.round() as usize)),
        timed: pace.median_days.map(|_| context.language.whole(pace.timed)),
        place: pace.median_days.map(|days| format!("{:.1}", days / slowest * 100.0)),
        studies: context.language.whole(studies(pace)),
        spark: counts.iter().enumerate().map(spark).collect(),
        spark_says: context.language.fill("speed.spark", &[("counts", &context.language.commas(&numbers))]),
        win: win(context, term.tally(context).unwrap_or(&nothing)),
    }
}

fn note(context: &Context, all: &Pace) -> String {
    let mut note = context.text("speed.note");
    if all.undated > 0 {
        note = format!("{note} {}", context.language.count("speed.undated", all.undated, &[]));
    }
    note
}
