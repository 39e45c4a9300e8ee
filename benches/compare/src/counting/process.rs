//! One run of one benchmark under a tool that counts.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Tool;
use crate::error::Error;
use crate::input::criterion;
use crate::interleave::Binary;
use crate::run::Reading;

/// The one baseline of a run.
const BASELINE: &str = "counted";

/// What each run is told besides how long to measure: a warm-up of one
/// iteration, and next to nothing to compute of the samples.
const OPTIONS: [&str; 9] = [
    "--save-baseline",
    BASELINE,
    "--noplot",
    "--warm-up-time",
    "0.000000001",
    "--sample-size",
    "10",
    "--nresamples",
    "10",
];

/// A benchmark that can be run.
pub(super) struct Process<'a> {
    pub(super) binary: &'a Binary,
    pub(super) id: &'a str,
    /// Where criterion writes; new for each run, because criterion does more
    /// where it finds an earlier one.
    pub(super) home: &'a Path,
    /// Where the process that runs is told.
    pub(super) child: &'a AtomicU32,
}

/// What a run counted.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    /// In the order of [`Tool::totals`].
    pub(super) totals: Vec<f64>,
    /// How many iterations there were, the warm-up with them.
    pub(super) iterations: f64,
    /// Nanoseconds that criterion expects an iteration to take.
    pub(super) estimate: f64,
    /// Nanoseconds of all samples together.
    pub(super) measured: f64,
}

impl Process<'_> {
    /// Runs the benchmark; criterion is told to measure for `time`
    /// nanoseconds, and chooses the iterations by that.
    pub(super) fn run(
        &self,
        tool: Tool,
        time: f64,
    ) -> Result<Result<Point, String>, Error> {
        let io = |error| Error::io(self.home, error);
        match fs::remove_dir_all(self.home) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(io(error));
            }
            _ => fs::create_dir_all(self.home).map_err(io)?,
        }
        let fails = |error| Error::io(Path::new(tool.name()), error);
        let child = tool
            .command(self.binary, self.home)
            .args(OPTIONS)
            .args(["--measurement-time", &format!("{:.9}", time / 1e9)])
            .args(["--exact", self.id])
            // Makes criterion say how many iterations warmed up.
            .env("CRITERION_DEBUG", "1")
            .spawn()
            .map_err(fails)?;
        self.child.store(child.id(), Ordering::Relaxed);
        let output = child.wait_with_output().map_err(fails);
        self.child.store(0, Ordering::Relaxed);
        let output = output?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            let last = said.lines().rfind(|line| !line.starts_with("=="));
            let why = last.unwrap_or("no word of why");
            return Ok(Err(format!("it fails there: {why}")));
        }
        let Some(totals) = tool.totals(&said) else {
            return Ok(Err(format!("{} gave no count", tool.name())));
        };
        let text = String::from_utf8_lossy(&output.stdout);
        let Some((warm_up, estimate)) = warm_up(&text) else {
            return Ok(Err("criterion does not say how often it ran".into()));
        };
        Ok(self.samples()?.map(|(iterations, measured)| Point {
            totals,
            iterations: warm_up + iterations,
            estimate,
            measured,
        }))
    }

    /// Returns how many iterations the samples have, and their nanoseconds.
    fn samples(&self) -> Result<Result<(f64, f64), String>, Error> {
        let reading = Reading { keep_samples: true, ..Reading::default() };
        let names = [BASELINE.to_owned()];
        let runs = criterion::load(self.home, &names, reading)?;
        let of_run = runs.first().and_then(|run| run.benchmarks.get(self.id));
        let samples = of_run.and_then(|it| it.samples.as_ref());
        let sums = samples.map(|samples| {
            (samples.iterations.iter().sum(), samples.times.iter().sum())
        });
        Ok(sums.ok_or_else(|| "criterion saved no samples".to_owned()))
    }
}

/// Reads criterion's `Completed 1 iterations in 9 nanoseconds, estimated
/// execution time is 9 ns` (0.8.2, `src/routine.rs`).
fn warm_up(text: &str) -> Option<(f64, f64)> {
    let (_, rest) = text.split_once("Completed ")?;
    let (iterations, rest) = rest.split_once(" iterations in ")?;
    let (_, rest) = rest.split_once("estimated execution time is ")?;
    let estimate = rest.split_whitespace().next()?;
    Some((iterations.parse().ok()?, estimate.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_criterion_says_of_the_warm_up_is_read() {
        let text = "Benchmarking a: Warming up for 1.0000 ns\n\nCompleted 3 \
                    iterations in 12 nanoseconds, estimated execution time \
                    is 4.5 ns\nBenchmarking a: Collecting";
        assert_eq!(warm_up(text), Some((3.0, 4.5)));
        assert_eq!(warm_up("Testing a\nSuccess"), None);
    }
}
