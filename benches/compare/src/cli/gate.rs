//! The exit status for CI.

use bench_compare::compare::block::Metric;
use bench_compare::compare::report::Report;
use bench_compare::meaning::Better;
use bench_compare::{Row, Rule, Verdict};

use super::output::{DONE, REGRESSION, UNDECIDED};

/// Returns the exit status for what the report says about regressions.
///
/// A slower time counts once it holds after the adjustment for all rows, so
/// that many benchmarks do not mean many false alarms. A time is decided to be no
/// regression once its interval ends below the threshold.
pub(crate) fn status(report: &Report) -> u8 {
    let judged = report.rows().filter(|(metric, ..)| is_judged(metric)).map(
        |(metric, _, row)| judge(metric, row, report.rules.of(&row.benchmark)),
    );
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

/// A throughput repeats what the time says; where nobody knows which way is
/// better, nothing is worse.
fn is_judged(metric: &Metric) -> bool {
    *metric != Metric::Throughput && metric.better().is_some()
}

fn judge(metric: &Metric, row: &Row, rule: Rule) -> u8 {
    // Counts have no test, and so no p-value.
    let is_counted = metric.is_count() || is_exact(metric, row);
    let holds = is_counted || row.adjusted.is_some_and(|p| p <= rule.alpha);
    let replicated = row.verdict != Verdict::Unreplicated;
    let most = 1.0 + rule.margin;
    let below =
        row.one_sided.is_some_and(|(low, high)| match metric.better() {
            Some(Better::Higher) => low >= 1.0 / most,
            _ => high <= most,
        });
    match row.verdict {
        Verdict::Slower if holds => REGRESSION,
        Verdict::Faster | Verdict::Same => DONE,
        _ if replicated && below => DONE,
        _ => UNDECIDED,
    }
}

fn is_exact(metric: &Metric, row: &Row) -> bool {
    let known = row.p.is_none() && row.verdict != Verdict::Unreplicated;
    matches!(metric, Metric::Custom { .. }) && known
}
