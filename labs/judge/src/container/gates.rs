//! What is judged, gate by gate.

use std::process::ExitCode;

use super::kernel::Container;
use super::ours::Ours;
#[cfg(all(target_os = "linux", not(loom)))]
use super::real;
use super::scenarios;
use super::stage::Stage;
use crate::harness;
use crate::report::Report;

/// The `main` of the reader's `check`.
pub fn main<C: Container>() -> ExitCode {
    harness::main(&[
        ("maps-right", |_| right::<C>(Stage::Maps)),
        ("name-right", |_| right::<C>(Stage::Name)),
        ("root-right", |_| right::<C>(Stage::Root)),
        ("init-right", |_| right::<C>(Stage::Init)),
        ("calls-counts", |_| scenarios::counts::<C, Ours>()),
    ])
}

/// In the model first: what is wrong there is never done for real.
fn right<C: Container>(stage: Stage) -> Report {
    let report = scenarios::right::<C>(stage);
    if !report.is_passed() {
        return report;
    }
    #[cfg(all(target_os = "linux", not(loom)))]
    let report = with(report, real::judged::<C>(stage, real::LIMIT));
    #[cfg(not(all(target_os = "linux", not(loom))))]
    let report = report.with([
        "NOT RUN FOR REAL: namespaces are Linux's, and this is none".into(),
    ]);
    report
}

/// Adds what came of it for real.
#[cfg(all(target_os = "linux", not(loom)))]
fn with(report: Report, real: real::Outcome) -> Report {
    match real {
        real::Outcome::Right => {
            let says = format!("{}, and for real", report.says);
            Report { says, ..report }
        }
        real::Outcome::Wrong(wrong) => wrong,
        real::Outcome::Absent(why) => {
            report.with([format!("NOT RUN FOR REAL: {why}")])
        }
    }
}
