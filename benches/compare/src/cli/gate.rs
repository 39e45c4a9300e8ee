//! The exit status for CI.

use bench_compare::compare::block::Metric;
use bench_compare::compare::report::Report;
use bench_compare::{Row, Rule, Verdict};

use super::output::{DONE, REGRESSION, UNDECIDED};

/// Returns the exit status for what the report says about regressions.
///
/// A slower time counts once it holds after the adjustment for all rows, so
/// that many benchmarks do not mean many false alarms. A time is decided to be no
/// regression once its interval ends below the threshold.
pub(crate) fn status(report: &Report) -> u8 {
    let judged = report
        .rows()
        .filter(|(metric, ..)| *metric != Metric::Throughput)
        .map(|(metric, _, row)| judge(metric, row, report.rule));
    let status = judged.fold(DONE, worse);
    for why in &report.open {
        eprintln!("undecided: {why}");
    }
    let open = if report.open.is_empty() { DONE } else { UNDECIDED };
    worse(status, open)
}

/// Returns the worse of two: a regression outweighs an open question.
fn worse(a: u8, b: u8) -> u8 {
    match (a, b) {
        (REGRESSION, _) | (_, REGRESSION) => REGRESSION,
        _ => a.max(b),
    }
}

fn judge(metric: Metric, row: &Row, rule: Rule) -> u8 {
    let is_time = metric == Metric::Time;
    let holds = !is_time || row.adjusted.is_some_and(|p| p <= rule.alpha);
    let replicated = row.verdict != Verdict::Unreplicated;
    let ends = row.one_sided;
    let below = ends.is_some_and(|(_, high)| high <= 1.0 + rule.margin);
    match row.verdict {
        Verdict::Slower if holds => REGRESSION,
        Verdict::Faster | Verdict::Same => DONE,
        _ if replicated && below => DONE,
        _ => UNDECIDED,
    }
}
