//! The lab *loom-model*: the reader writes models, and they are judged by the
//! bugs that they find in locks.
//!
//! - `planted` (under loom): locks with a bug in `try_lock`; the others are the crate's.
//! - [`gates`]: what is judged.

pub mod gates;
#[cfg(loom)]
mod planted;

pub use gates::{Models, main};
