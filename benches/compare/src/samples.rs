//! The samples of one benchmark in one process run.

use serde::{Deserialize, Serialize};

use crate::stats::{binomial, median_of_sorted};

/// Samples in the order in which they were taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    /// How many iterations each sample has.
    #[serde(rename = "iters")]
    pub iterations: Vec<f64>,
    /// How many nanoseconds all iterations of each sample took together.
    pub times: Vec<f64>,
}

/// What is odd about the samples of a run; none of it is a verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The second half is slower or faster than the first, as a rank test of
    /// the halves says at 0.1 %.
    pub drifts: bool,
    /// The samples fall into two groups with a gap between them.
    pub bimodal: bool,
    /// A slow sample is followed by a slow one: lag-1 correlation above 0.5.
    pub autocorrelated: bool,
}

impl Samples {
    /// Returns an error that says what is wrong with the samples, if anything
    /// is.
    ///
    /// # Errors
    ///
    /// When there is none, when iterations are missing, when a sample has no
    /// iteration or took no time, or when the time of one iteration is beyond
    /// what a number can hold.
    pub fn check(&self) -> Result<(), &'static str> {
        self.checked().map(drop)
    }

    /// Returns nanoseconds an iteration as [`Samples::per_iteration`] does,
    /// if the samples pass their check.
    pub(crate) fn checked(&self) -> Result<Vec<f64>, &'static str> {
        let positive = |values: &[f64]| values.iter().all(|&v| v > 0.0);
        if self.iterations.len() != self.times.len() {
            Err("`iters` and `times` differ in length")
        } else if self.times.is_empty() {
            Err("there is no sample")
        } else if !positive(&self.iterations) || !positive(&self.times) {
            Err("a sample without iterations or without time")
        } else {
            let times = self.per_iteration();
            if times.iter().all(|time| time.is_normal()) {
                Ok(times)
            } else {
                Err("a sample whose time an iteration is out of range")
            }
        }
    }

    /// Returns nanoseconds an iteration, in the order in which they were
    /// taken.
    pub fn per_iteration(&self) -> Vec<f64> {
        let pairs = self.times.iter().zip(&self.iterations);
        pairs.map(|(time, iterations)| time / iterations).collect()
    }
}

/// Returns the interval of a quantile that assumes nothing about the
/// distribution.
///
/// Its ends are order statistics, by the binomial distribution (W. J.
/// Conover, "Practical nonparametric statistics", 1999, section 3.2). In a
/// low quantile of few samples the lower end is the fastest sample.
pub(crate) fn quantile_interval(sorted: &[f64], q: f64) -> (f64, f64) {
    let below = binomial::cumulative(sorted.len(), q);
    let low = below.iter().take_while(|&&p| p <= 0.025).count();
    let high = below.iter().take_while(|&&p| p < 0.975).count();
    let last = sorted.len() - 1;
    (sorted[low.saturating_sub(1)], sorted[high.min(last)])
}

/// Times by size, and how the first half compares with the second.
pub(crate) struct Ordered {
    pub(crate) sorted: Vec<f64>,
    /// Of all pairs of an early and a late time, those with the late one
    /// above: the statistic of the rank test of the halves.
    rising: usize,
}

impl Ordered {
    /// Sorts each half and merges them, which gives both at once.
    pub(crate) fn new(times: &[f64]) -> Self {
        let mut halves = times.to_vec();
        let (first, second) = halves.split_at_mut(times.len() / 2);
        // Positive numbers are in the order of their bits.
        first.sort_unstable_by_key(|time| time.to_bits());
        second.sort_unstable_by_key(|time| time.to_bits());
        let mut sorted = Vec::with_capacity(times.len());
        let (mut rising, mut below) = (0, 0);
        for &late in second.iter() {
            while first.get(below).is_some_and(|&early| early < late) {
                sorted.push(first[below]);
                below += 1;
            }
            sorted.push(late);
            rising += below;
        }
        sorted.extend_from_slice(&first[below..]);
        Self { sorted, rising }
    }

