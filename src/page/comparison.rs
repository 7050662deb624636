//! Results on one metric side by side, with their intervals; what may not be compared is kept apart and said so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::result::{Effect, Metric};
use crate::catalog::words::{LiftType, Role};
use crate::catalog::{CaseIndex, Reported};
use crate::evidence::Tally;
use crate::evidence::contradiction::Contradiction;
use crate::evidence::panel::{Comparison, Panel};
use crate::page::Context;
use crate::page::axis::{Axis, Tick, end_word};
use crate::page::cited::{self, Cited};
use crate::page::language::brief;
use crate::page::parts::GradeMark;
use crate::page::say;
use crate::vocabulary::{Better, TermRef};

/// What the evidence says of a tactic, channel or market.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceSection {
    /// `3 of 4 won; grades A, B, B, C`.
    pub says: Option<String>,
    /// Results that say the opposite of each other.
    pub opposites: Vec<Opposite>,
    /// How many more there are.
    pub more_opposites: Option<String>,
    /// Metrics that two or more results report.
    pub panels: Vec<PanelView>,
    /// Metrics that one result reports.
    pub singles: Vec<Single>,
    /// What is left out, in words.
    pub more: Option<String>,
}

/// Results that say the opposite of each other.
#[derive(Debug, Clone, Serialize)]
pub struct Opposite {
    /// Tactic, channel and metric, without what the page is about.
    pub what: String,
    /// Studies in which the metric became better.
    pub better: Vec<Cited>,
    /// Studies in which it became worse.
    pub worse: Vec<Cited>,
}

/// Results on one metric.
#[derive(Debug, Clone, Serialize)]
pub struct PanelView {
    /// Its anchor.
    pub id: String,
    /// The metric.
    pub metric: String,
    /// Where it is explained.
    pub url: String,
    /// Whether it belongs to the common-metrics contract.
    pub common: bool,
    /// `4 results: 3 better, 1 unclear`.
    pub says: String,
    /// What may and what may not be compared, in sentences.
    pub notes: Vec<String>,
    /// The axis above the results.
    pub axis: AxisView,
    /// Results that compare, best first.
    pub lines: Vec<Line>,
    /// Results of studies that lack agreed metrics.
    pub apart: Vec<Line>,
    /// How many results are left out.
    pub more: Option<String>,
}

/// The axis of a panel; places are percentages of its width.
#[derive(Debug, Clone, Serialize)]
pub struct AxisView {
    /// Where nought stands.
    pub zero: String,
    /// Where the better side begins and how wide it is; none for a metric without direction.
    pub better: Option<(String, String)>,
    /// What stands at the left end.
    pub left: Option<Word>,
    /// What stands at the right end.
    pub right: Option<Word>,
    /// Marks.
    pub ticks: Vec<Tick>,
}

/// A word at an end of the axis.
#[derive(Debug, Clone, Serialize)]
pub struct Word {
    /// `better` or `worse`.
    pub tone: &'static str,
    /// The word with an arrow.
    pub text: String,
}

/// One result.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Its study.
    pub study: Cited,
    /// Which part it plays there, unless it is the primary one.
    pub role: Option<String>,
    /// The grade of its study.
    pub grade: Option<GradeMark>,
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// The lift with sign and unit.
    pub lift: String,
    /// Its interval, or that there is none.
    pub range: String,
    /// What it means, in a word.
    pub reading: Option<String>,
    /// Where the lift stands.
    pub point: String,
    /// Where the interval begins and ends.
    pub span: Option<(String, String)>,
    /// Whether the interval goes on beyond the left or the right end.
    pub beyond: (bool, bool),
}

/// A metric that one result reports.
#[derive(Debug, Clone, Serialize)]
pub struct Single {
    /// The metric.
    pub metric: String,
    /// Where it is explained.
    pub url: String,
    /// The result.
    pub line: Line,
}

const MOST_PANELS: usize = 6;
const MOST_LINES: usize = 12;
const MOST_APART: usize = 6;
const MOST_SINGLES: usize = 8;
const MOST_OPPOSITES: usize = 5;
const MOST_OF_A_SIDE: usize = 3;

