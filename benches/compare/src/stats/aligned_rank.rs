//! A rank test for pairs that knows what lies beside each of them.
//!
//! The [signed rank test](super::signed_rank) sees only the difference of a
//! pair, which has the noise of both runs: one that was disturbed spoils its
//! partner too. Here the median of the pair and of the pairs beside it is
//! taken out of both runs, which removes what drifts; what is left is ranked
//! over all runs together, and the ranks of new are added up. If nothing
//! changed, old and new of each pair could as well have been exchanged, and
//! the p-value is the share of all such exchanges whose sum lies at least as
//! far from the middle. Medians and ranks do not know which run is new, so
//! the test is exact, whatever the noise and the drift are.
//!
//! Where old and new of a pair are nearer to each other than to what lies
//! beside them, as blocks of one process are, the neighbours only add noise,
//! and the signed ranks are used. The sizes that decide this do not know which
//! run is new either.
//!
//! Source: J. L. Hodges, E. L. Lehmann, "Rank methods for combination of
//! independent experiments in analysis of variance", 1962.

use std::ops::Range;

use super::sample::Sample;
use super::signed_rank::{self, MOST_COUNTED};
use super::tails::Tails;
use super::{median, median_of_sorted};

/// This many pairs on either side of one tell where it stands. More would say
/// it better and follow a drift less.
const REACH: usize = 2;

/// Old and new of each pair, in the order in which they ran.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pairs {
    values: Vec<[f64; 2]>,
    /// For each pair, those that tell where it stands.
    beside: Vec<Range<usize>>,
}

impl Pairs {
    /// Returns the pairs of a sample, where it is made of pairs.
    pub(crate) fn of(sample: &Sample) -> Option<Self> {
        let values = sample.blocks.iter().map(|block| match block {
            [old, new] => match (&old[..], &new[..]) {
                (&[old], &[new]) => Some([old, new]),
                _ => None,
            },
        });
        let values: Vec<_> = values.collect::<Option<_>>()?;
        let sections: Vec<_> =
            (0..values.len()).map(|pair| sample.section(pair)).collect();
        let mut beside = Vec::new();
        for section in sections.chunk_by(|a, b| a == b) {
            let (from, many) = (beside.len(), section.len());
            let most = (2 * REACH + 1).min(many);
            beside.extend((0..many).map(|at| {
                let first = at.saturating_sub(REACH).min(many - most);
                from + first..from + first + most
            }));
        }
        Some(Self { values, beside })
    }

    /// Returns new less old of each pair.
    pub(crate) fn differences(&self) -> Vec<f64> {
        self.values.iter().map(|[old, new]| new - old).collect()
    }

    /// Returns every new less every old that lies beside it, in order.
    fn near_differences(&self) -> Vec<f64> {
        let mut all = Vec::new();
        for ([_, new], beside) in self.values.iter().zip(&self.beside) {
            let old = &self.values[beside.clone()];
            all.extend(old.iter().map(|[old, _]| new - old));
        }
        all.sort_unstable_by(f64::total_cmp);
        all
    }

    /// Returns the estimate of how far new is from old, and the shifts at
    /// which what is known about it may change, in order.
    pub(crate) fn steps(&self) -> (f64, Vec<f64>) {
        let differences = self.differences();
        let walsh = signed_rank::walsh_averages(&differences);
        let near = self.near_differences();
        let rest = self.aligned(median(&differences));
        let by = if is_tight(&rest) { &walsh } else { &near };
        let estimate = median_of_sorted(by);
        let mut steps = [walsh, near].concat();
        steps.sort_unstable_by(f64::total_cmp);
        (estimate, steps)
    }

    /// Returns the tails of the sum of new's ranks, all of new made less by
    /// `shift`.
    pub(crate) fn tails(&self, shift: f64) -> Tails {
        let rest = self.aligned(shift);
        if is_tight(&rest) {
            return signed_rank::tails(&self.differences(), shift);
        }
        exchanged(&doubled_ranks(&rest))
    }

    /// Returns all runs, new made less by `shift`, without the median of what
    /// lies beside them.
    fn aligned(&self, shift: f64) -> Vec<[f64; 2]> {
        let shifted = self.values.iter().map(|[old, new]| [*old, new - shift]);
        let shifted: Vec<_> = shifted.collect();
        let rest = shifted.iter().zip(&self.beside).map(|(pair, beside)| {
            let place = median(shifted[beside.clone()].as_flattened());
            pair.map(|value| value - place)
        });
        rest.collect()
    }
}

/// Returns whether old and new of a pair, as a rule, are nearer to each other
/// than to what lies beside them.
fn is_tight(rest: &[[f64; 2]]) -> bool {
    let sizes = |values: &[f64]| {
        median(&values.iter().map(|value| value.abs()).collect::<Vec<_>>())
    };
    let within: Vec<f64> = rest.iter().map(|[old, new]| new - old).collect();
    sizes(&within) < sizes(rest.as_flattened())
}

/// Returns the doubled mid-rank of each run among all of them.
fn doubled_ranks(rest: &[[f64; 2]]) -> Vec<[usize; 2]> {
    let values = rest.as_flattened();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![[0; 2]; rest.len()];
    let mut before = 0;
    for group in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = 2 * before + group.len() + 1;
        before += group.len();
        group.iter().for_each(|&at| ranks[at / 2][at % 2] = rank);
    }
    ranks
}

