//! What `--profile-time` of a benchmark writes.
//!
//! Criterion runs a benchmark for some seconds without measuring and tells a
//! profiler when it starts and ends. Which one it is, if any, is chosen when
//! the bench binary is built: a sampling profiler of CPU time (feature
//! `profile-cpu`), or one that sees each allocation (`profile-allocations`).
//! They are not in one binary, because the second slows down what the first
//! sees.
//!
//! `cargo xtask profile` builds both and calls them.

use bench_compare::interleave::rows;
use criterion::Criterion;

#[cfg(feature = "profile-allocations")]
mod allocations;
#[cfg(feature = "profile-cpu")]
mod cpu;

/// Returns criterion, with the profiler that this binary was built with, and
/// as brief as each process of a comparison: all benchmarks together take
/// minutes, and what `cargo xtask calibrate` says is said of such runs. Its
/// options, such as `--measurement-time`, still decide.
///
/// ```
/// let criterion = benches::profiler::criterion();
/// # drop(criterion);
/// ```
pub fn criterion() -> Criterion {
    let criterion = Criterion::default()
        .warm_up_time(rows::WARM_UP)
        .measurement_time(rows::MEASUREMENT)
        .sample_size(rows::SAMPLES)
        .nresamples(rows::RESAMPLES);
    #[cfg(feature = "profile-cpu")]
    let criterion = criterion.with_profiler(cpu::Cpu::default());
    #[cfg(feature = "profile-allocations")]
    let criterion =
        criterion.with_profiler(allocations::Allocations::default());
    criterion
}
