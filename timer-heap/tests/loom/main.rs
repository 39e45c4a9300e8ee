//! Models of the wake-up protocol, each with the bug that it would find.
#![cfg(loom)]

mod biased_lock;
mod fire;
mod marks;
mod wake_up;

// ANCHOR: check
/// Demands that the bug is found, with its message, on the schedule that
/// `lanes` has of it.
fn check(bug: &support::recorded::Bug<'_>) {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    support::recorded::check(&tests.join("loom/lanes"), bug);
}
// ANCHOR_END: check
