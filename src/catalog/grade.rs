//! Evidence grades: derived from how a study was measured, never written by hand, whatever the sign of its result.

use crate::catalog::result::Reported;
use crate::catalog::words::{Grade, Method};

/// A grade with what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graded {
    /// A to D; none while there is nothing to grade.
    pub grade: Option<Grade>,
    /// What the record lacks for a better grade: `interval`, `sample-size`, `source`, `method`, `figures`.
    pub lacks: Vec<&'static str>,
    /// Whether the primary interval is missing or wider than twice the minimum detectable effect.
    pub underpowered: bool,
}

/// Grades a study by the rule of the content model:
/// A - randomised, with interval, sample size and source; B - randomised without one of these, or matched markets with an
/// interval; C - pre-post, observational or survey with figures and source; D - the rest.
pub fn grade(method: Option<Method>, primary: Option<&Reported>, sample_size: Option<u64>, mde: Option<f64>) -> Graded {
    let interval = primary.and_then(Reported::interval);
    let source = primary.is_some_and(|reported| reported.source.is_some());
    let figures = primary.is_some_and(|reported| reported.lift.is_some() || reported.variant.is_some());
    let held = [
        (method.is_some(), "method"),
        (figures, "figures"),
        (interval.is_some(), "interval"),
        (sample_size.is_some(), "sample-size"),
        (source, "source"),
    ];
    let lacks: Vec<&'static str> = held.iter().filter(|(held, _)| !held).map(|(_, name)| *name).collect();
    let wanting = lacks.iter().filter(|name| **name != "method").count();
    let grade = match method {
        Some(method) if method.is_randomised() && wanting == 0 => Grade::A,
        Some(method) if method.is_randomised() && figures && wanting <= 1 => Grade::B,
        Some(Method::MatchedMarket) if interval.is_some() => Grade::B,
        Some(Method::PrePost | Method::Observational | Method::Survey) if figures && source => Grade::C,
        _ => Grade::D,
    };
    let underpowered = match (interval, mde) {
        (None, _) => true,
        (Some((low, high)), Some(mde)) => high - low > 2.0 * mde.abs(),
        (Some(_), None) => false,
    };
    Graded { grade: primary.map(|_| grade), lacks, underpowered }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::result::Metric;
    use crate::catalog::words::{LiftType, Role};

    fn primary(interval: bool, source: bool) -> Reported {
        Reported {
            metric: Metric::Local("x".into()),
            role: Role::Primary,
            baseline: None,
            control: None,
            variant: None,
            lift: Some(5.0),
            derived: false,
            lift_type: LiftType::Relative,
            ci_low: interval.then_some(2.0),
            ci_high: interval.then_some(8.0),
            p_value: None,
            chance_to_win: None,
            indexed: false,
            currency: None,
            source: source.then(|| "dashboard".into()),
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
        for (method, interval, source, sample, wanted) in rows {
            let graded = grade(Some(method), Some(&primary(interval, source)), sample, None);
            assert_eq!(graded.grade, Some(wanted), "{method} interval {interval} source {source} sample {sample:?}");
        }
        assert_eq!(grade(Some(Method::AbTest), None, Some(900), None).grade, None, "nothing to grade yet");
    }

    #[test]
    fn an_interval_wider_than_twice_the_detectable_effect_is_underpowered() {
        assert!(grade(Some(Method::AbTest), Some(&primary(true, true)), Some(9), Some(2.0)).underpowered);
        assert!(!grade(Some(Method::AbTest), Some(&primary(true, true)), Some(9), Some(3.0)).underpowered);
        assert!(grade(Some(Method::AbTest), Some(&primary(false, true)), Some(9), Some(3.0)).underpowered);
    }
}
