//! The words that options take.

use bench_compare::Estimator;
use bench_compare::compare::report::Sort;
use clap::ValueEnum;

/// The names of [`Estimator`]s.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Number {
    /// The fastest sample.
    Minimum,
    /// The 5th percentile of the samples.
    FifthPercentile,
    /// The middle sample.
    Median,
    /// Total time by total iterations.
    Mean,
}

impl From<Number> for Estimator {
    fn from(number: Number) -> Self {
        match number {
            Number::Minimum => Self::Minimum,
            Number::FifthPercentile => Self::FifthPercentile,
            Number::Median => Self::Median,
            Number::Mean => Self::Mean,
        }
    }
}

/// The names of [`Sort`] orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// By name, numbers as numbers.
    Name,
    /// The largest change first.
    Change,
    /// The slowest first.
    Time,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Name => Self::Name,
            Order::Change => Self::Change,
            Order::Time => Self::Time,
        }
    }
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for a terminal.
    Text,
    /// Tables for a pull request.
    Markdown,
    /// One line a row.
    Csv,
    /// A versioned schema for programs.
    Json,
    /// One page with plots that needs nothing else.
    Html,
}

/// The look of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Style {
    /// Ratios with intervals and verdicts.
    Verdict,
    /// As Go's benchcmp printed it.
    Benchcmp,
}

/// What makes the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A benchmark is proven to be slower, or allocates more.
    Slower,
    /// A benchmark is proven to have changed, for better or worse: of what is
    /// not decided to be the same, nothing passes.
    Changed,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
