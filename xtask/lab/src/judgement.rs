//! What was found of a lab: also what `--json` prints.

use lab_judge::report::Report;
use serde::Serialize;

use crate::registry::Kind;

/// What was found of a lab.
#[derive(Serialize)]
pub(crate) struct Judgement {
    pub(crate) lab: String,
    /// How many stages passed, and how many there are.
    pub(crate) passed: usize,
    pub(crate) of: usize,
    pub(crate) stages: Vec<StageReport>,
    /// What the compiler said of code that it accepted.
    pub(crate) warnings: Vec<String>,
    pub(crate) seconds: f64,
}

#[derive(Serialize)]
pub(crate) struct StageReport {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) gates: Vec<GateReport>,
}

#[derive(Serialize)]
pub(crate) struct GateReport {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    #[serde(flatten)]
    pub(crate) report: Report,
}

impl Judgement {
    /// Returns whether every stage passed.
    pub(crate) fn is_passed(&self) -> bool {
        self.passed == self.of
    }

    /// Returns the gate that failed.
    pub(crate) fn failed(&self) -> Option<&GateReport> {
        let gates = &self.stages.last()?.gates;
        gates.last().filter(|it| !it.report.is_passed())
    }
}
