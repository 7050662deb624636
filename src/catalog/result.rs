//! One reported result: a metric, what became of it, and how sure that is.

use std::ops::Range;
use std::sync::Arc;

use crate::catalog::words::{LiftType, Role};
use crate::vocabulary::{Better, MetricId, Unit, Vocabulary};

/// The metric of a result: from the vocabulary, or a region's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metric {
    /// A metric of the vocabulary.
    Known(MetricId),
    /// A region's own metric (`local: true`), as it names it.
    Local(Arc<str>),
}

/// One row of `results`. Percentages are in percent (12.4 means 12.4 %), money in `currency`.
#[derive(Debug, Clone)]
pub struct Reported {
    /// What was measured.
    pub metric: Metric,
    /// The part it plays.
    pub role: Role,
    /// Before, where a control is missing.
    pub baseline: Option<f64>,
    /// The control arm.
    pub control: Option<f64>,
    /// The changed arm.
    pub variant: Option<f64>,
    /// The lift, as written or derived.
    pub lift: Option<f64>,
    /// Whether the lift was derived from the arms.
    pub derived: bool,
    /// How the lift is expressed.
    pub lift_type: LiftType,
    /// Lower end of its interval.
    pub ci_low: Option<f64>,
    /// Upper end of its interval.
    pub ci_high: Option<f64>,
    /// Probability of so large a difference by chance.
    pub p_value: Option<f64>,
    /// Probability of a gain, percent or share as written.
    pub chance_to_win: Option<f64>,
    /// Whether figures are an index rather than real ones.
    pub indexed: bool,
    /// ISO 4217, for money.
    pub currency: Option<String>,
    /// Where the figures come from.
    pub source: Option<String>,
    /// Where the row stands in the file.
    pub span: Range<usize>,
}

/// What a result means once the metric's direction is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A gain.
    Better,
    /// A loss.
    Worse,
    /// No difference, or an interval that crosses zero.
    Unclear,
    /// The metric has no direction, or there is no lift.
    Unknown,
}

impl Reported {
    /// A primary result of which no more is known than what it measures.
    pub fn primary(metric: Metric) -> Reported {
        Reported {
            metric,
            role: Role::Primary,
            baseline: None,
            control: None,
            variant: None,
            lift: None,
            derived: false,
            lift_type: LiftType::Relative,
            ci_low: None,
            ci_high: None,
            p_value: None,
            chance_to_win: None,
            indexed: false,
            currency: None,
            source: None,
            span: 0..0,
        }
    }

    /// Which direction is good; none for regional metrics that nobody has defined.
    pub fn better(&self, vocabulary: &Vocabulary) -> Better {
        match &self.metric {
            Metric::Known(metric) => vocabulary.metrics[*metric].better,
            Metric::Local(_) => Better::Neutral,
        }
    }

    /// The unit of its figures.
    pub fn unit(&self, vocabulary: &Vocabulary) -> Option<Unit> {
        match &self.metric {
            Metric::Known(metric) => Some(vocabulary.metrics[*metric].unit),
            Metric::Local(_) => None,
        }
    }

    /// The interval, when both ends are there.
    pub fn interval(&self) -> Option<(f64, f64)> {
        Some((self.ci_low?, self.ci_high?))
    }

    /// Whether the interval holds zero.
    pub fn crosses_zero(&self) -> bool {
        self.interval().is_some_and(|(low, high)| low <= 0.0 && high >= 0.0)
    }

    /// The lift with its sign turned so that positive is good; none without lift or direction.
    pub fn gain(&self, vocabulary: &Vocabulary) -> Option<f64> {
        match self.better(vocabulary) {
            Better::Higher => self.lift,
            Better::Lower => self.lift.map(|lift| -lift),
            Better::Neutral => None,
        }
    }

    /// What it means: the sign of the lift against the metric's direction, unclear where the interval holds zero.
    pub fn effect(&self, vocabulary: &Vocabulary) -> Effect {
        match self.gain(vocabulary) {
            None => Effect::Unknown,
            Some(_) if self.crosses_zero() => Effect::Unclear,
            Some(gain) if gain > 0.0 => Effect::Better,
            Some(gain) if gain < 0.0 => Effect::Worse,
            Some(_) => Effect::Unclear,
        }
    }
}
