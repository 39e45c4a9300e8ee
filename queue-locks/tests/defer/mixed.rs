//! Generations that meet on one stack: each call runs, once.

use std::cell::RefCell;

use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Outcome, go,
};

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
    inner_panics::<HeapRecords, OpenCoded>();
    inner_panics::<OpenCoded, HeapRecords>();
    inner_panics::<FrameRecords, OpenCoded>();
    inner_panics::<OpenCoded, FrameRecords>();
    inner_panics::<HeapRecords, FrameRecords>();
}

#[test]
fn a_panic_of_rust_is_recovered_across_generations() {
    outer_recovers::<HeapRecords, OpenCoded>();
    outer_recovers::<OpenCoded, HeapRecords>();
    outer_recovers::<FrameRecords, HeapRecords>();
}
