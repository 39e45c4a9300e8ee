//! JSON of other benchmark programs: hyperfine and Google Benchmark.

use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::run::{Measurement, Reading, Run};
use crate::samples::Samples;

/// What hyperfine writes with `--export-json` (1.19), as far as needed.
#[derive(Deserialize)]
pub(super) struct Hyperfine {
    results: Vec<Command>,
}

#[derive(Deserialize)]
struct Command {
    command: String,
    /// Seconds of each process.
    #[serde(default)]
    times: Vec<f64>,
}

/// What Google Benchmark writes with `--benchmark_format=json` (1.9), as far
/// as needed.
#[derive(Deserialize)]
pub(super) struct Google {
    benchmarks: Vec<Repetition>,
}

#[derive(Deserialize)]
struct Repetition {
    name: String,
    #[serde(default)]
    run_type: String,
    /// There is none where the benchmark failed.
    iterations: Option<f64>,
    real_time: Option<f64>,
    #[serde(default)]
    time_unit: String,
}

/// Returns a run for each process that hyperfine timed: each of them is a
/// replicate.
pub(super) fn hyperfine(file: Hyperfine, path: &Path) -> Vec<Run> {
    let count = file.results.iter().map(|it| it.times.len()).max();
    let name = path.display().to_string();
    let mut runs: Vec<Run> =
        (0..count.unwrap_or(0)).map(|_| Run::named(&name)).collect();
    for Command { command, times } in file.results {
        for (run, seconds) in runs.iter_mut().zip(times) {
            let time = seconds * 1e9;
            if time.is_normal() && time > 0.0 {
                let it = Measurement { time, ..Measurement::default() };
                run.benchmarks.insert(command.clone(), it);
            }
        }
    }
    runs
}

/// Returns one run: repetitions are samples of one process.
///
/// # Errors
///
/// When no benchmark has a time.
pub(super) fn google(
    file: Google,
    path: &Path,
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    let mut run = Run::named(&path.display().to_string());
    let mut all = std::collections::BTreeMap::<String, Samples>::new();
    for it in file.benchmarks {
        let (Some(iterations), Some(time)) = (it.iterations, it.real_time)
        else {
            continue;
        };
        let unit = match it.time_unit.as_str() {
            "us" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            _ => 1.0,
        };
        if it.run_type != "aggregate" {
            let samples = all.entry(it.name).or_default();
            samples.iterations.push(iterations);
            samples.times.push(iterations * time * unit);
        }
    }
    for (name, samples) in all {
        match samples.check() {
            Ok(()) => {
                let it = Measurement::of(&samples, reading);
                run.benchmarks.insert(name, it);
            }
            Err(what) => {
                let what = format!("{name}: {what}");
                run.problems.push(Error::malformed(path, 1, 1, &what));
            }
        }
    }
    if run.benchmarks.is_empty() {
        let none = || Error::malformed(path, 1, 1, "no benchmark result in it");
        return Err(run.problems.pop().unwrap_or_else(none));
    }
    Ok(vec![run])
}
