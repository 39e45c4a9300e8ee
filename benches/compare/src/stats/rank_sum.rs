//! The test of Mann and Whitney, with ties and blocks.
//!
//! Put all values of both sides in order and number them; equal values share
//! the mean of their numbers (*mid-ranks*). If old and new do not differ,
//! every choice of `new.len()` of these ranks was equally likely, so the
//! p-value is the share of choices whose rank sum lies at least as far from
//! the expected one as the sum that was seen. The choices are counted by
//! dynamic programming over the ranks, not listed, so the p-value is exact
//! for ties and unequal sizes too, and both tails are counted as they are:
//! with ties they differ, and doubling one of them would be wrong.
//!
//! Blocks, such as machines, are ranked each for itself, and their sums are
//! added. Beyond a hundred values the normal form with the variance for ties
//! takes over: there it is right to three digits, and counting would take
//! seconds.
//!
//! Sources: H. B. Mann, D. R. Whitney, "On a test of whether one of two
//! random variables is stochastically larger than the other", 1947;
//! E. L. Lehmann, "Nonparametrics", 1975, sections 1.4 (ties) and 3.3
//! (blocks).

use super::null::Null;
use super::sample::Sample;
use super::tails::Tails;

/// More values than this are not counted out.
const MOST_COUNTED: usize = 100;

/// The result of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankSum {
    /// How many pairs have the new value above the old one; ties count half.
    pub u: f64,
    /// How likely a rank sum this far from the expected one is by chance.
    pub p: f64,
}

/// Tests whether `new` tends to be larger or smaller than `old`.
///
/// # Panics
///
/// When one side is empty.
///
/// ```
/// use bench_compare::stats::rank_sum;
///
/// // All of new above all of old: 2 of the 252 choices are as extreme.
/// let test = rank_sum::test(
///     &[1.0, 2.0, 3.0, 4.0, 5.0],
///     &[6.0, 7.0, 8.0, 9.0, 10.0],
/// );
/// assert_eq!(test.u, 25.0);
/// assert_eq!(test.p, 2.0 / 252.0);
/// ```
pub fn test(old: &[f64], new: &[f64]) -> RankSum {
    assert!(!old.is_empty() && !new.is_empty(), "a side has no value");
    let (_, sum) = doubled_ranks(old, new);
    let smallest = new.len() * (new.len() + 1); // doubled, as the sum is
    let tails = tails(&Sample::of(old, new), 0.0);
    RankSum { u: (sum - smallest) as f64 / 2.0, p: tails.both }
}

/// Returns the tails of the rank sum of new, all of new made less by `shift`.
pub(crate) fn tails(sample: &Sample, shift: f64) -> Tails {
    let ranked = |[old, new]: &[Vec<f64>; 2]| {
        let shifted: Vec<f64> = new.iter().map(|v| v - shift).collect();
        let (ranks, sum) = doubled_ranks(old, &shifted);
        (ranks, new.len(), sum)
    };
    let blocks: Vec<_> = sample.comparable().map(ranked).collect();
    let seen: usize = blocks.iter().map(|block| block.2).sum();
    let values: usize = blocks.iter().map(|block| block.0.len()).sum();
    if values > MOST_COUNTED {
        let (mut mean, mut variance) = (0.0, 0.0);
        for (ranks, chosen, _) in &blocks {
            let moments = moments(ranks, *chosen);
            mean += moments.0;
            variance += moments.1;
        }
        return Tails::normal(seen as f64, mean, variance);
    }
    let nulls = blocks.iter().map(|(ranks, n, _)| Null::of(ranks, *n));
    match nulls.reduce(|all, block| all.plus(&block).into()) {
        Some(null) => Tails::count(&null.choices, null.twice_mean, seen),
        None => Tails { below: 1.0, above: 1.0, both: 1.0 },
    }
}

/// Returns mean and variance of the sum of so many of the ranks.
fn moments(ranks: &[usize], chosen: usize) -> (f64, f64) {
    let count = ranks.len() as f64;
    let mean = ranks.iter().sum::<usize>() as f64 / count;
    let squares: f64 =
        ranks.iter().map(|&rank| (rank as f64 - mean).powi(2)).sum();
    let (n, m) = (chosen as f64, count - chosen as f64);
    (n * mean, n * m * squares / (count * (count - 1.0).max(1.0)))
}

