//! How many runs a side it would take.

use statrs::distribution::{ContinuousCDF, Normal};

/// The chance of finding what the number of runs is for.
const POWER: f64 = 0.8;

/// More than this nobody will wait for.
const MOST: f64 = 1000.0;

/// Runs a side for the rank test to find a shift of `effect` with a chance of
/// 80 %, where runs vary by `deviation`; nothing if that is beyond reason.
///
/// G. E. Noether, "Sample size determination for some common nonparametric
/// tests", 1987, equation 8, for two sides of one size. The chance that a new
/// value exceeds an old one is that of two normal distributions.
///
/// ```
/// use bench_compare::stats::runs_needed::runs_needed;
///
/// assert_eq!(runs_needed(1.0, 1.0, 0.05), Some(20)); // a shift of 1 sigma
/// assert_eq!(runs_needed(10.0, 1.0, 0.05), Some(6)); // never below
/// assert_eq!(runs_needed(0.0, 1.0, 0.05), None);
/// ```
pub fn runs_needed(effect: f64, deviation: f64, alpha: f64) -> Option<usize> {
    let normal = Normal::standard();
    let quantiles =
        normal.inverse_cdf(1.0 - alpha / 2.0) + normal.inverse_cdf(POWER);
    let above = if deviation > 0.0 {
        normal.cdf(effect.abs() / (deviation * 2.0_f64.sqrt()))
    } else {
        1.0
    };
    let runs = quantiles.powi(2) / (6.0 * (above - 0.5).powi(2));
    within_reason(runs, alpha)
}

/// Runs a side to show with a chance of 80 % that nothing changed by more
/// than `margin`, if nothing did, where runs vary by `deviation`.
///
/// Two one-sided tests both reject with that chance when each does with 90 %
/// (K. F. Phillips, "Power of the two one-sided tests procedure", 1990, in
/// the normal form); rank tests take `pi / 3` times as many values there.
///
/// ```
/// use bench_compare::stats::runs_needed::runs_for_same;
///
/// assert_eq!(runs_for_same(0.02, 0.02, 0.05), Some(18));
/// assert_eq!(runs_for_same(0.02, 0.0, 0.05), Some(4)); // never below
/// ```
pub fn runs_for_same(margin: f64, deviation: f64, alpha: f64) -> Option<usize> {
    let normal = Normal::standard();
    let quantiles = normal.inverse_cdf(1.0 - alpha)
        + normal.inverse_cdf(1.0 - (1.0 - POWER) / 2.0);
    let ranks = std::f64::consts::PI / 3.0;
    let runs = 2.0 * ranks * (quantiles * deviation / margin).powi(2);
    within_reason(runs, alpha)
}

fn within_reason(runs: f64, alpha: f64) -> Option<usize> {
    let enough = runs.ceil().max(fewest(alpha) as f64);
    (enough <= MOST).then_some(enough as usize)
}

/// Returns the fewest runs a side with which the exact test can reject at all.
pub fn fewest(alpha: f64) -> usize {
    let mut choices = 1.0;
    let mut runs = 0;
    while 2.0 / choices > alpha {
        runs += 1;
        // (2n choose n) from (2n-2 choose n-1).
        choices *= (4 * runs - 2) as f64 / runs as f64;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_runs_are_the_fewest_at_five_percent() {
        assert_eq!(fewest(0.05), 4);
        assert_eq!(fewest(0.1), 3);
        assert_eq!(fewest(0.01), 5);
    }
}
