//! What the crates of this workspace share, once.
//!
//! - `atomic_file` (the feature `files`): files written whole or not at all.
//! - [`sync`]: the only file that chooses between `std`, loom and shuttle.
//! - [`barrier`]: a memory barrier whose cost is all on one side.
//! - [`disassembly`]: what the compiler made of a function, for tests.
//! - [`futex`]: wait until a word changes; the kernel's or a modelled one.
//! - [`model`](mod@model): one test body, run plainly, or explored by loom or shuttle.
//! - [`lanes`]: who did what in which order, for the book's loom lanes.
//! - [`planted`]: proof that a model finds the bug it is there for.
//! - `recorded` (a feature of that name, for tests): those bugs kept as data.
//! - [`probe`]: steps of an algorithm, recorded at no cost when off.

#[cfg(feature = "files")]
pub mod atomic_file;
pub mod barrier;
pub mod disassembly;
pub mod futex;
pub mod lanes;
pub mod model;
#[cfg(feature = "recorded")]
mod origin;
pub mod planted;
pub mod probe;
#[cfg(feature = "recorded")]
pub mod recorded;
pub mod sync;

pub use model::{model, model_within};
