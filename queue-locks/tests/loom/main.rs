//! Every interleaving of a few threads, and the bugs that loom finds in them.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p queue-locks --test loom`
#![cfg(loom)]

#[macro_use]
mod planted;

mod locks;
mod queue;
mod sharing;
mod symptoms;

/// Demands that the bug is found, on the schedule that `lanes` has of it.
fn check(bug: &support::schedules::Bug<'_>) {
    support::schedules::check(env!("CARGO_MANIFEST_DIR"), bug);
}
