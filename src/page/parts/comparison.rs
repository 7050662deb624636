//! Compares results on one metric with their confidence intervals, and lists results that cannot be
//! compared separately.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::keywords::{LiftType, Role};
use crate::catalog::result::{Effect, Metric};
use crate::catalog::{CaseIndex, MetricResult};
use crate::evidence::Tally;
use crate::evidence::contradiction::Contradiction;
use crate::evidence::panel::{Panel, ReportedLift};
use crate::page::context::Context;
use crate::page::parts::GradeMark;
use crate::page::parts::axis::{Axis, Tick, arrow_label};
use crate::page::parts::citation::{self, Citation};
use crate::page::text::display;
use crate::page::text::language::trim_decimal;
use crate::vocabulary::{BetterDirection, TermRef};

/// The evidence section of the page of a tactic, channel or market: its wins, contradictions and
/// results by metric.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceSection {
    /// Wins and grades in words: `3 of 4 won; grades A, B, B, C`.
    pub says: Option<String>,
    /// Contradictory results.
    pub opposites: Vec<ContradictionView>,
    /// Number of contradictions left out, in words.
    pub more_opposites: Option<String>,
    /// Metrics that two or more results report.
    pub panels: Vec<MetricPanelView>,
    /// Metrics that one result reports.
    pub singles: Vec<SingleResult>,
    /// Number of metrics left out, in words.
    pub more: Option<String>,
}

/// Studies of the same tactic and channel whose results on a metric point in opposite directions.
#[derive(Debug, Clone, Serialize)]
pub struct ContradictionView {
    /// Tactic, channel and metric, without the one that the page is about.
    pub what: String,
    /// Studies in which the metric improved.
    pub better: Vec<Citation>,
    /// Studies in which the metric worsened.
    pub worse: Vec<Citation>,
}

/// The results of several studies on one metric, on a shared axis.
#[derive(Debug, Clone, Serialize)]
pub struct MetricPanelView {
    /// Anchor of the panel.
    pub id: String,
    /// Label of the metric.
    pub metric: String,
    /// Site path of the metric's definition.
    pub url: String,
    /// Whether the metric belongs to the common-metrics contract.
    pub common: bool,
    /// Number of results by effect: `4 results: 3 better, 1 unclear`.
    pub says: String,
    /// Sentences on what can be compared in this panel.
    pub notes: Vec<String>,
    /// The axis above the results.
    pub axis: AxisView,
    /// Comparable results, best first.
    pub lines: Vec<ResultLine>,
    /// Results of studies that do not report all agreed metrics.
    pub apart: Vec<ResultLine>,
    /// Number of results left out, in words.
    pub more: Option<String>,
}

/// The axis of a panel; positions are percentages of its width.
#[derive(Debug, Clone, Serialize)]
pub struct AxisView {
    /// Position of zero.
    pub zero: String,
    /// Left end and width of the better side; none for a metric without direction.
    pub better: Option<(String, String)>,
    /// Label at the left end.
    pub left: Option<AxisEndLabel>,
    /// Label at the right end.
    pub right: Option<AxisEndLabel>,
    /// Tick marks of the axis.
    pub ticks: Vec<Tick>,
}

/// The label `better` or `worse` at one end of the axis of a panel.
#[derive(Debug, Clone, Serialize)]
pub struct AxisEndLabel {
    /// `better` or `worse`.
    pub tone: &'static str,
    /// The label with an arrow.
    pub text: String,
}

/// One result of a study in a panel, as a line with its interval on the axis of the panel.
#[derive(Debug, Clone, Serialize)]
pub struct ResultLine {
    /// The case study that reports the result.
    pub study: Citation,
    /// Role of the metric in the study, unless it is primary.
    pub role: Option<String>,
    /// Evidence grade of the study.
    pub grade: Option<GradeMark>,
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// The lift with sign and unit.
    pub lift: String,
    /// Confidence interval, or a remark that there is none.
    pub range: String,
    /// Label of the effect.
    pub reading: Option<String>,
    /// Position of the lift, as a percentage of the axis.
    pub point: String,
    /// Positions of both ends of the confidence interval.
    pub span: Option<(String, String)>,
    /// Whether the confidence interval extends beyond the left end and beyond the right end of the
    /// axis.
    pub beyond: (bool, bool),
}

