//! The text of `go test -bench`, with or without `-benchmem`.
//!
//! A result line is a name, a number of iterations and pairs of value and
//! unit (Go 1.27, `testing/benchmark.go`, `BenchmarkResult.String` and
//! `MemString`). Of the other lines `pkg:` and those about the machine are
//! read, and `Unit NAME better=higher` as `benchstat` has it
//! (`golang.org/x/perf/benchfmt`); all others are left alone, as Go's own
//! tools do.

mod events;
mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(in crate::input) use events::text_of as text_of_events;
pub use line::{Line, lines};

use crate::error::Error;
use crate::meaning::{Better, Meaning};
use crate::run::Reading;
use crate::run::{Measurement, Run, Source};
use crate::samples::Samples;
use crate::stats::median;
use crate::throughput::Throughput;

/// Reads a text as one process run; each repetition is a sample of it.
///
/// A benchmark that reports no time (`b.ReportMetric(0, "ns/op")`) has its
/// other metrics.
///
/// Names have their package in front where there are several.
///
/// # Errors
///
/// As [`lines`], and when no line has a value.
pub fn load(text: &str, path: &Path, reading: Reading) -> Result<Run, Error> {
    let mut run = load_qualified(text, path, reading)?;
    shorten(std::iter::once(&mut run));
    Ok(run)
}

/// Takes the package out of names where it is the only one: as Go prints it,
/// and so that a package more in one file renames nothing in the others.
pub(super) fn shorten<'a>(runs: impl Iterator<Item = &'a mut Run>) {
    let runs: Vec<&mut Run> = runs.collect();
    let all: BTreeSet<_> =
        runs.iter().flat_map(|run| run.packages.iter().cloned()).collect();
    let mut all = all.into_iter();
    let (Some(only), None) = (all.next(), all.next()) else { return };
    let start = format!("{only}.");
    for run in runs.into_iter().filter(|run| !run.packages.is_empty()) {
        let benchmarks = std::mem::take(&mut run.benchmarks);
        // Lines above the first package may have the same names.
        let bare: BTreeSet<String> = benchmarks.keys().cloned().collect();
        let benchmarks = benchmarks.into_iter();
        let short = |id: String| match id.strip_prefix(&start) {
            Some(name) if !bare.contains(name) => name.to_owned(),
            _ => id,
        };
        run.benchmarks = benchmarks.map(|(id, it)| (short(id), it)).collect();
    }
}

/// Like [`load`], with the package in front of every name that has one.
pub(super) fn load_qualified(
    text: &str,
    path: &Path,
    reading: Reading,
) -> Result<Run, Error> {
    let mut repeated = BTreeMap::<(String, String), Vec<Line>>::new();
    let mut run = Run::named(&path.display().to_string());
    run.source = Source::Go;
    let mut package = String::new();
    let mut machine = BTreeMap::new();
    for (index, text) in text.lines().enumerate() {
        match text.split_once(':') {
            Some(("pkg", name)) => name.trim().clone_into(&mut package),
            Some((key @ ("cpu" | "goos" | "goarch"), value)) => {
                machine.insert(key, value.trim());
            }
            _ => {}
        }
        if let Some(name) = failed(text) {
            run.remarks.insert(format!("{name} failed"));
            run.failed.insert(name.to_owned());
        }
        if let Some((unit, meaning)) = unit(text) {
            run.units.insert(unit.to_owned(), meaning);
        }
        match line::parse(text) {
            Ok(Some(line)) => {
                let key = (package.clone(), line.name.clone());
                repeated.entry(key).or_default().push(line);
            }
            Ok(None) => {}
            Err(what) => {
                run.problems.push(Error::malformed(path, index + 1, 1, what));
            }
        }
    }
    if !machine.is_empty() {
        let words = ["cpu", "goos", "goarch"];
        let words: Vec<_> =
            words.iter().filter_map(|key| machine.get(key).copied()).collect();
        run.machine = Some(words.join(", "));
    }
    run.remarks.extend(remarks(repeated.values().flatten()));
    repeated.retain(|_, lines| {
        lines.retain(Line::says_something);
        !lines.is_empty()
    });
    if repeated.is_empty() {
        let what = run.remarks.pop_first();
        let what = what.unwrap_or("no benchmark result in it".to_owned());
        let none = || Error::malformed(path, 1, 1, &what);
        return Err(run.problems.pop().unwrap_or_else(none));
    }
    for ((package, name), lines) in repeated {
        let id = match &package[..] {
            "" => name,
            package => format!("{package}.{name}"),
        };
        run.benchmarks.insert(id, measurement(&lines, reading));
        run.packages.extend((!package.is_empty()).then_some(package));
    }
    Ok(run)
}

