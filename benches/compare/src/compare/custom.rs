//! Metrics of a benchmark's own, each unit a block of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::block::{Block, Line, Metric};
use crate::compare::design::Taken;
use crate::compare::metrics::{judge_number, turned};
use crate::compare::row::Row;
use crate::compare::rules::Rules;
use crate::compare::{Measured, adjust_by, having};
use crate::input::side::Side;
use crate::meaning::{Better, Meaning, guess};
use crate::run::Measurement;
use crate::stats::median;

/// Returns a block for each unit.
pub(super) fn blocks(
    sides: &[Side],
    measured: &[Measured<'_>],
    rules: &Rules,
) -> Vec<Block> {
    let all = || sides.iter().flat_map(|side| &side.runs);
    let each = || all().flat_map(|run| run.benchmarks.values());
    if each().all(|it| it.custom.is_empty()) {
        return Vec::new();
    }
    let units: BTreeSet<&String> =
        each().flat_map(|it| it.custom.keys()).collect();
    let mut known = BTreeMap::new();
    for run in all() {
        for (unit, meaning) in &run.units {
            known.entry(unit).or_insert(*meaning);
        }
    }
    let block = |unit: &String| {
        let mut meaning = known.get(unit).copied().unwrap_or_default();
        meaning.better = meaning.better.or_else(|| guess(unit));
        block(unit, meaning, sides, measured, rules)
    };
    units.into_iter().map(block).collect()
}

fn block(
    unit: &str,
    meaning: Meaning,
    sides: &[Side],
    measured: &[Measured<'_>],
    rules: &Rules,
) -> Block {
    let has = |it: &Measurement| it.custom.contains_key(unit);
    let having: Vec<_> = measured.iter().map(|all| having(all, has)).collect();
    let mut lines = Vec::new();
    if let Some((base, others)) = having.split_first() {
        for (&name, old) in base {
            let row = |side: &Measured<'_>| {
                let sides = [old.as_slice(), side.get(name)?];
                Some(row(name, unit, meaning, sides, rules))
            };
            let rows: Vec<_> = others.iter().map(row).collect();
            if others.is_empty() || rows.iter().any(Option::is_some) {
                lines.push(Line {
                    benchmark: name.to_owned(),
                    base: median(&numbers(old, unit)),
                    rows,
                    throughput: None,
                });
            }
        }
        for (other, new) in others.iter().enumerate() {
            let is_judged = |row: &&mut Row| row.p.is_some();
            let rows = lines.iter_mut().filter_map(|l| l.rows[other].as_mut());
            let runs = [&sides[0].runs[..], &sides[other + 1].runs[..]];
            let number = |taken: &Taken<'_>| taken.custom[unit].ln();
            let rows = rows.filter(is_judged);
            adjust_by(rows, [base, new], runs, rules.rule, number);
        }
    }
    let metric =
        Metric::Custom { unit: unit.to_owned(), better: meaning.better };
    let mean = vec![None; sides.len().saturating_sub(1)];
    Block { metric, lines, mean }
}

fn numbers(all: &[Taken<'_>], unit: &str) -> Vec<f64> {
    all.iter().map(|taken| taken.custom[unit]).collect()
}

/// Judges the numbers by their ratio, as times are; where they are exact, or
/// one of them is nothing, by their medians.
fn row(
    name: &str,
    unit: &str,
    meaning: Meaning,
    [old, new]: [&[Taken<'_>]; 2],
    rules: &Rules,
) -> Row {
    let rule = rules.of(name);
    let [of_old, of_new] = [old, new].map(|side| numbers(side, unit));
    let has_none = of_old.iter().chain(&of_new).any(|&it| it <= 0.0);
    let higher = meaning.better == Some(Better::Higher);
    if meaning.exact || has_none {
        let margin = if meaning.exact { 0.0 } else { rule.margin };
        let row = Row::of_counts(name, &of_old, &of_new, margin);
        let verdict = row.verdict;
        let verdict = if higher { verdict.turned() } else { verdict };
        return Row { verdict, ..row };
    }
    if higher {
        let part = |taken: &Taken<'_>| 1.0 / taken.custom[unit];
        let row = judge_number(name, [old, new], rule, part);
        return turned(row, [of_old, of_new]);
    }
    judge_number(name, [old, new], rule, |taken| taken.custom[unit])
}

/// Returns what is measured in the base, but not on another side.
pub(super) fn gone(base: &Side, side: &Side) -> Vec<String> {
    let metrics = |side: &Side| -> BTreeSet<(String, String)> {
        let mut all = BTreeSet::new();
        for run in &side.runs {
            for (name, it) in &run.benchmarks {
                let of = |unit: &String| (name.clone(), unit.clone());
                all.extend(it.custom.keys().map(of));
            }
        }
        all
    };
    let still = |name: &String| {
        side.runs.iter().any(|run| run.benchmarks.contains_key(name))
    };
    let (before, after) = (metrics(base), metrics(side));
    let gone = before.difference(&after).filter(|(name, _)| still(name));
    gone.map(|(name, unit)| format!("{name} ({unit})")).collect()
}
