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
    if report.is_passed() { for_real::<C>(report, stage) } else { report }
}

#[cfg(all(target_os = "linux", not(loom)))]
fn for_real<C: Container>(report: Report, stage: Stage) -> Report {
    match real::judged::<C>(stage, real::LIMIT) {
        real::Outcome::Right => {
            let says = format!("{}, and for real", report.says);
            Report { says, ..report }
        }
        real::Outcome::Wrong(wrong) => wrong,
        real::Outcome::Absent(why) => {
            let line = format!("NOT RUN FOR REAL: {why}");
            report.with([line])
        }
    }
}

#[cfg(not(all(target_os = "linux", not(loom))))]
fn for_real<C: Container>(report: Report, _: Stage) -> Report {
    report
        .with(["NOT RUN FOR REAL: namespaces are Linux's, and this is none"
            .to_owned()])
}
