//! What the crates of this workspace share, once.
//!
//! The shim, and what is built on it alone:
//!
//! - [`sync`]: the only file that chooses between `std`, loom and shuttle.
//! - [`backoff`]: how to wait for a thread that is about to go on.
//! - [`barrier`]: a memory barrier whose cost is all on one side.
//! - [`futex`]: wait until a word changes; the kernel's or a modelled one.
//! - [`semaphore`]: permits and a queue of those who sleep for one, over the
//!   futex.
//!
//! Models, and the proof that they can fail:
//!
//! - [`model`](mod@model): one test body, run plainly, or explored by loom or shuttle.
//! - [`lanes`]: who did what in which order, for the book's loom lanes.
//! - [`planted`]: proof that a model finds the bug it is there for.
//! - `schedules` (with the feature `schedules`): those bugs kept as data.
//! - `passed` (with `schedules`): the runs in which such a bug did not show.
//! - `reads_from`: which store a load read from; a part of `schedules`.
//! - `chart` (with `schedules`): a schedule as columns, for book and terminal.
//! - `models` (with `schedules`): what each model proves, and what it does not.
//! - [`steps`]: steps that a protocol can leave out, turned off by their names.
//! - `report`: what a model prints for `cargo loom`.
//! - `located` and `observed` (under loom): where a model uses its atomics.
//!
//! For the rest of the workspace:
//!
//! - `atomic_file` (with the feature `files`): files written whole or not at
//!   all.
//! - `manual` (with the feature `manual`): the manual page of a command, and
//!   `completions`: what may follow a subcommand of cargo's.
//! - `browser` (with the feature `browser`): shows a page in the browser.
//! - `criterion_home` (with the feature `criterion`): where criterion keeps
//!   its results.
//! - [`example`]: an example, built with optimisation by a test.
//! - `disassembly` (with the feature `disassembly`): what the compiler made of
//!   a function, for tests.
//! - [`instructions`]: how many instructions it executes, for tests.
//! - [`skipped`]: a test that does nothing here, told past the harness.
//! - [`asked`]: a child process that answers each line with a line.
//! - [`workspace`]: where the workspace is, for its own programs.
//! - [`visible`]: text of others, shown in a line of ours.
//! - `near` (with the feature `near`): names that come near one that is not
//!   known.
//! - [`paragraph`]: text in lines of a width.
//! - [`printing`]: the end of a command whose output cannot be written.
//! - [`watchdog`]: a test that hangs is named.
//! - [`probe`]: steps of an algorithm, recorded at no cost when off.

// docs.rs shows which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod asked;
#[cfg(feature = "files")]
pub mod atomic_file;
pub mod backoff;
pub mod barrier;
#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "schedules")]
pub mod chart;
#[cfg(feature = "manual")]
pub mod completions;
#[cfg(feature = "criterion")]
pub mod criterion_home;
#[cfg(feature = "disassembly")]
pub mod disassembly;
pub mod example;
pub mod futex;
pub mod instructions;
pub mod lanes;
#[cfg(loom)]
mod located;
#[cfg(feature = "manual")]
pub mod manual;
pub mod model;
#[cfg(feature = "schedules")]
pub mod models;
#[cfg(feature = "near")]
pub mod near;
#[cfg(loom)]
mod observed;
pub mod paragraph;
#[cfg(feature = "schedules")]
pub mod passed;
pub mod planted;
pub mod printing;
pub mod probe;
#[cfg(feature = "schedules")]
mod reads_from;
mod report;
#[cfg(feature = "schedules")]
pub mod schedules;
pub mod semaphore;
pub mod skipped;
pub mod steps;
pub mod sync;
pub mod visible;
pub mod watchdog;
pub mod workspace;

pub use model::{model, model_within};
