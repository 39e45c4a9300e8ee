//! How far new is from old, with the interval of the same test.
//!
//! The estimate is the median of all differences `new - old` (J. L. Hodges,
//! E. L. Lehmann, "Estimates of location based on rank tests", 1963). The
//! interval holds every shift that the exact rank test of
//! [`rank_sum`] would not reject, so test and interval
//! agree: the interval leaves out zero exactly when the test rejects it.
//! Over logarithms a shift is a ratio.

use super::rank_sum::Null;
use super::{median, rank_sum};

/// A shift and the shifts that the data do not rule out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The estimate of Hodges and Lehmann.
    pub estimate: f64,
    /// Lower and upper end, or nothing when there are too few values for
    /// the test to rule out any shift at this level.
    pub interval: Option<(f64, f64)>,
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
    if let ([old], [new]) = (old, new) {
        // Two ways to order two values: no level rejects anything.
        return Shift { estimate: new - old, interval: None, p: 1.0 };
    }
    let differences = differences(old, new);
    let estimate = median(&differences);
    let p = rank_sum::test(old, new).p;
    Shift {
        estimate,
        interval: interval(old, new, &differences, alpha)
            .map(|ends| agree(ends, p <= alpha, estimate)),
        p,
    }
}

fn differences(old: &[f64], new: &[f64]) -> Vec<f64> {
    let mut all: Vec<f64> = new
        .iter()
        .flat_map(|new| old.iter().map(move |old| new - old))
        .collect();
    all.sort_by(f64::total_cmp);
    all
}

/// Returns the first and the last shift that the test accepts.
///
/// Ranks only change where a shift passes a difference, so one shift between
/// each two neighbours stands for all of them.
fn interval(
    old: &[f64],
    new: &[f64],
    differences: &[f64],
    alpha: f64,
) -> Option<(f64, f64)> {
    let mut null: Option<Null> = None;
    let mut accepts = |shift: f64| {
        let shifted: Vec<f64> = new.iter().map(|v| v - shift).collect();
        let (ranks, sum) = rank_sum::doubled_ranks(old, &shifted);
        if null.as_ref().is_none_or(|null| null.ranks != ranks) {
            null = Some(Null::new(ranks, new.len()));
        }
        null.as_ref().is_some_and(|null| null.p(sum) > alpha)
    };
    let (first, last) = (differences[0], differences[differences.len() - 1]);
    if accepts(first - 1.0) || accepts(last + 1.0) {
        return None;
    }
    let mut ends: Option<(f64, f64)> = None;
    for pair in differences.windows(2) {
        if pair[0] < pair[1] && accepts(pair[0].midpoint(pair[1])) {
            let low = ends.map_or(pair[0], |ends| ends.0);
            ends = Some((low, pair[1]));
        }
    }
    // Accepted nowhere between: all differences are one and the same.
    Some(ends.unwrap_or((first, last)))
}

/// Makes the ends agree with the test of no shift.
///
/// They differ only where zero is itself a difference: there the test sees
/// a tie that no shift beside it has.
fn agree((low, high): (f64, f64), rejected: bool, estimate: f64) -> (f64, f64) {
    if !rejected {
        (low.min(0.0), high.max(0.0))
    } else if estimate > 0.0 {
        (low.max(f64::MIN_POSITIVE), high)
    } else {
        (low, high.min(-f64::MIN_POSITIVE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Without ties the interval ends at two of the ordered differences; for
    /// 5 and 5 values at 95 % these are the 3rd and the 23rd.
    #[test]
    fn the_interval_is_that_of_the_tables() {
        let old = [1.0, 2.7, 3.1, 4.45, 5.0];
        let new = [2.0, 4.0, 6.0, 8.3, 10.9];
        let shift = estimate(&old, &new, 0.05);
        let sorted = differences(&old, &new);
        assert_eq!(shift.interval, Some((sorted[2], sorted[22])));
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
                let inside = low <= 0.0 && 0.0 <= high;
                prop_assert_eq!(inside, shift.p > 0.05);
                prop_assert!(low <= shift.estimate && shift.estimate <= high);
            }
        }
    }
}
