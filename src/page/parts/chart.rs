//! Computes the geometry of interval charts; colours are set by the style sheet.

use serde::Serialize;

use crate::catalog::MetricResult;
use crate::catalog::keywords::LiftType;
use crate::page::context::Context;
use crate::page::parts::SmallIntervalChart;
use crate::page::parts::axis::{Axis, Tick, arrow_label};
use crate::page::text::display;
use crate::page::text::language::trim_decimal;
use crate::vocabulary::BetterDirection;

/// The chart of a primary result: 400 units wide, better to the right as in every chart, with the
/// better side of zero shaded and the changes as they were reported.
#[derive(Debug, Clone, Serialize)]
pub struct IntervalChart {
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// Metric and lift in words.
    pub title: String,
    /// Confidence interval in words, and whether it contains zero.
    pub description: String,
    /// Left end of the better side, 0 to 400.
    pub better_x: String,
    /// Width of the better side, 0 to 400.
    pub better_width: String,
    /// Label of the better side, at the right end, with an arrow.
    pub better: String,
    /// Label of the worse side, at the left end, with an arrow.
    pub worse: String,
    /// Horizontal position of zero, 0 to 400.
    pub zero: String,
    /// SVG path of the confidence interval; none without one.
    pub span: Option<String>,
    /// Horizontal position of the lift, 0 to 400.
    pub point: String,
    /// Tick marks of the axis.
    pub ticks: Vec<Tick>,
}

/// Width of the chart of a primary result, that of the `viewBox` in `parts/chart.html`.
const CHART_WIDTH: f64 = 400.0;
/// Largest lift, in percent on either side of zero, that small charts of lists can show.
pub const LIST_SCALE_PERCENT: f64 = 40.0;

/// The chart of a result; none without a finite lift or for a metric without direction.
pub fn primary_result_chart(context: &Context, result: &MetricResult) -> Option<IntervalChart> {
    let lift = result.lift.filter(|lift| lift.is_finite())?;
    let better = result.better_direction(&context.catalog.vocabulary);
    if better == BetterDirection::Neutral {
        return None;
    }
    let (low, high) = result.interval().unwrap_or((lift, lift));
    let axis = Axis::spanning([lift, low, high], 0.12, better);
    let format_position = |share: f64| trim_decimal(share * CHART_WIDTH);
    let zero = axis.fraction(0.0) * CHART_WIDTH;
    Some(IntervalChart {
        tone: display::effect_tone(display::effect_if_interval(context, result)),
        title: format!(
            "{} {}",
            display::metric_label(context, &result.metric),
            display::format_change(context, result, lift)
        ),
        description: describe_interval(context, result),
        better_x: trim_decimal(zero),
        better_width: trim_decimal(CHART_WIDTH - zero),
        better: arrow_label(context.language.text("case.better_side"), false),
        worse: arrow_label(context.language.text("case.worse_side"), true),
        zero: trim_decimal(zero),
        span: result.interval().map(|range| {
            let (left, right) = axis.range_fractions(range);
            format!("M{} 45H{}", format_position(left), format_position(right))
        }),
        point: format_position(axis.fraction(lift)),
        ticks: axis.ticks(context, result, format_position),
    })
}

/// The confidence interval in words and whether it contains zero, or that none is stated.
fn describe_interval(context: &Context, result: &MetricResult) -> String {
    let range = display::format_interval(context, result);
    let text = range.map_or_else(
        || context.language.text("case.no_interval").to_owned(),
        |range| context.language.text_with("case.interval_is", &[("range", &range)]),
    );
    if result.interval().is_none() {
        return text;
    }
    let zero = context.language.text(if result.interval_crosses_zero() {
        "case.holds_zero"
    } else {
        "case.misses_zero"
    });
    context.language.join_remarks(&[text.as_str(), zero])
}

/// The small chart of a relative lift on the scale that lists share, better to the right; none for
/// an absolute lift, without a finite lift, and for a metric without direction.
pub fn small_interval_chart(
    context: &Context,
    result: &MetricResult,
) -> Option<SmallIntervalChart> {
    let gain = result
        .gain(&context.catalog.vocabulary)
        .filter(|gain| gain.is_finite() && result.lift_type == LiftType::Relative)?;
    let sign = if result.lift < Some(0.0) && gain > 0.0 || result.lift > Some(0.0) && gain < 0.0 {
        -1.0
    } else {
        1.0
    };
    let format_x = |value: f64| {
        trim_decimal(
            60.0 + value.clamp(-LIST_SCALE_PERCENT, LIST_SCALE_PERCENT) / LIST_SCALE_PERCENT * 60.0,
        )
    };
    let ends =
        result.interval().map(|(low, high)| if sign < 0.0 { (-high, -low) } else { (low, high) });
    Some(SmallIntervalChart {
        tone: display::effect_tone(display::effect_if_interval(context, result)),
        title: display::format_interval(context, result)
            .or_else(|| display::format_lift(context, result))
            .unwrap_or_default(),
        span: ends.map(|(low, high)| format!("M{} 10H{}", format_x(low), format_x(high))),
        point: format_x(gain),
    })
}
