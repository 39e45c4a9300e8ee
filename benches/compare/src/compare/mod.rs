//! Old against new: rows with a ratio, its interval and a verdict.

pub mod block;
pub mod common_shift;
mod custom;
pub(crate) mod design;
pub mod grouping;
mod metrics;
pub mod noise_profile;
mod notes;
mod open;
pub mod report;
pub(crate) mod row;
pub mod rules;
pub(crate) mod verdict;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use row::Row;
pub use verdict::{Rule, Verdict};

use crate::compare::design::Taken;
use crate::run::{Measurement, Run};
use crate::stats::max_t;

/// Compares the runs of two sides, benchmark by benchmark.
///
/// Benchmarks that only one side has are left out.
pub fn compare(old: &[Run], new: &[Run], rule: Rule) -> Vec<Row> {
    let sides = timed(&[old, new].map(by_benchmark)).into_owned();
    compare_measured(&sides, [old, new], rule)
}

/// Compares two variants, the last part of the id, inside the same runs.
///
/// `subject/operation/size/swap` and `.../hole` become the one row
/// `subject/operation/size`. Uses the default [`Rule`].
pub fn compare_variants(runs: &[Run], old: &str, new: &str) -> Vec<Row> {
    let measured = by_benchmark(runs);
    let sides = [old, new].map(|name| variant(&measured, name));
    compare_measured(&timed(&sides), [runs, runs], Rule::default())
}

/// Returns the benchmarks of one variant, by their names without it.
fn variant<'a>(measured: &Measured<'a>, variant: &str) -> Measured<'a> {
    let without = |id: &'a str| id.strip_suffix(variant)?.strip_suffix('/');
    measured
        .iter()
        .filter_map(|(&id, all)| Some((without(id)?, all.clone())))
        .collect()
}

/// The measurements of each benchmark, one a run.
pub(crate) type Measured<'a> = BTreeMap<&'a str, Vec<Taken<'a>>>;

/// Returns true if all runs have the same benchmarks, as they mostly have.
pub(crate) fn alike<'a>(mut runs: impl Iterator<Item = &'a Run>) -> bool {
    let Some(first) = runs.next() else {
        return true;
    };
    runs.all(|run| run.benchmarks.keys().eq(first.benchmarks.keys()))
}

pub(crate) fn by_benchmark(runs: &[Run]) -> Measured<'_> {
    let mut measured = Measured::new();
    for run in runs {
        for (name, it) in &run.benchmarks {
            measured.entry(name).or_default().push(Taken { run, it });
        }
    }
    measured
}

/// Returns what has a time of all sides: a run may have measured other things
/// only.
pub(crate) fn timed<'m, 'a>(
    sides: &'m [Measured<'a>],
) -> Cow<'m, [Measured<'a>]> {
    let is_timed = |it: &Measurement| it.time.is_some();
    let mut all = sides.iter().flat_map(BTreeMap::values).flatten();
    if all.all(|it| is_timed(it)) {
        return sides.into();
    }
    sides.iter().map(|side| having(side, is_timed)).collect()
}

/// Returns the measurements that have something, such as a metric.
pub(crate) fn having<'a>(
    measured: &Measured<'a>,
    has: impl Fn(&Measurement) -> bool,
) -> Measured<'a> {
    let mut having = Measured::new();
    for (&name, all) in measured {
        let all: Vec<_> = all.iter().filter(|it| has(it)).copied().collect();
        if !all.is_empty() {
            having.insert(name, all);
        }
    }
    having
}

fn compare_measured(
    sides: &[Measured<'_>],
    runs: [&[Run]; 2],
    rule: Rule,
) -> Vec<Row> {
    let [old, new] = sides else { return Vec::new() };
    let row = |(benchmark, old): (&&str, &Vec<Taken<'_>>)| {
        let new = new.get(benchmark)?;
        Some(Row::of_times(benchmark, [old, new], rule, None))
    };
    let mut rows: Vec<Row> = old.iter().filter_map(row).collect();
    adjust(rows.iter_mut(), [old, new], runs, rule);
    rows
}

/// Adds the p-values that hold for all rows together.
pub(crate) fn adjust<'a>(
    rows: impl Iterator<Item = &'a mut Row>,
    measured: [&Measured<'_>; 2],
    runs: [&[Run]; 2],
    rule: Rule,
) {
    adjust_by(rows, measured, runs, rule, |taken| taken.logarithm());
}

/// Like [`adjust`], for the logarithms of any number.
pub(crate) fn adjust_by<'a>(
    rows: impl Iterator<Item = &'a mut Row>,
    measured: [&Measured<'_>; 2],
    runs: [&[Run]; 2],
    rule: Rule,
    number: impl Fn(&Taken<'_>) -> f64,
) {
    let number = &number;
    let mut tested: Vec<_> =
        rows.filter(|row| row.runs.iter().all(|&runs| runs > 1)).collect();
    if tested.is_empty() {
        return;
    }
    let design = design::runs(runs[0], runs[1]);
    let numbers: Vec<_> = tested
        .iter()
        .map(|row| {
            let of = |side: usize| {
                let all = measured[side].get(row.benchmark.as_str());
                runs[side].iter().map(move |run| {
                    let mut all = all.into_iter().flatten();
                    let taken = all.find(|it| std::ptr::eq(it.run, run));
                    taken.map_or(f64::NAN, number)
                })
            };
            of(0).chain(of(1)).collect()
        })
        .collect();
    let least = rule.margin.ln_1p() * SMALL;
    let adjusted = max_t::adjust(&numbers, &design, least);
    for (row, p) in tested.iter_mut().zip(adjusted) {
        row.adjusted = Some(p);
    }
}

/// The part of the minimum effect that a row's standard error never counts
/// below, where rows are compared with each other.
const SMALL: f64 = 0.25;

#[cfg(test)]
mod tests {
    use super::report::Report;
    use super::rules::Rules;
    use super::*;
    use crate::input::side::Side;

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

    fn report(factor: impl Fn(u32) -> f64) -> Report {
        report_by(factor, Rule::default().into())
    }

    fn report_by(factor: impl Fn(u32) -> f64, rules: Rules) -> Report {
        let side = |label: &str, times: Vec<f64>| Side {
            label: label.into(),
            runs: vec![Run::from_times(
                label,
                times
                    .into_iter()
                    .enumerate()
                    .map(|(i, t)| (format!("b{i}"), t)),
            )],
        };
        let old = vec![100.0; 30];
        let new = (0..30).map(|row| 100.0 * factor(row)).collect();
        let sides = [side("old", old), side("new", new)];
        Report::new(&sides, rules, None)
    }

    fn apart(report: &Report) -> Vec<&str> {
        let rows = report.rows().filter(|(.., row)| row.apart.is_some());
        rows.map(|(.., row)| row.benchmark.as_str()).collect()
    }

    #[test]
    fn a_slower_machine_is_not_thirty_slower_rows() {
        let noise = |row: u32| 1.2 + 0.01 * f64::from(row * 7 % 5);
        let even = report(noise);
        assert!(apart(&even).is_empty());
        assert!(even.notes.iter().any(|n| n.contains("moved by 1.22")));
        let slow = |row| noise(row) * if row == 3 { 1.5 } else { 1.0 };
        let one = report(slow);
        assert_eq!(apart(&one), ["b3"]);
        let rules = Rules::from(Rule::default()).with("b3", 0.6).unwrap();
        assert!(apart(&report_by(slow, rules)).is_empty(), "not so for b3");
        let rows = one.rows().map(|(.., row)| row.verdict);
        assert!(rows.into_iter().all(|it| it == Verdict::Unreplicated));
    }
}
