//! What stands beside the times: rates, counts and the mean.

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::block::{Line, Metric};
use crate::compare::design::Taken;
use crate::compare::row::Row;
use crate::compare::rules::Rules;
use crate::compare::verdict::Rule;
use crate::compare::{Measured, adjust_by, alike, notes};
use crate::input::side::Side;
use crate::run::{Measurement, Run};
use crate::stats::median;
use crate::throughput::Throughput;

/// Returns the rows of rates, each judged by itself: the amount may have
/// changed along with the time. The second part names what has another kind
/// of amount on another side, which has no ratio.
pub(super) fn throughputs(
    measured: &[Measured<'_>],
    rules: &Rules,
) -> (Vec<Line>, Option<String>) {
    let mut unlike = Vec::new();
    let mut lines = Vec::new();
    let Some((base, others)) = measured.split_first() else {
        return (lines, None);
    };
    for (&name, old) in base {
        let Some(kind) = common_kind(old) else { continue };
        let mut row = |side: &Measured<'_>| {
            let new = side.get(name)?;
            let same = common_kind(new).is_some_and(|it| {
                std::mem::discriminant(&it) == std::mem::discriminant(&kind)
            });
            if !same {
                unlike.push(name);
            }
            same.then(|| rate_row(name, old, new, rules.of(name)))
        };
        let rows: Vec<_> = others.iter().map(&mut row).collect();
        if others.is_empty() || rows.iter().any(Option::is_some) {
            lines.push(Line {
                benchmark: name.to_owned(),
                base: median(&old.iter().map(rate).collect::<Vec<_>>()),
                rows,
                throughput: Some(kind),
            });
        }
    }
    unlike.dedup();
    let what = "throughput in other units, not compared";
    (lines, notes::list(what, unlike.into_iter()))
}

