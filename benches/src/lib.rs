//! What the benchmarks share.
//!
//! - [`allocator`]: an allocator that counts for each thread; every program
//!   that uses this crate has it.
//! - [`Group`] and [`Bencher`]: criterion's, with a pass that counts after
//!   the timed one, so that counting costs no time that is measured.
//! - [`spent`]: time and allocations together, for benchmarks that measure
//!   by a [`Stopwatch`](spent::Stopwatch) of their own.
//! - [`profiler`]: what a benchmark writes when it is profiled.

pub mod allocator;
mod bencher;
mod group;
pub mod profiler;
pub mod spent;

pub use bencher::Bencher;
pub use group::Group;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;
