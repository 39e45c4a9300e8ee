//! How the steps went, and the table of it.

use std::time::Duration;

use anstyle::{AnsiColor, Style};

use super::step::Step;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    Failed,
    /// What the step needs is not installed; it has said what.
    Absent,
    /// Ended by hand, or never begun because of that.
    CutOff,
}

impl Verdict {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::Absent => "absent",
            Self::CutOff => "cut off",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Passed => AnsiColor::Green.on_default(),
            Self::Failed => AnsiColor::Red.on_default().bold(),
            Self::Absent | Self::CutOff => AnsiColor::Yellow.on_default(),
        }
    }

    /// Returns the name as it stands in a column, in its colour.
    pub(super) fn shown(self) -> String {
        let style = self.style();
        format!("{style}{:<7}{style:#}", self.name())
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) step: Step,
    pub(super) verdict: Verdict,
    pub(super) time: Duration,
}

/// Prints a row for each step, then how to run again what failed.
pub(super) fn print(outcomes: &[Outcome], all: Duration) {
    anstream::print!("{}", table(outcomes, all));
}

/// Returns the table with its colours.
fn table(outcomes: &[Outcome], all: Duration) -> String {
    let row = |name: &str, verdict: &str, time: Duration| {
        format!("{name:<12} {verdict} {:>8.1}\n", time.as_secs_f64())
    };
    let head = format!("\n{:<12} {:<7} {:>8}\n", "step", "result", "seconds");
    let rows = outcomes
        .iter()
        .map(|it| row(&it.step.name(), &it.verdict.shown(), it.time));
    let mut table = head + &rows.collect::<String>();
    table += &row("all", "       ", all);
    let failed = failed(outcomes);
    if !failed.is_empty() {
        let bad = Verdict::Failed.style();
        let failed = failed.join(" ");
        table += &format!("\n{bad}Failed: {failed}{bad:#}\n");
        table += &format!("Again:  cargo xtask test {failed}\n");
    }
    table
}

/// Returns the names of the steps that failed.
pub(super) fn failed(outcomes: &[Outcome]) -> Vec<String> {
    outcomes
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::Failed)
        .map(|outcome| outcome.step.name())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_around_the_verdict_and_moves_no_column() {
        let time = Duration::from_millis(1500);
        let outcome = |step, verdict| Outcome { step, verdict, time };
        let outcomes = [
            outcome(Step::Fmt, Verdict::Passed),
            outcome(Step::Tidy, Verdict::Failed),
        ];
        let table = table(&outcomes, 2 * time);
        assert!(table.contains("\u{1b}[32mpassed \u{1b}[0m"), "{table:?}");
        let plain = anstream::adapter::strip_str(&table).to_string();
        assert_eq!(
            plain,
            "\nstep         result   seconds\n\
             fmt          passed       1.5\n\
             tidy         FAILED       1.5\n\
             all                       3.0\n\n\
             Failed: tidy\nAgain:  cargo xtask test tidy\n"
        );
    }
}
