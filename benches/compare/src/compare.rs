//! Old against new: rows with a ratio, its interval and a verdict.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Run;
use crate::stats::{median, shift};

/// What can be said about one benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// New takes less time, by more than the minimum effect.
    Faster,
    /// New takes more time, by more than the minimum effect.
    Slower,
    /// The whole interval lies inside the minimum effect.
    Same,
    /// The runs do not decide it; more of them may.
    Inconclusive,
    /// One run on a side: there is nothing to judge by.
    Unreplicated,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::Same => "same",
            Self::Inconclusive => "inconclusive",
            Self::Unreplicated => "unreplicated",
        })
    }
}

/// When a difference counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// The accepted rate of false alarms a row; the interval has the level
    /// `1 - alpha`.
    pub alpha: f64,
    /// The minimum effect: 0.02 is 2 %. Smaller changes are never reported.
    pub margin: f64,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            margin: 0.02,
        }
    }
}

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
        let [old_logs, new_logs] = [old, new].map(logarithms);
        let shift = shift::estimate(&old_logs, &new_logs, rule.alpha);
        let replicated = runs.iter().all(|&runs| runs > 1);
        Self {
            benchmark: benchmark.to_owned(),
            old: median(old),
            new: median(new),
            ratio: shift.estimate.exp(),
            low: shift.interval.map(|ends| ends.0.exp()),
            high: shift.interval.map(|ends| ends.1.exp()),
            p: replicated.then_some(shift.p),
            verdict: match replicated {
                true => judge(shift, rule),
                false => Verdict::Unreplicated,
            },
            runs,
        }
    }
}

fn logarithms(values: &[f64]) -> Vec<f64> {
    let positive = values.iter().all(|&value| value > 0.0);
    assert!(positive, "a time is not positive: {values:?}");
    values.iter().map(|value| value.ln()).collect()
}

fn judge(shift: shift::Shift, rule: Rule) -> Verdict {
    let margin = rule.margin.ln_1p();
    let rejected = shift.p <= rule.alpha;
    match shift.interval {
        Some((low, high)) if -margin <= low && high <= margin => Verdict::Same,
        _ if rejected && shift.estimate > margin => Verdict::Slower,
        _ if rejected && shift.estimate < -margin => Verdict::Faster,
        _ => Verdict::Inconclusive,
    }
}

/// Compares the runs of two sides, benchmark by benchmark.
///
/// Benchmarks that only one side has are left out.
pub fn compare(old: &[Run], new: &[Run], rule: Rule) -> Vec<Row> {
    let [old, new] = [old, new].map(numbers);
    old.iter()
        .filter_map(|(benchmark, old)| {
            let new = new.get(benchmark)?;
            Some(Row::new(benchmark, old, new, rule))
        })
        .collect()
}

/// Compares two variants, the last part of the id, inside the same runs.
///
/// `subject/operation/size/swap` and `.../hole` become the one row
/// `subject/operation/size`. Uses the default [`Rule`].
pub fn compare_variants(runs: &[Run], old: &str, new: &str) -> Vec<Row> {
    compare_variants_with(runs, old, new, Rule::default())
}

/// Like [`compare_variants`], with another rule.
pub fn compare_variants_with(
    runs: &[Run],
    old: &str,
    new: &str,
    rule: Rule,
) -> Vec<Row> {
    let numbers = numbers(runs);
    numbers
        .iter()
        .filter_map(|(id, old_numbers)| {
            let benchmark = id.strip_suffix(old)?.strip_suffix('/')?;
            let new_numbers =
                numbers.get(format!("{benchmark}/{new}").as_str())?;
            Some(Row::new(benchmark, old_numbers, new_numbers, rule))
        })
        .collect()
}

/// The numbers of each benchmark, one a run.
fn numbers(runs: &[Run]) -> BTreeMap<&str, Vec<f64>> {
    let mut numbers = BTreeMap::<&str, Vec<f64>>::new();
    for (name, measurement) in runs.iter().flat_map(|run| &run.benchmarks) {
        numbers.entry(name).or_default().push(measurement.time);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(old: &[f64], new: &[f64]) -> Verdict {
        Row::new("id", old, new, Rule::default()).verdict
    }

    #[test]
    fn verdicts() {
        let old = [100.0, 101.0, 102.0, 103.0, 104.0];
        let by = |factor: f64| old.map(|time| time * factor);
        assert_eq!(judged(&old, &by(1.2)), Verdict::Slower);
        assert_eq!(judged(&old, &by(0.8)), Verdict::Faster);
        assert_eq!(judged(&old, &by(1.01)), Verdict::Inconclusive);
        let steady = [100.0, 100.1, 100.2, 100.3, 100.4];
        assert_eq!(judged(&steady, &steady), Verdict::Same);
        assert_eq!(judged(&old, &[200.0]), Verdict::Unreplicated);
    }

    #[test]
    fn a_proven_change_below_the_margin_is_no_slowdown() {
        let old = [100.0, 100.1, 100.2, 100.3, 100.4];
        let new = old.map(|time| time * 1.01);
        let row = Row::new("id", &old, &new, Rule::default());
        assert!(row.p.unwrap() < 0.01);
        assert_eq!(row.verdict, Verdict::Same);
    }

    #[test]
    fn variants_become_one_row_in_order() {
        let run = || {
            Run::from_times(
                "tour",
                [
                    ("timers/push/1k/swap", 10.0),
                    ("timers/push/1k/hole", 5.0),
                    ("timers/push/1k/wheel", 1.0),
                    ("timers/pop/1k/swap", 10.0),
                ],
            )
        };
        let rows = compare_variants(&[run(), run()], "swap", "hole");
        assert_eq!(rows.len(), 1, "pop has no new variant: {rows:?}");
        assert_eq!(rows[0].benchmark, "timers/push/1k");
        assert_eq!((rows[0].old, rows[0].new), (10.0, 5.0));
        assert!((rows[0].ratio - 0.5).abs() < 1e-12);
        assert_eq!(rows[0].runs, [2, 2]);
    }
}
