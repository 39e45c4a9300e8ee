//! A panic with ten deferred calls that nobody recovers, from the panic to
//! the last of the calls. (Go would print and exit then; what the unwinding
//! to [`go`] costs is not part of it, but stands beside it as `to-the-end`.)
//! `bare-catch` is what the unwinder takes for no deferred call at all.

use std::cell::Cell;
use std::hint::black_box;
use std::panic::{catch_unwind, resume_unwind};

use benches::Group;
use benches::cost::{Cost, Stopwatch};
use criterion::Criterion;
use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, Outcome, go,
};

const CALLS: u32 = 10;

/// Panics once; returns how long it took to the last call, and to the end.
fn panic<G: Generation>() -> (Cost, Cost) {
    let (calls, start) = (Cell::new(0), Cell::new(Stopwatch::start()));
    let last = Cell::new(Cost::NOTHING);
    let outcome: Outcome<()> = go(|| {
        G::with_defers(|d| {
            d.defer(|| last.set(start.get().elapsed()));
            for _ in 1..CALLS {
                d.defer(|| calls.set(calls.get() + 1));
            }
            start.set(Stopwatch::start());
            G::go_panic("nobody recovers");
        })
    });
    let end = start.get().elapsed();
    assert!(matches!(outcome, Outcome::Crashed(links) if links.len() == 1));
    assert_eq!(calls.get(), CALLS - 1);
    (last.get(), end)
}

fn generation<G: Generation>(criterion: &mut Criterion, variant: &str) {
    let to_last = |rounds: u64| (0..rounds).map(|_| panic::<G>().0).sum();
    let to_end = |rounds: u64| (0..rounds).map(|_| panic::<G>().1).sum();
    let group = format!("queues/panic/{CALLS}");
    let mut group = Group::new(criterion, group);
    group.bench_function(variant, |bencher| bencher.iter_custom(to_last));
    group.bench_function(format!("{variant}-to-the-end"), |bencher| {
        bencher.iter_custom(to_end)
    });
}

/// Throws and catches; returns how long it took.
fn catch() -> Cost {
    let start = Stopwatch::start();
    let end = catch_unwind(|| {
        if black_box(true) {
            resume_unwind(Box::new("nobody recovers"));
        }
    });
    let took = start.elapsed();
    assert!(end.is_err());
    took
}

fn bare_catch(criterion: &mut Criterion) {
    let rounds = |rounds: u64| (0..rounds).map(|_| catch()).sum();
    let mut group = Group::new(criterion, format!("queues/panic/{CALLS}"));
    group.bench_function("bare-catch", |bencher| bencher.iter_custom(rounds));
}

/// All generations, and none.
pub(crate) fn panics(criterion: &mut Criterion) {
    bare_catch(criterion);
    generation::<HeapRecords>(criterion, "heap-records");
    generation::<FrameRecords>(criterion, "frame-records");
    generation::<OpenCoded>(criterion, "open-coded");
}
