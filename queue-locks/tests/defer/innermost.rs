//! Only the innermost function defers.

use std::cell::RefCell;

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, Outcome, go,
};
use support::watchdog::watch;

/// Its record would lie on those of the inner function, which would never
/// run, or after their frame has gone.
fn an_outer_function_defers_in_an_inner_one<G: Generation>() {
    let log = RefCell::new(Vec::new());
    let end = go(|| {
        G::with_defers(|outer| {
            G::with_defers(|inner| {
                inner.defer(|| log.borrow_mut().push("inner"));
                outer.defer(|| log.borrow_mut().push("outer"));
            });
        });
    });
    let Outcome::Crashed(links) = end else {
        panic!("it was not refused");
    };
    let said = links[0].to_string();
    assert!(said.contains("defers for itself"), "{said}");
    assert_eq!(log.into_inner(), ["inner"]);
}

#[test]
fn a_function_defers_for_itself() {
    let _watched = watch();
    an_outer_function_defers_in_an_inner_one::<HeapRecords>();
    an_outer_function_defers_in_an_inner_one::<FrameRecords>();
}

/// The record would be in the chain of a goroutine that ends before the
/// function does, and be lost.
fn a_function_defers_in_a_goroutine_within<G: Generation>() {
    let mut has_run = false;
    let end = go(|| {
        G::with_defers(|outer| {
            let inner = go(|| outer.defer(|| has_run = true));
            let Outcome::Crashed(links) = inner else {
                panic!("it was not refused");
            };
            let said = links[0].to_string();
            assert!(said.contains("defers for itself"), "{said}");
        });
    });
    assert!(matches!(end, Outcome::Returned(())), "{end:?}");
    assert!(!has_run);
}

#[test]
fn a_goroutine_does_not_defer_for_the_function_around_it() {
    let _watched = watch();
    a_function_defers_in_a_goroutine_within::<HeapRecords>();
    a_function_defers_in_a_goroutine_within::<FrameRecords>();
}
