//! Running steps: one with its output at once, or two at a time with the
//! output of each in a file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
#[cfg(unix)]
use signal_hook::consts::SIGHUP;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::outcome::{Outcome, Verdict};
use super::process::Running;
use super::step::Step;
use super::work::Work;
use crate::workspace::{relative, target};

/// What no step takes, even on a slow machine: who takes longer hangs.
const LIMIT: Duration = Duration::from_mins(25);

/// How often those that run are named.
const SIGN_OF_LIFE: Duration = Duration::from_mins(1);

/// What ends the run, and with it the steps, of which each is a process group
/// of its own that no signal from the terminal reaches.
const STOPPING: &[i32] = &[
    SIGINT,
    SIGTERM,
    #[cfg(unix)]
    SIGHUP,
];

/// Runs one step, which writes where this program does.
pub(super) fn run_alone(step: Step) -> Result<Outcome> {
    println!("\n== {}: {}", step.name(), step.help());
    io::stdout().flush()?;
    let start = Instant::now();
    let verdict = match step.work()? {
        Work::Absent(text) => {
            println!("{text}");
            Verdict::Absent
        }
        Work::Commands(commands) => {
            let mut verdict = Verdict::Passed;
            for mut command in commands {
                let status = command
                    .status()
                    .with_context(|| format!("cannot run {command:?}"))?;
                if !status.success() {
                    verdict = Verdict::Failed;
                }
            }
            verdict
        }
    };
    Ok(Outcome { step, verdict, time: start.elapsed() })
}

/// Runs steps two at a time, because each of them leaves a processor idle for
/// a part of its time.
///
/// Returns their outcomes in the order of `steps`, also of those that a signal
/// cut off.
pub(super) fn run_all(steps: &[Step]) -> Result<Vec<Outcome>> {
    let runner = Runner::new(steps)?;
    std::thread::scope(|scope| {
        let workers = [(); 2].map(|()| scope.spawn(|| runner.work()));
        runner.give_signs_of_life();
        let ended = workers.map(|worker| worker.join());
        ended.into_iter().try_for_each(|result| {
            result.expect("a worker that panics has said why")
        })
    })?;
    let mut state = runner.lock();
    for step in std::mem::take(&mut state.waiting) {
        let time = Duration::ZERO;
        state.ended.push(Outcome { step, verdict: Verdict::CutOff, time });
    }
    let place = |step| steps.iter().position(|&other| other == step);
    state.ended.sort_by_key(|outcome| place(outcome.step));
    Ok(state.ended.clone())
}

struct Runner {
    state: Mutex<State>,
    /// Says that a step has ended.
    change: Condvar,
    stopped: Arc<AtomicBool>,
    folder: PathBuf,
}

struct State {
    waiting: Vec<Step>,
    running: Vec<(Step, Instant)>,
    ended: Vec<Outcome>,
}

impl Runner {
    fn new(steps: &[Step]) -> Result<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        for &signal in STOPPING {
            signal_hook::flag::register(signal, Arc::clone(&stopped))?;
        }
        let folder = target("test");
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let waiting = steps.to_vec();
        let state = State { waiting, running: Vec::new(), ended: Vec::new() };
        let (state, change) = (Mutex::new(state), Condvar::new());
        Ok(Self { state, change, stopped, folder })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Runs steps until none is left, or a signal comes. What it cannot run or
    /// report ends the run.
    fn work(&self) -> Result<()> {
        let result = self.run_each();
        if result.is_err() {
            self.stopped.store(true, Ordering::Relaxed);
        }
        self.change.notify_all();
        result
    }

    fn run_each(&self) -> Result<()> {
        while let Some(step) = self.begin() {
            let start = Instant::now();
            let verdict = self.run(step);
            let time = start.elapsed();
            let mut state = self.lock();
            state.running.retain(|&(other, _)| other != step);
            let verdict = verdict?;
            state.ended.push(Outcome { step, verdict, time });
            self.report(step, verdict, time)?;
            self.change.notify_all();
        }
        Ok(())
    }

    /// Returns the next step, which counts as running from now on.
    fn begin(&self) -> Option<Step> {
        let mut state = self.lock();
        if self.stopped() {
            return None;
        }
        let running = state.running.iter();
        let taken = running.clone().any(|(step, _)| step.shares_target());
        let next = next(&state.waiting, taken)?;
        let step = state.waiting.remove(next);
        state.running.push((step, Instant::now()));
        Some(step)
    }