/// Returns the doubled mid-ranks of all values in order, and the sum over
/// `new`.
///
/// Doubled, because a mid-rank may end in a half.
pub(crate) fn doubled_ranks(old: &[f64], new: &[f64]) -> (Vec<usize>, usize) {
    let tag = |values: &[f64], is_new| {
        values.iter().map(|&v| (v, is_new)).collect::<Vec<_>>()
    };
    let mut values = [tag(old, false), tag(new, true)].concat();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = Vec::with_capacity(values.len());
    let mut sum = 0;
    for group in values.chunk_by(|a, b| a.0 == b.0) {
        // Numbers first..=last have the mean (first + last) / 2.
        let rank = ranks.len() + 1 + ranks.len() + group.len();
        sum += rank * group.iter().filter(|value| value.1).count();
        ranks.extend(group.iter().map(|_| rank));
    }
    (ranks, sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns the obviously right p-value: lists every choice.
    fn enumerated(old: &[f64], new: &[f64]) -> f64 {
        let (ranks, seen) = doubled_ranks(old, new);
        let all: usize = ranks.iter().sum();
        let distance =
            |sum: usize| (sum * ranks.len()).abs_diff(all * new.len());
        let (mut extreme, mut choices) = (0, 0);
        for mask in 0_u32..1 << ranks.len() {
            if mask.count_ones() as usize == new.len() {
                let chosen = |i: &usize| mask & (1 << i) != 0;
                let sum = (0..ranks.len())
                    .filter(chosen)
                    .map(|i| ranks[i])
                    .sum::<usize>();
                choices += 1;
                extreme += usize::from(distance(sum) >= distance(seen));
            }
        }
        extreme as f64 / choices as f64
    }

    /// All tie patterns and all splits of up to seven values, unequal sizes
    /// included: every sequence over a few levels is one case.
    #[test]
    fn p_equals_full_enumeration_on_all_small_cases() {
        for count in 2..=7_u32 {
            for code in 0..3_usize.pow(count) {
                let values: Vec<f64> = (0..count)
                    .map(|i| (code / 3_usize.pow(i) % 3) as f64)
                    .collect();
                for split in 1..values.len() {
                    let (old, new) = values.split_at(split);
                    assert_eq!(test(old, new).p, enumerated(old, new));
                }
            }
        }
    }

    /// Where counting ends, the two forms agree, ties and all.
    #[test]
    fn the_normal_form_continues_the_counted_one() {
        let mut random = fastrand::Rng::with_seed(3);
        for levels in [8, 1000] {
            let mut draw = |shift| {
                (0..50).map(|_| random.u32(0..levels) + shift).collect()
            };
            let (old, new): (Vec<u32>, Vec<u32>) = (draw(0), draw(levels / 8));
            let [old, new] =
                [old, new].map(|v| v.into_iter().map(f64::from).collect());
            let (old, new): (Vec<f64>, Vec<f64>) = (old, new);
            let counted = test(&old, &new).p;
            let (ranks, sum) = doubled_ranks(&old, &new);
            let (mean, variance) = moments(&ranks, new.len());
            let normal = Tails::normal(sum as f64, mean, variance).both;
            assert!((counted - normal).abs() < 0.002, "{counted} {normal}");
        }
    }

    /// With two blocks the choices of one go with each choice of the other.
    #[test]
    fn blocks_are_counted_together() {
        let blocks = vec![
            [vec![1.0, 2.0], vec![3.0, 4.0]],
            [vec![10.0, 20.0], vec![30.0, 40.0]],
        ];
        let tails = tails(&Sample { blocks, ..Sample::default() }, 0.0);
        assert_eq!((tails.both, tails.above), (2.0 / 36.0, 1.0 / 36.0));
        assert_eq!(tails.below, 1.0);
    }

    proptest! {
        #[test]
        fn p_equals_full_enumeration(
            old in prop::collection::vec(0_u8..12, 1..7),
            new in prop::collection::vec(0_u8..12, 1..7),
        ) {
            let float = |v: &[u8]| v.iter().map(|&x| f64::from(x)).collect();
            let (old, new): (Vec<f64>, Vec<f64>) = (float(&old), float(&new));
            prop_assert_eq!(test(&old, &new).p, enumerated(&old, &new));
        }

        #[test]
        fn both_directions_have_the_same_p(
            old in prop::collection::vec(0.0..9.0, 1..9),
            new in prop::collection::vec(0.0..9.0, 1..9),
        ) {
            prop_assert_eq!(test(&old, &new).p, test(&new, &old).p);
        }
    }
}
