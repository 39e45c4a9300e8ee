//! Generations that meet on one stack: each call runs, once.

use std::cell::RefCell;

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Outcome, go,
};
use support::watchdog::watch;

/// A function without a result.
fn frame<'env, G: Generation>(body: impl FnOnce(&G::Defers<'env>)) {
    G::with_defers(body);
}

fn inner_panics<Outer: Generation, Inner: Generation>() {
    let log = RefCell::new(Vec::new());
    let say = |text| log.borrow_mut().push(text);
    let outcome = go(|| {
        frame::<Outer>(|d| {
            d.defer(|| say("outer"));
            frame::<Inner>(|d| {
                d.defer(|| say("inner"));
                Inner::go_panic("no");
            })
        })
    });
    assert!(matches!(outcome, Outcome::Crashed(_)));
    let mut log = log.into_inner();
    log.sort_unstable();
    assert_eq!(log, ["inner", "outer"]);
}

fn outer_recovers<Outer: Generation, Inner: Generation>() {
    let log = RefCell::new(Vec::new());
    let say = |text| log.borrow_mut().push(text);
    frame::<Outer>(|d| {
        d.defer_with(|recovery| {
            recovery.recover();
            say("outer");
        });
        frame::<Inner>(|d| {
            d.defer(|| say("inner"));
            std::panic::resume_unwind(Box::new("a panic of Rust"));
        })
    });
    let mut log = log.into_inner();
    log.sort_unstable();
    assert_eq!(log, ["inner", "outer"]);
}

#[test]
fn each_call_runs_once() {
    let _watched = watch();
    inner_panics::<HeapRecords, OpenCoded>();
    inner_panics::<OpenCoded, HeapRecords>();
    inner_panics::<FrameRecords, OpenCoded>();
    inner_panics::<OpenCoded, FrameRecords>();
    inner_panics::<HeapRecords, FrameRecords>();
}

#[test]
fn a_panic_of_rust_is_recovered_across_generations() {
    let _watched = watch();
    outer_recovers::<HeapRecords, OpenCoded>();
    outer_recovers::<OpenCoded, HeapRecords>();
    outer_recovers::<FrameRecords, HeapRecords>();
}

/// A recovery by an outer function of one generation passes a function of
/// another, which can neither recover it nor forget it.
fn a_recovery_passes<Outer: Generation, Inner: Generation>() {
    let log = RefCell::new(Vec::new());
    let say = |text| log.borrow_mut().push(text);
    let outcome = go(|| {
        frame::<Outer>(|d| {
            d.defer_with(|recovery| {
                recovery.recover().iter().for_each(|_| say("recovered"));
            });
            frame::<Inner>(|d| {
                d.defer_with(|recovery| {
                    recovery.recover().iter().for_each(|_| say("not mine"));
                });
                d.defer(|| say("inner"));
                Outer::go_panic("no");
            });
            say("not reached");
        });
        say("goes on");
    });
    assert!(matches!(outcome, Outcome::Returned(())));
    assert_eq!(log.into_inner(), ["recovered", "inner", "goes on"]);
}

#[test]
fn a_recovery_is_neither_forgotten_nor_recovered() {
    let _watched = watch();
    a_recovery_passes::<HeapRecords, OpenCoded>();
    a_recovery_passes::<FrameRecords, OpenCoded>();
}

/// What a deferred call does while such a recovery passes replaces it.
#[test]
fn a_panic_replaces_a_recovery_that_passes() {
    let _watched = watch();
    let outcome: Outcome<()> = go(|| {
        frame::<HeapRecords>(|d| {
            d.defer_with(|recovery| drop(recovery.recover()));
            frame::<OpenCoded>(|d| {
                d.defer(|| OpenCoded::go_panic("newer"));
                HeapRecords::go_panic("older");
            });
        });
    });
    let Outcome::Crashed(links) = outcome else {
        panic!("the newer panic was forgotten");
    };
    assert_eq!(links[0].to_string(), "panic: newer");
}

/// A recovery that passes does not jump over a `goexit` on its way.
#[test]
fn a_recovery_that_passes_spares_a_goexit() {
    let _watched = watch();
    let outcome: Outcome<()> = go(|| {
        frame::<HeapRecords>(|d| {
            d.defer_with(|recovery| drop(recovery.recover()));
            frame::<OpenCoded>(|d| {
                d.defer(|| HeapRecords::go_panic("on the way out"));
                OpenCoded::goexit();
            });
        });
    });
    assert!(matches!(outcome, Outcome::Exited));
}
