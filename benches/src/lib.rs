//! What the benchmarks share.
//!
//! - [`allocator`]: an allocator that counts for each thread; every program
//!   that uses this crate has it.
//! - `group` and `bencher`: [`Group`] and [`Bencher`] are criterion's, with a
//!   pass that counts after the timed one, so that counting costs no time
//!   that is measured.
//! - [`blocks`]: measuring variants in turns inside one process.
//! - [`cost`]: time and allocations together, for benchmarks that measure
//!   by a [`Stopwatch`](cost::Stopwatch) of their own.
//! - [`profiler`]: what a benchmark writes when it is profiled.

pub mod allocator;
mod bencher;
pub mod blocks;
pub mod cost;
mod group;
pub mod profiler;

pub use bencher::Bencher;
pub use group::Group;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;
