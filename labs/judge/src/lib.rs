//! The judge of the labs.
//!
//! A reader writes code in a package of their own, and `cargo lab check`
//! builds it with this library into one program, `check`. Each *gate* is one
//! run of that program in a process of its own, so that nothing that the
//! reader's code does can hurt the judge; it ends with a [`report::Report`].
//!
//! What every lab uses:
//!
//! - [`report`]: what a gate found, as it is written and read.
//! - [`child`]: a process that may hang, crash or print without end.
//! - [`panics`]: code that may panic, and what it said.
//! - [`sequence`]: random operations, and the shortest sequence that fails.
//! - [`tested`]: the reader's own tests, on sound code and on mutants.
//! - [`columns`]: who did what in which order, a column a thread.
//! - [`stopwatch`]: how long an operation takes.
//! - [`allocations`]: how often a piece of code asks for memory.
//! - [`harness`]: the `main` of the program `check`.
//!
//! One module a lab, with what its reader implements:
//!
//! - [`collector`]: marking, sweeping, and what finalizers are owed.
//! - [`container`]: a process in namespaces of its own.
//! - [`coverage`]: a merge of coverage profiles.
//! - [`defer`]: the rules of defer, panic, recover and goexit.
//! - [`fd_mutex`]: the lock of a descriptor that one thread closes.
//! - [`heap`]: sifting, and removal by the back index.
//! - [`loom_model`]: models that find planted bugs.
//! - [`mutex`]: locks on a futex.
//! - [`rank_test`]: the exact test by which benchmarks are judged.
//! - [`timerproc`]: the wake-up of the thread that waits for timers.

pub mod allocations;
pub mod child;
pub mod collector;
pub mod columns;
pub mod container;
pub mod coverage;
pub mod defer;
pub mod fd_mutex;
pub mod harness;
pub mod heap;
pub mod loom_model;
pub mod mutex;
pub mod panics;
pub mod rank_test;
pub mod report;
pub mod sequence;
pub mod stopwatch;
pub mod tested;
pub mod timerproc;