/// A metric that only one result reports, with that result.
#[derive(Debug, Clone, Serialize)]
pub struct SingleResult {
    /// Label of the metric.
    pub metric: String,
    /// Site path of the metric's definition.
    pub url: String,
    /// The result.
    pub line: ResultLine,
}

/// The most metrics with several results that the page of a term compares.
const MAX_PANELS: usize = 6;
/// The most comparable results in one panel.
const MAX_LINES: usize = 12;
/// The most results in one panel of studies that lack agreed metrics.
const MAX_APART: usize = 6;
/// The most metrics with a single result that the page of a term lists.
const MAX_SINGLES: usize = 8;
/// The most contradictions that the page of a term shows.
const MAX_CONTRADICTIONS: usize = 5;
/// The most studies named on each side of a contradiction.
const MAX_STUDIES_PER_SIDE: usize = 3;

/// The evidence on a term; none for market groups, and where there are no results to compare.
pub fn evidence_section(context: &Context, term: TermRef) -> Option<EvidenceSection> {
    let evidence = context.evidence;
    let nothing = Vec::new();
    let (panels, tally) = match term {
        TermRef::Tactic(id) => (evidence.panels.tactics.get(&id), evidence.tactics.get(&id)?),
        TermRef::Channel(id) => (evidence.panels.channels.get(&id), evidence.channels.get(&id)?),
        TermRef::Market(id) => (evidence.panels.markets.get(&id), evidence.markets.get(&id)?),
        TermRef::Group(_) => return None,
    };
    let panels = panels.unwrap_or(&nothing);
    let (several, single): (Vec<&Panel>, Vec<&Panel>) =
        panels.iter().partition(|panel| panel.rows.len() + panel.not_comparable.len() > 1);
    let contradictions = find_contradictions(context, term, tally);
    if panels.is_empty() && contradictions.is_empty() {
        return None;
    }
    let left_out =
        several.len().saturating_sub(MAX_PANELS) + single.len().saturating_sub(MAX_SINGLES);
    let more_opposites = contradictions.len().saturating_sub(MAX_CONTRADICTIONS);
    Some(EvidenceSection {
        says: format_win_summary(context, tally),
        opposites: contradictions
            .iter()
            .take(MAX_CONTRADICTIONS)
            .map(|contradiction| contradiction_view(context, term, contradiction))
            .collect(),
        more_opposites: (more_opposites > 0).then(|| {
            context.language.plural_text("comparison.more_opposites", more_opposites, &[])
        }),
        panels: several.iter().take(MAX_PANELS).map(|panel| panel_view(context, panel)).collect(),
        singles: single
            .iter()
            .take(MAX_SINGLES)
            .map(|panel| self::single_result(context, panel))
            .collect(),
        more: (left_out > 0)
            .then(|| context.language.plural_text("comparison.more_metrics", left_out, &[])),
    })
}

/// Wins and grades in words: `3 of 4 won (75%); grades A, B, B, C`; none where no study counts.
fn format_win_summary(context: &Context, tally: &Tally) -> Option<String> {
    /// The most evidence grades of studies listed one by one (`A, B, B`); of more, only the number of
    /// each is given (`12 A, 30 B`).
    const MAX_LISTED_GRADES: usize = 8;
    let language = context.language;
    if tally.counted() == 0 {
        return None;
    }
    let (won, counted) = (
        language.format_integer(tally.won as usize),
        language.format_integer(tally.counted() as usize),
    );
    let rate = language.text_with("tally.short", &[("won", &won), ("counted", &counted)]);
    let rate = match tally.win_rate() {
        Some(share) => language.text_with(
            "comparison.rate",
            &[
                ("counts", &rate),
                ("rate", &language.format_percent(&language.format_number(share * 100.0, 0))),
            ],
        ),
        None => language.text_with("comparison.few", &[("counts", &rate)]),
    };
    let grades: Vec<&str> =
        tally.grade_list().into_iter().map(|grade| display::grade_letters(grade).1).collect();
    Some(match grades.len() {
        0 => rate,
        1..=MAX_LISTED_GRADES => language.text_with(
            "comparison.grades",
            &[("rate", &rate), ("grades", &language.join_with_commas(&grades))],
        ),
        _ => language.text_with(
            "comparison.grades",
            &[("rate", &rate), ("grades", &format_grade_counts(context, tally))],
        ),
    })
}

/// Number of studies by grade: `12 A, 30 B, 4 C`.
fn format_grade_counts(context: &Context, tally: &Tally) -> String {
    let counts = ["A", "B", "C", "D"].iter().zip(tally.grades).filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(grade, count)| {
            format!("{} {grade}", context.language.format_integer(count as usize))
        })
        .collect();
    context.language.join_with_commas(&counts)
}

