//! Everything there is to say about several sides, ready to be printed.

use crate::compare::noise_profile::NoiseProfile;
use crate::compare::row::Row;
use crate::compare::verdict::Rule;
use crate::compare::{Measured, adjust, alike, by_benchmark};
use crate::input::side::Side;
use crate::natural_order;
use crate::run::{Measurement, Run};
use crate::stats::median;
use crate::throughput::Throughput;

/// What a block is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Nanoseconds an iteration.
    Time,
    /// Amount a second.
    Throughput,
    /// Allocations an iteration.
    Allocations,
    /// Bytes allocated an iteration.
    Bytes,
}

impl Metric {
    /// Returns the block's title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Throughput => "throughput",
            Self::Allocations => "allocations",
            Self::Bytes => "bytes",
        }
    }
}

/// One benchmark in a block: the base, and each other side against it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The benchmark's id.
    pub benchmark: String,
    /// The base's number.
    pub base: f64,
    /// One row for each other side that has the benchmark.
    pub rows: Vec<Option<Row>>,
    /// What an iteration processes, in the block of throughputs.
    pub throughput: Option<Throughput>,
}

/// One metric of all benchmarks.
#[derive(Clone, Debug)]
pub struct Block {
    /// What the numbers are.
    pub metric: Metric,
    /// One line a benchmark.
    pub lines: Vec<Line>,
    /// The geometric mean over all benchmarks, for each other side.
    pub mean: Vec<Option<Row>>,
}

/// Several sides, compared with the first of them.
#[derive(Clone, Debug)]
pub struct Report {
    /// The sides' labels, the base first.
    pub labels: Vec<String>,
    /// Time first, then what else there is.
    pub blocks: Vec<Block>,
    /// The rule that was judged by.
    pub rule: Rule,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// In which order the lines stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name, numbers as numbers.
    #[default]
    Name,
    /// The largest change first.
    Change,
    /// The slowest base first.
    Time,
}

impl Report {
    /// Compares all sides with the first.
    pub fn new(
        sides: &[Side],
        rule: Rule,
        noise: Option<&NoiseProfile>,
    ) -> Self {
        let measured: Vec<_> =
            sides.iter().map(|side| by_benchmark(&side.runs)).collect();
        let time = times(&measured, rule, noise);
        let throughput = throughputs(&measured, &time);
        let mut blocks = vec![Block {
            metric: Metric::Time,
            mean: means(sides, rule),
            lines: time,
        }];
        let counted = |metric, count: fn(&Measurement) -> Option<f64>| Block {
            metric,
            lines: counts(&measured, count),
            mean: vec![None; sides.len().saturating_sub(1)],
        };
        blocks.push(Block {
            metric: Metric::Throughput,
            lines: throughput,
            mean: vec![None; sides.len().saturating_sub(1)],
        });
        blocks.push(counted(Metric::Allocations, |m| m.allocations));
        blocks.push(counted(Metric::Bytes, |m| m.bytes));
        blocks.retain(|block| !block.lines.is_empty());
        Self {
            labels: sides.iter().map(|side| side.label.clone()).collect(),
            blocks,
            rule,
            notes: super::notes::notes(sides, rule),
        }
    }

    /// Keeps the lines for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(&Line) -> bool) {
        for block in &mut self.blocks {
            block.lines.retain(&keep);
        }
        self.blocks.retain(|block| !block.lines.is_empty());
    }

    /// Puts the lines of each block in order.
    pub fn sort(&mut self, by: Sort) {
        let change = |line: &Line| {
            let far = |row: &Row| row.ratio.ln().abs();
            let all = line.rows.iter().flatten().map(far);
            all.fold(0.0, f64::max)
        };
        for block in &mut self.blocks {
            block.lines.sort_by(|a, b| {
                let by_name =
                    natural_order::compare(&a.benchmark, &b.benchmark);
                match by {
                    Sort::Name => by_name,
                    Sort::Change => change(b).total_cmp(&change(a)),
                    Sort::Time => b.base.total_cmp(&a.base),
                }
                .then(by_name)
            });
        }
    }

    /// Returns all rows of all blocks with their metric and the other side's
    /// label.
    pub fn rows(&self) -> impl Iterator<Item = (Metric, &str, &Row)> {
        self.blocks.iter().flat_map(move |block| {
            block.lines.iter().flat_map(move |line| {
                let labels = self.labels.iter().skip(1);
                labels.zip(&line.rows).filter_map(move |(label, row)| {
                    Some((block.metric, label.as_str(), row.as_ref()?))
                })
            })
        })
    }
}

