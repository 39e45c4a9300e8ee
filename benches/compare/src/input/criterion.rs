//! What criterion leaves on disk.
//!
//! `<directory>/<baseline>/` holds four files; of these `benchmark.json`
//! has the benchmark's name and throughput and `sample.json` its samples.
//! Names are cut to 64 bytes and made unique by `_2` in the path, so the
//! path is not the name: benchmarks are joined by `full_id`.
//! (criterion 0.8.2, `src/report.rs` and `src/analysis/mod.rs`; 0.5 to 0.7
//! write the same fields.)

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::run::Reading;
use crate::samples::Samples;
use crate::{Error, Measurement, Run, Throughput};

#[derive(Deserialize)]
struct BenchmarkFile {
    full_id: String,
    throughput: Option<Throughput>,
}

/// Written beside criterion's files by the allocation counter of `benches`.
#[derive(Deserialize)]
struct AllocationFile {
    allocations: f64,
    bytes: f64,
}

/// Reads several baselines of one directory, in the order asked for.
///
/// # Errors
///
/// When the directory holds no results, when one of the baselines is unknown,
/// or when not one of its benchmarks can be read.
pub fn load(
    directory: &Path,
    baselines: &[String],
    reading: Reading,
) -> Result<Vec<Run>, Error> {
    let found = scan(directory)?;
    let load_one = |baseline: &String| {
        let paths = found.of(baseline);
        if paths.is_empty() {
            return Err(found.unknown(directory, baseline));
        }
        let benchmarks = read_all(&paths, baseline, reading);
        collect(baseline, benchmarks)
    };
    baselines.iter().map(load_one).collect()
}

/// The names of all baselines under `directory`, in order.
///
/// # Errors
///
/// When the directory cannot be read, or holds no results.
pub fn baselines(directory: &Path) -> Result<Vec<String>, Error> {
    scan(directory).map(|found| found.names())
}

fn collect(
    baseline: &str,
    benchmarks: Vec<Result<(String, Measurement), Error>>,
) -> Result<Run, Error> {
    let mut run = Run {
        name: baseline.to_owned(),
        ..Run::default()
    };
    for benchmark in benchmarks {
        match benchmark {
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

/// Opening small files is all system calls, so each core does its share.
fn read_all(
    paths: &[&PathBuf],
    baseline: &str,
    reading: Reading,
) -> Vec<Result<(String, Measurement), Error>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = paths.len().div_ceil(cores).max(64);
    let read_share = |paths: &[&PathBuf]| -> Vec<_> {
        paths
            .iter()
            .map(|path| read(path, baseline, reading))
            .collect()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = paths
            .chunks(share)
            .map(|paths| scope.spawn(move || read_share(paths)))
            .collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
            thread.join().expect("reading does not panic")
        };
        threads.into_iter().flat_map(join).collect()
    })
}

/// All directories that hold the results of one benchmark and baseline.
struct Found(Vec<PathBuf>);

impl Found {
    fn of(&self, baseline: &str) -> Vec<&PathBuf> {
        self.0
            .iter()
            .filter(|path| path.ends_with(baseline))
            .collect()
    }

    fn names(&self) -> Vec<String> {
        let name = |p: &PathBuf| p.file_name()?.to_str().map(str::to_owned);
        let names: BTreeSet<_> = self.0.iter().filter_map(name).collect();
        names.into_iter().collect()
    }

    fn unknown(&self, directory: &Path, baseline: &str) -> Error {
        match self.0.is_empty() {
            true => Error::no_results(directory),
            false => Error::unknown_baseline(directory, baseline, self.names()),
        }
    }
}

fn scan(directory: &Path) -> Result<Found, Error> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(path) = open.pop() {
        let here =
            directories_in(&path).map_err(|error| match error.kind() {
                ErrorKind::NotFound => Error::no_results(&path),
                _ => Error::io(&path, error),
            })?;
        match here {
            Some(inner) => open.extend(inner),
            None => found.push(path),
        }
    }
    found.sort();
    Ok(Found(found))
}

/// The directories in `path`, or none where the results of a run stand.
fn directories_in(path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
    let mut inner = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            inner.push(entry.path());
        } else if entry.file_name() == "benchmark.json" {
            return Ok(None);
        }
    }
    Ok(Some(inner))
}

fn read(
    path: &Path,
    baseline: &str,
    reading: Reading,
) -> Result<(String, Measurement), Error> {
    let file: BenchmarkFile =
        read_json(&path.join("benchmark.json"), baseline)?;
    let place = path.join("sample.json");
    let samples: Samples = read_json(&place, baseline)?;
    let bad = |what| Error::malformed(&place, 1, 1, what);
    samples.check().map_err(bad)?;
    let mut measurement = Measurement::of(samples, reading);
    measurement.throughput = file.throughput;
    let place = path.join("allocations.json");
    if let Some(bytes) = read_if_there(&place)? {
        let counts: AllocationFile = parse(&place, baseline, &bytes)?;
        measurement.allocations = Some(counts.allocations);
        measurement.bytes = Some(counts.bytes);
    }
    Ok((file.full_id, measurement))
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path, error)),
    }
}

fn read_json<T: DeserializeOwned>(
    path: &Path,
    baseline: &str,
) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    parse(path, baseline, &bytes)
}

fn parse<T: DeserializeOwned>(
    path: &Path,
    baseline: &str,
    bytes: &[u8],
) -> Result<T, Error> {
    if bytes.is_empty() {
        return Err(Error::emptied(path, baseline));
    }
    serde_json::from_slice(bytes).map_err(|error| Error::json(path, &error))
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
