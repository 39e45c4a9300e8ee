//! What the benchmarks share: counting allocations beside timing.
//!
//! - [`allocator`]: an allocator that counts for each thread.
//! - [`counted`]: a benchmark that is timed by criterion, and counted in a
//!   pass of its own, so that counting costs no time that is measured.

pub mod allocator;
pub mod counted;