fn times(
    measured: &[Measured<'_>],
    rule: Rule,
    noise: Option<&NoiseProfile>,
) -> Vec<Line> {
    let Some((base, others)) = measured.split_first() else {
        return Vec::new();
    };
    let line = |(name, old): (&&str, &Vec<&Measurement>)| {
        let row = |other: &Measured<'_>| {
            let new = other.get(name)?;
            Some(Row::of_times(name, old, new, rule, noise))
        };
        let times: Vec<f64> = old.iter().map(|m| m.time).collect();
        Line {
            benchmark: (*name).to_owned(),
            base: median(&times),
            rows: others.iter().map(row).collect(),
            throughput: None,
        }
    };
    let is_compared = |line: &Line| {
        others.is_empty() || line.rows.iter().any(Option::is_some)
    };
    let mut lines: Vec<Line> =
        base.iter().map(line).filter(is_compared).collect();
    for other in 0..others.len() {
        adjust(lines.iter_mut().filter_map(|line| line.rows[other].as_mut()));
    }
    lines
}

/// Returns the rows of rates. A rate is an amount by a time, so the verdicts
/// are those of the times.
fn throughputs(measured: &[Measured<'_>], times: &[Line]) -> Vec<Line> {
    let kind = |side: &Measured<'_>, name: &str| {
        side.get(name).and_then(|all| all[0].throughput.clone())
    };
    let rate = |amount: f64, time: f64| amount / time * 1e9;
    let invert = |row: &Row, old: f64, new: f64| Row {
        old: rate(old, row.old),
        new: rate(new, row.new),
        ratio: new / old / row.ratio,
        low: row.high.map(|high| new / old / high),
        high: row.low.map(|low| new / old / low),
        ..row.clone()
    };
    let line = |line: &Line| {
        let base = kind(&measured[0], &line.benchmark)?;
        let sides = line.rows.iter().zip(&measured[1..]);
        let rows = sides.map(|(row, side)| {
            let amount = kind(side, &line.benchmark)?.amount();
            Some(invert(row.as_ref()?, base.amount(), amount))
        });
        Some(Line {
            benchmark: line.benchmark.clone(),
            base: rate(base.amount(), line.base),
            rows: rows.collect(),
            throughput: Some(base),
        })
    };
    times.iter().filter_map(line).collect()
}

fn counts(
    measured: &[Measured<'_>],
    count: fn(&Measurement) -> Option<f64>,
) -> Vec<Line> {
    let Some((base, others)) = measured.split_first() else {
        return Vec::new();
    };
    let counted = |all: &Vec<&Measurement>| -> Option<Vec<f64>> {
        all.iter().map(|m| count(m)).collect()
    };
    let line = |(name, all): (&&str, &Vec<&Measurement>)| {
        let old = counted(all)?;
        let row = |other: &Measured<'_>| {
            let new = counted(other.get(name)?)?;
            Some(Row::of_counts(name, &old, &new))
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
fn means(sides: &[Side], rule: Rule) -> Vec<Option<Row>> {
    let Some((base, others)) = sides.split_first() else {
        return Vec::new();
    };
    let mean = |other: &Side| {
        let runs = || base.runs.iter().chain(&other.runs);
        let alike = alike(runs());
        let everywhere = |name: &String| {
            alike || runs().all(|run| run.benchmarks.contains_key(name))
        };
        let first = &base.runs.first()?.benchmarks;
        let count = first.keys().filter(|name| everywhere(name)).count();
        let of_run = |run: &Run| {
            let shared = run.benchmarks.iter().filter(|(id, _)| everywhere(id));
            let sum: f64 = shared.map(|(_, it)| it.time.ln()).sum();
            (sum / count as f64).exp()
        };
        let of_side = |side: &Side| -> Vec<f64> {
            side.runs.iter().map(of_run).collect()
        };
        (count > 1).then(|| {
            Row::new("geometric mean", &of_side(base), &of_side(other), rule)
        })
    };
    others.iter().map(mean).collect()
}
