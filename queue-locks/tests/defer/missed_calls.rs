//! The shapes in which Go's panics missed a deferred call, once they had to
//! look for it: the issues 43921 and 48898, in our own words.

use std::cell::{Cell, RefCell};

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Recovery,
};

use super::go_tests::{frame, text};
use support::watchdog::watch;

fn swallow(recovery: &Recovery<'_>) {
    recovery.recover().expect("a panic is running");
}

/// Issue 43921: the panic of a deferred call has a recovery of its own, and
/// the panic that runs it another.
fn each_panic_meets_its_recovery<G: Generation>() {
    let (outer, inner) = (Cell::new(""), Cell::new(""));
    frame::<G>(|d| {
        d.defer_with(|r| outer.set(text(r.recover())));
        frame::<G>(|d| {
            d.defer(|| {
                frame::<G>(|d| {
                    d.defer_with(|r| inner.set(text(r.recover())));
                    G::go_panic("in the deferred call");
                })
            });
            G::go_panic("the first");
        })
    });
    assert_eq!(inner.get(), "in the deferred call");
    assert_eq!(outer.get(), "the first");
}

// ANCHOR: missed
/// Issue 48898: after panics on top of a panic, all recovered, the deferred
/// call of a later function was left out.
fn a_later_function_is_not_forgotten<G: Generation>() {
    let log = RefCell::new(Vec::new());
    frame::<G>(|d| {
        d.defer_with(|r| log.borrow_mut().push(text(r.recover())));
        frame::<G>(|d| {
            d.defer_with(swallow);
            d.defer(|| {
                frame::<G>(|d| {
                    d.defer_with(swallow);
                    d.defer(|| G::go_panic("third"));
                    G::go_panic("second");
                })
            });
            G::go_panic("first");
        });
        frame::<G>(|d| {
            d.defer(|| log.borrow_mut().push("unlock"));
            frame::<G>(|_| G::go_panic("fourth"));
        });
    });
    assert_eq!(log.into_inner(), ["unlock", "fourth"]);
}
// ANCHOR_END: missed

#[test]
fn no_generation_misses_a_call() {
    let _watched = watch();
    each_panic_meets_its_recovery::<HeapRecords>();
    each_panic_meets_its_recovery::<FrameRecords>();
    each_panic_meets_its_recovery::<OpenCoded>();
    a_later_function_is_not_forgotten::<HeapRecords>();
    a_later_function_is_not_forgotten::<FrameRecords>();
    a_later_function_is_not_forgotten::<OpenCoded>();
}
