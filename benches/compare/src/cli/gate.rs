//! The exit status for CI.

use bench_compare::compare::report::{Metric, Report};
use bench_compare::{Row, Rule, Verdict};

use super::output::{DONE, REGRESSION, UNDECIDED};

/// Returns the exit status for what the report says about regressions.
///
/// A slower time counts once it holds after Holm's adjustment, so that many
/// benchmarks do not mean many false alarms. A time is decided to be no
/// regression once its interval ends below the threshold.
pub(crate) fn status(report: &Report) -> u8 {
    let judged = report
        .rows()
        .filter(|(metric, ..)| *metric != Metric::Throughput)
        .map(|(metric, _, row)| judge(metric, row, report.rule));
    judged.fold(DONE, worse)
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
    let below = row.high.is_some_and(|high| high <= 1.0 + rule.margin);
    match row.verdict {
        Verdict::Slower if holds => REGRESSION,
        Verdict::Faster | Verdict::Same => DONE,
        _ if replicated && below => DONE,
        _ => UNDECIDED,
    }
}
