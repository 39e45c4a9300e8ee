//! The exit status for CI.

use bench_compare::compare::block::Metric;
use bench_compare::compare::report::Report;
use bench_compare::meaning::Better;
use bench_compare::{Row, Rule, Verdict};
use support::visible::visible;

use super::choices::FailOn;
use super::output::{DONE, REGRESSION, UNDECIDED, say};

/// What the exit status says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate<'a> {
    pub(crate) fail_on: FailOn,
    /// The metrics that are judged; without one, all are.
    pub(crate) judged: &'a [String],
}

impl Gate<'_> {
    /// Returns the exit status for what the report says about regressions.
    ///
    /// A slower time counts once it holds after the adjustment for all rows,
    /// so that many benchmarks do not mean many false alarms. A time is decided
    /// to be no regression once its interval ends below the threshold. A rate
    /// counts as well: half the amount in the same time is a loss that no time
    /// shows.
    pub(crate) fn status(self, report: &Report) -> u8 {
        let rows = || report.rows().filter(|row| self.is_judged(row.0));
        let judged = rows().map(|(metric, _, row)| {
            let rule = report.rules.of(&row.benchmark);
            self.judge(metric, row, rule)
        });
        let status = judged.fold(DONE, worse);
        let mut open: Vec<String> = report.open.clone();
        if rows().any(|(metric, ..)| !metric.is_count()) {
            open.extend(report.unproven.iter().cloned());
        }
        for name in self.judged {
            if rows().all(|(metric, ..)| metric.name() != name) {
                open.push(format!("no row is about {name}"));
            }
        }
        for why in &open {
            say(format_args!("undecided: {}", visible(why)));
        }
        worse(status, if open.is_empty() { DONE } else { UNDECIDED })
    }

    /// Where nobody knows which way is better, nothing is worse, but a change
    /// is one.
    fn is_judged(self, metric: &Metric) -> bool {
        let mut asked = self.judged.iter();
        let is_known =
            || metric.better().is_some() || self.fail_on == FailOn::Changed;
        if self.judged.is_empty() {
            is_known()
        } else {
            asked.any(|name| name == metric.name())
        }
    }

    fn judge(self, metric: &Metric, row: &Row, rule: Rule) -> u8 {
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
        match (row.verdict, self.fail_on) {
            (Verdict::Same, _) => DONE,
            (Verdict::Slower, _) | (Verdict::Faster, FailOn::Changed)
                if holds =>
            {
                REGRESSION
            }
            (_, FailOn::Changed) => UNDECIDED,
            (Verdict::Faster, FailOn::Slower) => DONE,
            _ if replicated && below => DONE,
            _ => UNDECIDED,
        }
    }
}

/// Returns the worse of two: a regression outweighs an open question.
fn worse(a: u8, b: u8) -> u8 {
    match (a, b) {
        (REGRESSION, _) | (_, REGRESSION) => REGRESSION,
        _ => a.max(b),
    }
}

fn is_exact(metric: &Metric, row: &Row) -> bool {
    let known = row.p.is_none() && row.verdict != Verdict::Unreplicated;
    matches!(metric, Metric::Custom { .. }) && known
}
