//! How far new is from old, with the interval of the same test.
//!
//! The estimate is the median of all differences `new - old`; where there are
//! pairs, of those between pairs beside each other, or of the means of each
//! two differences (J. L. Hodges, E. L. Lehmann, "Estimates of location based
//! on rank tests", 1963). The
//! interval holds every shift that the test would not reject, so test and
//! interval agree: the interval leaves out zero exactly when the test rejects
//! it. Over logarithms a shift is a ratio.
//!
//! A second interval serves *sameness*: its ends are what two one-sided
//! tests do not reject, so at a level of 5 % it is one of 90 %
//! (D. J. Schuirmann, "A comparison of the two one-sided tests procedure",
//! 1987).

use super::sample::{FEWEST_PAIRS, Sample};
use super::tails::Tails;
use super::{aligned_rank::Pairs, median_of_sorted, rank_sum};

/// Differences nearer to each other than this are one: logarithms of equal
/// ratios differ in their last digits.
const ALIKE: f64 = 1e-12;

/// A shift and the shifts that the data do not rule out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The estimate of Hodges and Lehmann.
    pub estimate: f64,
    /// Lower and upper end, or nothing when there are too few values for
    /// the test to rule out any shift at this level.
    pub interval: Option<(f64, f64)>,
    /// The ends of the two one-sided tests at the same level.
    pub one_sided: Option<(f64, f64)>,
    /// The p-value of no shift at all.
    pub p: f64,
}

/// Estimates the shift from `old` to `new` at the level `alpha`.
///
/// # Panics
///
/// When one side is empty.
///
/// ```
/// use bench_compare::stats::shift;
///
/// let old = [1.0, 2.0, 3.0, 4.0, 5.0];
/// let new = [11.5, 12.5, 13.5, 14.5, 15.5];
/// let shift = shift::estimate(&old, &new, 0.05);
/// assert_eq!(shift.estimate, 10.5);
/// let (low, high) = shift.interval.unwrap();
/// assert!(7.0 < low && high < 14.0);
/// ```
pub fn estimate(old: &[f64], new: &[f64], alpha: f64) -> Shift {
    of(&Sample::of(old, new), alpha)
}

/// Estimates the shift of a sample: by the ranks of pairs from six pairs on,
/// else by the rank sum test.
///
/// # Panics
///
/// When no block has a value on both sides.
pub fn of(sample: &Sample, alpha: f64) -> Shift {
    let pairs = Pairs::of(sample);
    let enough = |pairs: &Pairs| pairs.differences().len() >= FEWEST_PAIRS;
    if let Some(pairs) = pairs.filter(enough) {
        let (estimate, steps) = pairs.steps();
        return invert(&steps, estimate, |shift| pairs.tails(shift), alpha);
    }
    let steps = sample.differences();
    assert!(!steps.is_empty(), "a side has no value");
    let estimate = median_of_sorted(&steps);
    if steps.len() == 1 {
        // Two ways to order two values: no level rejects anything.
        let (interval, one_sided) = (None, None);
        return Shift { estimate, interval, one_sided, p: 1.0 };
    }
    let tails = |shift| rank_sum::tails(sample, shift);
    invert(&steps, estimate, tails, alpha)
}

fn invert(
    steps: &[f64],
    estimate: f64,
    tails: impl Fn(f64) -> Tails,
    alpha: f64,
) -> Shift {
    let p = tails(0.0).both;
    let mut distinct = steps.to_vec();
    distinct.dedup_by(|b, a| *b - *a <= ALIKE);
    let two_sided = |tails: Tails| (tails.both, tails.both);
    let interval =
        ends(&distinct, estimate, |shift| two_sided(tails(shift)), alpha)
            .map(|ends| agree(ends, p <= alpha, estimate));
    let single = |shift| {
        let tails = tails(shift);
        (tails.above, tails.below)
    };
    let one_sided = ends(&distinct, estimate, single, alpha).map(|ends| {
        let (low, high) = interval.unwrap_or(ends);
        (ends.0.max(low), ends.1.min(high))
    });
    Shift { estimate, interval, one_sided, p }
}

/// Returns the first and the last shift that the test accepts.
///
/// Ranks only change where a shift passes a step, so one shift between each
/// two neighbours stands for all of them. `p` gives the p-values against
/// larger and against smaller shifts; each grows towards the estimate, so
/// the ends are found by halving.
fn ends(
    steps: &[f64],
    estimate: f64,
    p: impl Fn(f64) -> (f64, f64),
    alpha: f64,
) -> Option<(f64, f64)> {
    let (first, last) = (steps[0], steps[steps.len() - 1]);
    if p(first - 1.0).0 > alpha || p(last + 1.0).1 > alpha {
        return None;
    }
    let middle = steps.partition_point(|&step| step < estimate);
    let between = |gap: usize| steps[gap].midpoint(steps[gap + 1]);
    let gaps: Vec<usize> = (0..steps.len() - 1).collect();
    // Gap `i` lies between the steps `i` and `i + 1`.
    let (below, above) = gaps.split_at(middle.min(gaps.len()));
    let low = below.partition_point(|&gap| p(between(gap)).0 <= alpha);
    let high = above.partition_point(|&gap| p(between(gap)).1 > alpha);
    Some((steps[low].min(estimate), steps[below.len() + high].max(estimate)))
}