/// Contradictions on a tactic or channel; for a market, those that one of its studies is part of.
fn find_contradictions<'h>(
    context: &Context<'h>,
    term: TermRef,
    tally: &Tally,
) -> Vec<&'h Contradiction> {
    let all = &context.evidence.contradictions;
    match term {
        TermRef::Tactic(id) => all.of_tactic(id).collect(),
        TermRef::Channel(id) => all.of_channel(id).collect(),
        _ => {
            let positions: BTreeSet<usize> = tally
                .cases
                .iter()
                .filter_map(|case| all.by_case.get(case))
                .flatten()
                .copied()
                .collect();
            positions.into_iter().map(|position| &all.found[position]).collect()
        }
    }
}

/// A contradiction as the page of `term` shows it, described without that tactic or channel.
fn contradiction_view(
    context: &Context,
    term: TermRef,
    contradiction: &Contradiction,
) -> ContradictionView {
    let vocabulary = &context.catalog.vocabulary;
    let metric = display::metric_label(context, &Metric::Known(contradiction.metric)).to_owned();
    let tactic = vocabulary.tactics[contradiction.tactic].label_in(context.language_id());
    let channel = vocabulary.channels[contradiction.channel].label_in(context.language_id());
    let values = [("metric", metric.as_str()), ("tactic", tactic), ("channel", channel)];
    let what = match term {
        TermRef::Tactic(_) => context.language.text_with("comparison.opposite_in_channel", &values),
        TermRef::Channel(_) => {
            context.language.text_with("comparison.opposite_with_tactic", &values)
        }
        _ => context.language.text_with("comparison.opposite", &values),
    };
    let side = |cases: &[CaseIndex]| {
        cases
            .iter()
            .take(MAX_STUDIES_PER_SIDE)
            .map(|case| cite_with_metric(context, *case, contradiction))
            .collect()
    };
    ContradictionView {
        what,
        better: side(&contradiction.better),
        worse: side(&contradiction.worse),
    }
}

/// The short form of a study with its result on the metric of a contradiction.
fn cite_with_metric(
    context: &Context,
    index: CaseIndex,
    contradiction: &Contradiction,
) -> Citation {
    let result = context
        .catalog
        .case(index)
        .results
        .iter()
        .find(|result| result.metric == Metric::Known(contradiction.metric));
    Citation {
        value: result.and_then(|result| display::format_lift(context, result)),
        ..citation::compose_without_result(context, index)
    }
}

/// The result of a record from which a lift in a panel was taken.
fn reported_result<'h>(context: &Context<'h>, row: &ReportedLift) -> &'h MetricResult {
    &context.catalog.case(row.case).results[row.result]
}

/// The view of the results of a panel on one axis: at most `MAX_LINES` comparable ones and
/// `MAX_APART` others, with the number of those left out.
fn panel_view(context: &Context, panel: &Panel) -> MetricPanelView {
    let (rows, apart) = (
        select_rows(context, &panel.rows, MAX_LINES),
        select_rows(context, &panel.not_comparable, MAX_APART),
    );
    let left_out = panel.rows.len() + panel.not_comparable.len() - rows.len() - apart.len();
    let axis = axis_for(rows.iter().chain(&apart).copied(), panel.better);
    MetricPanelView {
        id: panel_anchor(context, panel),
        metric: display::metric_label(context, &panel.metric).to_owned(),
        url: metric_url(context, &panel.metric),
        common: panel.is_common,
        says: summarise_effects(context, panel),
        notes: comparability_notes(context, panel),
        axis: axis_view(context, panel, &axis),
        lines: rows.iter().map(|row| result_line(context, &axis, row)).collect(),
        apart: apart.iter().map(|row| result_line(context, &axis, row)).collect(),
        more: (left_out > 0)
            .then(|| context.language.plural_text("comparison.more_results", left_out, &[])),
    }
}

/// The view of a panel with one result, on an axis of its own; of several it would show the first.
fn single_result(context: &Context, panel: &Panel) -> SingleResult {
    let row = panel
        .rows
        .first()
        .or(panel.not_comparable.first())
        .expect("a panel has at least one result");
    let axis = axis_for([row].into_iter(), panel.better);
    SingleResult {
        metric: display::metric_label(context, &panel.metric).to_owned(),
        url: metric_url(context, &panel.metric),
        line: result_line(context, &axis, row),
    }
}