/// What the evidence says of a term; nothing for groups, and where no result can be read.
pub fn section(context: &Context, term: TermRef) -> Option<EvidenceSection> {
    let evidence = context.evidence;
    let nothing = Vec::new();
    let (panels, tally) = match term {
        TermRef::Tactic(id) => (evidence.panels.tactics.get(&id), evidence.tactics.get(&id)?),
        TermRef::Channel(id) => (evidence.panels.channels.get(&id), evidence.channels.get(&id)?),
        TermRef::Market(id) => (evidence.panels.markets.get(&id), evidence.markets.get(&id)?),
        TermRef::Group(_) => return None,
    };
    let panels = panels.unwrap_or(&nothing);
    let (several, single): (Vec<&Panel>, Vec<&Panel>) = panels.iter().partition(|panel| panel.rows.len() + panel.apart.len() > 1);
    let found = opposites(context, term, tally);
    if panels.is_empty() && found.is_empty() {
        return None;
    }
    let left_out = several.len().saturating_sub(MOST_PANELS) + single.len().saturating_sub(MOST_SINGLES);
    let more_opposites = found.len().saturating_sub(MOST_OPPOSITES);
    Some(EvidenceSection {
        says: says(context, tally),
        opposites: found.iter().take(MOST_OPPOSITES).map(|found| opposite(context, term, found)).collect(),
        more_opposites: (more_opposites > 0).then(|| context.language.count("comparison.more_opposites", more_opposites, &[])),
        panels: several.iter().take(MOST_PANELS).map(|panel| view(context, panel)).collect(),
        singles: single.iter().take(MOST_SINGLES).map(|panel| self::single(context, panel)).collect(),
        more: (left_out > 0).then(|| context.language.count("comparison.more_metrics", left_out, &[])),
    })
}

/// `3 of 4 won (75%); grades A, B, B, C`.
fn says(context: &Context, tally: &Tally) -> Option<String> {
    const MOST_GRADES: usize = 8;
    let language = context.language;
    if tally.counted() == 0 {
        return None;
    }
    let (won, counted) = (language.whole(tally.won as usize), language.whole(tally.counted() as usize));
    let rate = language.fill("tally.short", &[("won", &won), ("counted", &counted)]);
    let rate = match tally.win_rate() {
        Some(share) => language.fill("comparison.rate", &[("counts", &rate), ("rate", &language.percent(&language.number(share * 100.0, 0)))]),
        None => language.fill("comparison.few", &[("counts", &rate)]),
    };
    let grades: Vec<&str> = tally.grade_list().into_iter().map(|grade| say::letters(grade).1).collect();
    Some(match grades.len() {
        0 => rate,
        1..=MOST_GRADES => language.fill("comparison.grades", &[("rate", &rate), ("grades", &language.commas(&grades))]),
        _ => language.fill("comparison.grades", &[("rate", &rate), ("grades", &counted_grades(context, tally))]),
    })
}

/// `12 A, 30 B, 4 C`.
fn counted_grades(context: &Context, tally: &Tally) -> String {
    let counts = ["A", "B", "C", "D"].iter().zip(tally.grades).filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(grade, count)| format!("{} {grade}", context.language.whole(count as usize))).collect();
    context.language.commas(&counts)
}

/// Contradictions that bear on a term; for a market those that one of its studies takes part in.
fn opposites<'h>(context: &Context<'h>, term: TermRef, tally: &Tally) -> Vec<&'h Contradiction> {
    let all = &context.evidence.contradictions;
    match term {
        TermRef::Tactic(id) => all.of_tactic(id).collect(),
        TermRef::Channel(id) => all.of_channel(id).collect(),
        _ => {
            let places: BTreeSet<usize> = tally.cases.iter().filter_map(|case| all.by_case.get(case)).flatten().copied().collect();
            places.into_iter().map(|place| &all.found[place]).collect()
        }
    }
}

fn opposite(context: &Context, term: TermRef, found: &Contradiction) -> Opposite {
    let words = &context.catalog.vocabulary;
    let metric = say::metric_label(context, &Metric::Known(found.metric)).to_owned();
    let tactic = words.tactics[found.tactic].label_in(context.tongue());
    let channel = words.channels[found.channel].label_in(context.tongue());
    let values = [("metric", metric.as_str()), ("tactic", tactic), ("channel", channel)];
    let what = match term {
        TermRef::Tactic(_) => context.language.fill("comparison.opposite_in_channel", &values),
        TermRef::Channel(_) => context.language.fill("comparison.opposite_with_tactic", &values),
        _ => context.language.fill("comparison.opposite", &values),
    };
    let side = |cases: &[CaseIndex]| cases.iter().take(MOST_OF_A_SIDE).map(|case| with_metric(context, *case, found)).collect();
    Opposite { what, better: side(&found.better), worse: side(&found.worse) }
}