/// Returns the benchmark that a line such as `--- FAIL: BenchmarkX-8` names;
/// those inside another one are indented.
fn failed(text: &str) -> Option<&str> {
    let name = text.trim_start().strip_prefix("--- FAIL: ")?;
    name.split_whitespace().next().filter(|it| line::is_name(it))
}

/// Returns what a line such as `Unit req/s better=higher` says.
fn unit(text: &str) -> Option<(&str, Meaning)> {
    let mut words = text.strip_prefix("Unit ")?.split_whitespace();
    let unit = words.next()?;
    let mut meaning = Meaning::default();
    for word in words {
        match word {
            "better=higher" => meaning.better = Some(Better::Higher),
            "better=lower" => meaning.better = Some(Better::Lower),
            "assume=exact" => meaning.exact = true,
            _ => {}
        }
    }
    Some((unit, meaning))
}

/// Says what of the lines cannot be compared.
fn remarks<'a>(lines: impl Iterator<Item = &'a Line>) -> BTreeSet<String> {
    let mut remarks = BTreeSet::new();
    for line in lines {
        let name = &line.name;
        if !line.says_something() {
            remarks.insert(format!("{name} has no time (ns/op), nor a metric"));
        } else if line.nanoseconds.is_some() && line.time().is_none() {
            remarks.insert(format!("{name} took no time that was shown"));
        }
        remarks.extend(line.unusable.iter().map(|unit| {
            format!(
                "values of {unit} that are below 0 or no numbers are left out"
            )
        }));
    }
    remarks
}

fn measurement(lines: &[Line], reading: Reading) -> Measurement {
    let timed: Vec<(&Line, f64)> =
        lines.iter().filter_map(|line| Some((line, line.time()?))).collect();
    let samples = Samples {
        iterations: timed.iter().map(|(line, _)| line.iterations).collect(),
        times: timed.iter().map(|(line, t)| t * line.iterations).collect(),
    };
    let amount = |(line, time): &(&Line, f64)| {
        // 1 MB/s is 1,000,000 bytes in 1,000,000,000 ns.
        let bytes = line.megabytes_a_second? * time / 1000.0;
        Some(Throughput::BytesDecimal(bytes.round() as u64))
    };
    let last = &lines[lines.len() - 1];
    let mut custom = custom(lines);
    if let Some(rate) = last.megabytes_a_second.filter(|_| timed.is_empty()) {
        custom.insert("MB/s".to_owned(), rate);
    }
    Measurement {
        throughput: timed.last().and_then(amount),
        allocations: last.allocations,
        bytes: last.bytes,
        means: true,
        custom,
        ..Measurement::of(&samples, reading)
    }
}

/// Returns the median of each metric that all repetitions have.
fn custom(lines: &[Line]) -> BTreeMap<String, f64> {
    let units = lines[0].custom.keys();
    let median_of = |unit: &String| {
        let all: Option<Vec<f64>> =
            lines.iter().map(|line| line.custom.get(unit).copied()).collect();
        Some((unit.clone(), median(&all?)))
    };
    units.filter_map(median_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_unit_says_which_way_is_better() {
        let higher =
            Meaning { better: Some(Better::Higher), ..Meaning::default() };
        assert_eq!(unit("Unit req/s better=higher"), Some(("req/s", higher)));
        let exact = Meaning { exact: true, ..Meaning::default() };
        assert_eq!(unit("Unit n  assume=exact x=y"), Some(("n", exact)));
        assert_eq!(unit("Unity 1"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*(\nBenchmark[A-Za-z] 1 .*)?") {
            let _ = load(&text, Path::new("x"), Reading::default());
        }
    }
}
