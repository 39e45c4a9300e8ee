//! What the benchmarks share.
//!
//! - [`allocator`]: an allocator that counts for each thread; every program
//!   that uses this crate has it.
//! - [`counted`]: a benchmark that is timed by criterion, and counted in a
//!   pass of its own, so that counting costs no time that is measured.
//! - [`profiler`]: what a benchmark writes when it is profiled.

pub mod allocator;
pub mod counted;
pub mod profiler;

#[global_allocator]
static ALLOCATOR: allocator::Counting = allocator::Counting;
