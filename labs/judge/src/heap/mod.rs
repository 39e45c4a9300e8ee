//! The lab *heap*: the reader restores the order of a 4-ary heap.
//!
//! The reader's type implements the crate's own `Sift`, and here [`Unlink`]
//! and [`Tested`].
//!
//! - [`timers`]: the tree and the back indices that are given.
//! - [`operations`]: push, pop and remove, against the oracle.
//! - [`mutants`]: sifts with a bug each, for the reader's own tests.
//! - [`workload`]: what is measured, and the naive way.
//! - [`gates`]: what is judged.

pub mod gates;
pub mod mutants;
pub mod operations;
pub mod timers;
pub mod workload;

pub use gates::main;
pub use mutants::Tested;
pub use timers::{IDLE, Timers, Unlink};
