//! Says whether *new* is really faster than *old*.
//!
//! # The problem
//!
//! A benchmark that is run twice, from the same binary, gives two different
//! times. The hundred samples that criterion takes inside one process agree
//! with each other much better than two processes agree (the layout of
//! memory, the core, the neighbours and the clock frequency all change), so
//! a test over samples reports changes that are not there. Here the
//! *process run* is the unit that is repeated: each run gives one number for
//! a benchmark, and an exact rank test compares the numbers of the runs.
//!
//! # Map
//!
//! Measuring and reading:
//!
//! - [`interleave`]: old and new run in turns, each in a process of its own.
//! - [`blocks`]: variants inside one binary, in short blocks that take turns.
//! - [`counting`]: instructions and allocations of one iteration.
//! - [`input`]: where results come from; what criterion leaves on disk.
//! - [`run`]: one process run with all its benchmarks.
//! - [`samples`]: what was measured inside one run, and what is odd about it.
//! - [`estimator`]: the one number of a run.
//! - [`throughput`]: what one iteration processes.
//! - [`meaning`]: which way is better in a unit of a benchmark's own.
//!
//! Judging:
//!
//! - [`compare`](mod@compare): rows with ratio, interval and verdict.
//! - [`stats`]: the exact rank test and the interval that belongs to it.
//! - [`calibration`]: how often a rule is wrong, and how often it finds.
//!
//! Showing and keeping:
//!
//! - [`render`]: a report as text of one kind or another, such as [`text`].
//! - [`machine`]: what a measurement was made on.
//! - [`record`]: a measured table together with machine, commit, compiler.
//! - [`units`]: times and ratios as people read them.
//! - `natural_order`: names in the order in which people expect them.
//! - `json_file`: JSON files, read with errors that name the line.
//! - [`error`]: what can be wrong with the input.
//!
//! ```
//! use bench_compare::{Measurement, Run, Verdict, compare_variants};
//!
//! // Five runs of one process each; `hole` is 10 % faster than `swap`.
//! let runs: Vec<Run> = (0..5)
//!     .map(|run| {
//!         let noise = 1.0 + 0.001 * f64::from(run);
//!         Run::from_times("tour", [
//!             ("timers/push/1k/swap", 100.0 * noise),
//!             ("timers/push/1k/hole", 90.0 * noise),
//!         ])
//!     })
//!     .collect();
//! let rows = compare_variants(&runs, "swap", "hole");
//! assert_eq!(rows[0].benchmark, "timers/push/1k");
//! assert_eq!(rows[0].verdict, Verdict::Faster);
//! ```

#![forbid(unsafe_code)]

pub mod blocks;
pub mod calibration;
pub mod compare;
pub mod counting;
pub mod error;
pub mod estimator;
pub mod input;
pub mod interleave;
mod json_file;
pub mod machine;
pub mod meaning;
mod natural_order;
pub mod record;
pub mod render;
pub mod run;
pub mod samples;
pub mod stats;
pub mod throughput;
pub mod units;

pub use compare::noise_profile as noise;
pub use compare::{Row, Rule, Verdict, compare, compare_variants};
pub use error::Error;
pub use estimator::Estimator;
pub use record::Record;
pub use render::text;
pub use run::{Measurement, Run};
pub use throughput::Throughput;
