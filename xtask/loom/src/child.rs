//! A test of a built binary, run in a process of its own.
//!
//! A model that deadlocks aborts its process, so each has one. What it prints
//! is read as `support::report` writes it: a line a fact, `KEY: VALUE`.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use support::lanes::{self, Event};

use crate::terminal;

/// How a model is run.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) preemptions: Option<u8>,
    /// The step that is left out.
    pub(crate) without: Option<String>,
    /// The random schedules of shuttle, and their seed.
    pub(crate) shuttle: Option<(u64, u64)>,
    /// Where loom keeps its way through the executions, and begins with what
    /// is there.
    pub(crate) checkpoint: Option<PathBuf>,
    /// Each so many executions it does so.
    pub(crate) interval: Option<usize>,
    /// Loom stops before this execution.
    pub(crate) stop_before: Option<usize>,
    /// Loom's log is printed.
    pub(crate) trace: bool,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) passed: bool,
    /// How many executions there were, of all bodies of the test.
    pub(crate) executions: usize,
    /// Which execution failed, of which body; both are counted from 1.
    pub(crate) execution: usize,
    pub(crate) body: usize,
    pub(crate) threads: usize,
    pub(crate) preemptions: usize,
    /// The steps that the code asked for.
    pub(crate) steps: BTreeSet<String>,
    /// Where atomics were used, as `file:line:column`.
    pub(crate) operations: BTreeSet<String>,
    /// Why it failed, and what the failing execution noted.
    pub(crate) says: Vec<String>,
    pub(crate) at: Option<String>,
    pub(crate) events: Vec<Event>,
    pub(crate) elapsed: Duration,
}

/// Runs one test of a binary, and calls `progress` with the number of its
/// executions so far.
pub(crate) fn run(
    binary: &Path,
    test: &str,
    settings: &Settings,
    progress: &mut dyn FnMut(usize),
) -> Result<Outcome> {
    let start = Instant::now();
    let mut command = command(binary, test, settings);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot run {}", binary.display()))?;
    let stderr = child.stderr.take().context("stderr is piped")?;
    let stderr = std::thread::spawn(move || {
        let mut text = Vec::new();
        // What cannot be read is not shown.
        let _ = BufReader::new(stderr).read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let stdout = child.stdout.take().context("stdout is piped")?;
    let mut outcome = Outcome::default();
    let (mut is_there, mut has_ended) = (false, false);
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        is_there |= line == "running 1 test";
        has_ended |= line.starts_with("test result: ");
        let is_fact = outcome.read(&line, progress);
        if settings.trace && !is_fact {
            println!("{line}");
        }
    }
    let status = child.wait()?;
    // The code of a model may end its process, and by 0.
    outcome.passed = status.success() && has_ended;
    outcome.elapsed = start.elapsed();
    let stderr = stderr.join().unwrap_or_default();
    ensure!(is_there, "{} has no test {test}", binary.display());
    if !outcome.passed && outcome.says.is_empty() {
        let lines = stderr.lines().filter(|line| !line.trim().is_empty());
        outcome.says = lines.map(str::to_owned).collect();
        if !has_ended {
            let early = "the process has ended before the test did";
            outcome.says.push(format!("{early}: {status}"));
        }
    }
    Ok(outcome)
}

fn command(binary: &Path, test: &str, settings: &Settings) -> Command {
    let mut command = Command::new(binary);
    command
        .args([test, "--exact", "--include-ignored", "--nocapture"])
        .env("MODEL_REPORT", "1")
        .env("RUST_BACKTRACE", "0")
        // Loom then says where the two accesses were that met.
        .env("LOOM_LOCATION", "1")
        .env_remove("LOOM_LOG")
        .env_remove("LOOM_CHECKPOINT_FILE")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(bound) = settings.preemptions {
        command.env("LOOM_MAX_PREEMPTIONS", bound.to_string());
    }
    if let Some(step) = &settings.without {
        command.env("MODEL_WITHOUT", step);
    }
    if let Some((schedules, seed)) = settings.shuttle {
        command.env("MODEL_SCHEDULES", schedules.to_string());
        command.env("MODEL_SEED", seed.to_string());
    }
    if let Some(file) = &settings.checkpoint {
        command.env("LOOM_CHECKPOINT_FILE", file);
    }
    if let Some(interval) = settings.interval {
        command.env("LOOM_CHECKPOINT_INTERVAL", interval.to_string());
    }
    if let Some(number) = settings.stop_before {
        command.env("LOOM_MAX_PERMUTATIONS", number.to_string());
    }
    if settings.trace {
        command.env("LOOM_LOG", "trace");
        if !terminal::is_coloured() {
            command.env("NO_COLOR", "1");
        }
    }
    command
}

impl Outcome {
    /// Takes note of a line, and returns whether it was a fact of the report
    /// that is no part of the story.
    fn read(&mut self, line: &str, progress: &mut dyn FnMut(usize)) -> bool {
        if let Some(event) = lanes::parse_line(line) {
            self.events.push(event);
            return false;
        }
        let Some((key, value)) = line.split_once(": ") else { return false };
        let number = || value.parse().unwrap_or(0);
        match key {
            "progress" => progress(self.executions + number()),
            // A test may run several bodies, one after the other.
            "executions" => self.executions += number(),
            "execution" => {
                self.execution = number();
                self.executions += number();
            }
            "body" => self.body = number(),
            "threads" => self.threads = self.threads.max(number()),
            "preemptions" => {
                self.preemptions = self.preemptions.max(number());
            }
            "step" => drop(self.steps.insert(value.to_owned())),
            "operation" => drop(self.operations.insert(value.to_owned())),
            "failed" => self.says.push(value.to_owned()),
            "failed at" => self.at = Some(value.to_owned()),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    /// Runs a script as if it were a binary of tests.
    fn of(script: &str) -> Result<Outcome> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("script");
        std::fs::write(&file, script)?;
        let test = file.to_str().context("a name in UTF-8")?;
        run(Path::new("sh"), test, &Settings::default(), &mut |_| {})
    }

    #[test]
    fn a_process_that_ends_before_its_test_has_not_passed() -> Result<()> {
        let whole = "echo running 1 test; echo executions: 3";
        let ended = of(&format!("{whole}; echo test result: ok. 1 passed"))?;
        assert!(ended.passed && ended.says.is_empty());
        let (exits, dies) = (of(whole)?, of(&format!("{whole}; kill -9 $$"))?);
        assert!(!exits.passed && !dies.passed);
        let says = [exits.says.join("\n"), dies.says.join("\n")];
        assert!(says[0].ends_with("the test did: exit status: 0"), "{says:?}");
        assert!(says[1].contains("signal: 9"), "{says:?}");
        Ok(())
    }
}
