//! The `main` of the program `check`: one gate, one report.

use std::fs;
use std::process::ExitCode;

use crate::panics::caught;
use crate::report::Report;

/// Where the report is written.
pub const REPORT: &str = "LAB_REPORT";

/// A gate, and what it runs on its argument.
pub type Gate = (&'static str, fn(&str) -> Report);

/// Runs the gate that the command line names, and writes its report to the
/// file that [`REPORT`] names.
///
/// # Panics
///
/// When the report cannot be written.
pub fn main(gates: &[Gate]) -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let argument = arguments.next().unwrap_or_default();
    let Some((_, gate)) = gates.iter().find(|(gate, _)| *gate == name) else {
        eprintln!("there is no gate \"{name}\"");
        return ExitCode::from(2);
    };
    limit_memory();
    let outcome = caught(|| gate(&argument));
    let report = outcome.unwrap_or_else(|panic| panic.report());
    let text = serde_json::to_vec(&report).expect("a report is plain data");
    match std::env::var_os(REPORT) {
        // In place: the file is of this run alone, and the judge reads it
        // only when the process has ended.
        Some(file) => fs::write(file, text).expect("the report is written"),
        None => println!("{report}"),
    }
    ExitCode::SUCCESS
}

/// The reader's code may take so much memory, and not the machine's.
#[cfg(all(unix, not(loom)))]
fn limit_memory() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    const MOST: u64 = 2 << 30;

    let mut limit = getrlimit(Resource::As);
    limit.current = Some(limit.current.map_or(MOST, |it| it.min(MOST)));
    // Where it cannot be set, the machine is as safe as without the judge.
    let _ = setrlimit(Resource::As, limit);
}

#[cfg(not(all(unix, not(loom))))]
fn limit_memory() {}
