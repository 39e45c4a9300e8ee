//! What criterion leaves on disk.
//!
//! `<directory>/<baseline>/` holds four files; of these `benchmark.json`
//! has the benchmark's name and throughput and `sample.json` its samples.
//! Names are cut to 64 bytes and made unique by `_2` in the path, so the
//! path is not the name: benchmarks are joined by `full_id`.
//! (criterion 0.8.2, `src/report.rs` and `src/analysis/mod.rs`; 0.5 to 0.7
//! write the same fields.)

pub(in crate::input) mod files;
mod folder;
mod pool;
mod reader;
mod sample_file;
pub(crate) mod turns;
mod walk;

use std::collections::BTreeSet;
use std::path::Path;

use files::{BenchmarkFile, measured, parse};
use pool::pool;
use turns::{Turns, part};

use crate::error::Error;
use crate::run::Wanted;
use crate::run::{Measurement, Reading, Run};
use crate::samples::Samples;

impl Run {
    /// Reads the `baseline` of each benchmark under `criterion_dir`.
    ///
    /// The number of a run is [`Estimator::Minimum`]; use
    /// [`Run::load_with`] for another. A broken benchmark is left out and
    /// noted in [`Run::problems`].
    ///
    /// [`Estimator::Minimum`]: crate::estimator::Estimator::Minimum
    ///
    /// # Errors
    ///
    /// When the directory holds no results, when no benchmark has such a
    /// baseline, or when not one of them can be read.
    pub fn load(criterion_dir: &Path, baseline: &str) -> Result<Self, Error> {
        Self::load_with(criterion_dir, baseline, Reading::default())
    }

    /// Like [`Run::load`], with another number for a run, or its samples.
    ///
    /// # Errors
    ///
    /// As [`Self::load`].
    pub fn load_with(
        criterion_dir: &Path,
        baseline: &str,
        reading: Reading,
    ) -> Result<Self, Error> {
        let baselines = [baseline.to_owned()];
        let mut runs = load(criterion_dir, &baselines, reading)?;
        Ok(runs.swap_remove(0))
    }
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
    load_wanted(directory, baselines, reading, &|_| true)
}

/// Like [`load`], but reads no sample of a benchmark that is not wanted.
///
/// # Errors
///
/// As [`load`].
pub fn load_wanted(
    directory: &Path,
    baselines: &[String],
    reading: Reading,
    wanted: Wanted<'_>,
) -> Result<Vec<Run>, Error> {
    let turns = Turns::read(directory)?;
    let processes = turns.as_ref().map_or(1, Turns::processes);
    let mut runs = if processes == 1 {
        walk::read_all(directory, baselines, reading, wanted)?
    } else {
        let parts = |name: &String| {
            (0..processes).map(|it| part(name, it)).collect::<Vec<_>>()
        };
        let parts: Vec<_> = baselines.iter().flat_map(parts).collect();
        let with_samples = Reading { keep_samples: true, ..reading };
        let runs = walk::read_all(directory, &parts, with_samples, wanted)?;
        pool(runs, processes as usize, reading)
    };
    for run in &mut runs {
        if let Some(turns) = &turns {
            turns.mark(run);
        }
        if run.benchmarks.is_empty() && run.passed_over == 0 {
            return Err(if run.problems.is_empty() {
                unknown(directory, &run.name)?
            } else {
                run.problems.swap_remove(0)
            });
        }
        run.problems.sort_by(|a, b| a.path().cmp(b.path()));
    }
    Ok(runs)
}

fn unknown(directory: &Path, baseline: &str) -> Result<Error, Error> {
    let existing = baselines(directory)?;
    Ok(if existing.is_empty() {
        Error::no_results(directory)
    } else {
        Error::unknown_baseline(directory, baseline, existing)
    })
}

/// Returns the names of all baselines under `directory`, in order.
///
/// # Errors
///
/// When the directory cannot be read, or holds no results.
pub fn baselines(directory: &Path) -> Result<Vec<String>, Error> {
    let turns = Turns::read(directory)?;
    let mut names = BTreeSet::new();
    let mut open = vec![directory.to_owned()];
    while let Some(path) = open.pop() {
        match walk::directories_in(&path) {
            Ok(Some(inner)) => open.extend(inner),
            Ok(None) => {
                let name = path.file_name().unwrap_or_default();
                let name = name.to_string_lossy().into_owned();
                if !turns.as_ref().is_some_and(|it| it.is_part(&name)) {
                    names.insert(name);
                }
            }
            // A folder that cannot be read hides its own results only.
            Err(error) if path == directory => return Err(error),
            Err(_) => {}
        }
    }
    Ok(names.into_iter().collect())
}

/// Reads one benchmark from the bytes of its two files.
///
/// # Errors
///
/// When one of the two is not what criterion writes.
///
/// ```
/// use bench_compare::input::criterion::parse_run;
/// use bench_compare::run::Reading;
///
/// let benchmark = br#"{"full_id":"put","throughput":null}"#;
/// let sample = br#"{"iters":[10.0],"times":[120.0]}"#;
/// let (id, measured) =
///     parse_run(benchmark, sample, Reading::default()).unwrap();
/// assert_eq!((id.as_str(), measured.time), ("put", Some(12.0)));
/// ```
pub fn parse_run(
    benchmark: &[u8],
    sample: &[u8],
    reading: Reading,
) -> Result<(String, Measurement), Error> {
    let place = Path::new("benchmark.json");
    let file: BenchmarkFile = parse(place, "", benchmark)?;
    let place = Path::new("sample.json");
    let mut samples = Samples::default();
    sample_file::read(place, "", sample, &mut samples)?;
    let mut measurement = measured(&samples, place, reading)?;
    measurement.throughput = file.throughput;
    Ok((file.full_id, measurement))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::throughput::Throughput;
    use std::fs;

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
        assert_eq!(run.benchmarks["a?b"].time, Some(9.0));
        let both = Throughput::ElementsAndBytes { elements: 1, bytes: 2 };
        assert_eq!(run.benchmarks["a*b"].throughput, Some(both));
    }
}
