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
    /// The mean of the samples' times an iteration, as criterion has it.
    Mean,
}

impl Estimator {
    /// Returns its name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minimum => "fastest sample",
            Self::FifthPercentile => "5th percentile of the samples",
            Self::Median => "median of the samples",
            Self::Mean => "mean of the samples",
        }
    }

    /// Returns the number for samples whose times an iteration are `sorted`.
    pub(crate) fn of(self, sorted: &[f64]) -> f64 {
        match self {
            Self::Minimum => sorted[0],
            Self::FifthPercentile => quantile(sorted, 0.05),
            Self::Median => quantile(sorted, 0.5),
            Self::Mean => mean(sorted),
        }
    }

    /// Returns the quantile that this number is, for those that have an
    /// interval within a run.
    pub(crate) fn quantile(self) -> Option<f64> {
        match self {
            Self::FifthPercentile => Some(0.05),
            Self::Median => Some(0.5),
            Self::Minimum | Self::Mean => None,
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Returns the quantile with linear interpolation between neighbours, type 7
/// of Hyndman and Fan, "Sample quantiles in statistical packages", 1996.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    below + (above - below) * position.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_what_its_name_says() {
        let sorted = [10.0, 11.0, 30.0];
        assert_eq!(Estimator::Minimum.of(&sorted), 10.0);
        assert_eq!(Estimator::Median.of(&sorted), 11.0);
        assert_eq!(Estimator::Mean.of(&sorted), 17.0);
        let low = Estimator::FifthPercentile.of(&sorted);
        assert!((low - 10.1).abs() < 1e-12, "{low}");
    }
}
