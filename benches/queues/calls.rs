//! A deferred call without a lock around it.
//!
//! An uncontended lock and its unlock take two atomic instructions, in whose
//! time a processor of today does the work of a record as well. Here nothing
//! hides it.

use std::cell::Cell;
use std::hint::black_box;

use bench_compare::blocks::program::Program;
use benches::blocks;
use benches::cost::{Cost, Stopwatch};
use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded,
};

/// How many functions are called in one iteration, with one deferred call each.
const CALLS: u64 = 1_000;

/// Returns what measures `function`, which adds one to what it is given.
fn calls(function: impl Fn(&Cell<u64>)) -> impl FnMut(u64) -> Cost {
    let called = Cell::new(0);
    move |iterations| {
        let rounds = (0..iterations).map(|_| {
            called.set(0);
            let start = Stopwatch::start();
            (0..CALLS).for_each(|_| function(black_box(&called)));
            let time = start.elapsed();
            assert_eq!(called.get(), CALLS);
            time
        });
        rounds.sum()
    }
}

fn deferred<G: Generation>(called: &Cell<u64>) {
    G::with_defers(|d| d.defer(|| called.set(called.get() + 1)));
}

/// The three generations, and the call that is not deferred.
pub(crate) fn rows(program: &mut Program) {
    program.row(format!("queues/deferred-call/{CALLS}"), |variants| {
        let plain = |called: &Cell<u64>| called.set(called.get() + 1);
        blocks::add(variants, "explicit", calls(plain));
        let heap = calls(deferred::<HeapRecords>);
        blocks::add(variants, "heap-records", heap);
        let frame = calls(deferred::<FrameRecords>);
        blocks::add(variants, "frame-records", frame);
        let open = calls(deferred::<OpenCoded>);
        blocks::add(variants, "open-coded", open);
    });
}
