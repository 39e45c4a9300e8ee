//! One benchmark, old against new, with a verdict.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::compare::noise_profile::NoiseProfile;
use crate::compare::verdict::{Rule, Verdict};
use crate::run::Measurement;
use crate::stats::runs_needed::runs_needed;
use crate::stats::shift::{self, Shift};
use crate::stats::{deviation, median};

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
    /// The p-value after Holm's adjustment for all rows of the table.
    #[serde(default)]
    pub adjusted: Option<f64>,
    /// Where undecided: runs a side that would find a change of this size,
    /// or of the minimum effect if that is larger, four times in five.
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
        let runs = [old.len(), new.len()];
        let logs = [old, new].map(logarithms);
        let shift = shift::estimate(&logs[0], &logs[1], rule.alpha);
        let replicated = runs.iter().all(|&runs| runs > 1);
        let verdict =
            if replicated { judge(shift, rule) } else { Verdict::Unreplicated };
        let undecided = verdict == Verdict::Inconclusive;
        let effect = shift.estimate.abs().max(rule.margin.ln_1p());
        Self {
            benchmark: benchmark.to_owned(),
            old: median(old),
            new: median(new),
            ratio: shift.estimate.exp(),
            low: shift.interval.map(|ends| ends.0.exp()),
            high: shift.interval.map(|ends| ends.1.exp()),
            p: replicated.then_some(shift.p),
            verdict,
            runs,
            adjusted: None,
            runs_needed: undecided
                .then(|| runs_needed(effect, deviation(&logs), rule.alpha))
                .flatten(),
        }
    }

    /// Judges the times of the runs' measurements.
    ///
    /// One run a side gets the interval *within* the runs, and a verdict only
    /// where `noise` knows how much this benchmark varies between runs.
    pub(crate) fn of_times(
        benchmark: &str,
        old: &[&Measurement],
        new: &[&Measurement],
        rule: Rule,
        noise: Option<&NoiseProfile>,
    ) -> Self {
        let [times_old, times_new] =
            [old, new].map(|side| side.iter().map(|m| m.time).collect());
        let (times_old, times_new): (Vec<f64>, Vec<f64>) =
            (times_old, times_new);
        let mut row = Self::new(benchmark, &times_old, &times_new, rule);
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

    /// Judges counts, which are exact: any change is one.
    ///
    /// From nothing to something the ratio is infinite; JSON has `null`.
    pub(crate) fn of_counts(benchmark: &str, old: &[f64], new: &[f64]) -> Self {
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
                Ordering::Less => Verdict::Slower,
                Ordering::Equal => Verdict::Same,
                Ordering::Greater => Verdict::Faster,
            },
            runs,
            adjusted: None,
            runs_needed: None,
        }
    }
}

fn logarithms(values: &[f64]) -> Vec<f64> {
    let positive = values.iter().all(|&value| value > 0.0);
    assert!(positive, "a time is not positive: {values:?}");
    values.iter().map(|value| value.ln()).collect()
}

fn judge(shift: Shift, rule: Rule) -> Verdict {
    let margin = rule.margin.ln_1p();
    let rejected = shift.p <= rule.alpha;
    match shift.interval {
        Some((low, high)) if -margin <= low && high <= margin => Verdict::Same,
        _ if rejected && shift.estimate > margin => Verdict::Slower,
        _ if rejected && shift.estimate < -margin => Verdict::Faster,
        _ => Verdict::Inconclusive,
    }
}
