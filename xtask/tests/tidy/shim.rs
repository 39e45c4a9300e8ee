//! Code that names a thread, a lock or an atomic of `std` itself is code
//! that no model sees: it goes through `support::sync`.

use crate::modules::Crate;
use crate::none;
use crate::uses::{unexcused, unexcused_in};

/// What a model must be able to take the place of.
const MODELLED: [&str; 13] = [
    "std::sync::atomic",
    "core::sync::atomic",
    "std::sync::Barrier",
    "std::sync::Condvar",
    "std::sync::LazyLock",
    "std::sync::Mutex",
    "std::sync::OnceLock",
    "std::sync::RwLock",
    "std::thread",
    "crossbeam",
    "loom",
    "parking_lot",
    "shuttle",
];

/// The crates whose code loom and shuttle explore.
const CRATES: [&str; 4] = [
    "timer-heap/src/",
    "queue-locks/src/",
    "finalizers/src/",
    "coverage-merge/src/",
];

/// Says on the line before why a line goes past the shim.
const REASON: &str = "// Not modelled:";

#[test]
fn only_the_shim_chooses_between_std_and_models() {
    none(&unexcused(&CRATES, &MODELLED, REASON));
}

#[test]
fn each_way_past_the_shim_is_found() {
    let text = "\
#[cfg(test)]
use std::thread;
use std::sync::{Arc, Mutex};
use std::{sync::atomic::AtomicU8, thread as real};
use std::sync;
fn one() { sync::Condvar::new(); real::yield_now() }
// Not modelled: it waits for the kernel.
fn two() { std::thread::yield_now() }
";
    let read = |_: &str| Some(text.to_owned());
    let code = Crate::load("a.rs", &read);
    assert_eq!(
        unexcused_in(&code, &read, &MODELLED, REASON),
        [
            "a.rs:3: std::sync::Mutex",
            "a.rs:4: std::sync::atomic::AtomicU8",
            "a.rs:4: std::thread",
            "a.rs:6: sync::Condvar::new",
        ]
    );
}
