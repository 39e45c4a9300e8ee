//! Runs in one file: our own export, with samples, and critcmp's, without.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::estimator::Estimator;
use crate::input::criterion::files::{Estimate, known};
use crate::input::{google, hyperfine, not_a_number};
use crate::machine;
use crate::meaning::Meaning;
use crate::run::{Measurement, Reading, Run, Source};
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
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExportedRun {
    /// The baseline's name.
    pub name: String,
    /// Where it ran: processor, number of threads, operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<String>,
    /// The session that measured it, told from all others by this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The round of its session, which pairs it with the other side's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// What kind of source it was read from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub source: Source,
    /// What is known of the units of the benchmarks' own metrics.
    #[serde(default, skip_serializing_if = "is_default")]
    pub units: BTreeMap<String, Meaning>,
    /// What a reader should know of how it was read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub remarks: BTreeSet<String>,
    /// Benchmarks that failed while they were measured.
    #[serde(default, skip_serializing_if = "is_default")]
    pub failed: BTreeSet<String>,
    /// By full id.
    pub benchmarks: BTreeMap<String, Exported>,
}

/// One benchmark of an [`ExportedRun`].
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// What one iteration processes.
    pub throughput: Option<Throughput>,
    /// Instructions of one iteration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<f64>,
    /// Allocations of one iteration.
    pub allocations: Option<f64>,
    /// Bytes allocated by one iteration.
    pub bytes: Option<f64>,
    /// The counts are means of many iterations, and not exact.
    #[serde(default, skip_serializing_if = "is_default")]
    pub means: bool,
    /// Metrics of the benchmark's own, by their unit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub custom: BTreeMap<String, f64>,
    /// When it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<SystemTime>,
    /// The samples in the order in which they were taken.
    #[serde(flatten)]
    pub samples: Samples,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Export {
    /// Takes all that is known of the runs, whose samples must have been kept
    /// when they were read.
    ///
    /// # Errors
    ///
    /// When a source has no samples: an export would lose it.
    pub fn new(runs: &[Run]) -> Result<Self, Error> {
        let runs: Result<_, Error> = runs.iter().map(exported_run).collect();
        Ok(Self { bench_compare_export: VERSION, runs: runs? })
    }

    /// Returns the text of the file.
    ///
    /// # Panics
    ///
    /// Never: strings and numbers are JSON.
    pub fn text(&self) -> String {
        let text = serde_json::to_string(self);
        text.expect("strings and numbers are JSON") + "\n"
    }
}

fn exported_run(run: &Run) -> Result<ExportedRun, Error> {
    // What another program measured may have run anywhere.
    let here =
        || (run.source == Source::Criterion).then(machine::describe).flatten();
    let mut benchmarks = BTreeMap::new();
    for (id, it) in &run.benchmarks {
        let Some(samples) = &it.samples else {
            let what = format!(
                "{}: `{id}` has no samples there, and they are what an \
                 export keeps; name the file itself as a side, which combines \
                 with others as it is",
                run.name
            );
            return Err(Error::usage(&what));
        };
        let exported = Exported {
            throughput: it.throughput.clone(),
            instructions: it.instructions,
            allocations: it.allocations,
            bytes: it.bytes,
            means: it.means,
            custom: it.custom.clone(),
            when: it.when,
            samples: Samples::clone(samples),
        };
        benchmarks.insert(id.clone(), exported);
    }
    Ok(ExportedRun {
        name: run.name.clone(),
        machine: run.machine.clone().or_else(here),
        session: run.session.clone(),
        round: run.round,
        source: run.source,
        units: run.units.clone(),
        remarks: run.remarks.clone(),
        failed: run.failed.clone(),
        benchmarks,
    })
}

impl Exported {
    /// Returns an error that says what is wrong with the numbers, if anything
    /// is.
    fn check(&self) -> Result<(), &'static str> {
        let counts = [self.instructions, self.allocations, self.bytes];
        let mut all =
            counts.iter().flatten().chain(self.custom.values()).copied();
        if all.any(|it| it.is_nan() || it < 0.0) {
            return Err("a count or metric below zero");
        }
        let none = Samples::default();
        let has_others = counts.iter().any(Option::is_some);
        if self.samples == none && (has_others || !self.custom.is_empty()) {
            return Ok(()); // of some benchmarks the time says nothing
        }
        self.samples.check()
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
    #[serde(default, deserialize_with = "known")]
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
    context: Option<IgnoredAny>,
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
    let numbers = not_a_number::without_nan(text);
    let text = numbers.as_ref();
    let kind: Kind = parse(text, path)?;
    match kind {
        Kind { bench_compare_export: Some(_), .. } => {
            own(parse(text, path)?, path, reading)
        }
        Kind { results: Some(_), .. } => {
            hyperfine::runs(parse(text, path)?, path, reading)
        }
        Kind { name: Some(_), benchmarks: Some(_), .. } => {
            Ok(vec![critcmp(parse(text, path)?, path, reading)])
        }
        Kind { benchmarks: Some(_), context, .. } => {
            match parse(text, path) {
                Ok(file) => google::runs(file, path, reading),
                // Others have benchmarks too, and Google's a context as a rule.
                Err(_) if context.is_none() => Err(unknown(path)),
                Err(error) => Err(error),
            }
        }
        _ => Err(unknown(path)),
    }
}

fn unknown(path: &Path) -> Error {
    let what = "neither an export of bench-compare nor of critcmp, nor JSON \
                of hyperfine or Google Benchmark";
    Error::malformed(path, 1, 1, what)
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
        session: exported.session,
        round: exported.round,
        source: exported.source,
        units: exported.units,
        remarks: exported.remarks,
        failed: exported.failed,
        ..Run::default()
    };
    for (id, it) in exported.benchmarks {
        if let Err(what) = it.check() {
            let what = format!("{id}: {what}");
            run.problems.push(Error::malformed(path, 1, 1, &what));
            continue;
        }
        let measurement = Measurement {
            throughput: it.throughput,
            instructions: it.instructions,
            allocations: it.allocations,
            bytes: it.bytes,
            means: it.means,
            custom: it.custom,
            when: it.when,
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
            within: Some((ends.lower_bound, ends.upper_bound)),
            throughput: it.benchmark.throughput,
            instead,
            ..Measurement::of_time(time)
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
