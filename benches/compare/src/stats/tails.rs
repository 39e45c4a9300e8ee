//! How likely a statistic this far out is, in each direction.

use statrs::distribution::{ContinuousCDF, Normal};

/// The shares of chance that lie at least as far out as what was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// At most what was seen.
    pub below: f64,
    /// At least what was seen.
    pub above: f64,
    /// At least as far from the expected value, in either direction.
    pub both: f64,
}

impl Tails {
    /// Counts the ways to each value `0, 1, ...` of the statistic, whose
    /// expected value is half of `twice_mean`.
    pub(crate) fn count(ways: &[f64], twice_mean: usize, seen: usize) -> Self {
        let distance = |value: usize| (2 * value).abs_diff(twice_mean);
        let far = distance(seen);
        let (mut all, mut below, mut above, mut both) = (0.0, 0.0, 0.0, 0.0);
        for (value, ways) in ways.iter().enumerate() {
            all += ways;
            below += if value <= seen { *ways } else { 0.0 };
            above += if value >= seen { *ways } else { 0.0 };
            both += if distance(value) >= far { *ways } else { 0.0 };
        }
        Self { below: below / all, above: above / all, both: both / all }
    }

    /// Returns the tails of a normal distribution, for a statistic that moves
    /// in steps of two (continuity correction).
    pub(crate) fn normal(seen: f64, mean: f64, variance: f64) -> Self {
        if variance <= 0.0 {
            return Self { below: 1.0, above: 1.0, both: 1.0 };
        }
        let normal = Normal::standard();
        let beyond = |by: f64| normal.sf((by - 1.0) / variance.sqrt());
        let (above, below) = (beyond(seen - mean), beyond(mean - seen));
        let both = 2.0 * beyond((seen - mean).abs());
        Self { below, above, both: both.min(1.0) }
    }
}
