//! The axis of interval charts: ends at round values, zero within, and tick marks.

use serde::Serialize;

use crate::catalog::MetricResult;
use crate::catalog::keywords::LiftType;
use crate::page::context::Context;
use crate::vocabulary::BetterDirection;

/// A tick mark on an axis.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    /// Horizontal position in the unit of the chart.
    pub x: String,
    /// SVG text anchor of the label: `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// Label of the tick.
    pub label: String,
}

/// Largest absolute value up to which an axis reaches; beyond it the length of the axis would not
/// be finite.
const MAX_VALUE: f64 = 1e300;

/// The axis of an interval chart, in the unit of the lifts; both ends are multiples of the step
/// between tick marks. Better is to the right, so that values fall to the right where lower is
/// better: the figures stay as they were reported.
#[derive(Debug)]
pub struct Axis {
    /// The smallest value: at the left end, or at the right end where values fall to the right.
    low: f64,
    /// The largest value, at the other end.
    high: f64,
    /// Difference between neighbouring tick marks.
    step: f64,
    /// Whether values fall to the right.
    is_falling: bool,
}

impl Axis {
    /// Creates an axis that contains zero and every value, with a margin on both sides, given as a
    /// fraction of their range. `better` says at which end of the values the right end is; it is
    /// the upper one where no direction is better.
    pub fn spanning(
        ends: impl IntoIterator<Item = f64>,
        margin: f64,
        better: BetterDirection,
    ) -> Self {
        let (from, to) =
            ends.into_iter().fold((0.0f64, 0.0f64), |(from, to), end| (from.min(end), to.max(end)));
        let (from, to) = (from.max(-MAX_VALUE), to.min(MAX_VALUE));
        // The margin keeps the length above zero where all values are zero.
        let margin = ((to - from) * margin).max(0.01);
        let step = round_up_step((to - from + 2.0 * margin) / 3.0);
        Axis {
            low: ((from - margin) / step).floor() * step,
            high: ((to + margin) / step).ceil() * step,
            step,
            is_falling: better == BetterDirection::Lower,
        }
    }

    /// Position of a value along the axis, from 0 at the left end to 1 at the right; values beyond
    /// the ends are clamped.
    pub fn fraction(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        if self.is_falling { 1.0 - share } else { share }
    }

    /// Positions of the left and of the right end of a range, each as by [`Axis::fraction`].
    pub fn range_fractions(&self, (low, high): (f64, f64)) -> (f64, f64) {
        let (low, high) = (self.fraction(low), self.fraction(high));
        if self.is_falling { (high, low) } else { (low, high) }
    }

    /// For a range, whether it extends beyond the left end, and whether it extends beyond the right
    /// end.
    pub fn clipped_ends(&self, low: f64, high: f64) -> (bool, bool) {
        let (is_below, is_above) = (low < self.low, high > self.high);
        if self.is_falling { (is_above, is_below) } else { (is_below, is_above) }
    }

    /// Tick marks at every step from left to right, both ends included; `example` determines the
    /// format of labels, `format_position` the text of a position from 0 to 1.
    pub fn ticks(
        &self,
        context: &Context,
        example: &MetricResult,
        format_position: impl Fn(f64) -> String,
    ) -> Vec<Tick> {
        let tick = |index: usize| {
            let distance = self.step * index as f64;
            let value = if self.is_falling { self.high - distance } else { self.low + distance };
            let anchor = match index {
                0 => "start",
                _ if index == self.step_count() => "end",
                _ => "middle",
            };
            Tick {
                x: format_position(self.fraction(value)),
                anchor,
                label: self.tick_label(context, example, value),
            }
        };
        (0..=self.step_count()).map(tick).collect()
    }

    /// Number of steps from one end to the other, which is one less than the number of ticks.
    fn step_count(&self) -> usize {
        ((self.high - self.low) / self.step).round() as usize
    }

    /// The label of a tick: `0`, or a signed number, as a percentage where `example` is a relative
    /// lift.
    fn tick_label(&self, context: &Context, example: &MetricResult, value: f64) -> String {
        let decimals = if self.step < 0.1 { 2 } else { usize::from(self.step < 1.0) };
        match example.lift_type {
            _ if value.abs() < self.step / 2.0 => "0".to_owned(),
            LiftType::Relative => {
                context.language.format_percent(&context.language.format_signed(value, decimals))
            }
            LiftType::Absolute => context.language.format_signed(value, decimals),
        }
    }
}

/// A label for one end of an axis, with an arrow pointing outwards: `← better` at the left end,
/// `better →` at the right.
pub fn arrow_label(word: &str, points_left: bool) -> String {
    if points_left { format!("← {word}") } else { format!("{word} →") }
}

/// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below the minimum.
fn round_up_step(minimum: f64) -> f64 {
    let power = 10f64.powf(minimum.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= minimum)
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_contains_zero_and_every_value() {
        let sets = [
            vec![-12.4, -18.0, -6.1],
            vec![3.0],
            vec![0.0],
            vec![],
            vec![0.02, -0.01, 0.05],
            vec![900.0, 100.0, 1700.0],
            vec![-12.4, 4.0, -1e6],
        ];
        for margin in [0.06, 0.12] {
            for ends in &sets {
                let axis = Axis::spanning(ends.iter().copied(), margin, BetterDirection::Higher);
                assert!(axis.low <= 0.0 && axis.high >= 0.0 && axis.low < axis.high, "{axis:?}");
                for end in ends {
                    assert!((axis.low..=axis.high).contains(end), "{end} on {axis:?}");
                }
                assert!(
                    (1..=8).contains(&axis.step_count()),
                    "{} ticks on {axis:?}",
                    axis.step_count()
                );
            }
        }
    }

    #[test]
    fn an_axis_can_be_drawn_whatever_its_ends_are() {
        let extremes = [
            0.0,
            -0.0,
            f64::MIN_POSITIVE,
            5e-324,
            1e-300,
            1e15,
            1e300,
            f64::MAX,
            f64::INFINITY,
            f64::NAN,
        ];
        for one in extremes.into_iter().flat_map(|end| [end, -end]) {
            for other in extremes {
                let axis = Axis::spanning([one, other], 0.06, BetterDirection::Higher);
                assert!((1..=8).contains(&axis.step_count()), "{one} and {other}: {axis:?}");
                assert!((0.0..=1.0).contains(&axis.fraction(0.0)), "{one} and {other}: {axis:?}");
            }
        }
    }

    #[test]
    fn values_beyond_an_end_are_clamped_and_reported() {
        let axis = Axis::spanning([10.0], 0.1, BetterDirection::Higher);
        assert_eq!((axis.fraction(-1e9), axis.fraction(1e9)), (0.0, 1.0));
        assert_eq!(axis.clipped_ends(-1e9, 5.0), (true, false));
        let falling = Axis::spanning([10.0], 0.1, BetterDirection::Lower);
        assert_eq!((falling.fraction(-1e9), falling.fraction(1e9)), (1.0, 0.0));
        assert_eq!(falling.clipped_ends(-1e9, 5.0), (false, true));
    }

    #[test]
    fn better_is_to_the_right_whichever_way_a_metric_improves() {
        for better in [BetterDirection::Higher, BetterDirection::Lower] {
            let axis = Axis::spanning([-20.0, 5.0], 0.06, better);
            let improved = if better == BetterDirection::Lower { -18.0 } else { 4.0 };
            assert!(axis.fraction(improved) > axis.fraction(0.0), "{better:?}: {axis:?}");
            let (left, right) = axis.range_fractions((-18.0, 4.0));
            assert!(left < right, "{better:?}: {axis:?}");
        }
    }
}
