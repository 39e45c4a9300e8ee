//! Models of the wake-up protocol, each with the bug that it would find.
#![cfg(any(loom, shuttle))]

mod biased_lock;
mod channels;
mod fire;
mod futures;
mod marks;
mod wake_up;

/// Demands that the bug is found, on the schedule that `lanes` has of it.
fn check(bug: &support::schedules::Bug<'_>) {
    support::schedules::check(env!("CARGO_MANIFEST_DIR"), bug);
}

#[test]
fn each_model_and_each_bug_is_listed() {
    support::models::check_listed(env!("CARGO_MANIFEST_DIR"));
}