/// Returns the tails of the sum of new's ranks, where old and new of each pair
/// are as likely to be exchanged as not.
fn exchanged(ranks: &[[usize; 2]]) -> Tails {
    // Only what new has beyond the lesser rank of its pair can change.
    let seen = ranks.iter().map(|[old, new]| new.saturating_sub(*old)).sum();
    let steps = ranks.iter().map(|[old, new]| new.abs_diff(*old));
    let steps: Vec<usize> = steps.collect();
    let total: usize = steps.iter().sum();
    if steps.len() > MOST_COUNTED {
        let squares: f64 = steps.iter().map(|&s| (s as f64).powi(2)).sum();
        return Tails::normal(seen as f64, total as f64 / 2.0, squares / 4.0);
    }
    signed_rank::count(&steps, total, seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(values: &[[f64; 2]]) -> Pairs {
        let [old, new] =
            [0, 1].map(|side| values.iter().map(|it| it[side]).collect());
        let (old, new): (Vec<f64>, Vec<f64>) = (old, new);
        Pairs::of(&Sample::of_pairs(&old, &new)).unwrap()
    }

    /// Returns the sum of new's ranks, from the values alone.
    fn sum(values: &[[f64; 2]]) -> usize {
        let rest = pairs(values).aligned(0.0);
        doubled_ranks(&rest).iter().map(|ranks| ranks[1]).sum()
    }

    /// Returns the obviously right p-value: exchanges the runs themselves in
    /// every way, and ranks them anew each time.
    fn enumerated(values: &[[f64; 2]]) -> f64 {
        let count = 2 * values.len();
        let middle = count * (count + 1) / 2;
        let distance = |values: &[[f64; 2]]| sum(values).abs_diff(middle);
        let seen = distance(values);
        let all = 1_u32 << values.len();
        let far = |mask: &u32| {
            let mut exchanged = values.to_vec();
            for (at, pair) in exchanged.iter_mut().enumerate() {
                if mask & (1 << at) != 0 {
                    pair.reverse();
                }
            }
            distance(&exchanged) >= seen
        };
        (0..all).filter(far).count() as f64 / f64::from(all)
    }

    /// A disturbed run here and there hides a change from the differences; its
    /// neighbours show that it was the run, and not the program.
    #[test]
    fn a_disturbed_run_does_not_spoil_its_partner() {
        let noise = [0.0, 0.4, 0.1, 0.3, 0.2, 0.5, 0.2, 0.0, 0.3, 0.1];
        let values: Vec<[f64; 2]> = noise
            .iter()
            .enumerate()
            .map(|(at, noise)| {
                let spike = |is| if is { 30.0 } else { 0.0 };
                let old = noise + spike(at % 5 == 1);
                [old, 5.0 - noise + spike(at % 5 == 3)]
            })
            .collect();
        let pairs = pairs(&values);
        assert!(signed_rank::p(&pairs.differences()) > 0.1);
        assert!(pairs.tails(0.0).both < 0.05);
        let (estimate, _) = pairs.steps();
        assert!((4.0..6.0).contains(&estimate), "{estimate}");
    }

    #[test]
    fn tight_pairs_are_judged_by_their_differences() {
        let values: Vec<[f64; 2]> = (0..9_u8)
            .map(|at| {
                let speed = 10.0 * f64::from(at * 7 % 9);
                [speed, speed + 0.1 * f64::from(at % 4) - 0.1]
            })
            .collect();
        let pairs = pairs(&values);
        let differences = pairs.differences();
        for shift in [-0.05, 0.0, 0.05] {
            let signed = signed_rank::tails(&differences, shift);
            assert_eq!(pairs.tails(shift), signed);
        }
    }

    #[test]
    fn what_lies_beside_a_pair_is_on_its_machine() {
        let mut sample = Sample::of_pairs(&[0.0; 9], &[0.0; 9]);
        sample.sections = vec![0, 0, 0, 1, 1, 1, 1, 1, 1];
        let beside = Pairs::of(&sample).unwrap().beside;
        assert_eq!(beside[..3], [0..3, 0..3, 0..3]);
        assert_eq!(beside[3..6], [3..8, 3..8, 3..8]);
        assert_eq!(beside[6..], [4..9, 4..9, 4..9]);
    }

    #[test]
    fn the_normal_form_continues_the_counted_one() {
        let mut random = fastrand::Rng::with_seed(5);
        let values: Vec<[f64; 2]> =
            (0..60).map(|_| [random.f64(), random.f64() + 0.08]).collect();
        let ranks = doubled_ranks(&pairs(&values).aligned(0.0));
        let counted = exchanged(&ranks).both;
        let more = [&ranks[..], &[[1, 1]]].concat();
        let normal = exchanged(&more).both;
        assert!((counted - normal).abs() < 0.003, "{counted} {normal}");
    }

    proptest! {
        #[test]
        fn p_equals_full_enumeration(
            values in prop::collection::vec((-6_i8..6, -6_i8..6), 1..10),
        ) {
            let float = |(old, new): &(i8, i8)| [*old, *new].map(f64::from);
            let values: Vec<_> = values.iter().map(float).collect();
            let rest = pairs(&values).aligned(0.0);
            let p = exchanged(&doubled_ranks(&rest)).both;
            prop_assert_eq!(p, enumerated(&values));
        }

        /// Old and new exchanged is the same question from the other end.
        #[test]
        fn sides_are_alike(
            values in prop::collection::vec((-6_i8..6, -6_i8..6), 6..14),
        ) {
            let float = |(old, new): &(i8, i8)| [*old, *new].map(f64::from);
            let values: Vec<_> = values.iter().map(float).collect();
            let back: Vec<_> = values.iter().map(|[a, b]| [*b, *a]).collect();
            let [one, other] = [values, back].map(|it| pairs(&it).tails(0.0));
            prop_assert_eq!(one.both, other.both);
            prop_assert_eq!(one.above, other.below);
        }
    }
}