/// Makes the ends agree with the test of no shift.
///
/// They differ only where zero is itself a difference: there the test sees
/// a tie that no shift beside it has. The least shift beside zero is that
/// of the next ratio beside one.
fn agree((low, high): (f64, f64), rejected: bool, estimate: f64) -> (f64, f64) {
    if !rejected {
        (low.min(0.0), high.max(0.0))
    } else if estimate > 0.0 {
        (low.max(f64::EPSILON), high)
    } else {
        (low, high.min(-f64::EPSILON))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::signed_rank;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    /// Without ties the interval ends at two of the ordered differences; for
    /// 5 and 5 values at 95 % these are the 3rd and the 23rd, and at 90 % the
    /// 5th and the 21st.
    #[test]
    fn the_interval_is_that_of_the_tables() {
        let old = [1.0, 2.7, 3.1, 4.45, 5.0];
        let new = [2.0, 4.0, 6.0, 8.3, 10.9];
        let shift = estimate(&old, &new, 0.05);
        let sorted = Sample::of(&old, &new).differences();
        assert_eq!(shift.interval, Some((sorted[2], sorted[22])));
        assert_eq!(shift.one_sided, Some((sorted[4], sorted[20])));
    }

    /// For ten pairs at 95 % the tables give the 9th of the 55 means. The pairs
    /// lie far from each other, so the signed ranks judge.
    #[test]
    fn the_interval_of_pairs_is_that_of_the_tables() {
        let new = [1.0, 2.1, 4.3, 7.9, 11.3, 13.7, 16.2, 18.8, 22.9, 29.0];
        let place = |at: usize| 4096.0 * (at * 7 % 10) as f64;
        let old: Vec<f64> = (0..10).map(place).collect();
        let paired: Vec<f64> =
            new.iter().zip(&old).map(|(new, old)| new + old).collect();
        let sorted = signed_rank::walsh_averages(&new);
        let shift = of(&Sample::of_pairs(&old, &paired), 0.05);
        let (low, high) = shift.interval.unwrap();
        assert!((low - sorted[8]).abs() < 1e-9, "{low}");
        assert!((high - sorted[46]).abs() < 1e-9, "{high}");
    }

    #[test]
    fn three_a_side_prove_nothing_at_five_percent() {
        let shift = estimate(&[1.0, 2.0, 3.0], &[7.0, 8.0, 9.0], 0.05);
        assert_eq!(shift.interval, None);
        assert_eq!(shift.p, 0.1);
    }

    #[test]
    fn one_a_side_proves_nothing() {
        let shift = estimate(&[1.0], &[9.0], 0.05);
        assert_eq!((shift.estimate, shift.interval, shift.p), (8.0, None, 1.0));
        assert_eq!(rank_sum::test(&[1.0], &[9.0]).p, shift.p);
    }

    /// A drift that both of a pair share hides nothing from the pairs.
    #[test]
    fn pairs_see_through_a_drift() {
        let old: Vec<f64> = (0..10).map(f64::from).collect();
        let new: Vec<f64> =
            old.iter().map(|v| v + 0.1 + 0.01 * (v % 3.0)).collect();
        assert!(estimate(&old, &new, 0.05).p > 0.5);
        let paired = of(&Sample::of_pairs(&old, &new), 0.05);
        assert!(paired.p < 0.01 && paired.interval.unwrap().0 > 0.09);
    }

    /// One row of 200 runs a side took minutes when each shift was counted;
    /// the limit is far above what halving takes.
    #[test]
    fn many_runs_with_ties_do_not_take_for_ever() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut draw = || -> Vec<f64> {
            (0..200).map(|_| f64::from(random.u32(1000..1040)).ln()).collect()
        };
        let (old, new) = (draw(), draw());
        let start = Instant::now();
        assert!(estimate(&old, &new, 0.05).interval.is_some());
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    proptest! {
        #[test]
        fn test_and_interval_agree(
            old in prop::collection::vec(0_u8..9, 4..9),
            new in prop::collection::vec(0_u8..9, 4..9),
        ) {
            let float = |v: &[u8]| v.iter().map(|&x| f64::from(x)).collect();
            let (old, new): (Vec<f64>, Vec<f64>) = (float(&old), float(&new));
            let shift = estimate(&old, &new, 0.05);
            if let Some((low, high)) = shift.interval {
                let inside = low.exp() <= 1.0 && 1.0 <= high.exp();
                prop_assert_eq!(inside, shift.p > 0.05);
                prop_assert!(low <= shift.estimate && shift.estimate <= high);
            }
        }

        #[test]
        fn pairs_agree_with_their_interval(
            differences in prop::collection::vec(-9_i8..9, 6..14),
        ) {
            let new: Vec<f64> =
                differences.into_iter().map(f64::from).collect();
            let old = vec![0.0; new.len()];
            let shift = of(&Sample::of_pairs(&old, &new), 0.05);
            if let Some((low, high)) = shift.interval {
                let inside = low.exp() <= 1.0 && 1.0 <= high.exp();
                prop_assert_eq!(inside, shift.p > 0.05);
            }
        }

        #[test]
        fn pairs_with_neighbours_agree_with_their_interval(
            pairs in prop::collection::vec((-9_i8..9, -9_i8..9), 6..14),
        ) {
            let (old, new): (Vec<f64>, Vec<f64>) =
                pairs.into_iter().map(|(a, b)| (f64::from(a), f64::from(b))).unzip();
            let shift = of(&Sample::of_pairs(&old, &new), 0.05);
            if let Some((low, high)) = shift.interval {
                let inside = low.exp() <= 1.0 && 1.0 <= high.exp();
                prop_assert_eq!(inside, shift.p > 0.05);
                prop_assert!(low <= shift.estimate && shift.estimate <= high);
                let (inner_low, inner_high) = shift.one_sided.unwrap();
                prop_assert!(low <= inner_low && inner_high <= high);
            }
        }
    }
}
