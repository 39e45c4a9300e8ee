//! Runs in one file: our own export, with samples, and critcmp's, without.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::estimator::Estimator;
use crate::input::criterion::files::Estimate;
use crate::input::other_json;
use crate::machine;
use crate::run::Reading;
use crate::run::{Measurement, Run};
use crate::samples::Samples;
use crate::throughput::Throughput;

/// The version of [`Export`] that this program writes.
pub const VERSION: u32 = 1;

/// Several runs with all their samples, as JSON.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// The version of the format.
    pub bench_compare_export: u32,
    /// The runs in order.
    pub runs: Vec<ExportedRun>,
}

/// One run of an [`Export`].
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportedRun {
    /// The baseline's name.
    pub name: String,
    /// Where it ran: processor, number of threads, operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The round of its session, which pairs it with the other side's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// By full id.
    pub benchmarks: BTreeMap<String, Exported>,
}

/// One benchmark of an [`ExportedRun`].
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// What one iteration processes.
    pub throughput: Option<Throughput>,
    /// Allocations of one iteration.
    pub allocations: Option<f64>,
    /// Bytes allocated by one iteration.
    pub bytes: Option<f64>,
    /// The samples in the order in which they were taken.
    #[serde(flatten)]
    pub samples: Samples,
}

impl Export {
    /// Takes the runs' samples out; runs read without them have none.
    pub fn new(runs: Vec<Run>) -> Self {
        let exported = |measurement: Measurement| {
            Some(Exported {
                throughput: measurement.throughput,
                allocations: measurement.allocations,
                bytes: measurement.bytes,
                samples: *measurement.samples?,
            })
        };
        let exported_run = |run: Run| ExportedRun {
            name: run.name,
            machine: run.machine.or_else(machine::describe),
            round: run.round,
            benchmarks: run
                .benchmarks
                .into_iter()
                .filter_map(|(id, it)| Some((id, exported(it)?)))
                .collect(),
        };
        Self {
            bench_compare_export: VERSION,
            runs: runs.into_iter().map(exported_run).collect(),
        }
    }
}

/// What `critcmp --export` writes (0.1.8, `src/data.rs`), as far as needed.
#[derive(Deserialize)]
struct Critcmp {
    name: String,
    benchmarks: BTreeMap<String, CritcmpBenchmark>,
}

#[derive(Deserialize)]
struct CritcmpBenchmark {
    #[serde(rename = "criterion_benchmark_v1")]
    benchmark: CritcmpInfo,
    #[serde(rename = "criterion_estimates_v1")]
    estimates: Estimates,
}

#[derive(Deserialize)]
struct CritcmpInfo {
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
struct Estimates {
    mean: Estimate,
    median: Estimate,
}

/// What tells one kind of file from another.
#[derive(Deserialize)]
struct Kind {
    bench_compare_export: Option<IgnoredAny>,
    results: Option<IgnoredAny>,
    name: Option<IgnoredAny>,
    benchmarks: Option<IgnoredAny>,
}

/// Reads an export of either kind, or JSON of another program.
///
/// # Errors
///
/// When it is no JSON, or none of these.
pub fn load(
    text: &str,
    path: &Path,
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    let numbers = other_json::without_nan(text);
    let text = numbers.as_ref();
    let kind: Kind = parse(text, path)?;
    match kind {
        Kind { bench_compare_export: Some(_), .. } => {
            own(parse(text, path)?, path, reading)
        }
        Kind { results: Some(_), .. } => {
            other_json::hyperfine(parse(text, path)?, path)
        }
        Kind { name: Some(_), benchmarks: Some(_), .. } => {
            Ok(vec![critcmp(parse(text, path)?, path, reading)])
        }
        Kind { benchmarks: Some(_), .. } => {
            other_json::google(parse(text, path)?, path, reading)
        }
        _ => {
            let what = "neither an export of bench-compare nor of critcmp, \
                        nor JSON of hyperfine or Google Benchmark";
            Err(Error::malformed(path, 1, 1, what))
        }
    }
}

fn parse<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::json(path, &error))
}

fn own(
    export: Export,
    path: &Path,
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    if export.bench_compare_export != VERSION {
        let what = "written by another version of bench-compare";
        return Err(Error::malformed(path, 1, 1, what));
    }
    Ok(export.runs.into_iter().map(|run| own_run(run, path, reading)).collect())
}

fn own_run(exported: ExportedRun, path: &Path, reading: Reading) -> Run {
    let mut run = Run {
        name: exported.name,
        machine: exported.machine,
        round: exported.round,
        ..Run::default()
    };
    for (id, it) in exported.benchmarks {
        if let Err(what) = it.samples.check() {
            let what = format!("{id}: {what}");
            run.problems.push(Error::malformed(path, 1, 1, &what));
            continue;
        }
        let measurement = Measurement {
            throughput: it.throughput,
            allocations: it.allocations,
            bytes: it.bytes,
            ..Measurement::of(&it.samples, reading)
        };
        run.benchmarks.insert(id, measurement);
    }
    run
}

/// Returns the mean where that is asked for, or the median, because critcmp
/// keeps estimates only.
fn critcmp(export: Critcmp, path: &Path, reading: Reading) -> Run {
    let mut run = Run { name: export.name, ..Run::default() };
    for (id, it) in export.benchmarks {
        let (estimate, instead) = match reading.estimator {
            Estimator::Mean => (it.estimates.mean, None),
            Estimator::Median => (it.estimates.median, None),
            _ => (it.estimates.median, Some(Estimator::Median)),
        };
        let time = estimate.point_estimate;
        if time <= 0.0 || !time.is_finite() {
            let what = format!("{id}: a time that is not positive");
            run.problems.push(Error::malformed(path, 1, 1, &what));
            continue;
        }
        let ends = estimate.confidence_interval;
        let measurement = Measurement {
            time,
            within: Some((ends.lower_bound, ends.upper_bound)),
            throughput: it.benchmark.throughput,
            instead,
            ..Measurement::default()
        };
        run.benchmarks.insert(id, measurement);
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\{?.*") {
            let _ = load(&text, Path::new("x"), Reading::default());
        }
    }
}
