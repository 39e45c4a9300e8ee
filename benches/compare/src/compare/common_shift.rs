//! One run a side: what all rows have in common, and which stand apart.
//!
//! Two runs of a whole suite differ in all rows at once: the machine was
//! busier, or the clock slower. The median of the ratios names that, and how
//! far the others scatter about it says which row is more than one of them.
//! It is no test: one run has no replicate.

use crate::compare::block::Line;
use crate::compare::row::Row;
use crate::compare::rules::Rules;
use crate::compare::verdict::Verdict;
use crate::input::side::Side;
use crate::stats::median;

/// Fewer rows say nothing about what is common to them.
const FEWEST_ROWS: usize = 8;
/// How many deviations a row must be away. The ratios have heavier tails than
/// a normal distribution, of which three would do.
const APART: f64 = 5.0;
/// The median absolute deviation is this part of a normal deviation.
const NORMAL: f64 = 0.6745;

/// What all rows of two single runs have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    /// The median of the ratios.
    pub ratio: f64,
    /// The deviation of the ratios' logarithms about it, from their median.
    pub spread: f64,
    /// The rows that stand apart.
    pub apart: Vec<String>,
    /// How many rows there are.
    pub rows: usize,
}

/// Estimates the common shift of two single runs, and marks the rows that
/// stand apart with their ratio beside it.
pub(super) fn take_out(
    lines: &mut [Line],
    sides: &[Side],
    rules: &Rules,
) -> Option<Common> {
    let single = sides.len() == 2 && sides.iter().all(|s| s.runs.len() == 1);
    if !single || lines.len() < FEWEST_ROWS {
        return None;
    }
    let rows = || lines.iter().flat_map(|line| line.rows.iter().flatten());
    let logs: Vec<f64> = rows().map(|row| row.ratio.ln()).collect();
    let middle = median(&logs);
    let away: Vec<f64> = logs.iter().map(|log| (log - middle).abs()).collect();
    let spread = median(&away) / NORMAL;
    let mut common = Common {
        ratio: middle.exp(),
        spread,
        apart: Vec::new(),
        rows: logs.len(),
    };
    let mut rows: Vec<&mut Row> =
        lines.iter_mut().flat_map(|l| l.rows.iter_mut().flatten()).collect();
    for row in &mut rows {
        let log = row.ratio.ln() - middle;
        let margin = rules.of(&row.benchmark).margin.ln_1p();
        let least = margin.max(APART * spread);
        if row.verdict == Verdict::Unreplicated && log.abs() > least {
            row.apart = Some(log.exp());
            common.apart.push(row.benchmark.clone());
        }
    }
    Some(common)
}

/// Returns what a reader should know about it, and the command that settles
/// what stands apart.
pub(super) fn describe(common: Common) -> String {
    let Common { ratio, spread, apart, rows } = common;
    let spread = spread.exp();
    let mut text = format!(
        "all {rows} rows together moved by {ratio:.3} (the median of their \
         ratios), and scatter about it by a factor of {spread:.3}; "
    );
    if apart.is_empty() {
        return text + "no row stands apart from the others";
    }
    let names: Vec<_> =
        apart.iter().map(|name| regex::escape(name)).take(4).collect();
    let names = names.join("|").replace('\'', ".");
    text += &format!(
        "{} of them stand apart, by the factor given beside that; to settle \
         it: cargo bench-compare git HEAD -- -- '^({names})$'",
        apart.len()
    );
    text
}
