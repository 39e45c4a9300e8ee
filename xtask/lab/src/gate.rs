//! One gate: a process of its own, and the report that it leaves.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use lab_judge::child::{self, Ended, Failure};
use lab_judge::columns::drawn;
use lab_judge::harness::REPORT;
use lab_judge::report::{Report, Verdict};
use lab_judge::sequence::{TRACE, last};
use support::lanes;
use support::paragraph::folded;
use support::workspace::relative;

use crate::registry::Kind;

/// How much of the processor's time a gate may take; loom's take less than a
/// second where they pass.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// Lines of the reader's own output that are shown.
const SHOWN: usize = 12;

/// Runs a gate with its argument.
pub(crate) fn run(
    program: &Path,
    gate: &str,
    argument: &str,
    kind: Kind,
) -> Result<Report> {
    let folder = tempfile::tempdir().context("no folder for the report")?;
    let file = folder.path().join("report.json");
    let trace = folder.path().join("trace.txt");
    let mut command = Command::new(program);
    command
        .args([gate, argument])
        .current_dir(folder.path())
        .env(REPORT, &file)
        .env(TRACE, &trace)
        .env("RUST_BACKTRACE", "0")
        .env("MODEL_REPORT", "1")
        // Loom then says where the two accesses were that met.
        .env("LOOM_LOCATION", "1")
        .env_remove("LOOM_LOG")
        .env_remove("LOOM_CHECKPOINT_FILE");
    let ended = child::run(command, LIMIT)
        .with_context(|| format!("cannot run {}", program.display()))?;
    let written = fs::read(&file).ok();
    let written = written.and_then(|it| serde_json::from_slice(&it).ok());
    let is_clean = ended.failure.is_none();
    Ok(match (written, kind) {
        (Some(report), kind) if is_clean && kind.is_for_loom() => {
            modelled(report, &ended)
        }
        (Some(report), _) if is_clean => with_output(report, &ended),
        (_, kind) if kind.is_for_loom() && !has_run_away(&ended) => {
            unsound(&ended, "a model failed without a word")
        }
        _ => died(&ended, last(&trace)),
    })
}

/// Returns whether the process neither ended by itself nor by a deadlock.
fn has_run_away(ended: &Ended) -> bool {
    let failure = ended.failure;
    !matches!(failure, Some(Failure::Code(_) | Failure::Aborted) | None)
}

/// A panic in a model is what loom found.
fn modelled(report: Report, ended: &Ended) -> Report {
    match report.verdict {
        Verdict::Panicked => unsound(ended, &report.says),
        _ => report,
    }
}

/// Returns what loom found: why, and who did what in which order.
fn unsound(ended: &Ended, otherwise: &str) -> Report {
    let mut failed =
        ended.stdout.lines().filter_map(|it| it.strip_prefix("failed: "));
    let says = match failed.next() {
        Some(line) if line.starts_with("deadlock") => {
            "deadlock: no thread can go on"
        }
        Some(line) => line,
        None => otherwise,
    };
    let accesses: Vec<String> = failed.filter_map(access).collect();
    let head = (!accesses.is_empty())
        .then(|| "Nothing orders these two accesses:".to_owned());
    let columns = drawn(&lanes::parse(&ended.stdout));
    Report::new(Verdict::Unsound, says).with(head).with(accesses).with(columns)
}

/// Returns which thread did what where, if a line of loom's says so.
fn access(line: &str) -> Option<String> {
    let (what, place) = line.trim().split_once(" @ ")?;
    Some(format!("  {what} at {}", relative(Path::new(place))))
}

/// Returns the report of a process that left none.
fn died(ended: &Ended, sequence: Option<String>) -> Report {
    let failure = ended.failure.unwrap_or(Failure::Aborted);
    let says = match failure {
        Failure::Hang => format!(
            "it was still running after {} seconds, and was ended",
            LIMIT.as_secs()
        ),
        Failure::TooMuchOutput => {
            "it printed megabytes, and was ended".to_owned()
        }
        Failure::StackOverflow => {
            "it called itself until the stack was used up".to_owned()
        }
        Failure::OutOfMemory => "it asked for more than 2 GB".to_owned(),
        Failure::Aborted => "the process ended without a word".to_owned(),
        Failure::Code(code) => format!("the process ended with code {code}"),
    };
    let verdict = match failure {
        Failure::Code(_) => Verdict::Aborted,
        other => other.verdict(),
    };
    let doing = sequence.map(|it| folded(&format!("It was at: {it}"), 70));
    let doing = doing.unwrap_or_default();
    with_output(Report::new(verdict, says).with(doing), ended)
}

/// Adds the beginning of what the reader's code printed, if something failed.
fn with_output(report: Report, ended: &Ended) -> Report {
    if report.is_passed() {
        return report;
    }
    let text = format!("{}{}", ended.stdout, ended.stderr);
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|it| !it.trim().is_empty()).take(SHOWN) {
        lines.push(format!("  {}", line.chars().take(76).collect::<String>()));
    }
    if !lines.is_empty() {
        lines.insert(0, "It printed:".to_owned());
    }
    report.with(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_accesses_of_a_race_are_told() {
        let stdout = "lane: main | lock | \n\
            failed: Causality violation: Concurrent read and write accesses.\n\
            failed:     created: src/lib.rs:1:2\n\
            failed:        read: thread #1 @ src/lib.rs:191:26\n\
            failed:       write: thread #0 @ src/lib.rs:199:26\n";
        let (failure, stderr) = (None, String::new());
        let ended = Ended { failure, stdout: stdout.to_owned(), stderr };
        let report = unsound(&ended, "otherwise");
        assert!(report.says.starts_with("Causality"), "{report}");
        let lines = [
            "Nothing orders these two accesses:",
            "  read: thread #1 at src/lib.rs:191:26",
            "  write: thread #0 at src/lib.rs:199:26",
            "main",
            "lock",
        ];
        assert_eq!(report.lines, lines);
        let silent = Ended { stdout: String::new(), ..ended };
        assert_eq!(unsound(&silent, "otherwise").says, "otherwise");
    }
}
