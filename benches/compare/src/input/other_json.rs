//! JSON of other benchmark programs: hyperfine and Google Benchmark.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::estimator::Estimator;
use crate::run::{Measurement, Reading, Run, Source};
use crate::samples::Samples;
use crate::throughput::Throughput;

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
    times: Vec<Option<f64>>,
    /// How each process ended; not 0 is a failure, which `-i` passes over.
    #[serde(default)]
    exit_codes: Vec<Option<i32>>,
}

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
}

/// Returns a run for each process that hyperfine timed: each of them is a
/// replicate.
///
/// # Errors
///
/// When there is no time of a process.
pub(super) fn hyperfine(
    file: Hyperfine,
    path: &Path,
) -> Result<Vec<Run>, Error> {
    let mut runs = Vec::<Run>::new();
    let mut seen = BTreeMap::<String, usize>::new();
    let mut remarks = BTreeSet::new();
    for Command { command, times, exit_codes } in file.results {
        let before = seen.entry(command.clone()).or_default();
        *before += 1;
        // The command again is another benchmark, not the same one.
        let id = match *before {
            1 => command,
            count => format!("{command} ({count})"),
        };
        if exit_codes.iter().any(|code| *code != Some(0)) {
            remarks.insert(format!("`{id}` failed in some of its processes"));
        }
        for (index, seconds) in times.into_iter().enumerate() {
            let time = seconds.unwrap_or_default() * 1e9;
            if runs.len() == index {
                runs.push(Run::named(&path.display().to_string()));
                runs[index].source = Source::Other;
            }
            if time.is_normal() && time > 0.0 {
                let it = Measurement { time, ..Measurement::default() };
                runs[index].benchmarks.insert(id.clone(), it);
            }
        }
    }
    match runs.first_mut() {
        Some(run) => run.remarks = remarks,
        None => {
            let what = "no time of a process in it";
            return Err(Error::malformed(path, 1, 1, what));
        }
    }
    Ok(runs)
}

/// Returns one run: repetitions are samples of one process. Where the file
/// has aggregates only, their median stands for the run, or their mean.
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
    run.source = Source::Other;
    run.machine = file.context.machine();
    if file.context.library_build_type.as_deref() == Some("debug") {
        run.remarks.insert(format!(
            "{}: the benchmark library was built as DEBUG",
            path.display()
        ));
    }
    // Before 1.5 nothing says what an aggregate is of.
    let is_known =
        |it: &&Repetition| it.run_type != "aggregate" || it.run_name.is_some();
    let known: Vec<_> = file.benchmarks.iter().filter(is_known).collect();
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
    let mut samples = Samples::default();
    for it in all.iter().filter(|it| it.run_type != "aggregate") {
        if let (Some(iterations), Some(time)) = (it.iterations, it.real_time) {
            samples.iterations.push(iterations);
            samples.times.push(iterations * time * it.unit());
        }
    }
    let mut measured = if samples.times.is_empty() {
        aggregate(all, reading.estimator)?
    } else {
        samples.check()?;
        Measurement::of(&samples, reading)
    };
    measured.throughput = all.iter().find_map(|it| it.throughput());
    Ok(measured)
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
    let time = found.and_then(|it| Some(it.real_time? * it.unit()));
    match time.filter(|time| time.is_normal() && *time > 0.0) {
        Some(time) => {
            Ok(Measurement { time, instead, ..Measurement::default() })
        }
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
    fn plain_name(&self) -> &str {
        self.run_name.as_deref().unwrap_or(&self.name)
    }

    /// Returns the nanoseconds of its unit.
    fn unit(&self) -> f64 {
        match self.time_unit.as_str() {
            "us" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            _ => 1.0,
        }
    }

    fn throughput(&self) -> Option<Throughput> {
        // Its rates are by the processor's time, where nothing else is said.
        let by_name = ["/real_time", "/manual_time"];
        let real = by_name.iter().any(|it| self.plain_name().contains(it));
        let time = if real { self.real_time } else { self.cpu_time };
        let seconds = time.or(self.real_time)? * self.unit() / 1e9;
        let amount = |rate: f64| (rate * seconds).round() as u64;
        let bytes = self.bytes_per_second.map(amount).map(Throughput::Bytes);
        let items = self.items_per_second.map(amount);
        let kind = bytes.or(items.map(Throughput::Elements))?;
        (self.run_type != "aggregate" && kind.amount() > 0.0).then_some(kind)
    }
}

/// Returns JSON with `null` for numbers that JSON has no word for: Google
/// Benchmark writes `NaN` and `Infinity`.
pub(super) fn without_nan(text: &str) -> Cow<'_, str> {
    if !["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    // Every second part stands between quotes.
    let (mut quoted, mut rest) = (false, text);
    while !rest.is_empty() {
        let end = end_of_part(rest, quoted);
        let (part, after) = rest.split_at(end);
        if quoted {
            plain += part;
        } else {
            let part = part.replace("-Infinity", "null");
            plain += &part.replace("Infinity", "null").replace("NaN", "null");
        }
        (quoted, rest) = (!quoted, after);
    }
    plain.into()
}

/// Returns where the next quote ends this part; the quote belongs to it.
fn end_of_part(text: &str, quoted: bool) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}
