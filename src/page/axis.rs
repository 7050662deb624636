//! The axis of the interval charts: round ends that hold nought, and the marks between them.

use serde::Serialize;

use crate::catalog::Reported;
use crate::catalog::words::LiftType;
use crate::page::context::Context;

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

/// Beyond this the length of an axis would be no number.
const FARTHEST: f64 = 1e300;

/// An axis whose ends are multiples of its step.
#[derive(Debug)]
pub struct Axis {
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    /// An axis that holds nought and every end, with room on either side: a share of the distance between the outermost.
    pub fn holding(ends: impl IntoIterator<Item = f64>, room: f64) -> Self {
        let (from, to) = ends.into_iter().fold((0.0f64, 0.0f64), |(from, to), end| (from.min(end), to.max(end)));
        let (from, to) = (from.max(-FARTHEST), to.min(FARTHEST));
        // An axis has a length even where every end is nought.
        let room = ((to - from) * room).max(0.01);
        let step = round_step((to - from + 2.0 * room) / 3.0);
        Axis { low: ((from - room) / step).floor() * step, high: ((to + room) / step).ceil() * step, step }
    }

    /// Where a value stands, from 0 at the left end to 1 at the right one; never beyond them.
    pub fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Whether a range goes on beyond the left and the right end.
    pub fn runs_out(&self, low: f64, high: f64) -> (bool, bool) {
        (low < self.low, high > self.high)
    }

    /// The marks, labelled as the figures of a result are, each where `place` puts its share of the length.
    pub fn ticks(&self, context: &Context, sample: &Reported, place: impl Fn(f64) -> String) -> Vec<Tick> {
        let tick = |index: usize| {
            let value = self.low + self.step * index as f64;
            let anchor = match index {
                0 => "start",
                _ if index == self.steps() => "end",
                _ => "middle",
            };
            Tick { x: place(self.share(value)), anchor, label: self.label(context, sample, value) }
        };
        (0..=self.steps()).map(tick).collect()
    }

    fn steps(&self) -> usize {
        ((self.high - self.low) / self.step).round() as usize
    }

    fn label(&self, context: &Context, sample: &Reported, value: f64) -> String {
        let places = if self.step < 0.1 { 2 } else { usize::from(self.step < 1.0) };
        match sample.lift_type {
            _ if value.abs() < self.step / 2.0 => "0".to_owned(),
            LiftType::Relative => context.language.percent(&context.language.signed(value, places)),
            LiftType::Absolute => context.language.signed(value, places),
        }
    }
}

/// The word at an end of an axis, with an arrow that points there.
pub fn end_word(word: &str, left: bool) -> String {
    if left { format!("← {word}") } else { format!("{word} →") }
}

/// The next of 1, 2, 2.5 and 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= least).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_nought_and_every_end() {
        let sets =
            [vec![-12.4, -18.0, -6.1], vec![3.0], vec![0.0], vec![], vec![0.02, -0.01, 0.05], vec![900.0, 100.0, 1700.0], vec![-12.4, 4.0, -1e6]];
        for room in [0.06, 0.12] {
            for ends in &sets {
                let axis = Axis::holding(ends.iter().copied(), room);
                assert!(axis.low <= 0.0 && axis.high >= 0.0 && axis.low < axis.high, "{axis:?}");
                for end in ends {
                    assert!((axis.low..=axis.high).contains(end), "{end} on {axis:?}");
                }
                assert!((1..=8).contains(&axis.steps()), "{} ticks on {axis:?}", axis.steps());
            }
        }
    }

    #[test]
    fn an_axis_can_be_drawn_whatever_its_ends_are() {
        let extremes = [0.0, -0.0, f64::MIN_POSITIVE, 5e-324, 1e-300, 1e15, 1e300, f64::MAX, f64::INFINITY, f64::NAN];
        for one in extremes.into_iter().flat_map(|end| [end, -end]) {
            for other in extremes {
                let axis = Axis::holding([one, other], 0.06);
                assert!((1..=8).contains(&axis.steps()), "{one} and {other}: {axis:?}");
                assert!((0.0..=1.0).contains(&axis.share(0.0)), "{one} and {other}: {axis:?}");
            }
        }
    }

    #[test]
    fn what_goes_beyond_an_end_stands_at_it_and_is_known() {
        let axis = Axis::holding([10.0], 0.1);
        assert_eq!((axis.share(-1e9), axis.share(1e9)), (0.0, 1.0));
        assert_eq!(axis.runs_out(-1e9, 5.0), (true, false));
    }
}
