//! One benchmark, old against new, with a verdict.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::compare::design;
use crate::compare::design::Taken;
use crate::compare::noise_profile::NoiseProfile;
use crate::compare::verdict::{Rule, Verdict};
use crate::run::Measurement;
use crate::stats::median;
use crate::stats::runs_needed::{runs_for_same, runs_needed};
use crate::stats::sample::{FEWEST_PAIRS, Sample};
use crate::stats::shift::{self, Shift};

/// One benchmark, old against new.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The benchmark's id, without the variant where variants are compared.
    pub benchmark: String,
    /// Nanoseconds an iteration: the median of the old runs' numbers.
    pub old: f64,
    /// Nanoseconds an iteration: the median of the new runs' numbers.
    pub new: f64,
    /// New by old; below 1 is faster.
    pub ratio: f64,
    /// Lower end of the ratio's interval; none with too few runs.
    pub low: Option<f64>,
    /// Upper end of the ratio's interval.
    pub high: Option<f64>,
    /// How likely ranks this uneven are by chance; none without replicates.
    pub p: Option<f64>,
    /// The verdict in a word.
    pub verdict: Verdict,
    /// How many runs stand behind old and new.
    pub runs: [usize; 2],
    /// How many pairs the ranks of pairs judged; none where the rank sum
    /// test did.
    #[serde(default)]
    pub pairs: Option<usize>,
    /// Ends of the interval of the two one-sided tests that *same* is judged
    /// by: 90 % at a level of 5 %.
    #[serde(default)]
    pub one_sided: Option<(f64, f64)>,
    /// One run a side: the ratio beside what all rows have in common, where
    /// it stands apart from the others.
    #[serde(default)]
    pub apart: Option<f64>,
    /// The p-value adjusted for all rows of the table.
    #[serde(default)]
    pub adjusted: Option<f64>,
    /// Where undecided: runs a side that would, four times in five, find a
    /// change of this size, or, where it is below the minimum effect, show
    /// that nothing changed.
    #[serde(default)]
    pub runs_needed: Option<usize>,
}

impl Row {
    /// Judges the numbers of the runs, in nanoseconds an iteration.
    ///
    /// # Panics
    ///
    /// When a side is empty or holds a number that is not positive.
    ///
    /// ```
    /// use bench_compare::{Row, Rule, Verdict};
    ///
    /// let row = Row::new("push", &[10.0], &[12.0], Rule::default());
    /// assert_eq!(row.verdict, Verdict::Unreplicated);
    /// assert_eq!(row.p, None);
    /// ```
    pub fn new(benchmark: &str, old: &[f64], new: &[f64], rule: Rule) -> Self {
        let logs = [old, new].map(logarithms);
        let sample = Sample { blocks: vec![logs], ..Sample::default() };
        Self::judged(benchmark, &sample, rule)
    }

    /// Judges pairs: the first old with the first new, and so on.
    ///
    /// # Panics
    ///
    /// As [`Row::new`].
    ///
    /// ```
    /// use bench_compare::{Row, Rule, Verdict};
    ///
    /// let drifting = [10.0, 11.0, 12.0, 13.0, 14.0, 15.0];
    /// let row =
    ///     Row::paired("push", &drifting, &drifting, Rule::default());
    /// assert_eq!((row.verdict, row.pairs), (Verdict::Same, Some(6)));
    /// ```
    pub fn paired(
        benchmark: &str,
        old: &[f64],
        new: &[f64],
        rule: Rule,
    ) -> Self {
        let [old, new] = [old, new].map(logarithms);
        Self::judged(benchmark, &Sample::of_pairs(&old, &new), rule)
    }

    fn judged(benchmark: &str, sample: &Sample, rule: Rule) -> Self {
        let runs = sample.runs();
        let shift = shift::of(sample, rule.alpha);
        let [old, new] = [0, 1].map(|side| {
            let logs = sample.blocks.iter().flat_map(|block| &block[side]);
            median(&logs.map(|log| log.exp()).collect::<Vec<_>>())
        });
        let pairs = sample.pairs().map(|pairs| pairs.len());
        let replicated = runs.iter().all(|&runs| runs > 1);
        let verdict =
            if replicated { judge(shift, rule) } else { Verdict::Unreplicated };
        let undecided = verdict == Verdict::Inconclusive;
        Self {
            benchmark: benchmark.to_owned(),
            old,
            new,
            ratio: shift.estimate.exp(),
            low: shift.interval.map(|ends| ends.0.exp()),
            high: shift.interval.map(|ends| ends.1.exp()),
            p: replicated.then_some(shift.p),
            verdict,
            runs,
            adjusted: None,
            runs_needed: undecided
                .then(|| needed(shift, sample, rule))
                .flatten(),
            pairs: pairs.filter(|&pairs| pairs >= FEWEST_PAIRS),
            one_sided: shift
                .one_sided
                .map(|(low, high)| (low.exp(), high.exp())),
            apart: None,
        }
    }

