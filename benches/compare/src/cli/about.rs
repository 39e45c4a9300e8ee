//! What a page says of its measurement: command, commits, machine, time.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;
use std::time::SystemTime;

use bench_compare::input::side::Side;
use bench_compare::machine;
use bench_compare::run::{Run, Source};

/// Returns names and texts, as far as they are known.
pub(crate) fn lines(sides: &[Side]) -> Vec<(&'static str, String)> {
    let mut lines = vec![("Command", command())];
    if is_git() {
        let commits: Vec<_> =
            sides.iter().filter_map(|side| commit(&side.label)).collect();
        lines.push(("Commits", commits.join("; ")));
    }
    let runs = || sides.iter().flat_map(|side| &side.runs);
    let machines: BTreeSet<String> = runs().filter_map(machine).collect();
    lines
        .push(("Machine", machines.into_iter().collect::<Vec<_>>().join("; ")));
    let written = || {
        let all = runs().flat_map(|run| run.benchmarks.values());
        all.filter_map(|it| it.when)
    };
    let ends = [written().min(), written().max()];
    if let [Some(first), Some(last)] = ends.map(|it| it.and_then(time)) {
        lines.push(("Measured", format!("{first} to {last}")));
    }
    lines.retain(|(_, text)| !text.is_empty());
    lines
}

fn machine(run: &Run) -> Option<String> {
    let here = || (run.source == Source::Criterion).then(machine::describe);
    run.machine.clone().or_else(|| here().flatten())
}

/// Returns the command line, as a shell would take it.
fn command() -> String {
    let word = |word: std::ffi::OsString| {
        let word = word.to_string_lossy().into_owned();
        let plain = |c: char| c.is_alphanumeric() || "-_./=,:~%+@^".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    let words = env::args_os().skip(1).map(word);
    let all = std::iter::once("bench-compare".to_owned()).chain(words);
    all.collect::<Vec<_>>().join(" ")
}

fn is_git() -> bool {
    env::args_os().nth(1).is_some_and(|word| word == "git")
}

/// Returns a label with the commit that it stands for.
fn commit(label: &str) -> Option<String> {
    let output = Command::new("git")
        .args([
            "rev-parse",
            "--verify",
            "--quiet",
            "--short",
            "--end-of-options",
        ])
        .arg(format!("{label}^{{commit}}"))
        .output()
        .ok()?;
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !id.is_empty() && id != label)
        .then(|| format!("{label} is {id}"))
}

/// Returns a time in words; a file may say one for which there are none.
fn time(time: SystemTime) -> Option<String> {
    const YEAR_10_000: u64 = 253_402_300_800;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let in_words = || humantime::format_rfc3339_seconds(time).to_string();
    (since.as_secs() < YEAR_10_000).then(in_words)
}
