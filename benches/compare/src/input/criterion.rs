//! What criterion leaves on disk.
//!
//! `<directory>/<baseline>/` holds four files; of these `benchmark.json`
//! has the benchmark's name and throughput and `sample.json` its samples.
//! Names are cut to 64 bytes and made unique by `_2` in the path, so the
//! path is not the name: benchmarks are joined by `full_id`.
//! (criterion 0.8.2, `src/report.rs` and `src/analysis/mod.rs`.)

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Error, Estimator, Measurement, Run};

/// What one iteration of a benchmark processes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Throughput {
    /// Bits.
    Bits(u64),
    /// Bytes, shown in powers of 1024.
    Bytes(u64),
    /// Bytes, shown in powers of 1000.
    BytesDecimal(u64),
    /// Elements.
    Elements(u64),
    /// Elements that are bytes long together.
    ElementsAndBytes {
        /// How many elements.
        elements: u64,
        /// How many bytes.
        bytes: u64,
    },
}

#[derive(Deserialize)]
struct BenchmarkFile {
    full_id: String,
    throughput: Option<Throughput>,
}

#[derive(Deserialize)]
struct SampleFile {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// See [`Run::load_with`].
pub(crate) fn load(
    directory: &Path,
    baseline: &str,
    estimator: Estimator,
) -> Result<Run, Error> {
    let found = scan(directory)?;
    let wanted = |path: &&PathBuf| path.ends_with(baseline);
    let paths: Vec<_> = found.iter().filter(wanted).collect();
    if paths.is_empty() {
        let existing = names(&found);
        return Err(match existing.is_empty() {
            true => Error::no_results(directory),
            false => Error::unknown_baseline(directory, baseline, existing),
        });
    }
    let mut run = Run {
        name: baseline.to_owned(),
        ..Run::default()
    };
    for path in paths {
        match read(path, baseline, estimator) {
            Ok((name, measurement)) => {
                run.benchmarks.insert(name, measurement);
            }
            Err(problem) => run.problems.push(problem),
        }
    }
    match run.benchmarks.is_empty() {
        true => Err(run.problems.swap_remove(0)),
        false => Ok(run),
    }
}

/// The names of all baselines under `directory`, in order.
///
/// # Errors
///
/// When the directory cannot be read, or holds no results.
pub fn baselines(directory: &Path) -> Result<Vec<String>, Error> {
    scan(directory).map(|found| names(&found))
}

fn names(found: &[PathBuf]) -> Vec<String> {
    let name = |path: &PathBuf| path.file_name()?.to_str().map(str::to_owned);
    let names: BTreeSet<_> = found.iter().filter_map(name).collect();
    names.into_iter().collect()
}

/// All directories that hold the results of one benchmark and baseline.
fn scan(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(path) = open.pop() {
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(Error::no_results(&path));
            }
            Err(error) => return Err(Error::io(&path, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| Error::io(&path, error))?;
            let kind = entry.file_type();
            if kind.map_err(|error| Error::io(&path, error))?.is_dir() {
                open.push(entry.path());
            } else if entry.file_name() == "benchmark.json" {
                found.push(path.clone());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(
    path: &Path,
    baseline: &str,
    estimator: Estimator,
) -> Result<(String, Measurement), Error> {
    let benchmark: BenchmarkFile =
        read_json(&path.join("benchmark.json"), baseline)?;
    let samples = read_samples(&path.join("sample.json"), baseline)?;
    let measurement = Measurement {
        time: estimator.of(&samples),
        within: None,
        throughput: benchmark.throughput,
    };
    Ok((benchmark.full_id, measurement))
}

/// The samples, as iterations and nanoseconds, the fastest first.
fn read_samples(path: &Path, baseline: &str) -> Result<Vec<(f64, f64)>, Error> {
    let file: SampleFile = read_json(path, baseline)?;
    let bad = |what| Err(Error::malformed(path, 1, 1, what));
    if file.iters.len() != file.times.len() {
        return bad("`iters` and `times` differ in length");
    }
    if file.times.is_empty() {
        return bad("there is no sample");
    }
    let mut samples: Vec<_> = file.iters.into_iter().zip(file.times).collect();
    let positive = |&(iters, time): &(f64, f64)| iters > 0.0 && time > 0.0;
    if !samples.iter().all(positive) {
        return bad("a sample without iterations or without time");
    }
    samples.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
    Ok(samples)
}

fn read_json<T: DeserializeOwned>(
    path: &Path,
    baseline: &str,
) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    if bytes.is_empty() {
        return Err(Error::emptied(path, baseline));
    }
    serde_json::from_slice(&bytes).map_err(|error| Error::json(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path is cut and made unique, so two ids share a folder name and
    /// only `full_id` tells them apart.
    #[test]
    fn the_name_is_the_full_id_and_not_the_path() {
        let directory = tempfile::tempdir().unwrap();
        for (folder, id) in [("a_b", "a?b"), ("a_b_2", "a*b")] {
            let path = directory.path().join(folder).join("old");
            fs::create_dir_all(&path).unwrap();
            let throughput = r#"{"ElementsAndBytes":{"elements":1,"bytes":2}}"#;
            let text =
                format!(r#"{{"full_id":"{id}","throughput":{throughput}}}"#);
            fs::write(path.join("benchmark.json"), text).unwrap();
            let text = r#"{"iters":[2.0,4.0],"times":[20.0,36.0]}"#;
            fs::write(path.join("sample.json"), text).unwrap();
        }
        let run = Run::load(directory.path(), "old").unwrap();
        assert_eq!(run.benchmarks["a?b"].time, 9.0);
        let both = Throughput::ElementsAndBytes {
            elements: 1,
            bytes: 2,
        };
        assert_eq!(run.benchmarks["a*b"].throughput, Some(both));
    }
}