    fn run(&self, step: Step) -> Result<Verdict> {
        let path = self.log(step);
        // In place: who waits for the step reads it while it grows.
        let log = File::create(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        let commands = match step.work()? {
            Work::Commands(commands) => commands,
            Work::Absent(text) => {
                writeln!(&log, "{text}")?;
                return Ok(Verdict::Absent);
            }
        };
        let limit = Instant::now() + LIMIT;
        let mut verdict = Verdict::Passed;
        for mut command in commands {
            write_to(&mut command, &log)?;
            let running = Running::start(&mut command)
                .with_context(|| format!("cannot run {command:?}"))?;
            match running.wait(limit, || self.stopped())? {
                Some(status) if status.success() => {}
                Some(_) => verdict = Verdict::Failed,
                None if self.stopped() => return Ok(Verdict::CutOff),
                None => {
                    let minutes = LIMIT.as_secs() / 60;
                    writeln!(
                        &log,
                        "\nKILLED after {minutes} minutes: {command:?}"
                    )?;
                    return Ok(Verdict::Failed);
                }
            }
        }
        Ok(verdict)
    }

    fn log(&self, step: Step) -> PathBuf {
        self.folder.join(step.name()).with_extension("log")
    }

    /// Says how a step went. What it printed follows if it failed, and what it
    /// could not test in any case.
    fn report(
        &self,
        step: Step,
        verdict: Verdict,
        time: Duration,
    ) -> Result<()> {
        let path = self.log(step);
        let text = fs::read(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let text = String::from_utf8_lossy(&text);
        let mut out = anstream::stdout().lock();
        if verdict == Verdict::Failed {
            writeln!(out, "\n== {}: {}\n{text}", step.name(), step.help())?;
        } else {
            for line in not_tested(&text) {
                writeln!(out, "{line}")?;
            }
        }
        writeln!(
            out,
            "{:<12} {} {:>6.0} s  {}",
            step.name(),
            verdict.shown(),
            time.as_secs_f64(),
            relative(&path),
        )?;
        Ok(out.flush()?)
    }

    /// Names the steps that run, once a minute, until none does.
    fn give_signs_of_life(&self) {
        let mut state = self.lock();
        let mut next = Instant::now() + SIGN_OF_LIFE;
        while !(state.running.is_empty()
            && (state.waiting.is_empty() || self.stopped()))
        {
            let pause = next.saturating_duration_since(Instant::now());
            state = self
                .change
                .wait_timeout(state, pause)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            if Instant::now() >= next {
                next += SIGN_OF_LIFE;
                println!("{}", sign_of_life(&state.running));
            }
        }
    }
}

/// Returns the place of the step to begin next: the first that need not wait
/// for another's build, if there is one.
fn next(waiting: &[Step], target_is_taken: bool) -> Option<usize> {
    let free = |step: &Step| !(target_is_taken && step.shares_target());
    waiting.iter().position(free).or((!waiting.is_empty()).then_some(0))
}

fn write_to(command: &mut Command, log: &File) -> io::Result<()> {
    command.stdout(log.try_clone()?).stderr(log.try_clone()?);
    Ok(())
}

/// Returns the lines of a log that say what could not be tested, with those
/// that are set in below them; then what each reason kept from running.
fn not_tested(log: &str) -> Vec<String> {
    let mut within = false;
    let told = log.lines().filter(|line| {
        within =
            line.contains("NOT TESTED") || within && line.starts_with("  ");
        within
    });
    told.map(str::to_owned).chain(skipped(log)).collect()
}

/// Sums up the lines that tests print by `support::skipped`, by their reasons.
fn skipped(log: &str) -> impl Iterator<Item = String> {
    let mut by_reason = BTreeMap::<&str, Vec<&str>>::new();
    for line in log.lines() {
        let told = line.split_once("SKIPPED: ");
        if let Some((test, why)) = told.and_then(|(_, it)| it.split_once(": "))
        {
            by_reason.entry(why).or_default().push(test);
        }
    }
    by_reason.into_iter().map(|(why, tests)| match tests.as_slice() {
        [test] => format!("NOT TESTED: {test}: {why}"),
        tests => format!("NOT TESTED: {} tests: {why}", tests.len()),
    })
}

fn sign_of_life(running: &[(Step, Instant)]) -> String {
    let each = running.iter().map(|(step, start)| {
        format!("{} ({} s)", step.name(), start.elapsed().as_secs())
    });
    format!("  ... {}", each.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_begun_that_need_not_wait() {
        let waiting = [Step::Unit, Step::Doctest, Step::Loom];
        assert_eq!(next(&waiting, false), Some(0));
        assert_eq!(next(&waiting, true), Some(2));
        assert_eq!(next(&waiting[..2], true), Some(0));
        assert_eq!(next(&[], true), None);
    }

    #[test]
    fn what_was_not_tested_is_found_with_its_reason() {
        let log = "ok\nNOT TESTED: no browser\n  install one\nok\n  no\n";
        let found = ["NOT TESTED: no browser", "  install one"];
        assert_eq!(not_tested(log), found);
    }

    #[test]
    fn tests_that_were_skipped_are_counted_by_their_reason() {
        let log = "test a ... SKIPPED: a: no busybox: install it\nok\n\
                   SKIPPED: net::b: no busybox: install it\n\
                   SKIPPED: c: not root\n";
        let found = [
            "NOT TESTED: 2 tests: no busybox: install it",
            "NOT TESTED: c: not root",
        ];
        assert_eq!(not_tested(log), found);
    }
}
