//! The futex under loom, and the smallest program that reads a stale value.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release -p support --test loom`
#![cfg(loom)]

mod futex;
mod publication;

use support::recorded::Bug;

/// Demands that the bug is found, on the schedule that `lanes` has of it.
fn check(bug: &Bug<'_>) {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    support::recorded::check(&tests.join("loom/lanes"), bug);
}
