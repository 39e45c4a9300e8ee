//! Random programs of defer, panic, recover and `Goexit`, in real Go and on
//! our three generations: each must leave the same trace.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use queue_locks::defer::{FrameRecords, HeapRecords, OpenCoded, Rules};
use queue_locks::programs::{Program, go_source, machine, random};

use crate::tools::{Go, Version};
use crate::workspace::{root, target};

/// The traces that every test run compares with.
const RECORDED: &str = "queue-locks/tests/defer/traces.txt";

/// Compares `count` programs, from the one of `seed` on. Keeps Go's traces
/// for the tests if `is_recorded`.
pub(super) fn run(
    go: &Go,
    count: u32,
    seed: u64,
    is_recorded: bool,
) -> Result<ExitCode> {
    ensure!(count > 0, "--differential 0 compares nothing");
    let rules = rules(go);
    let seeds = (0..u64::from(count)).map(|n| seed.wrapping_add(n));
    let programs: Vec<Program> = seeds.map(random::program).collect();
    let traces = in_go(go, &programs)?;
    let (mut events, mut different) = (0, 0);
    for (number, (program, trace)) in programs.iter().zip(&traces).enumerate() {
        events += trace.len();
        for (name, ours) in on_each(program, rules) {
            if ours != *trace {
                different += 1;
                let seed = seed.wrapping_add(number as u64);
                report(seed, program, name, trace, &ours);
            }
        }
    }
    println!("{}, compared by {rules:?}", go.banner);
    println!(
        "{count} programs from seed {seed}, {events} events, on three \
         generations: {different} traces differ"
    );
    if different > 0 {
        return Ok(ExitCode::FAILURE);
    }
    if is_recorded {
        record(go, &programs, &traces)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn rules(go: &Go) -> Rules {
    let is_at_least = |version: &str| {
        let version = Version::parse(version).expect("a version");
        go.is_at_least(&version)
    };
    match () {
        () if is_at_least("1.25") => Rules::Go1_27,
        () if is_at_least("1.22") => Rules::Go1_22,
        () if is_at_least("1.14") => Rules::Go1_21,
        () => Rules::Go1_13,
    }
}

fn on_each(
    program: &Program,
    rules: Rules,
) -> [(&'static str, Vec<String>); 3] {
    [
        ("heap records", machine::run::<HeapRecords>(program, rules)),
        ("frame records", machine::run::<FrameRecords>(program, rules)),
        ("open-coded", machine::run::<OpenCoded>(program, rules)),
    ]
}

fn report(
    seed: u64,
    program: &Program,
    generation: &str,
    go: &[String],
    ours: &[String],
) {
    println!("seed {seed}, {generation}: {program}");
    println!("  Go:   {}\n  here: {}", go.join("; "), ours.join("; "));
}

/// Builds all programs as one, and runs each in a process of its own.
fn in_go(go: &Go, programs: &[Program]) -> Result<Vec<Vec<String>>> {
    let folder = target("peers/differential");
    std::fs::create_dir_all(&folder)?;
    let source = go_source::source(programs);
    support::atomic_file::write(&folder.join("main.go"), source.as_bytes())?;
    let built = go
        .command()
        .args(["build", "-o", "programs", "main.go"])
        .current_dir(&folder)
        .output()
        .context("cannot run go build")?;
    let errors = String::from_utf8_lossy(&built.stderr);
    ensure!(built.status.success(), "go build failed:\n{errors}");
    let binary = folder.join("programs");
    (0..programs.len()).map(|number| trace(&binary, number)).collect()
}

fn trace(binary: &Path, number: usize) -> Result<Vec<String>> {
    let mut command = std::process::Command::new(binary);
    let output = command.arg(number.to_string()).output()?;
    let said = String::from_utf8(output.stdout)?;
    let mut trace: Vec<String> = said.lines().map(str::to_owned).collect();
    if output.status.success() {
        return Ok(trace);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let crash: Vec<String> = errors
        .lines()
        .take_while(|line| !line.starts_with("goroutine "))
        .filter_map(|line| crash(line.trim_start()))
        .collect();
    if !crash.is_empty() {
        trace.extend(crash);
    } else if errors.contains("no goroutines (main called runtime.Goexit)") {
        trace.push("EXITED".to_owned());
    } else {
        bail!("program {number} ended in an unknown way:\n{errors}");
    }
    Ok(trace)
}

/// Reads a line of a crash, such as `panic: 1005 [recovered]`.
fn crash(line: &str) -> Option<String> {
    let line = line.strip_prefix("panic: ")?;
    let (value, mark) = match line.rfind(" [") {
        Some(at) if line.ends_with("ed]") => line.split_at(at),
        _ => (line, ""),
    };
    let is_ours = value.starts_with("runtime error");
    Some(format!("CRASH {}{mark}", if is_ours { "rt" } else { value }))
}

fn record(go: &Go, programs: &[Program], traces: &[Vec<String>]) -> Result<()> {
    let mut text = format!(
        "# Programs, and what they did in {}.\n# Made by: cargo xtask peers \
         defer --differential {} --record\n",
        go.banner,
        programs.len()
    );
    for (program, trace) in programs.iter().zip(traces) {
        writeln!(text, "{program}\t{}", trace.join(";"))?;
    }
    support::atomic_file::write(&root().join(RECORDED), text.as_bytes())?;
    println!("recorded in {RECORDED}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_crash_are_read() {
        let read = |line| crash(line).unwrap();
        assert_eq!(read("panic: 1005"), "CRASH 1005");
        assert_eq!(read("panic: 7 [recovered]"), "CRASH 7 [recovered]");
        let marked = "panic: 7 [recovered, repanicked]";
        assert_eq!(read(marked), "CRASH 7 [recovered, repanicked]");
        let error = "panic: runtime error: index out of range [0] with \
                     length 0";
        assert_eq!(read(error), "CRASH rt");
        assert_eq!(
            read(&format!("{error} [recovered]")),
            "CRASH rt [recovered]"
        );
        assert_eq!(crash("goroutine 1 [running]:"), None);
    }
}
