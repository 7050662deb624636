//! Evidence grades: how far a case study can be trusted, derived from its method and the
//! completeness of its figures alone.

use crate::catalog::keywords::{Grade, Method};
use crate::catalog::result::MetricResult;

/// The evidence grade of a case study with the reasons for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceGrade {
    /// A to D; none for a study without a primary result.
    pub grade: Option<Grade>,
    /// Parts missing for a better grade: any of `method`, `figures`, `interval`, `sample-size` and
    /// `source`.
    pub missing: Vec<&'static str>,
    /// Whether the primary result has no interval, or one wider than twice the minimum detectable
    /// effect.
    pub is_underpowered: bool,
}

/// Grades a study by the rule of the content model: A - randomised, with interval, sample size and
/// source; B - randomised without one of these, or matched markets with an interval; C - pre-post,
/// observational or survey with figures and source; D - the rest.
pub fn grade_evidence(
    method: Option<Method>,
    primary: Option<&MetricResult>,
    sample_size: Option<u64>,
    mde: Option<f64>,
) -> EvidenceGrade {
    let interval = primary.and_then(MetricResult::interval);
    let has_source = primary.is_some_and(|result| result.source.is_some());
    let has_figures =
        primary.is_some_and(|result| result.lift.is_some() || result.variant.is_some());
    let parts = [
        (method.is_some(), "method"),
        (has_figures, "figures"),
        (interval.is_some(), "interval"),
        (sample_size.is_some(), "sample-size"),
        (has_source, "source"),
    ];
    let missing: Vec<&'static str> =
        parts.iter().filter(|(is_present, _)| !is_present).map(|(_, name)| *name).collect();
    let missing_figures = missing.iter().filter(|name| **name != "method").count();
    let grade = match method {
        Some(method) if method.is_randomised() && missing_figures == 0 => Grade::A,
        Some(method) if method.is_randomised() && has_figures && missing_figures <= 1 => Grade::B,
        Some(Method::MatchedMarket) if interval.is_some() => Grade::B,
        Some(Method::PrePost | Method::Observational | Method::Survey)
            if has_figures && has_source =>
        {
            Grade::C
        }
        _ => Grade::D,
    };
    let is_underpowered = match (interval, mde) {
        (None, _) => true,
        (Some((low, high)), Some(mde)) => high - low > 2.0 * mde.abs(),
        (Some(_), None) => false,
    };
    EvidenceGrade { grade: primary.map(|_| grade), missing, is_underpowered }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::keywords::{LiftType, Role};
    use crate::catalog::result::Metric;

    fn primary_result(has_interval: bool, has_source: bool) -> MetricResult {
        MetricResult {
            metric: Metric::Local("x".into()),
            role: Role::Primary,
            baseline: None,
            control: None,
            variant: None,
            lift: Some(5.0),
            is_derived: false,
            lift_type: LiftType::Relative,
            ci_low: has_interval.then_some(2.0),
            ci_high: has_interval.then_some(8.0),
            p_value: None,
            chance_to_win: None,
            is_indexed: false,
            currency: None,
            source: has_source.then(|| "dashboard".into()),
            span: 0..0,
        }
    }

    #[test]
    fn the_rule_of_the_content_model() {
        let rows = [
            (Method::AbTest, true, true, Some(900), Grade::A),
            (Method::AbTest, false, true, Some(900), Grade::B),
            (Method::GeoLift, true, true, None, Grade::B),
            (Method::Holdout, false, true, None, Grade::D),
            (Method::MatchedMarket, true, false, None, Grade::B),
            (Method::MatchedMarket, false, true, Some(900), Grade::D),
            (Method::PrePost, false, true, None, Grade::C),
            (Method::Survey, true, false, Some(900), Grade::D),
            (Method::Qualitative, true, true, Some(900), Grade::D),
        ];
        for (method, has_interval, has_source, sample_size, wanted) in rows {
            let evidence = grade_evidence(
                Some(method),
                Some(&primary_result(has_interval, has_source)),
                sample_size,
                None,
            );
            assert_eq!(
                evidence.grade,
                Some(wanted),
                "{method} interval {has_interval} source {has_source} sample {sample_size:?}"
            );
        }
        assert_eq!(
            grade_evidence(Some(Method::AbTest), None, Some(900), None).grade,
            None,
            "nothing to grade yet"
        );
    }

    #[test]
    fn an_interval_wider_than_twice_the_detectable_effect_is_underpowered() {
        assert!(
            grade_evidence(
                Some(Method::AbTest),
                Some(&primary_result(true, true)),
                Some(9),
                Some(2.0)
            )
            .is_underpowered
        );
        assert!(
            !grade_evidence(
                Some(Method::AbTest),
                Some(&primary_result(true, true)),
                Some(9),
                Some(3.0)
            )
            .is_underpowered
        );
        assert!(
            grade_evidence(
                Some(Method::AbTest),
                Some(&primary_result(false, true)),
                Some(9),
                Some(3.0)
            )
            .is_underpowered
        );
    }
}
