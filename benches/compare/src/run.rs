//! One process run and the number of each benchmark in it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::input::criterion::{self, Throughput};
use crate::{Error, Estimator};

/// One run of the benchmarks: one process, one baseline of criterion.
#[derive(Debug, Default)]
pub struct Run {
    /// The baseline's name.
    pub name: String,
    /// By full id, `subject/operation/size/variant`.
    pub benchmarks: BTreeMap<String, Measurement>,
    /// Files that could not be read; their benchmarks are left out.
    pub problems: Vec<Error>,
}

/// What one run says about one benchmark.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Nanoseconds an iteration: the run's one number.
    pub time: f64,
    /// The 95 % interval for that number *within* the run, where known.
    ///
    /// It says nothing about the next run.
    pub within: Option<(f64, f64)>,
    /// What one iteration processes, if the benchmark says so.
    pub throughput: Option<Throughput>,
}

impl Run {
    /// Reads the `baseline` of each benchmark under `criterion_dir`.
    ///
    /// The number of a run is the [`Estimator::Minimum`]; use
    /// [`Run::load_with`] for another. A broken benchmark is left out and
    /// noted in [`Run::problems`].
    ///
    /// # Errors
    ///
    /// When the directory holds no results, when no benchmark has such a
    /// baseline, or when not one of them can be read.
    pub fn load(criterion_dir: &Path, baseline: &str) -> Result<Self, Error> {
        Self::load_with(criterion_dir, baseline, Estimator::default())
    }

    /// Like [`Run::load`], with another number for a run.
    ///
    /// # Errors
    ///
    /// As [`Run::load`].
    pub fn load_with(
        criterion_dir: &Path,
        baseline: &str,
        estimator: Estimator,
    ) -> Result<Self, Error> {
        criterion::load(criterion_dir, baseline, estimator)
    }

    /// A run of known times, in nanoseconds an iteration.
    pub fn from_times<N: Into<String>>(
        name: &str,
        times: impl IntoIterator<Item = (N, f64)>,
    ) -> Self {
        let measurement = |time| Measurement {
            time,
            within: None,
            throughput: None,
        };
        Self {
            name: name.to_owned(),
            benchmarks: times
                .into_iter()
                .map(|(benchmark, time)| (benchmark.into(), measurement(time)))
                .collect(),
            problems: Vec::new(),
        }
    }
}
