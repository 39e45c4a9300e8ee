//! How long an operation takes, in this process.
//!
//! One number of one process says little: `cargo lab` lets the reader's code
//! and ours take turns in many of them.

use std::time::{Duration, Instant};

use crate::report::{Count, Report};

/// How long a process measures.
const MEASURED: Duration = Duration::from_millis(12);

/// What the number is called in a report.
pub const WHAT: &str = "nanoseconds an operation";

/// Runs `work`, of so many operations, again and again, and reports the
/// median time of one operation.
pub fn measure(operations: usize, mut work: impl FnMut()) -> Report {
    work();
    let mut times = Vec::new();
    let start = Instant::now();
    while start.elapsed() < MEASURED || times.len() < 3 {
        let one = Instant::now();
        work();
        times.push(one.elapsed());
    }
    times.sort_unstable();
    let median = times[times.len() / 2].as_nanos().max(1) as f64;
    let yours = median / operations as f64;
    let count = Count { what: WHAT.into(), yours, ours: yours, bound: None };
    Report { counts: vec![count], ..Report::passed("measured") }
}
