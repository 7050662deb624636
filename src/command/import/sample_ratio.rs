//! Whether the arms of an experiment have the sizes that were planned.

/// The p-value of a chi-square test that units fell into arms by these weights: with `n` units in
/// all, weights `w` that add up to 1 and `o` units in an arm, `x` is the sum of
/// `(o - n w)^2 / (n w)` over the arms, and the p-value the probability that a chi-square variable
/// with one degree of freedom less than there are arms exceeds `x`. 1 where there are no units.
pub fn sample_ratio_p_value(units: &[f64], weights: &[f64]) -> f64 {
    let (total, weight): (f64, f64) = (units.iter().sum(), weights.iter().sum());
    if total <= 0.0 || units.len() < 2 {
        return 1.0;
    }
    let statistic: f64 = units
        .iter()
        .zip(weights)
        .map(|(observed, share)| {
            let expected = total * share / weight;
            (observed - expected).powi(2) / expected
        })
        .sum();
    chi_square_tail(statistic, units.len() - 1)
}

/// The probability that a chi-square variable exceeds `x`, which is not negative. From `Q(1) =
/// erfc(sqrt(x / 2))` and `Q(2) = exp(-x / 2)` by `Q(k + 2) = Q(k) + (x / 2)^(k / 2) exp(-x / 2) /
/// Gamma(k / 2 + 1)`, where `k` is the degrees of freedom.
fn chi_square_tail(x: f64, degrees: usize) -> f64 {
    let half = x / 2.0;
    let is_odd = degrees % 2 == 1;
    let mut tail = if is_odd { complementary_error(half.sqrt()) } else { (-half).exp() };
    let mut k = if is_odd { 1.0 } else { 2.0 };
    // (x / 2)^(k / 2) exp(-x / 2) / Gamma(k / 2 + 1); Gamma(3 / 2) is half the root of pi.
    let mut term = if is_odd {
        half.sqrt() * (-half).exp() / (std::f64::consts::PI.sqrt() / 2.0)
    } else {
        half * (-half).exp()
    };
    while k + 1.0 < degrees as f64 {
        tail += term;
        k += 2.0;
        term *= half / (k / 2.0);
    }
    tail.clamp(0.0, 1.0)
}

/// The complementary error function of a number that is not negative: a series where it is small,
/// else a continued fraction.
fn complementary_error(x: f64) -> f64 {
    let root_of_pi = std::f64::consts::PI.sqrt();
    if x < 2.0 {
        let (mut term, mut sum, mut n) = (x, x, 0.0);
        while term.abs() > 1e-17 * sum.abs() {
            n += 1.0;
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        return 1.0 - 2.0 / root_of_pi * sum;
    }
    let fraction = (1..=60).rev().fold(x, |below, n| x + f64::from(n) / 2.0 / below);
    (-x * x).exp() / (root_of_pi * fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_tables() {
        for (x, degrees, tail) in [
            (3.841_459, 1, 0.05),
            (10.827_566, 1, 0.001),
            (5.991_465, 2, 0.05),
            (7.814_728, 3, 0.05),
            (9.487_729, 4, 0.05),
            (11.070_498, 5, 0.05),
        ] {
            let found = chi_square_tail(x, degrees);
            assert!((found - tail).abs() < 1e-6, "{x} {degrees}: {found}");
        }
        assert!((sample_ratio_p_value(&[500.0, 500.0], &[1.0, 1.0]) - 1.0).abs() < 1e-12);
        assert!(sample_ratio_p_value(&[5000.0, 5500.0], &[0.5, 0.5]) < 0.001);
        assert!(sample_ratio_p_value(&[9000.0, 1000.0], &[0.9, 0.1]) > 0.99);
    }
}