/// The anchor of a panel, from metric, kind of lift, currency and whether it is an index:
/// `on-cpa-absolute-eur`.
fn panel_anchor(context: &Context, panel: &Panel) -> String {
    let metric = match &panel.metric {
        Metric::Known(id) => context.catalog.vocabulary.metrics[*id].slug(),
        Metric::Local(name) => format!("local-{}", crate::vocabulary::normalise_name(name)),
    };
    let kind = match panel.basis.lift_type {
        LiftType::Relative => "",
        LiftType::Absolute => "-absolute",
    };
    let currency = panel
        .basis
        .currency
        .as_deref()
        .map_or_else(String::new, |currency| format!("-{}", currency.to_lowercase()));
    format!("on-{metric}{kind}{currency}{}", if panel.basis.is_indexed { "-index" } else { "" })
}

/// Site path of a metric's definition; that of the list of local metrics for a local metric, which
/// has no definition.
pub fn metric_url(context: &Context, metric: &Metric) -> String {
    match metric {
        Metric::Known(id) => format!("metrics/#{}", context.catalog.vocabulary.metrics[*id].slug()),
        Metric::Local(_) => "metrics/#regional".to_owned(),
    }
}

/// At most `limit` results, in the order of the panel: better grades are preferred, then primary
/// results, then those with an interval.
fn select_rows<'p>(
    context: &Context,
    rows: &'p [ReportedLift],
    limit: usize,
) -> Vec<&'p ReportedLift> {
    if rows.len() <= limit {
        return rows.iter().collect();
    }
    let sort_key = |row: &ReportedLift| {
        let grade = context.catalog.case(row.case).evidence_grade.grade;
        (grade.is_none(), grade, row.role, row.interval.is_none())
    };
    let mut positions: Vec<usize> = (0..rows.len()).collect();
    positions.sort_by_key(|position| (sort_key(&rows[*position]), *position));
    positions.truncate(limit);
    positions.sort_unstable();
    positions.into_iter().map(|position| &rows[position]).collect()
}

/// Number of results by effect: `4 results: 3 better, 1 unclear`.
fn summarise_effects(context: &Context, panel: &Panel) -> String {
    let mut counts: BTreeMap<Effect, usize> = BTreeMap::new();
    for row in panel.rows.iter().chain(&panel.not_comparable) {
        *counts.entry(effect_if_interval(row)).or_default() += 1;
    }
    let count = |(effect, count): (&Effect, &usize)| {
        let key = match effect {
            Effect::Better => "comparison.better",
            Effect::Worse => "comparison.worse",
            Effect::Unclear => "comparison.unclear",
            Effect::Unknown => "comparison.without",
        };
        context.language.plural_text(key, *count, &[])
    };
    let parts: Vec<String> = counts
        .iter()
        .filter(|(effect, _)| {
            panel.better != BetterDirection::Neutral || **effect == Effect::Unknown
        })
        .map(count)
        .collect();
    let results = context.language.plural_text(
        "comparison.results",
        panel.rows.len() + panel.not_comparable.len(),
        &[],
    );
    if parts.is_empty() {
        results
    } else {
        context.language.text_with(
            "comparison.says",
            &[("results", &results), ("readings", &context.language.join_with_commas(&parts))],
        )
    }
}

/// Sentences on what can be compared in a panel.
fn comparability_notes(context: &Context, panel: &Panel) -> Vec<String> {
    let language = context.language;
    let mut notes =
        vec![
            match (panel.basis.lift_type, panel.basis.is_indexed, panel.basis.currency.as_deref()) {
                (LiftType::Relative, ..) => context.text("comparison.relative"),
                (_, true, _) => context.text("comparison.indexed"),
                (_, _, Some(currency)) => {
                    language.text_with("comparison.in_currency", &[("currency", currency)])
                }
                _ => context.text("comparison.absolute"),
            },
        ];
    if panel.basis.lift_type == LiftType::Relative && panel.currencies.len() > 1 {
        notes.push(language.text_with(
            "comparison.currencies",
            &[("currencies", &language.format_list(&panel.currencies))],
        ));
    }
    if panel.is_split {
        notes.push(context.text("comparison.split"));
    }
    if panel.better == BetterDirection::Neutral {
        notes.push(context.text("comparison.no_direction"));
    }
    notes
}

