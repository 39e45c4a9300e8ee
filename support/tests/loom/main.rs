//! The futex under loom, and the smallest program that reads a stale value.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p support --test loom`
#![cfg(loom)]

mod futex;
mod publication;

use support::schedules::Bug;

/// Demands that the bug is found, on the schedule that `lanes` has of it.
fn check(bug: &Bug<'_>) {
    support::schedules::check(env!("CARGO_MANIFEST_DIR"), bug);
}
