//! The one number that stands for a run.

use serde::{Deserialize, Serialize};

/// How the samples of one process run become one number.
///
/// Noise only ever adds time, so the low end of the samples says most about
/// the code and least about the neighbours: over repeated runs of one binary
/// the minimum finds a true slowdown of 10 % far more often than the median
/// or the mean do, at the same rate of false alarms. The price: it is blind
/// to a change that only makes slow iterations slower. Choose the median or
/// the mean when those are the subject. (J. Chen, J. Revels, "Robust
/// benchmarking in noisy environments", 2016, argue for the minimum.)
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Estimator {
    /// The fastest sample.
    #[default]
    Minimum,
    /// The 5th percentile of the samples.
    FifthPercentile,
    /// The middle sample.
    Median,
    /// All samples together: total time by total iterations.
    Mean,
}

impl Estimator {
    /// The number for samples in ascending order, each with its iterations.
    ///
    /// `samples` are pairs of iterations and total nanoseconds, sorted by
    /// time per iteration.
    ///
    /// # Panics
    ///
    /// When there is no sample.
    ///
    /// ```
    /// use bench_compare::Estimator;
    ///
    /// let samples = [(10.0, 100.0), (10.0, 110.0), (10.0, 300.0)];
    /// assert_eq!(Estimator::Minimum.of(&samples), 10.0);
    /// assert_eq!(Estimator::Median.of(&samples), 11.0);
    /// assert_eq!(Estimator::Mean.of(&samples), 17.0);
    /// ```
    pub fn of(self, samples: &[(f64, f64)]) -> f64 {
        match self {
            Self::Minimum => quantile(samples, 0.0),
            Self::FifthPercentile => quantile(samples, 0.05),
            Self::Median => quantile(samples, 0.5),
            Self::Mean => {
                let iterations: f64 = samples.iter().map(|s| s.0).sum();
                let time: f64 = samples.iter().map(|s| s.1).sum();
                time / iterations
            }
        }
    }
}

/// Quantile with linear interpolation between neighbours, type 7 of
/// Hyndman and Fan, "Sample quantiles in statistical packages", 1996.
fn quantile(samples: &[(f64, f64)], q: f64) -> f64 {
    let position = q * (samples.len() - 1) as f64;
    let time = |index: usize| samples[index].1 / samples[index].0;
    let below = time(position.floor() as usize);
    let above = time(position.ceil() as usize);
    below + (above - below) * position.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_lies_between_its_neighbours() {
        let samples = [(1.0, 10.0), (1.0, 20.0)];
        let number = Estimator::FifthPercentile.of(&samples);
        assert!((number - 10.5).abs() < 1e-12, "{number}");
    }
}
