//! How the steps went, and the table of it.

use std::time::Duration;

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
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) step: Step,
    pub(super) verdict: Verdict,
    pub(super) time: Duration,
}

/// Prints a row for each step, then how to run again what failed.
pub(super) fn print(outcomes: &[Outcome], all: Duration) {
    println!("\n{:<12} {:<7} {:>8}", "step", "result", "seconds");
    for Outcome { step, verdict, time } in outcomes {
        let (name, verdict) = (step.name(), verdict.name());
        println!("{name:<12} {verdict:<7} {:>8.1}", time.as_secs_f64());
    }
    println!("{:<12} {:<7} {:>8.1}", "all", "", all.as_secs_f64());
    let failed = failed(outcomes);
    if !failed.is_empty() {
        let failed = failed.join(" ");
        println!("\nFailed: {failed}\nAgain:  cargo xtask test {failed}");
    }
}

/// Returns the names of the steps that failed.
pub(super) fn failed(outcomes: &[Outcome]) -> Vec<String> {
    outcomes
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::Failed)
        .map(|outcome| outcome.step.name())
        .collect()
}