/// A study with its result on the metric in question.
fn with_metric(context: &Context, index: CaseIndex, found: &Contradiction) -> Cited {
    let reported = context.catalog.case(index).results.iter().find(|reported| reported.metric == Metric::Known(found.metric));
    Cited { value: reported.and_then(|reported| say::lift(context, reported)), ..cited::plain(context, index) }
}

fn reported<'h>(context: &Context<'h>, row: &Comparison) -> &'h Reported {
    &context.catalog.case(row.case).results[row.result]
}

fn view(context: &Context, panel: &Panel) -> PanelView {
    let (rows, apart) = (chosen(context, &panel.rows, MOST_LINES), chosen(context, &panel.apart, MOST_APART));
    let left_out = panel.rows.len() + panel.apart.len() - rows.len() - apart.len();
    let axis = axis_of(rows.iter().chain(&apart).copied());
    PanelView {
        id: anchor(context, panel),
        metric: say::metric_label(context, &panel.metric).to_owned(),
        url: metric_url(context, &panel.metric),
        common: panel.common,
        says: readings(context, panel),
        notes: notes(context, panel),
        axis: axis_view(context, panel, &axis),
        lines: rows.iter().map(|row| line(context, &axis, row)).collect(),
        apart: apart.iter().map(|row| line(context, &axis, row)).collect(),
        more: (left_out > 0).then(|| context.language.count("comparison.more_results", left_out, &[])),
    }
}

fn single(context: &Context, panel: &Panel) -> Single {
    let row = panel.rows.first().or(panel.apart.first()).expect("a panel has at least one result");
    let axis = axis_of([row].into_iter());
    Single { metric: say::metric_label(context, &panel.metric).to_owned(), url: metric_url(context, &panel.metric), line: line(context, &axis, row) }
}

fn anchor(context: &Context, panel: &Panel) -> String {
    let metric = match &panel.metric {
        Metric::Known(id) => context.catalog.vocabulary.metrics[*id].slug(),
        Metric::Local(name) => format!("local-{}", crate::vocabulary::fold(name)),
    };
    let kind = match panel.basis.lift_type {
        LiftType::Relative => "",
        LiftType::Absolute => "-absolute",
    };
    let currency = panel.basis.currency.as_deref().map_or_else(String::new, |currency| format!("-{}", currency.to_lowercase()));
    format!("on-{metric}{kind}{currency}{}", if panel.basis.indexed { "-index" } else { "" })
}

/// Where a metric is explained.
pub fn metric_url(context: &Context, metric: &Metric) -> String {
    match metric {
        Metric::Known(id) => format!("metrics/#{}", context.catalog.vocabulary.metrics[*id].slug()),
        Metric::Local(_) => "metrics/#regional".to_owned(),
    }
}

/// The results to show where there are many: better grades and primary results first, then in the panel's own order.
fn chosen<'p>(context: &Context, rows: &'p [Comparison], most: usize) -> Vec<&'p Comparison> {
    if rows.len() <= most {
        return rows.iter().collect();
    }
    let weight = |row: &Comparison| {
        let grade = context.catalog.case(row.case).graded.grade;
        (grade.is_none(), grade, row.role, row.interval.is_none())
    };
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by_key(|place| (weight(&rows[*place]), *place));
    places.truncate(most);
    places.sort_unstable();
    places.into_iter().map(|place| &rows[place]).collect()
}

/// `4 results: 3 better, 1 unclear`.
fn readings(context: &Context, panel: &Panel) -> String {
    let mut counts: BTreeMap<Effect, usize> = BTreeMap::new();
    for row in panel.rows.iter().chain(&panel.apart) {
        *counts.entry(effect(row)).or_default() += 1;
    }
    let count = |(effect, count): (&Effect, &usize)| {
        let key = match effect {
            Effect::Better => "comparison.better",
            Effect::Worse => "comparison.worse",
            Effect::Unclear => "comparison.unclear",
            Effect::Unknown => "comparison.without",
        };
        context.language.count(key, *count, &[])
    };
    let parts: Vec<String> = counts.iter().filter(|(effect, _)| panel.better != Better::Neutral || **effect == Effect::Unknown).map(count).collect();
    let results = context.language.count("comparison.results", panel.rows.len() + panel.apart.len(), &[]);
    if parts.is_empty() {
        results
    } else {
        context.language.fill("comparison.says", &[("results", &results), ("readings", &context.language.commas(&parts))])
    }
}

