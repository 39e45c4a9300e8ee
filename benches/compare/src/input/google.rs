//! JSON of Google Benchmark.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::estimator::Estimator;
use crate::run::{Measurement, Reading, Run, Source};
use crate::samples::Samples;
use crate::stats::median;
use crate::throughput::Throughput;

/// What Google Benchmark writes with `--benchmark_format=json` (1.9), as far
/// as needed.
#[derive(Deserialize)]
pub(super) struct Google {
    #[serde(default)]
    context: Context,
    benchmarks: Vec<Repetition>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    host_name: Option<String>,
    num_cpus: Option<u64>,
    library_build_type: Option<String>,
}

#[derive(Deserialize)]
struct Repetition {
    name: String,
    /// The name without that of an aggregate.
    run_name: Option<String>,
    #[serde(default)]
    run_type: String,
    /// Which aggregate it is: `mean`, `median` and others.
    #[serde(default)]
    aggregate_name: String,
    /// Tells benchmarks of one name apart.
    family_index: Option<u64>,
    /// There is none where the benchmark failed.
    iterations: Option<f64>,
    real_time: Option<f64>,
    cpu_time: Option<f64>,
    #[serde(default)]
    time_unit: String,
    bytes_per_second: Option<f64>,
    items_per_second: Option<f64>,
    #[serde(default)]
    error_occurred: bool,
    error_message: Option<String>,
    #[serde(default)]
    skipped: bool,
    skip_message: Option<String>,
    /// The benchmark's own counters, and what else there is.
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Numbers that are no counter of the benchmark's own.
const NO_COUNTERS: [&str; 11] = [
    "per_family_instance_index",
    "repetitions",
    "repetition_index",
    "threads",
    "cpu_coefficient",
    "real_coefficient",
    "rms",
    "allocs_per_iter",
    "max_bytes_used",
    "net_heap_growth",
    "total_allocated_bytes",
];

/// Returns one run: repetitions are samples of one process. Where the file
/// has aggregates only, their median stands for the run, or their mean.
///
/// # Errors
///
/// When no benchmark has a time.
pub(super) fn runs(
    file: Google,
    path: &Path,
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    let mut run = Run::named(&path.display().to_string());
    run.source = Source::Other;
    run.machine = file.context.machine();
    if file.context.library_build_type.as_deref() == Some("debug") {
        run.remarks.insert(format!(
            "{}: the benchmark library was built as DEBUG",
            path.display()
        ));
    }
    let skipped = file.benchmarks.iter().filter(|it| it.is_skipped());
    run.remarks.extend(skipped.map(|it| {
        let why = it.skip_message.as_deref().unwrap_or("no reason given");
        format!("{} was skipped: {why}", it.plain_name())
    }));
    let known = file.benchmarks.iter();
    let known: Vec<_> =
        known.filter(|it| it.is_time() && !it.is_skipped()).collect();
    let mut families = BTreeMap::<&str, BTreeSet<Option<u64>>>::new();
    for it in &known {
        families.entry(it.plain_name()).or_default().insert(it.family_index);
    }
    let mut repeated = BTreeMap::<String, Vec<&Repetition>>::new();
    for it in known {
        let name = it.plain_name();
        let id = match (families[name].len(), it.family_index) {
            (2.., Some(family)) => format!("{name} (family {family})"),
            _ => name.to_owned(),
        };
        repeated.entry(id).or_default().push(it);
    }
    for (id, all) in repeated {
        match measurement(&all, reading) {
            Ok(it) => {
                run.benchmarks.insert(id, it);
            }
            Err(what) => {
                let what = format!("{id}: {what}");
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

fn measurement(
    all: &[&Repetition],
    reading: Reading,
) -> Result<Measurement, String> {
    if let Some(failed) = all.iter().find(|it| it.error_occurred) {
        let why = failed.error_message.as_deref();
        return Err(format!("it failed: {}", why.unwrap_or("no reason given")));
    }
    if let Some(odd) = all.iter().find(|it| it.unit().is_none()) {
        return Err(format!("`{}` is no unit of time", odd.time_unit));
    }
    let mut samples = Samples::default();
    for it in all.iter().filter(|it| it.run_type != "aggregate") {
        if let (Some(iterations), Some(time)) = (it.iterations, it.time()) {
            samples.iterations.push(iterations);
            samples.times.push(iterations * time);
        }
    }
    let mut measured = if samples.times.is_empty() {
        aggregate(all, reading.estimator)?
    } else {
        samples.check()?;
        Measurement::of(&samples, reading)
    };
    measured.throughput = all.iter().find_map(|it| it.throughput());
    measured.custom = counters(all);
    Ok(measured)
}

/// Returns the median of each counter that all repetitions have.
fn counters(all: &[&Repetition]) -> BTreeMap<String, f64> {
    let timed = all.iter().filter(|it| it.run_type != "aggregate");
    let timed: Vec<_> = timed.collect();
    let Some(first) = timed.first() else { return BTreeMap::new() };
    let median_of = |name: &String| {
        let value = |it: &&&Repetition| it.others.get(name)?.as_f64();
        let values: Option<Vec<f64>> = timed.iter().map(value).collect();
        let values = values?;
        let is_usable = values.iter().all(|&value| value >= 0.0);
        is_usable.then(|| (name.clone(), median(&values)))
    };
    let names = first.others.keys();
    let own = names.filter(|name| !NO_COUNTERS.contains(&name.as_str()));
    own.filter_map(median_of).collect()
}

fn aggregate(
    all: &[&Repetition],
    estimator: Estimator,
) -> Result<Measurement, String> {
    let (name, instead) = match estimator {
        Estimator::Mean => ("mean", None),
        Estimator::Median => ("median", None),
        _ => ("median", Some(Estimator::Median)),
    };
    let found = all.iter().find(|it| it.aggregate_name == name);
    let time = found.and_then(|it| it.time());
    match time.filter(|time| time.is_normal() && *time > 0.0) {
        Some(time) => Ok(Measurement { instead, ..Measurement::of_time(time) }),
        None => Err(format!("there is no time, nor a {name} of times")),
    }
}

impl Context {
    fn machine(&self) -> Option<String> {
        let host = self.host_name.as_deref()?;
        Some(match self.num_cpus {
            Some(count) => format!("{host}, {count} CPUs"),
            None => host.to_owned(),
        })
    }
}

impl Repetition {
    /// Returns true for repetitions and what is computed of their times. How
    /// the cost grows with the size (`BigO`, `RMS`) is of a whole family, and
    /// before 1.5 nothing says what an aggregate is of.
    fn is_time(&self) -> bool {
        let of_family = ["BigO", "RMS"].contains(&&*self.aggregate_name);
        self.run_type != "aggregate" || self.run_name.is_some() && !of_family
    }

    /// Returns true for what chose not to run, which is no failure.
    fn is_skipped(&self) -> bool {
        self.skipped && !self.error_occurred
    }

    fn plain_name(&self) -> &str {
        self.run_name.as_deref().unwrap_or(&self.name)
    }

    /// Returns the nanoseconds of its unit; nothing for one that is unknown.
    fn unit(&self) -> Option<f64> {
        match self.time_unit.as_str() {
            "" | "ns" => Some(1.0),
            "us" => Some(1e3),
            "ms" => Some(1e6),
            "s" => Some(1e9),
            _ => None,
        }
    }

    /// Returns the nanoseconds of an iteration.
    fn time(&self) -> Option<f64> {
        Some(self.real_time? * self.unit()?)
    }

    fn throughput(&self) -> Option<Throughput> {
        // Its rates are by the processor's time, where nothing else is said.
        let by_name = ["/real_time", "/manual_time"];
        let real = by_name.iter().any(|it| self.plain_name().contains(it));
        let time = if real { self.real_time } else { self.cpu_time };
        let seconds = time.or(self.real_time)? * self.unit()? / 1e9;
        let amount = |rate: f64| (rate * seconds).round() as u64;
        let bytes = self.bytes_per_second.map(amount).map(Throughput::Bytes);
        let items = self.items_per_second.map(amount);
        let kind = bytes.or(items.map(Throughput::Elements))?;
        (self.run_type != "aggregate" && kind.amount() > 0.0).then_some(kind)
    }
}
