//! Models of the wake-up protocol, each with the bug that it would find.
#![cfg(loom)]

mod fire;
mod wake_up;

// ANCHOR: check
/// Demands that each planted bug of a module is found, with its message, on
/// the schedule that `lanes` has of it.
fn check(module: &str, bugs: &[(&str, &str)]) {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (bug, message) in bugs {
        let name = format!("{module}::{bug}");
        support::recorded::check(
            &tests.join("loom/lanes"),
            bug,
            &name,
            message,
        );
    }
}
// ANCHOR_END: check
