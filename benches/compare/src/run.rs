//! One process run and the number of each benchmark in it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::estimator::Estimator;
use crate::meaning::Meaning;
use crate::samples::{self, Ordered, Samples, Shape, quantile_interval};
use crate::throughput::Throughput;

/// One run of the benchmarks: one process, one baseline of criterion.
#[derive(Debug, Default)]
pub struct Run {
    /// The baseline's or the file's name.
    pub name: String,
    /// By full id, `subject/operation/size/variant`.
    pub benchmarks: BTreeMap<String, Measurement>,
    /// Files that could not be read; their benchmarks are left out.
    pub problems: Vec<Error>,
    /// Ids that several folders carry.
    pub twice: Vec<String>,
    /// The packages of Go that its benchmarks are of.
    pub packages: BTreeSet<String>,
    /// What is known of the units of the benchmarks' own metrics.
    pub units: BTreeMap<String, Meaning>,
    /// What a reader should know of how it was read.
    pub remarks: BTreeSet<String>,
    /// Benchmarks that failed while they were measured: their times are those
    /// of a failure.
    pub failed: BTreeSet<String>,
    /// How many benchmarks were passed over, because nobody asked for them.
    pub passed_over: usize,
    /// What kind of source it was read from.
    pub source: Source,
    /// Where it ran; nothing stands for this machine.
    pub machine: Option<String>,
    /// The session that measured it, told from all others by this name:
    /// machines of one kind have one description.
    pub session: Option<String>,
    /// The round of its session: the runs of one round were made next to each
    /// other, row by row, so they are pairs.
    pub round: Option<u32>,
}

/// Where a run comes from, as far as advice depends on it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Criterion's folders, or an export of them.
    #[default]
    Criterion,
    /// The text of `go test -bench`.
    Go,
    /// Another program's file.
    Other,
}

/// What one run says about one benchmark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measurement {
    /// Nanoseconds an iteration: the run's one number; nothing where only
    /// other metrics were measured.
    pub time: Option<f64>,
    /// The 95 % interval for that number *within* the run, where known.
    ///
    /// It says nothing about the next run.
    pub within: Option<(f64, f64)>,
    /// What one iteration processes, if the benchmark says so.
    pub throughput: Option<Throughput>,
    /// Instructions of one iteration, where they were counted.
    pub instructions: Option<f64>,
    /// Allocations of one iteration, where they were counted.
    pub allocations: Option<f64>,
    /// Bytes that one iteration allocates, where they were counted.
    pub bytes: Option<f64>,
    /// How many samples stand behind it; nothing where that is not known.
    pub count: Option<usize>,
    /// Which number it is, if another than was asked for: a source without
    /// samples has estimates only.
    pub instead: Option<Estimator>,
    /// The number is that of fewer samples than there are, because the other
    /// side has fewer.
    pub thinned: bool,
    /// When it was written.
    pub when: Option<SystemTime>,
    /// The counts are means of many iterations, which wobble, and not exact.
    pub means: bool,
    /// Metrics of the benchmark's own, by their unit.
    pub custom: BTreeMap<String, f64>,
    /// What is odd about the samples.
    pub shape: Shape,
    /// The samples themselves, if they were asked for.
    pub samples: Option<Box<Samples>>,
}

/// Says of a benchmark's id whether anybody wants it.
pub type Wanted<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// What to read of each run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// How the samples become the run's one number.
    pub estimator: Estimator,
    /// Whether to keep the samples.
    pub keep_samples: bool,
}

impl Run {
    /// Returns a run of this name without benchmarks.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Returns what is known of the run, without its benchmarks and what was
    /// wrong with them.
    pub(crate) fn without_benchmarks(&self) -> Self {
        Self {
            name: self.name.clone(),
            packages: self.packages.clone(),
            units: self.units.clone(),
            remarks: self.remarks.clone(),
            failed: self.failed.clone(),
            source: self.source,
            machine: self.machine.clone(),
            session: self.session.clone(),
            round: self.round,
            ..Self::default()
        }
    }

    /// Returns the run, or the first of its problems.
    ///
    /// # Errors
    ///
    /// When a benchmark could not be read and was left out.
    pub fn whole(mut self) -> Result<Self, Error> {
        if self.problems.is_empty() {
            Ok(self)
        } else {
            Err(self.problems.swap_remove(0))
        }
    }

    /// Returns a run of known times, in nanoseconds an iteration.
    pub fn from_times<N: Into<String>>(
        name: &str,
        times: impl IntoIterator<Item = (N, f64)>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            benchmarks: times
                .into_iter()
                .map(|(id, time)| (id.into(), Measurement::of_time(time)))
                .collect(),
            ..Self::default()
        }
    }
}

impl Measurement {
    /// Returns a measurement of which only the time is known.
    pub(crate) fn of_time(time: f64) -> Self {
        Self { time: Some(time), ..Self::default() }
    }

    /// Returns the logarithm of the time.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub(crate) fn logarithm(&self) -> f64 {
        self.time.expect("only what has a time is compared").ln()
    }

    /// Returns true if both say the same, whether or not the one was read with
    /// its samples and its time, and the other without.
    pub(crate) fn is_copy_of(&self, other: &Self) -> bool {
        let numbers = |it: &Self| {
            let counts = [it.instructions, it.allocations, it.bytes];
            (it.time, it.within, it.count, counts)
        };
        numbers(self) == numbers(other)
            && self.throughput == other.throughput
            && self.custom == other.custom
    }

    /// Returns the measurement that these samples are; of none, one without a
    /// time.
    ///
    /// # Panics
    ///
    /// When there are samples that do not pass [`Samples::check`].
    pub fn of(samples: &Samples, reading: Reading) -> Self {
        Self::of_checked(samples, &samples.per_iteration(), reading)
    }

    /// Like [`Self::of`], where the times of an iteration are known.
    pub(crate) fn of_checked(
        samples: &Samples,
        times: &[f64],
        reading: Reading,
    ) -> Self {
        let kept = || reading.keep_samples.then(|| Box::new(samples.clone()));
        if times.is_empty() {
            return Self { samples: kept(), ..Self::default() };
        }
        let ordered = Ordered::new(times);
        let sorted = &ordered.sorted;
        let estimator = reading.estimator;
        Self {
            time: Some(estimator.of(sorted)),
            within: estimator
                .quantile()
                .filter(|_| sorted.len() > 1)
                .map(|q| quantile_interval(sorted, q)),
            count: Some(times.len()),
            shape: samples::shape(times, &ordered),
            samples: kept(),
            ..Self::default()
        }
    }
}
