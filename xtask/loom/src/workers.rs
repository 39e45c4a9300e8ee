//! Many models at once, each in a process of its own, told in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::binaries::Binaries;
use crate::checkpoints;
use crate::child::{self, Outcome, Settings};

/// A test to run.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) package: String,
    pub(crate) test: String,
    pub(crate) settings: Settings,
    /// The execution that is expected to fail.
    pub(crate) fails_in: Option<usize>,
}

/// Each so many executions loom writes where it is, so that the progress can
/// say how many decisions it has to go through.
const INTERVAL: usize = 1000;

impl Job {
    /// Returns the name of the files that belong to it.
    pub(crate) fn key(&self) -> String {
        let test = self.test.replace("::", ".");
        let without = self.settings.without.as_deref();
        let without = without.map(|step| format!("-{step}"));
        format!("{}.{test}{}", self.package, without.unwrap_or_default())
    }

    /// Has it run the execution that failed the last time, and no other.
    pub(crate) fn replay(&mut self) -> Result<()> {
        let key = self.key();
        let kept = checkpoints::find(&key)?.with_context(|| {
            format!(
                "{} has not failed yet: run it without --replay first",
                self.test
            )
        })?;
        self.settings.checkpoint = Some(checkpoints::copy(&key, &kept)?);
        self.settings.interval = Some(1);
        self.settings.stop_before = Some(2);
        self.fails_in = Some(kept.execution);
        Ok(())
    }

    /// Runs the test, and keeps the execution that fails.
    fn run(&self, binaries: &Binaries, shown: &ProgressBar) -> Result<Outcome> {
        let binary = binaries.of(&self.package)?;
        let mut settings = self.settings.clone();
        let is_whole = settings.shuttle.is_none()
            && settings.stop_before.is_none()
            && settings.checkpoint.is_none();
        if !is_whole {
            return child::run(binary, &self.test, &settings, &mut |_| {});
        }
        let file = checkpoints::fresh(&self.key())?;
        let mut interval = self.fails_in.unwrap_or(INTERVAL);
        settings.checkpoint = Some(file.clone());
        settings.interval = Some(interval);
        let start = Instant::now();
        let mut progress = |executions: usize| {
            let seconds = start.elapsed().as_secs_f64().max(0.001);
            let rate = executions as f64 / seconds;
            let branches = checkpoints::branches(&file)
                .map(|it| format!(", {it} branches"))
                .unwrap_or_default();
            shown.set_message(format!(
                "{}: {executions} executions, {rate:.0} a second{branches}",
                self.test
            ));
        };
        let outcome = child::run(binary, &self.test, &settings, &mut progress)?;
        if outcome.passed || outcome.execution == 0 {
            return Ok(outcome);
        }
        if outcome.execution != interval {
            // The same again: only now it is known which execution to keep.
            interval = outcome.execution;
            checkpoints::fresh(&self.key())?;
            settings.interval = Some(interval);
            child::run(binary, &self.test, &settings, &mut progress)?;
        }
        let body = outcome.body;
        checkpoints::keep(&self.key(), &file, outcome.execution, body)?;
        Ok(outcome)
    }
}

/// Runs all jobs, as many at once as there are processors, and calls `told`
/// with each in its turn. No job is begun after one could not be run.
pub(crate) fn run_all(
    jobs: &[Job],
    binaries: &Binaries,
    mut told: impl FnMut(&Job, &Outcome),
) -> Result<()> {
    let bars = MultiProgress::new();
    let next = AtomicUsize::new(0);
    let (sender, outcomes) = mpsc::channel();
    let is_traced = jobs.iter().any(|job| job.settings.trace);
    let processors =
        std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if is_traced { 1 } else { processors.min(jobs.len()) };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (sender, next, bars) = (sender.clone(), &next, &bars);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(number) else { return };
                    // It draws nothing of its own before it is one of them.
                    let bar = bars.add(bar(job));
                    bar.enable_steady_tick(Duration::from_millis(200));
                    let outcome = job.run(binaries, &bar);
                    bar.finish_and_clear();
                    if outcome.is_err() {
                        next.store(jobs.len(), Ordering::Relaxed);
                    }
                    if sender.send((number, outcome)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut turn = 0;
        for (number, outcome) in outcomes {
            waiting.insert(number, outcome?);
            while let Some(outcome) = waiting.remove(&turn) {
                bars.suspend(|| told(&jobs[turn], &outcome));
                turn += 1;
            }
        }
        Ok(())
    })
}

fn bar(job: &Job) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {wide_msg}")
        .expect("the template is right");
    ProgressBar::new_spinner().with_style(style).with_message(job.test.clone())
}
