//! A table of one metric, line by line.

use crate::compare::row::Row;
use crate::meaning::Better;
use crate::throughput::Throughput;

/// What a block is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Nanoseconds an iteration.
    Time,
    /// Amount a second.
    Throughput,
    /// Instructions an iteration.
    Instructions,
    /// Allocations an iteration.
    Allocations,
    /// Bytes allocated an iteration.
    Bytes,
    /// A metric of the benchmarks' own.
    Custom {
        /// Its unit, which is all the name that it has.
        unit: String,
        /// Which way is better, where that is known.
        better: Option<Better>,
    },
}

impl Metric {
    /// Returns the block's title.
    pub fn name(&self) -> &str {
        match self {
            Self::Time => "time",
            Self::Throughput => "throughput",
            Self::Instructions => "instructions",
            Self::Allocations => "allocations",
            Self::Bytes => "bytes",
            Self::Custom { unit, .. } => unit,
        }
    }

    /// Returns which way is better, where that is known.
    pub fn better(&self) -> Option<Better> {
        match self {
            Self::Throughput => Some(Better::Higher),
            Self::Custom { better, .. } => *better,
            _ => Some(Better::Lower),
        }
    }

    /// Returns true for numbers that are counted, and not measured.
    pub fn is_count(&self) -> bool {
        matches!(self, Self::Instructions | Self::Allocations | Self::Bytes)
    }
}

/// One benchmark in a block: the base, and each other side against it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The benchmark's id.
    pub benchmark: String,
    /// The base's number.
    pub base: f64,
    /// One row for each other side that has the benchmark.
    pub rows: Vec<Option<Row>>,
    /// What an iteration processes, in the block of throughputs.
    pub throughput: Option<Throughput>,
}

/// One metric of all benchmarks.
#[derive(Clone, Debug)]
pub struct Block {
    /// What the numbers are.
    pub metric: Metric,
    /// One line a benchmark.
    pub lines: Vec<Line>,
    /// The geometric mean over all benchmarks, for each other side.
    pub mean: Vec<Option<Row>>,
}