    /// Judges the times of the runs' measurements.
    ///
    /// One run a side gets the interval *within* the runs, and a verdict only
    /// where `noise` knows how much this benchmark varies between runs.
    pub(crate) fn of_times(
        benchmark: &str,
        sides: [&[Taken<'_>]; 2],
        rule: Rule,
        noise: Option<&NoiseProfile>,
    ) -> Self {
        let sample = design::sample(sides, Measurement::logarithm);
        let [old, new] = sides;
        let mut row = Self::judged(benchmark, &sample, rule);
        row.old = design::median_time(old);
        row.new = design::median_time(new);
        if row.verdict == Verdict::Unreplicated {
            let [within_old, within_new] = [old[0].within, new[0].within];
            if let (Some(old), Some(new)) = (within_old, within_new) {
                row.low = Some(new.0 / old.1);
                row.high = Some(new.1 / old.0);
            }
            let known = noise.and_then(|n| n.judge(benchmark, row.ratio, rule));
            if let Some((p, verdict)) = known.filter(|_| row.runs == [1, 1]) {
                row.p = Some(p);
                row.verdict = verdict;
            }
        }
        row
    }

    /// Judges counts. Where they are exact the margin is zero, and any change
    /// is one; means of many iterations wobble.
    ///
    /// From nothing to something the ratio is infinite; JSON has `null`.
    pub(crate) fn of_counts(
        benchmark: &str,
        old: &[f64],
        new: &[f64],
        margin: f64,
    ) -> Self {
        let runs = [old.len(), new.len()];
        let (old, new) = (median(old), median(new));
        let ratio = if old == new { 1.0 } else { new / old };
        Self {
            benchmark: benchmark.to_owned(),
            old,
            new,
            ratio,
            low: Some(ratio),
            high: Some(ratio),
            p: None,
            verdict: match old.total_cmp(&new) {
                _ if ratio.ln().abs() <= margin.ln_1p() => Verdict::Same,
                Ordering::Less => Verdict::Slower,
                Ordering::Equal => Verdict::Same,
                Ordering::Greater => Verdict::Faster,
            },
            runs,
            adjusted: None,
            runs_needed: None,
            pairs: None,
            one_sided: None,
            apart: None,
        }
    }
}

/// Returns how many runs would decide it: that there is a change, if it is as
/// large as it looks, or that there is none that counts, if it looks small.
/// That is more than there were, for those have not decided it.
fn needed(shift: Shift, sample: &Sample, rule: Rule) -> Option<usize> {
    let (margin, effect) = (rule.margin.ln_1p(), shift.estimate.abs());
    // Of pairs the differences are known, which vary more by a root of two.
    let by = if sample.pairs().is_some() { 2.0_f64.sqrt() } else { 1.0 };
    let deviation = sample.deviation() / by;
    let runs = if effect > margin {
        runs_needed(effect, deviation, rule.alpha)
    } else if effect < margin {
        // The interval has so much room between the change and the margin.
        runs_for_same(margin - effect, deviation, rule.alpha)
    } else {
        None
    };
    let [old, new] = sample.runs();
    runs.map(|runs| runs.max(old.min(new) + 1))
}

fn logarithms(values: &[f64]) -> Vec<f64> {
    let positive = values.iter().all(|&value| value > 0.0);
    assert!(positive, "a time is not positive: {values:?}");
    values.iter().map(|value| value.ln()).collect()
}

/// What is nearer to the minimum effect than this is as large: 51 is 2 % more
/// than 50, whichever way the logarithms round.
const ROUNDING: f64 = 1e-12;

fn judge(shift: Shift, rule: Rule) -> Verdict {
    let margin = (rule.margin.ln_1p() - ROUNDING).max(0.0);
    let rejected = shift.p <= rule.alpha;
    match shift.one_sided {
        Some((low, high)) if -margin <= low && high <= margin => Verdict::Same,
        _ if rejected && shift.estimate > margin => Verdict::Slower,
        _ if rejected && shift.estimate < -margin => Verdict::Faster,
        _ => Verdict::Inconclusive,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_just_the_minimum_effect_is_not_the_same() {
        for time in [50.0, 100.0, 150.0, 200.0, 700.0] {
            let (old, new) = ([time; 10], [time / 50.0 * 51.0; 10]);
            let judged = |old: &[f64], new: &[f64]| {
                Row::paired("put", old, new, Rule::default()).verdict
            };
            assert_eq!(judged(&old, &new), Verdict::Slower, "{time}");
            assert_eq!(judged(&new, &old), Verdict::Faster, "{time}");
        }
    }

    #[test]
    fn runs_that_did_not_decide_are_never_said_to_be_enough() {
        // Within the margin of 2 %, but too near it to be the same.
        let old: Vec<f64> = (0..20).map(|run| 100.0 + f64::from(run)).collect();
        let wobble = |run: usize| 1.016 + 0.008 * (run % 3) as f64 - 0.008;
        let new: Vec<f64> = old
            .iter()
            .enumerate()
            .map(|(run, old)| old * wobble(run))
            .collect();
        let row = Row::paired("reset", &old, &new, Rule::default());
        assert_eq!(row.verdict, Verdict::Inconclusive, "{row:?}");
        let needed = row.runs_needed.unwrap();
        assert!(needed > 20, "{needed} runs, and 20 were not enough");
    }
}