/// Adds the p-values of rates that hold for all rows: where all runs process
/// the same amount, a rate says what its time says.
pub(super) fn adjust_rates(
    lines: &mut [Line],
    times: &[Line],
    sides: &[Side],
    measured: &[Measured<'_>],
    rule: Rule,
) {
    let Some((base, others)) = measured.split_first() else { return };
    let times: BTreeMap<&str, &Line> =
        times.iter().map(|line| (line.benchmark.as_str(), line)).collect();
    for (other, new) in others.iter().enumerate() {
        let mut own = Vec::new();
        for line in lines.iter_mut() {
            let name = line.benchmark.as_str();
            let Some(row) = &mut line.rows[other] else { continue };
            let all = [base, new].into_iter().flat_map(|side| &side[name]);
            let mut amounts = all.map(amount);
            let first = amounts.next();
            if amounts.all(|it| Some(it) == first) {
                let time =
                    times.get(name).and_then(|it| it.rows[other].as_ref());
                row.adjusted = time.and_then(|time| time.adjusted);
            } else {
                own.push(row);
            }
        }
        let runs = [&sides[0].runs[..], &sides[other + 1].runs[..]];
        let sides = [base, new];
        adjust_by(own.into_iter(), sides, runs, rule, |it| -rate(it).ln());
    }
}

/// What a measurement counted of one kind.
type Count = fn(&Measurement) -> Option<f64>;

/// Returns what was counted in the base, but not on another side.
pub(super) fn gone(base: &Side, side: &Side) -> Vec<String> {
    let counts: [(Metric, Count); 4] = [
        (Metric::Time, |it| it.time),
        (Metric::Instructions, |it| it.instructions),
        (Metric::Allocations, |it| it.allocations),
        (Metric::Bytes, |it| it.bytes),
    ];
    let mut gone = Vec::new();
    for (metric, count) in counts {
        let mut counted = BTreeSet::new();
        for run in &base.runs {
            let all = run.benchmarks.iter();
            counted
                .extend(all.filter(|it| count(it.1).is_some()).map(|it| it.0));
        }
        let is_gone = |id: &&String| {
            let all = || side.runs.iter().filter_map(|r| r.benchmarks.get(*id));
            all().next().is_some() && all().any(|it| count(it).is_none())
        };
        let names = counted.into_iter().filter(is_gone);
        gone.extend(names.map(|id| format!("{id} ({})", metric.name())));
    }
    gone
}

/// Returns what the runs process, if all process the same kind of thing.
fn common_kind(all: &[Taken<'_>]) -> Option<Throughput> {
    let first = all.first()?.throughput.clone()?;
    let kind = std::mem::discriminant(&first);
    let same = |taken: &Taken<'_>| {
        let it = taken.throughput.as_ref();
        it.is_some_and(|it| {
            std::mem::discriminant(it) == kind && it.amount() > 0.0
        })
    };
    all.iter().all(same).then_some(first)
}

fn amount(taken: &Taken<'_>) -> f64 {
    taken.throughput.as_ref().map_or(1.0, Throughput::amount)
}

/// Returns the amount a second.
fn rate(taken: &Taken<'_>) -> f64 {
    amount(taken) / taken.time.unwrap_or(f64::NAN) * 1e9
}

/// Judges the time that one unit of the amount takes, and turns it over.
fn rate_row(
    name: &str,
    old: &[Taken<'_>],
    new: &[Taken<'_>],
    rule: Rule,
) -> Row {
    let unit = |taken: &Taken<'_>| 1.0 / rate(taken);
    let rates = [old, new].map(|side| side.iter().map(rate).collect());
    turned(judge_number(name, [old, new], rule, unit), rates)
}

/// Judges any positive number of the runs as a time is judged.
pub(super) fn judge_number(
    name: &str,
    sides: [&[Taken<'_>]; 2],
    rule: Rule,
    number: impl Fn(&Taken<'_>) -> f64,
) -> Row {
    let measurements = sides.map(|side| {
        let of = |taken| Measurement::of_time(number(taken));
        side.iter().map(of).collect::<Vec<_>>()
    });
    let [old, new] = [0, 1].map(|side| {
        let all = sides[side].iter().zip(&measurements[side]);
        all.map(|(taken, it)| Taken { run: taken.run, it }).collect::<Vec<_>>()
    });
    Row::of_times(name, [&old, &new], rule, None)
}

/// Turns a row over, of which the reciprocals of `numbers` were judged.
pub(super) fn turned(row: Row, numbers: [Vec<f64>; 2]) -> Row {
    let over = |ends: (f64, f64)| (1.0 / ends.1, 1.0 / ends.0);
    Row {
        old: median(&numbers[0]),
        new: median(&numbers[1]),
        ratio: 1.0 / row.ratio,
        low: row.high.map(|high| 1.0 / high),
        high: row.low.map(|low| 1.0 / low),
        one_sided: row.one_sided.map(over),
        ..row
    }
}

/// Returns the rows of counts; where they are not quite exact, a change within
/// the minimum effect is none.
pub(super) fn counts(
    measured: &[Measured<'_>],
    count: impl Fn(&Measurement) -> Option<f64>,
    exact: bool,
    rules: &Rules,
) -> Vec<Line> {
    let Some((base, others)) = measured.split_first() else {
        return Vec::new();
    };
    let counted = |all: &Vec<Taken<'_>>| -> Option<Vec<f64>> {
        all.iter().map(|taken| count(taken.it)).collect()
    };
    let line = |(name, all): (&&str, &Vec<Taken<'_>>)| {
        let old = counted(all)?;
        let row = |other: &Measured<'_>| {
            let new = counted(other.get(name)?)?;
            let means = all.iter().chain(other.get(name)?).any(|it| it.means);
            let is_exact = exact && !means;
            let margin = if is_exact { 0.0 } else { rules.of(name).margin };
            Some(Row::of_counts(name, &old, &new, margin))
        };
        let line = Line {
            benchmark: (*name).to_owned(),
            base: median(&old),
            rows: others.iter().map(row).collect(),
            throughput: None,
        };
        let any = others.is_empty() || line.rows.iter().any(Option::is_some);
        any.then_some(line)
    };
    base.iter().filter_map(line).collect()
}

/// Returns the row of the means. The geometric mean of each run is one number
/// a run, so its ratio has the same test and interval as a benchmark has.
pub(super) fn means(sides: &[Side], rule: Rule) -> Vec<Option<Row>> {
    let Some((base, others)) = sides.split_first() else {
        return Vec::new();
    };
    let mean = |other: &Side| {
        let runs = || base.runs.iter().chain(&other.runs);
        let time = |run: &Run, name: &String| run.benchmarks.get(name)?.time;
        let all = || runs().flat_map(|run| run.benchmarks.values());
        let alike = alike(runs()) && all().all(|it| it.time.is_some());
        let everywhere = |name: &String| {
            alike || runs().all(|run| time(run, name).is_some())
        };
        let first = &base.runs.first()?.benchmarks;
        let count = first.keys().filter(|name| everywhere(name)).count();
        let of_run = |run: &Run| {
            let shared = run.benchmarks.iter().filter(|(id, _)| everywhere(id));
            let sum: f64 = shared.map(|(_, it)| it.logarithm()).sum();
            (sum / count as f64).exp()
        };
        let of_side = |side: &Side| -> Vec<Measurement> {
            let of = |run| Measurement::of_time(of_run(run));
            side.runs.iter().map(of).collect()
        };
        (count > 1).then(|| {
            let means = [of_side(base), of_side(other)];
            let [old, new] = [(base, &means[0]), (other, &means[1])].map(
                |(side, means)| -> Vec<Taken<'_>> {
                    let pairs = side.runs.iter().zip(means);
                    pairs.map(|(run, it)| Taken { run, it }).collect()
                },
            );
            Row::of_times("geometric mean", [&old, &new], rule, None)
        })
    };
    others.iter().map(mean).collect()
}
