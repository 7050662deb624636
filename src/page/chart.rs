//! Geometry of the interval charts; colours are the style's.

use serde::Serialize;

use crate::catalog::Reported;
use crate::catalog::words::LiftType;
use crate::page::axis::{Axis, Tick, end_word};
use crate::page::context::Context;
use crate::page::language::brief;
use crate::page::parts::Interval;
use crate::page::say;
use crate::vocabulary::Better;

/// The chart of a primary result: 400 wide, in the metric's own direction, the better side of nought marked.
#[derive(Debug, Clone, Serialize)]
pub struct Chart {
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// The result in words.
    pub title: String,
    /// The interval in words.
    pub description: String,
    /// Where the better side begins.
    pub better_x: String,
    /// How wide it is.
    pub better_width: String,
    /// Where its label stands.
    pub better_word: &'static str,
    /// How it is anchored.
    pub better_anchor: &'static str,
    /// Its label.
    pub better: String,
    /// Where the other label stands.
    pub worse_word: &'static str,
    /// How it is anchored.
    pub worse_anchor: &'static str,
    /// The other label.
    pub worse: String,
    /// Where nought stands.
    pub zero: String,
    /// Path of the interval.
    pub span: Option<String>,
    /// Where the lift stands.
    pub point: String,
    /// Marks on the axis.
    pub ticks: Vec<Tick>,
}

const WIDTH: f64 = 400.0;
/// Percent on either side of nought in the small charts of lists.
pub const LIST_SCALE: f64 = 40.0;

/// The chart of a result that has a lift and a direction.
pub fn primary(context: &Context, reported: &Reported) -> Option<Chart> {
    let lift = reported.lift.filter(|lift| lift.is_finite())?;
    let better = reported.better(&context.catalog.vocabulary);
    if better == Better::Neutral {
        return None;
    }
    let (low, high) = reported.interval().unwrap_or((lift, lift));
    let axis = Axis::holding([lift, low, high], 0.12);
    let place = |share: f64| brief(share * WIDTH);
    let x = |value: f64| place(axis.share(value));
    let lower = better == Better::Lower;
    let words = (context.language.text("case.better_side"), context.language.text("case.worse_side"));
    let zero = axis.share(0.0) * WIDTH;
    let (left, right) = (("0", "start"), ("400", "end"));
    let (good, bad) = if lower { (left, right) } else { (right, left) };
    Some(Chart {
        tone: say::tone(say::effect(context, reported)),
        title: format!("{} {}", say::metric_label(context, &reported.metric), say::change(context, reported, lift)),
        description: describe(context, reported),
        better_x: brief(if lower { 0.0 } else { zero }),
        better_width: brief(if lower { zero } else { WIDTH - zero }),
        better_word: good.0,
        better_anchor: good.1,
        better: end_word(words.0, lower),
        worse_word: bad.0,
        worse_anchor: bad.1,
        worse: end_word(words.1, !lower),
        zero: brief(zero),
        span: reported.interval().map(|(low, high)| format!("M{} 45H{}", x(low), x(high))),
        point: x(lift),
        ticks: axis.ticks(context, reported, place),
    })
}

fn describe(context: &Context, reported: &Reported) -> String {
    let range = say::interval(context, reported);
    let mut words = range.map_or_else(
        || context.language.text("case.no_interval").to_owned(),
        |range| context.language.fill("case.interval_is", &[("range", &range)]),
    );
    if reported.interval().is_some() {
        words.push_str("; ");
        words.push_str(context.language.text(if reported.crosses_zero() { "case.holds_zero" } else { "case.misses_zero" }));
    }
    words
}

/// The small chart of a relative lift on the scale that lists share; better is to the right.
pub fn small(context: &Context, reported: &Reported) -> Option<Interval> {
    let gain = reported.gain(&context.catalog.vocabulary).filter(|gain| gain.is_finite() && reported.lift_type == LiftType::Relative)?;
    let sign = if reported.lift < Some(0.0) && gain > 0.0 || reported.lift > Some(0.0) && gain < 0.0 { -1.0 } else { 1.0 };
    let x = |value: f64| brief(60.0 + value.clamp(-LIST_SCALE, LIST_SCALE) / LIST_SCALE * 60.0);
    let ends = reported.interval().map(|(low, high)| if sign < 0.0 { (-high, -low) } else { (low, high) });
    Some(Interval {
        tone: say::tone(say::effect(context, reported)),
        title: say::interval(context, reported).or_else(|| say::lift(context, reported)).unwrap_or_default(),
        span: ends.map(|(low, high)| format!("M{} 10H{}", x(low), x(high))),
        point: x(gain),
    })
}
