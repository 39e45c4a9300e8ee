//! The exact test of Mann and Whitney, with ties.
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
//! Sources: H. B. Mann, D. R. Whitney, "On a test of whether one of two
//! random variables is stochastically larger than the other", 1947;
//! E. L. Lehmann, "Nonparametrics", 1975, section 1.4 (ties).

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
    let (ranks, sum) = doubled_ranks(old, new);
    let null = Null::new(ranks, new.len());
    let smallest = new.len() * (new.len() + 1); // doubled, as the sum is
    RankSum { u: (sum - smallest) as f64 / 2.0, p: null.p(sum) }
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

/// How the rank sum is distributed when the sides do not differ.
pub(crate) struct Null {
    /// The doubled ranks it was made of.
    pub(crate) ranks: Vec<usize>,
    /// Of all choices, how many have this doubled sum. As floats: exact up
    /// to 2^53, and right to 15 digits far beyond what an integer holds.
    choices: Vec<f64>,
    /// The expected doubled sum, times two to stay whole.
    twice_mean: usize,
}

impl Null {
    pub(crate) fn new(ranks: Vec<usize>, chosen: usize) -> Self {
        // ANCHOR: null
        let most: usize = ranks.iter().rev().take(chosen).sum();
        // ways[k][s]: choices of k among the ranks so far with sum s.
        let mut ways = vec![vec![0.0; most + 1]; chosen + 1];
        ways[0][0] = 1.0;
        for (seen, &rank) in ranks.iter().enumerate() {
            for k in (1..=chosen.min(seen + 1)).rev() {
                let (fewer, this) = ways.split_at_mut(k);
                let from = &fewer[k - 1];
                for sum in rank..=most {
                    this[0][sum] += from[sum - rank];
                }
            }
        }
        // ANCHOR_END: null
        let total: usize = ranks.iter().sum();
        Self {
            twice_mean: 2 * total * chosen / ranks.len(),
            choices: ways.swap_remove(chosen),
            ranks,
        }
    }

    /// Returns the share of choices at least as far from the mean as `sum` is.
    pub(crate) fn p(&self, sum: usize) -> f64 {
        let distance = |sum: usize| (2 * sum).abs_diff(self.twice_mean);
        let far =
            |&(other, _): &(usize, &f64)| distance(other) >= distance(sum);
        let all: f64 = self.choices.iter().sum();
        let extreme: f64 =
            self.choices.iter().enumerate().filter(far).map(|c| c.1).sum();
        extreme / all
    }
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
