//! The signed rank test of Wilcoxon, for pairs.
//!
//! If old and new of a pair do not differ, its difference is as likely to be
//! positive as negative. The differences are ranked by their size, and the
//! ranks of the positive ones are added up; the p-value is the share of all
//! ways to choose the signs whose sum lies at least as far from the middle.
//! Equal sizes share the mean of their ranks; pairs without a difference are
//! ranked and then have no sign (J. W. Pratt, "Remarks on zeros and ties in
//! the Wilcoxon signed rank procedures", 1959).
//!
//! Source: F. Wilcoxon, "Individual comparisons by ranking methods", 1945.

use super::tails::Tails;

/// More pairs than this are not counted out.
pub(super) const MOST_COUNTED: usize = 60;

/// Returns the p-value of the differences of pairs.
///
/// ```
/// use bench_compare::stats::signed_rank;
///
/// // All six of one sign: 2 of the 64 ways to choose the signs.
/// let differences = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
/// assert_eq!(signed_rank::p(&differences), 2.0 / 64.0);
/// ```
pub fn p(differences: &[f64]) -> f64 {
    tails(differences, 0.0).both
}

/// Returns the tails of the sum of the positive ranks, all differences made
/// less by `shift`.
pub(crate) fn tails(differences: &[f64], shift: f64) -> Tails {
    let (ranks, seen) = doubled_ranks(differences, shift);
    let total: usize = ranks.iter().sum();
    if ranks.len() > MOST_COUNTED {
        let squares: f64 = ranks.iter().map(|&r| (r as f64).powi(2)).sum();
        return Tails::normal(seen as f64, total as f64 / 2.0, squares / 4.0);
    }
    count(&ranks, total, seen)
}

/// Counts the ways to choose some of `steps`, whose sum is `total`, against
/// the sum that was seen.
pub(super) fn count(steps: &[usize], total: usize, seen: usize) -> Tails {
    // Doubled ranks without ties are even: a common factor only makes the
    // table of sums longer.
    let factor = steps.iter().copied().fold(0, common_factor).max(1);
    let total = total / factor;
    let mut ways = vec![0.0; total + 1];
    ways[0] = 1.0;
    let mut most = 0;
    // A step of nothing doubles each way, and so changes no share.
    for step in steps.iter().map(|step| step / factor).filter(|&it| it > 0) {
        most += step;
        let mut sum = most;
        while sum >= step {
            ways[sum] += ways[sum - step];
            sum -= 1;
        }
    }
    Tails::count(&ways, total, seen / factor)
}

/// Returns the greatest common divisor; that with nothing is the other.
fn common_factor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_factor(b, a % b) }
}

/// Returns the doubled mid-ranks of the differences that have a sign, and
/// the sum over the positive ones.
fn doubled_ranks(differences: &[f64], shift: f64) -> (Vec<usize>, usize) {
    let mut all: Vec<f64> = differences.iter().map(|d| d - shift).collect();
    all.sort_unstable_by(|a, b| a.abs().total_cmp(&b.abs()));
    let (mut ranks, mut sum, mut before) = (Vec::new(), 0, 0);
    for group in all.chunk_by(|a, b| a.abs() == b.abs()) {
        let rank = 2 * before + group.len() + 1;
        before += group.len();
        if group[0] != 0.0 {
            ranks.extend(group.iter().map(|_| rank));
            sum += rank * group.iter().filter(|&&d| d > 0.0).count();
        }
    }
    (ranks, sum)
}

/// Returns the means of each two differences and of each with itself, in
/// order: where one of them is passed, the signed ranks change.
pub(crate) fn walsh_averages(differences: &[f64]) -> Vec<f64> {
    let mut all = Vec::new();
    for (index, a) in differences.iter().enumerate() {
        all.extend(differences[index..].iter().map(|b| a.midpoint(*b)));
    }
    all.sort_unstable_by(f64::total_cmp);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the obviously right p-value: lists every choice of signs.
    fn enumerated(differences: &[f64]) -> f64 {
        let (ranks, seen) = doubled_ranks(differences, 0.0);
        let total: usize = ranks.iter().sum();
        let distance = |sum: usize| (2 * sum).abs_diff(total);
        let far = |mask: &u32| {
            let chosen = |i: &usize| mask & (1 << i) != 0;
            let sum: usize =
                (0..ranks.len()).filter(chosen).map(|i| ranks[i]).sum();
            distance(sum) >= distance(seen)
        };
        let all = 1_u32 << ranks.len();
        (0..all).filter(far).count() as f64 / f64::from(all)
    }

    /// The tables (Wilcoxon 1945) have 8 as the critical sum for ten pairs at
    /// 5 %: 8 rejects, 9 does not.
    #[test]
    fn ten_pairs_are_as_in_the_tables() {
        let with_negative = |ranks: &[i32]| -> Vec<f64> {
            (1..=10)
                .map(|r| f64::from(if ranks.contains(&r) { -r } else { r }))
                .collect()
        };
        assert!(p(&with_negative(&[8])) <= 0.05);
        assert!(p(&with_negative(&[9])) > 0.05);
    }

    #[test]
    fn the_normal_form_continues_the_counted_one() {
        let mut random = fastrand::Rng::with_seed(5);
        let values: Vec<f64> = (0..60).map(|_| random.f64() - 0.42).collect();
        let counted = p(&values);
        let (ranks, seen) = doubled_ranks(&values, 0.0);
        let total: usize = ranks.iter().sum();
        let squares: f64 = ranks.iter().map(|&r| (r as f64).powi(2)).sum();
        let (mean, variance) = (total as f64 / 2.0, squares / 4.0);
        let normal = Tails::normal(seen as f64, mean, variance).both;
        assert!((counted - normal).abs() < 0.002, "{counted} {normal}");
    }

    proptest! {
        #[test]
        fn p_equals_full_enumeration(
            values in prop::collection::vec(-6_i8..6, 1..11),
        ) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(p(&values), enumerated(&values));
        }
    }
}
