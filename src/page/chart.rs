//! Geometry of the interval charts; colours are the style's.

use serde::Serialize;

use crate::catalog::Reported;
use crate::catalog::words::LiftType;
use crate::page::context::Context;
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

/// A mark on an axis.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    /// Where.
    pub x: String,
    /// How its label is anchored.
    pub anchor: &'static str,
    /// Its label.
    pub label: String,
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
    let scale = Scale::around(lift, reported.interval());
    let lower = better == Better::Lower;
    let words = (context.language.text("case.better_side"), context.language.text("case.worse_side"));
    let zero = scale.x(0.0);
    let (left, right) = (("0", "start"), ("400", "end"));
    let (good, bad) = if lower { (left, right) } else { (right, left) };
    Some(Chart {
        tone: say::tone(say::effect(context, reported)),
        title: format!("{} {}", say::metric_label(context, &reported.metric), say::change(context, reported, lift)),
        description: describe(context, reported),
        better_x: at(if lower { 0.0 } else { zero }),
        better_width: at(if lower { zero } else { WIDTH - zero }),
        better_word: good.0,
        better_anchor: good.1,
        better: arrow(words.0, lower),
        worse_word: bad.0,
        worse_anchor: bad.1,
        worse: arrow(words.1, !lower),
        zero: at(zero),
        span: reported.interval().map(|(low, high)| format!("M{} 45H{}", at(scale.x(low)), at(scale.x(high)))),
        point: at(scale.x(lift)),
        ticks: scale.ticks(context, reported),
    })
}

fn arrow(word: &str, left: bool) -> String {
    if left { format!("← {word}") } else { format!("{word} →") }
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

/// An axis from `low` to `high`, both multiples of `step`.
struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    /// Round ends that hold nought, the lift and its interval, with a little room.
    fn around(lift: f64, interval: Option<(f64, f64)>) -> Self {
        let (from, to) = interval.unwrap_or((lift, lift));
        let (from, to) = (from.min(lift).min(0.0), to.max(lift).max(0.0));
        let room = ((to - from) * 0.12).max(0.01);
        let step = round_step((to - from + 2.0 * room) / 3.0);
        Scale { low: ((from - room) / step).floor() * step, high: ((to + room) / step).ceil() * step, step }
    }

    fn x(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low) * WIDTH
    }

    fn ticks(&self, context: &Context, reported: &Reported) -> Vec<Tick> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        let tick = |index: usize| {
            let value = self.low + self.step * index as f64;
            let anchor = match index {
                0 => "start",
                _ if index == count => "end",
                _ => "middle",
            };
            Tick { x: at(self.x(value)), anchor, label: label(context, reported, value, self.step) }
        };
        (0..=count).map(tick).collect()
    }
}

fn label(context: &Context, reported: &Reported, value: f64, step: f64) -> String {
    let places = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
    let number = context.language.signed(value, places);
    let nought = value.abs() < step / 2.0;
    match reported.lift_type {
        _ if nought => "0".to_owned(),
        LiftType::Relative => context.language.percent(&number),
        LiftType::Absolute => number,
    }
}

/// The next of 1, 2, 2.5 and 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= least).unwrap_or(10.0 * power)
}

/// The small chart of a relative lift on the scale that lists share; better is to the right.
pub fn small(context: &Context, reported: &Reported) -> Option<Interval> {
    let gain = reported.gain(&context.catalog.vocabulary).filter(|gain| gain.is_finite() && reported.lift_type == LiftType::Relative)?;
    let sign = if reported.lift < Some(0.0) && gain > 0.0 || reported.lift > Some(0.0) && gain < 0.0 { -1.0 } else { 1.0 };
    let x = |value: f64| at(60.0 + value.clamp(-LIST_SCALE, LIST_SCALE) / LIST_SCALE * 60.0);
    let ends = reported.interval().map(|(low, high)| if sign < 0.0 { (-high, -low) } else { (low, high) });
    Some(Interval {
        tone: say::tone(say::effect(context, reported)),
        title: say::interval(context, reported).or_else(|| say::lift(context, reported)).unwrap_or_default(),
        span: ends.map(|(low, high)| format!("M{} 10H{}", x(low), x(high))),
        point: x(gain),
    })
}

fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_nought_and_the_interval() {
        for (lift, interval) in [(-12.4, Some((-18.0, -6.1))), (3.0, None), (0.0, None), (0.02, Some((-0.01, 0.05))), (900.0, Some((100.0, 1700.0)))]
        {
            let scale = Scale::around(lift, interval);
            let (low, high) = interval.unwrap_or((lift, lift));
            for value in [0.0, lift, low, high] {
                assert!((0.0..=WIDTH).contains(&scale.x(value)), "{value} on {}..{}", scale.low, scale.high);
            }
            let count = ((scale.high - scale.low) / scale.step).round();
            assert!((1.0..=6.0).contains(&count), "{count} ticks");
        }
    }
}
