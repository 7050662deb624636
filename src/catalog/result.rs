//! One result of a case study: a metric with its arms, lift and uncertainty.

use std::ops::Range;
use std::sync::Arc;

use crate::catalog::keywords::{LiftType, Role};
use crate::vocabulary::{BetterDirection, MetricId, MetricUnit, Vocabulary};

/// The metric of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Metric {
    /// A metric of the vocabulary.
    Known(MetricId),
    /// A local metric, by its name as written: one that the vocabulary lacks. An entry without
    /// `local: true` is reported, and has one all the same.
    Local(Arc<str>),
}

/// One entry of the front-matter field `results`. Percentages are in percent (12.4 means 12.4 %),
/// money in `currency`.
#[derive(Debug, Clone)]
pub struct MetricResult {
    /// The measured metric.
    pub metric: Metric,
    /// The result's part in judging the experiment.
    pub role: Role,
    /// Value before the experiment, where there is no control arm.
    pub baseline: Option<f64>,
    /// Value of the control arm.
    pub control: Option<f64>,
    /// Value of the changed arm.
    pub variant: Option<f64>,
    /// The lift as written, else computed from the arms; in percent or in the metric's unit, as
    /// `lift_type` says.
    pub lift: Option<f64>,
    /// Whether the lift was computed from the arms.
    pub is_derived: bool,
    /// Whether the lift and its interval are relative or absolute.
    pub lift_type: LiftType,
    /// Lower end of the confidence interval of the lift.
    pub ci_low: Option<f64>,
    /// Upper end of the confidence interval of the lift.
    pub ci_high: Option<f64>,
    /// The p-value: probability, 0 to 1, of a difference at least this large if there were no
    /// effect.
    pub p_value: Option<f64>,
    /// Probability of a gain as written: in percent, or as a share between 0 and 1.
    pub chance_to_win: Option<f64>,
    /// Whether the values of the arms are index numbers that disclose no real figures.
    pub is_indexed: bool,
    /// Currency of money metrics, as an ISO 4217 code.
    pub currency: Option<String>,
    /// Source of the figures: a tool, panel or report.
    pub source: Option<String>,
    /// Byte span of the entry in the file.
    pub span: Range<usize>,
}

/// Direction of a result, judged by whether a higher or lower value of its metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The metric improved.
    Better,
    /// The metric got worse.
    Worse,
    /// No difference, or a confidence interval that contains zero.
    Unclear,
    /// There is no lift, or neither direction of the metric is better.
    Unknown,
}

impl MetricResult {
    /// A primary result of a metric without any figures, for comparisons that know no more of it.
    pub fn new_primary(metric: Metric) -> MetricResult {
        MetricResult {
            metric,
            role: Role::Primary,
            baseline: None,
            control: None,
            variant: None,
            lift: None,
            is_derived: false,
            lift_type: LiftType::Relative,
            ci_low: None,
            ci_high: None,
            p_value: None,
            chance_to_win: None,
            is_indexed: false,
            currency: None,
            source: None,
            span: 0..0,
        }
    }

    /// Whether a higher or lower value is better; neutral for local metrics.
    pub fn better_direction(&self, vocabulary: &Vocabulary) -> BetterDirection {
        match &self.metric {
            Metric::Known(metric) => vocabulary.metrics[*metric].better,
            Metric::Local(_) => BetterDirection::Neutral,
        }
    }

    /// Unit of the metric; none for local metrics.
    pub fn unit(&self, vocabulary: &Vocabulary) -> Option<MetricUnit> {
        match &self.metric {
            Metric::Known(metric) => Some(vocabulary.metrics[*metric].unit),
            Metric::Local(_) => None,
        }
    }

    /// The confidence interval of the lift as `(low, high)`, where both ends are stated.
    pub fn interval(&self) -> Option<(f64, f64)> {
        Some((self.ci_low?, self.ci_high?))
    }

    /// Whether the confidence interval contains zero.
    pub fn interval_crosses_zero(&self) -> bool {
        self.interval().is_some_and(|(low, high)| low <= 0.0 && high >= 0.0)
    }

    /// The lift with its sign changed where lower is better, so that a positive gain is an
    /// improvement; none without lift or direction.
    pub fn gain(&self, vocabulary: &Vocabulary) -> Option<f64> {
        match self.better_direction(vocabulary) {
            BetterDirection::Higher => self.lift,
            BetterDirection::Lower => self.lift.map(|lift| -lift),
            BetterDirection::Neutral => None,
        }
    }

    /// Direction of the gain; unclear where the confidence interval contains zero.
    pub fn effect(&self, vocabulary: &Vocabulary) -> Effect {
        match self.gain(vocabulary) {
            None => Effect::Unknown,
            Some(_) if self.interval_crosses_zero() => Effect::Unclear,
            Some(gain) if gain > 0.0 => Effect::Better,
            Some(gain) if gain < 0.0 => Effect::Worse,
            Some(_) => Effect::Unclear,
        }
    }
}
