//! A table of one metric, line by line.

use crate::compare::row::Row;
use crate::throughput::Throughput;

/// What a block is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

impl Metric {
    /// Returns the block's title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Throughput => "throughput",
            Self::Instructions => "instructions",
            Self::Allocations => "allocations",
            Self::Bytes => "bytes",
        }
    }

    /// Returns true for what is counted, and neither timed nor sampled.
    pub fn is_count(self) -> bool {
        match self {
            Self::Time | Self::Throughput => false,
            Self::Instructions | Self::Allocations | Self::Bytes => true,
        }
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