/// The view of the axis: zero, the better side with labels at both ends, and tick marks in the
/// format of the first result.
fn axis_view(context: &Context, panel: &Panel, axis: &Axis) -> AxisView {
    let zero = axis.fraction(0.0) * 100.0;
    let word = |tone: &'static str, left: bool| {
        let text = context.language.text(if tone == "better" {
            "case.better_side"
        } else {
            "case.worse_side"
        });
        AxisEndLabel { tone, text: arrow_label(text, left) }
    };
    let (better, left, right) = match panel.better {
        BetterDirection::Lower | BetterDirection::Higher => {
            (Some((zero, 100.0 - zero)), Some(word("worse", true)), Some(word("better", false)))
        }
        BetterDirection::Neutral => (None, None, None),
    };
    let example = panel
        .rows
        .first()
        .or(panel.not_comparable.first())
        .map(|row| reported_result(context, row));
    AxisView {
        zero: format_percentage(zero),
        better: better.map(|(from, width)| (format_percentage(from), format_percentage(width))),
        left,
        right,
        ticks: example
            .map(|example| axis.ticks(context, example, format_position))
            .unwrap_or_default(),
    }
}

/// One result of a panel as a line, at its positions on the axis.
fn result_line(context: &Context, axis: &Axis, row: &ReportedLift) -> ResultLine {
    let result = reported_result(context, row);
    let study = citation::compose_without_result(context, row.case);
    ResultLine {
        grade: study.grade.clone(),
        study,
        role: (row.role != Role::Primary)
            .then(|| display::keyword_label(context.language, "role", row.role)),
        tone: display::effect_tone(effect_if_interval(row)),
        lift: display::format_change(context, result, row.lift),
        range: row
            .interval
            .and_then(|_| display::format_interval(context, result))
            .unwrap_or_else(|| context.text("comparison.no_interval")),
        reading: display::effect_label(context.language, effect_if_interval(row))
            .map(str::to_owned),
        point: format_position(axis.fraction(row.lift)),
        span: row.interval.map(|range| {
            let (left, right) = axis.range_fractions(range);
            (format_position(left), format_position(right))
        }),
        beyond: row.interval.map_or((false, false), |(low, high)| axis.clipped_ends(low, high)),
    }
}

/// The effect of a reported lift where its confidence interval is stated; `Unknown` without one.
fn effect_if_interval(row: &ReportedLift) -> Effect {
    row.interval.map_or(Effect::Unknown, |_| row.effect)
}

/// A position along the axis, given from 0 to 1, as a percentage.
fn format_position(share: f64) -> String {
    format_percentage(share * 100.0)
}

/// A number as a percentage for SVG and styles, with a dot and at most one decimal: `12.5%`.
fn format_percentage(value: f64) -> String {
    let mut text = trim_decimal(value);
    text.push('%');
    text
}

/// The axis for some results. Intervals are cut at three times the largest lift, so that a very
/// wide one does not compress the others. `better` is the direction of their metric.
fn axis_for<'p>(
    rows: impl Iterator<Item = &'p ReportedLift> + Clone,
    better: BetterDirection,
) -> Axis {
    let interval_limit = rows.clone().map(|row| row.lift.abs()).fold(0.0, f64::max).max(1e-6) * 3.0;
    let ends = rows.flat_map(|row| {
        let (low, high) = row.interval.unwrap_or((row.lift, row.lift));
        [row.lift, low.max(-interval_limit), high.min(interval_limit)]
    });
    Axis::spanning(ends, 0.06, better)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(lift: f64, interval: Option<(f64, f64)>) -> ReportedLift {
        ReportedLift {
            case: CaseIndex(0),
            result: 0,
            role: Role::Primary,
            lift,
            interval,
            effect: Effect::Unknown,
        }
    }

    #[test]
    fn an_axis_contains_zero_and_every_lift() {
        let sets = [
            vec![row(-12.4, Some((-18.0, -6.1))), row(4.0, None)],
            vec![row(0.0, None)],
            vec![row(900.0, Some((-1e6, 1e6)))],
            vec![row(-0.02, Some((-0.05, 0.01)))],
        ];
        for rows in sets {
            let axis = axis_for(rows.iter(), BetterDirection::Lower);
            for row in &rows {
                assert_eq!(
                    axis.clipped_ends(row.lift, row.lift),
                    (false, false),
                    "{} on {axis:?}",
                    row.lift
                );
            }
        }
    }
}
