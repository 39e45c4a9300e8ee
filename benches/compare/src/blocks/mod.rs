//! Variants inside one binary, measured in blocks that take turns.
//!
//! Two functions of one program need no two processes: blocks of each, a
//! fraction of a millisecond long, follow each other, and whatever slows the
//! machine down slows down both of two neighbours. The median of the ratios of
//! neighbouring blocks is the *one number of a process*; a few processes are
//! the replicates, because what is drawn anew for each of them (where the heap
//! lies, say) is the same for all of its blocks.
//!
//! - [`program`]: what a bench target declares, and its command line.
//! - [`alternate`]: the blocks of one row.
//! - [`files`]: blocks on disk, in criterion's layout, and what one process
//!   says of two variants.
//!
//! A bench target (`harness = false`) that compares two ways to add:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! fn main() -> ExitCode {
//!     bench_compare::blocks::main(|program| {
//!         program.row("sum/1000", |variants| {
//!             let numbers: Vec<u64> = (0..1_000).collect();
//!             let same = numbers.clone();
//!             variants.add("fold", move || numbers.iter().fold(0, |a, b| a + b));
//!             variants.add("sum", move || same.iter().sum::<u64>());
//!         });
//!     })
//! }
//! ```
//!
//! `cargo bench --bench NAME` runs it ten times and prints ratios, intervals
//! and verdicts.
//!
//! Two *versions* of a program are two binaries, which differ in where the
//! linker puts everything; for those stand the pairs of
//! [`interleave`](crate::interleave).

pub mod alternate;
pub mod files;
pub mod program;

pub use program::{is_asked, main};
