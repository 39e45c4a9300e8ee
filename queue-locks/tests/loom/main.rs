//! Every interleaving of a few threads, and the bugs that loom finds in them.
//!
//! `cargo loom --crate queue-locks --all`
#![cfg(any(loom, shuttle))]

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

#[test]
fn each_model_and_each_bug_is_listed() {
    support::models::check_listed(env!("CARGO_MANIFEST_DIR"));
}
