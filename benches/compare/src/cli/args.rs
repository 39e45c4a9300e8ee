//! What can be asked for on the command line.

use std::path::PathBuf;

use bench_compare::Estimator;
use clap::{Parser, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  Save a baseline, edit, measure again, compare (`new` is the latest run):
    cargo bench -- --save-baseline old
    cargo bench
    cargo compare old new

  Several runs a side, so that a verdict is possible:
    cargo compare old=r1,r3,r5,r7,r9 new=r2,r4,r6,r8,r10
    cargo compare 'old-*' 'new-*'

Exit status:
  0  compared
  2  wrong usage, or something could not be read";

/// Says whether new is really faster than old, from criterion's results.
///
/// Each SIDE is a baseline's name, a pattern of names ('old-*'), or a label
/// with several of them (old=r1,r2,r3). The first side is the base. Without a
/// side, the baselines that exist are listed.
#[derive(Debug, Parser)]
#[command(name = "bench-compare", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The sides to compare, the base first.
    #[arg(value_name = "SIDE")]
    pub(crate) sides: Vec<String>,

    /// Criterion's directory [default: found through cargo].
    #[arg(long, value_name = "DIR")]
    pub(crate) criterion_dir: Option<PathBuf>,

    /// Only benchmarks whose id matches this regular expression.
    #[arg(long, short, value_name = "REGEX")]
    pub(crate) filter: Option<regex::Regex>,

    /// The one number of a run.
    #[arg(long, value_enum, default_value = "minimum")]
    pub(crate) estimator: Number,

    /// The minimum effect, in percent: smaller changes do not count.
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "2%",
        value_parser = percent
    )]
    pub(crate) threshold: f64,

    /// The accepted rate of false alarms a row.
    #[arg(
        long,
        value_name = "RATE",
        default_value = "0.05",
        value_parser = rate
    )]
    pub(crate) alpha: f64,
}

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

/// `5%` or `5` is 0.05.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>();
    match number {
        Ok(percent) if (0.0..1000.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err("a percentage from 0 up is needed, such as 5%".into()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate < 1.0 => Ok(rate),
        _ => Err("a number between 0 and 1 is needed".into()),
    }
}
