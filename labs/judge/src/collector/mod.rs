//! The lab *collector*: the reader marks, sweeps, and says what becomes of
//! objects with finalizers, cleanups and weak pointers.
//!
//! The names are those of `finalizers::gc`, of which this heap is a small
//! model: objects of one size, with three pointer fields each.
//!
//! - [`span`]: a page of slots, and the bits that say what is in them.
//! - [`memory`]: all spans, and which slot is next.
//! - [`special`]: what hangs on objects.
//! - [`heap`]: what a program sees, and the trait that the reader implements.
//! - [`planted`]: our collector, and the same with a bug each.
//! - [`oracle`]: what a collection has to do, in sets.
//! - [`operations`]: what a program does.
//! - [`drawing`]: the reader's heap in text, with names for its objects.
//! - [`pair`]: the reader's heap and the oracle, side by side.
//! - [`programs`]: random programs on both, and the shortest that fails.
//! - [`chain`]: a list of finalizers, collection by collection.
//! - [`counts`]: what is counted.
//! - [`workload`]: what is measured, and the naive way.
//! - [`gates`]: what is judged.

pub mod chain;
pub mod counts;
pub mod drawing;
pub mod gates;
pub mod heap;
pub mod memory;
pub mod operations;
pub mod oracle;
pub mod pair;
pub mod planted;
pub mod programs;
pub mod span;
pub mod special;
pub mod workload;

pub use gates::main;
pub use heap::{Collector, DueCleanup, DueFinalizer, Heap};
pub use memory::SlotRef;
pub use planted::Tested;
pub use span::Span;
pub use special::{Special, SpecialKind};
