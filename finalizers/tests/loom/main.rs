//! Every interleaving of the concurrent parts, each with the bug it catches.

#![cfg(any(loom, shuttle))]

mod cleanup_pool;
mod fd_mutex;
mod finalizer_queue;

/// Demands that the bug is found, on the schedule that `lanes` has of it.
fn check(bug: &support::schedules::Bug<'_>) {
    support::schedules::check(env!("CARGO_MANIFEST_DIR"), bug);
}

#[test]
fn each_model_and_each_bug_is_listed() {
    support::models::check_listed(env!("CARGO_MANIFEST_DIR"));
}
