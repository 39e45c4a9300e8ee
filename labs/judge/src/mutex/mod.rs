//! The lab *mutex*: the reader builds locks on a futex.
//!
//! The reader's locks implement the crate's own `RawLock` and `TimedLock`.
//!
//! - [`futex`]: the word to sleep on, which counts the calls of the kernel.
//! - [`threads`]: what a lock promises, on real threads.
//! - [`models`]: the same under loom.
//! - [`workload`]: what is measured.
//! - [`gates`]: what is judged.

pub mod futex;
pub mod gates;
pub mod models;
#[cfg(not(loom))]
pub mod threads;
#[cfg(not(loom))]
pub mod workload;

pub use futex::Futex;
pub use gates::main;