    /// Returns what the rank test says, in its normal form, because the halves
    /// are large.
    fn drifts(&self) -> bool {
        let first = self.sorted.len() / 2;
        let n = first as f64;
        let m = (self.sorted.len() - first) as f64;
        let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
        ((self.rising as f64 - n * m / 2.0) / deviation).abs() > 3.29
    }
}

/// Returns what is odd about samples in the order in which they were taken.
pub(crate) fn shape(times: &[f64], ordered: &Ordered) -> Shape {
    if times.len() < 10 {
        return Shape::default();
    }
    Shape {
        drifts: ordered.drifts(),
        bimodal: bimodal(&ordered.sorted),
        autocorrelated: lag_one(times, &ordered.sorted) > 0.5,
    }
}

/// Returns true for two groups, each of at least a fifth of the samples, whose
/// gap is wider than both groups (without their outer halves) together.
fn bimodal(sorted: &[f64]) -> bool {
    let edge = sorted.len().div_ceil(5);
    let gap = |&i: &usize| sorted[i] - sorted[i - 1];
    let widest = (edge..=sorted.len() - edge)
        .max_by(|a, b| gap(a).total_cmp(&gap(b)))
        .unwrap_or(edge);
    let (fast, slow) = sorted.split_at(widest);
    let spread =
        |group: &[f64]| group[group.len() * 3 / 4] - group[group.len() / 4];
    gap(&widest) > spread(fast) + spread(slow) && gap(&widest) > 0.01 * fast[0]
}

fn lag_one(times: &[f64], sorted: &[f64]) -> f64 {
    let middle = median_of_sorted(sorted);
    let from_middle = |t: &f64| t - middle;
    let square: f64 = times.iter().map(|t| from_middle(t).powi(2)).sum();
    let product: f64 = times
        .windows(2)
        .map(|pair| from_middle(&pair[0]) * from_middle(&pair[1]))
        .sum();
    if square > 0.0 { product / square } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape_of(times: &[f64]) -> Shape {
        shape(times, &Ordered::new(times))
    }

    fn noise(seed: u64, count: usize) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(seed);
        (0..count).map(|_| 100.0 + random.f64()).collect()
    }

    #[test]
    fn halves_are_merged_in_order_and_counted() {
        let ordered = Ordered::new(&[3.0, 1.0, 5.0, 2.0, 4.0, 5.0]);
        assert_eq!(ordered.sorted, [1.0, 2.0, 3.0, 4.0, 5.0, 5.0]);
        // 2 is above 1; 4 above 1 and 3; the late 5 as well, not above 5.
        assert_eq!(ordered.rising, 5);
    }

    #[test]
    fn a_quotient_out_of_range_is_refused() {
        for (iterations, time) in [(1e300, 1e-300), (1e-300, 1e300)] {
            let samples =
                Samples { iterations: vec![iterations], times: vec![time] };
            assert!(samples.check().unwrap_err().contains("out of range"));
        }
    }

    #[test]
    fn plain_noise_is_not_odd() {
        let odd = (0..200)
            .filter(|&seed| shape_of(&noise(seed, 100)) != Shape::default());
        assert!(odd.count() <= 2);
    }

    #[test]
    fn what_is_odd_is_seen() {
        let mut drift = noise(1, 100);
        drift.iter_mut().enumerate().for_each(|(i, t)| *t += i as f64 / 30.0);
        assert!(shape_of(&drift).drifts);
        let mut modes = noise(2, 100);
        modes.iter_mut().step_by(3).for_each(|time| *time += 20.0);
        assert!(shape_of(&modes).bimodal && !shape_of(&modes).drifts);
        let mut waves = noise(3, 100);
        waves
            .iter_mut()
            .enumerate()
            .for_each(|(i, t)| *t += 3.0 * (i as f64 / 5.0).sin());
        assert!(shape_of(&waves).autocorrelated);
    }

    /// For the median of ten samples the tables give the 2nd and the 9th.
    #[test]
    fn the_interval_of_the_median_is_that_of_the_tables() {
        let sorted: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(quantile_interval(&sorted, 0.5), (2.0, 9.0));
    }
}
