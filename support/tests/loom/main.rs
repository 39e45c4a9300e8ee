//! The futex under loom, and the smallest program that reads a stale value.
//!
//! `cargo loom --crate support --all`
#![cfg(any(loom, shuttle))]

mod futex;
mod limits;
// What `cargo loom new` writes, under another name.
mod my_model;
mod publication;

use support::schedules::Bug;

/// Demands that the bug is found, on the schedule that `lanes` has of it.
fn check(bug: &Bug<'_>) {
    support::schedules::check(env!("CARGO_MANIFEST_DIR"), bug);
}

#[test]
fn each_model_and_each_bug_is_listed() {
    support::models::check_listed(env!("CARGO_MANIFEST_DIR"));
}
