//! Everything there is to say about several sides, ready to be printed.

use crate::compare::block::{Block, Line, Metric};
use crate::compare::common_shift;
use crate::compare::design::{Taken, median_time};
use crate::compare::metrics::{adjust_rates, counts, means, throughputs};
use crate::compare::noise_profile::NoiseProfile;
use crate::compare::open;
use crate::compare::row::Row;
use crate::compare::rules::Rules;
use crate::compare::{Measured, adjust, by_benchmark, custom, timed};
use crate::input::side::Side;
use crate::natural_order;
use crate::run::Measurement;

/// Several sides, compared with the first of them.
#[derive(Clone, Debug)]
pub struct Report {
    /// The sides' labels, the base first.
    pub labels: Vec<String>,
    /// Time first, then what else there is.
    pub blocks: Vec<Block>,
    /// The rules that were judged by.
    pub rules: Rules,
    /// What a reader should know besides.
    pub notes: Vec<String>,
    /// Why no regression can be ruled out, whatever the rows say: something
    /// was not measured.
    pub open: Vec<String>,
    /// The same for what needs a test, as counts do not: there are so few runs
    /// that none can reject, or numbers of different kinds.
    pub unproven: Vec<String>,
}

const NO_PROOF: &str = "equal instructions are no proof of equal time: where \
                        the code lies, caches and branches are not counted";

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
        rules: impl Into<Rules>,
        noise: Option<&NoiseProfile>,
    ) -> Self {
        let rules = rules.into();
        let rule = rules.rule;
        let measured: Vec<_> =
            sides.iter().map(|side| by_benchmark(&side.runs)).collect();
        let timed = timed(&measured);
        let mut time = times(sides, &timed, &rules, noise);
        let mut notes = super::notes::notes(sides, rule);
        let common = common_shift::take_out(&mut time, sides, &rules);
        notes.extend(common.map(common_shift::describe));
        let names = time.iter().map(|line| line.benchmark.as_str());
        notes.extend(rules.describe(names));
        let (mut throughput, unlike) = throughputs(&timed, &rules);
        adjust_rates(&mut throughput, &time, sides, &timed, rule);
        notes.extend(unlike);
        let mut blocks = vec![Block {
            metric: Metric::Time,
            mean: means(sides, rule),
            lines: time,
        }];
        let counted = |metric, count: fn(&Measurement) -> Option<f64>| {
            let exact = metric != Metric::Instructions;
            Block {
                metric,
                lines: counts(&measured, count, exact, &rules),
                mean: vec![None; sides.len().saturating_sub(1)],
            }
        };
        blocks.push(Block {
            metric: Metric::Throughput,
            lines: throughput,
            mean: vec![None; sides.len().saturating_sub(1)],
        });
        blocks.push(counted(Metric::Instructions, |m| m.instructions));
        if blocks.last().is_some_and(|block| !block.lines.is_empty()) {
            notes.push(NO_PROOF.to_owned());
        }
        blocks.push(counted(Metric::Allocations, |m| m.allocations));
        blocks.push(counted(Metric::Bytes, |m| m.bytes));
        blocks.extend(custom::blocks(sides, &measured, &rules));
        blocks.retain(|block| !block.lines.is_empty());
        Self {
            labels: sides.iter().map(|side| side.label.clone()).collect(),
            blocks,
            rules,
            notes,
            open: [open::missing(sides), open::failed(sides)].concat(),
            unproven: open::unproven(sides, rule),
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
    pub fn rows(&self) -> impl Iterator<Item = (&Metric, &str, &Row)> {
        self.blocks.iter().flat_map(move |block| {
            block.lines.iter().flat_map(move |line| {
                let labels = self.labels.iter().skip(1);
                labels.zip(&line.rows).filter_map(move |(label, row)| {
                    Some((&block.metric, label.as_str(), row.as_ref()?))
                })
            })
        })
    }
}

fn times(
    sides: &[Side],
    measured: &[Measured<'_>],
    rules: &Rules,
    noise: Option<&NoiseProfile>,
) -> Vec<Line> {
    let Some((base, others)) = measured.split_first() else {
        return Vec::new();
    };
    let line = |(name, old): (&&str, &Vec<Taken<'_>>)| {
        let row = |other: &Measured<'_>| {
            let new = other.get(name)?;
            Some(Row::of_times(name, [old, new], rules.of(name), noise))
        };
        Line {
            benchmark: (*name).to_owned(),
            base: median_time(old),
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
        let rows = lines.iter_mut().filter_map(|l| l.rows[other].as_mut());
        let runs = [&sides[0].runs[..], &sides[other + 1].runs[..]];
        adjust(rows, [base, &others[other]], runs, rules.rule);
    }
    lines
}