/// What may and what may not be compared here.
fn notes(context: &Context, panel: &Panel) -> Vec<String> {
    let language = context.language;
    let mut notes = vec![match (panel.basis.lift_type, panel.basis.indexed, panel.basis.currency.as_deref()) {
        (LiftType::Relative, ..) => context.text("comparison.relative"),
        (_, true, _) => context.text("comparison.indexed"),
        (_, _, Some(currency)) => language.fill("comparison.in_currency", &[("currency", currency)]),
        _ => context.text("comparison.absolute"),
    }];
    if panel.basis.lift_type == LiftType::Relative && panel.currencies.len() > 1 {
        notes.push(language.fill("comparison.currencies", &[("currencies", &language.list(&panel.currencies))]));
    }
    if panel.split {
        notes.push(context.text("comparison.split"));
    }
    if panel.better == Better::Neutral {
        notes.push(context.text("comparison.no_direction"));
    }
    notes
}

fn axis_view(context: &Context, panel: &Panel, axis: &Axis) -> AxisView {
    let zero = axis.share(0.0) * 100.0;
    let word = |tone: &'static str, left: bool| {
        let text = context.language.text(if tone == "better" { "case.better_side" } else { "case.worse_side" });
        Word { tone, text: end_word(text, left) }
    };
    let (better, left, right) = match panel.better {
        Better::Lower => (Some((0.0, zero)), Some(word("better", true)), Some(word("worse", false))),
        Better::Higher => (Some((zero, 100.0 - zero)), Some(word("worse", true)), Some(word("better", false))),
        Better::Neutral => (None, None, None),
    };
    let sample = panel.rows.first().or(panel.apart.first()).map(|row| reported(context, row));
    AxisView {
        zero: percent(zero),
        better: better.map(|(from, width)| (percent(from), percent(width))),
        left,
        right,
        ticks: sample.map(|sample| axis.ticks(context, sample, place)).unwrap_or_default(),
    }
}

fn line(context: &Context, axis: &Axis, row: &Comparison) -> Line {
    let reported = reported(context, row);
    let study = cited::plain(context, row.case);
    Line {
        grade: study.grade.clone(),
        study,
        role: (row.role != Role::Primary).then(|| say::word(context.language, "role", row.role)),
        tone: say::tone(effect(row)),
        lift: say::change(context, reported, row.lift),
        range: row.interval.and_then(|_| say::interval(context, reported)).unwrap_or_else(|| context.text("comparison.no_interval")),
        reading: say::reading(context.language, effect(row)).map(str::to_owned),
        point: place(axis.share(row.lift)),
        span: row.interval.map(|(low, high)| (place(axis.share(low)), place(axis.share(high)))),
        beyond: row.interval.map_or((false, false), |(low, high)| axis.runs_out(low, high)),
    }
}

/// What a result can be said to mean: without an interval nobody knows.
fn effect(row: &Comparison) -> Effect {
    row.interval.map_or(Effect::Unknown, |_| row.effect)
}

fn place(share: f64) -> String {
    percent(share * 100.0)
}

fn percent(value: f64) -> String {
    let mut text = brief(value);
    text.push('%');
    text
}

/// The axis of some results. An interval far wider than the lifts runs out of it rather than pressing them together.
fn axis_of<'p>(rows: impl Iterator<Item = &'p Comparison> + Clone) -> Axis {
    let widest = rows.clone().map(|row| row.lift.abs()).fold(0.0, f64::max).max(1e-6) * 3.0;
    let ends = rows.flat_map(|row| {
        let (low, high) = row.interval.unwrap_or((row.lift, row.lift));
        [row.lift, low.max(-widest), high.min(widest)]
    });
    Axis::holding(ends, 0.06)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(lift: f64, interval: Option<(f64, f64)>) -> Comparison {
        Comparison { case: CaseIndex(0), result: 0, role: Role::Primary, lift, interval, effect: Effect::Unknown }
    }

    #[test]
    fn an_axis_holds_nought_and_every_lift() {
        let sets = [
            vec![row(-12.4, Some((-18.0, -6.1))), row(4.0, None)],
            vec![row(0.0, None)],
            vec![row(900.0, Some((-1e6, 1e6)))],
            vec![row(-0.02, Some((-0.05, 0.01)))],
        ];
        for rows in sets {
            let axis = axis_of(rows.iter());
            for row in &rows {
                assert_eq!(axis.runs_out(row.lift, row.lift), (false, false), "{} on {axis:?}", row.lift);
            }
        }
    }
}
