//! One process run and the number of each benchmark in it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::input::criterion;
use crate::samples::{self, Ordered, Samples, Shape, quantile_interval};
use crate::throughput::Throughput;
use crate::{Error, Estimator};

/// One run of the benchmarks: one process, one baseline of criterion.
#[derive(Debug, Default)]
pub struct Run {
    /// The baseline's or the file's name.
    pub name: String,
    /// By full id, `subject/operation/size/variant`.
    pub benchmarks: BTreeMap<String, Measurement>,
    /// Files that could not be read; their benchmarks are left out.
    pub problems: Vec<Error>,
}

/// What one run says about one benchmark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// Nanoseconds an iteration: the run's one number.
    pub time: f64,
    /// The 95 % interval for that number *within* the run, where known.
    ///
    /// It says nothing about the next run.
    pub within: Option<(f64, f64)>,
    /// What one iteration processes, if the benchmark says so.
    pub throughput: Option<Throughput>,
    /// Allocations of one iteration, where they were counted.
    pub allocations: Option<f64>,
    /// Bytes that one iteration allocates, where they were counted.
    pub bytes: Option<f64>,
    /// What is odd about the samples.
    pub shape: Shape,
    /// The samples themselves, if they were asked for.
    pub samples: Option<Box<Samples>>,
}

/// What to read of each run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// How the samples become the run's one number.
    pub estimator: Estimator,
    /// Whether to keep the samples.
    pub keep_samples: bool,
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
        Self::load_with(criterion_dir, baseline, Reading::default())
    }

    /// Like [`Run::load`], with another number for a run, or its samples.
    ///
    /// # Errors
    ///
    /// As [`Run::load`].
    pub fn load_with(
        criterion_dir: &Path,
        baseline: &str,
        reading: Reading,
    ) -> Result<Self, Error> {
        let baselines = [baseline.to_owned()];
        let mut runs = criterion::load(criterion_dir, &baselines, reading)?;
        Ok(runs.swap_remove(0))
    }

    /// A run of this name without benchmarks.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// A run of known times, in nanoseconds an iteration.
    pub fn from_times<N: Into<String>>(
        name: &str,
        times: impl IntoIterator<Item = (N, f64)>,
    ) -> Self {
        let measurement = |time| Measurement { time, ..Measurement::default() };
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

impl Measurement {
    /// The measurement that these samples are.
    ///
    /// # Panics
    ///
    /// When the samples do not pass [`Samples::check`].
    pub fn of(samples: &Samples, reading: Reading) -> Self {
        let times = samples.per_iteration();
        let ordered = Ordered::new(&times);
        let sorted = &ordered.sorted;
        let estimator = reading.estimator;
        Self {
            time: estimator.of(samples, sorted),
            within: (sorted.len() > 1)
                .then(|| quantile_interval(sorted, estimator.quantile())),
            shape: samples::shape(&times, &ordered),
            samples: reading.keep_samples.then(|| Box::new(samples.clone())),
            ..Self::default()
        }
    }
}
