//! Whether the reader's code is as fast as ours: processes in turns, and the
//! rank test of bench-compare over them.

use std::path::Path;

use anyhow::{Context, Result};
use bench_compare::interleave::order;
use bench_compare::{Row, Rule, Verdict as Judged};
use lab_judge::report::{Report, Verdict};

use crate::gate;
use crate::registry::Kind;

/// Who takes turns.
const SIDES: [&str; 3] = ["ours", "yours", "naive"];
/// How often: the exact test needs four a side to say anything.
const ROUNDS: u32 = 8;
/// What is called as fast as ours.
const MARGIN: f64 = 0.10;
/// Code whose interval lies above this is too slow.
const MOST: f64 = 1.25;

/// Lets them take turns, and judges. What seems too slow is measured once
/// more: on a busy machine chance makes one such interval in many.
pub(crate) fn run(program: &Path, gate: &str) -> Result<Report> {
    let report = measured(program, gate)?;
    match report.verdict {
        Verdict::Slow => measured(program, gate),
        _ => Ok(report),
    }
}

fn measured(program: &Path, gate: &str) -> Result<Report> {
    let mut times: [Vec<f64>; 3] = Default::default();
    for round in 0..ROUNDS {
        for side in order(round, SIDES.len()) {
            let report = gate::run(program, gate, SIDES[side], Kind::Fast)?;
            if !report.is_passed() {
                return Ok(report);
            }
            let count = report.counts.first().context("a time")?;
            times[side].push(count.yours);
        }
    }
    let [ours, yours, naive] = &times;
    let rule = Rule { margin: MARGIN, ..Rule::default() };
    let against = |name: &str, old: &[f64]| Row::new(name, old, yours, rule);
    Ok(judged(&against("ours", ours), &against("the naive way", naive)))
}

fn judged(ours: &Row, naive: &Row) -> Report {
    let lines = [ours, naive].map(line);
    let is_slow = ours.low.is_some_and(|low| low > MOST);
    let report = if is_slow {
        Report::new(
            Verdict::Slow,
            format!("{:.2} times the time of ours", ours.ratio),
        )
    } else {
        Report::passed(match ours.verdict {
            Judged::Faster => "faster than ours",
            Judged::Same => "as fast as ours",
            _ => "not slower than ours beyond doubt",
        })
    };
    report.with(lines)
}

/// Returns a ratio with its interval: below 1 is faster.
fn line(row: &Row) -> String {
    let interval = match (row.low, row.high) {
        (Some(low), Some(high)) => format!("[{low:.2}, {high:.2}]"),
        _ => "[too few runs]".to_owned(),
    };
    format!(
        "time by that of {:<14} {:>6.2}  {interval:<16} {}",
        row.benchmark, row.ratio, row.verdict
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn against(factor: f64) -> Report {
        let ours: Vec<f64> = (0..8).map(|it| 100.0 + f64::from(it)).collect();
        let yours: Vec<f64> = ours.iter().map(|it| it * factor).collect();
        let rule = Rule { margin: MARGIN, ..Rule::default() };
        let row = Row::new("ours", &ours, &yours, rule);
        judged(&row, &row)
    }

    #[test]
    fn only_what_is_slow_beyond_doubt_is_slow() {
        assert_eq!(against(2.0).verdict, Verdict::Slow);
        assert!(against(2.0).says.starts_with("2.00 times"));
        assert_eq!(against(1.0).says, "as fast as ours");
        assert_eq!(against(0.5).says, "faster than ours");
        assert!(against(1.2).is_passed());
        assert!(against(1.0).lines[0].contains("same"));
    }
}
