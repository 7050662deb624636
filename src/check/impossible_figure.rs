//! Probabilities, intervals and detectable effects lie where they can.
//!
//! A p-value lies between 0 and 1, a chance to win between 0 and 100 percent, a confidence level between 50 and 100
//! percent; the lower end of an interval is below the upper one, and a minimum detectable effect is above zero.
//! Anything else is a slip that would be published as evidence.
//!
//! Correct the figure. Percentages are written in percent: 95, not 0.95.
//!
//! ```yaml
//! confidence_level: 95
//! mde: 4
//! results:
//!   - {metric: cvr, role: primary, lift: 4.2, ci_low: 0.9, ci_high: 7.5, p_value: 0.012, source: web analytics}
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::result::MetricResult;
use crate::check::{CheckContext, Reporter, first_line};

/// Reports figures of a study and of its results that lie outside of their range, one for each
/// result.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if let Some(level) = case.confidence_level.filter(|level| !(50.0..100.0).contains(level)) {
        reporter.report_field(&field::CONFIDENCE_LEVEL, format!("a confidence level of {level} %"), "write it in percent, such as `95`");
    }
    if let Some(mde) = case.mde.filter(|mde| *mde <= 0.0) {
        reporter.report_field(&field::MDE, format!("a minimum detectable effect of {mde} %"), "write it in percent and above zero, such as `4`");
    }
    for result in &case.results {
        if let Some((message, hint)) = impossibility(result) {
            reporter.report_span(first_line(&case.meta.body.text, result.span.clone()), message, hint);
        }
    }
}

/// Message and hint for the first impossible figure of a result; none if all are possible.
fn impossibility(result: &MetricResult) -> Option<(String, &'static str)> {
    if let Some(p_value) = result.p_value.filter(|p_value| !(0.0..=1.0).contains(p_value)) {
        return Some((format!("a p-value of {p_value}"), "it lies between 0 and 1"));
    }
    if let Some(chance) = result.chance_to_win.filter(|chance| !(0.0..=100.0).contains(chance)) {
        return Some((format!("a chance to win of {chance} %"), "it lies between 0 and 100"));
    }
    let (low, high) = result.interval().filter(|(low, high)| low > high)?;
    Some((format!("an interval from {low:+} down to {high:+}"), "`ci_low` is the lower end, for a falling metric the more negative one"))
}
