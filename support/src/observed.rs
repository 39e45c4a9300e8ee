//! What a run of a model shows beside its verdict: how many threads there
//! were, where atomics were used, and which steps were asked for.
//!
//! Who calls what: `located` and [`steps`](crate::steps) tell, while a model
//! runs; `report` asks when it has ended. Nothing is kept unless a report is
//! wanted.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::Location;

use crate::report;

type Place = &'static Location<'static>;

struct Observed {
    /// Threads of this execution, its first one too.
    threads: usize,
    most_threads: usize,
    /// By address, which is cheaper to compare than a path.
    operations: BTreeMap<usize, Place>,
    steps: BTreeSet<&'static str>,
}

impl Observed {
    const fn new() -> Self {
        Self {
            threads: 1,
            most_threads: 1,
            operations: BTreeMap::new(),
            steps: BTreeSet::new(),
        }
    }
}

// Loom runs all threads of a model on one thread of the system.
thread_local! {
    static OBSERVED: RefCell<Observed> = const {
        RefCell::new(Observed::new())
    };
}

fn observe(change: impl FnOnce(&mut Observed)) {
    if report::is_wanted() {
        OBSERVED.with_borrow_mut(change);
    }
}

/// Begins a model.
pub(crate) fn begin_model() {
    observe(|it| *it = Observed::new());
}

/// Begins an execution of it.
pub(crate) fn begin() {
    observe(|it| it.threads = 1);
}

/// A thread was started.
pub(crate) fn thread() {
    observe(|it| {
        it.threads += 1;
        it.most_threads = it.most_threads.max(it.threads);
    });
}

/// An atomic is used at `place`.
pub(crate) fn operation(place: Place) {
    observe(|it| {
        it.operations.insert(std::ptr::from_ref(place).addr(), place);
    });
    if report::is_traced() {
        println!("   at {place}");
    }
}

/// A step was asked for.
pub(crate) fn step(step: &'static str) {
    observe(|it| {
        it.steps.insert(step);
    });
}

/// Prints all of it, a line each.
pub(crate) fn print() {
    observe(|it| {
        println!("threads: {}", it.most_threads);
        for step in &it.steps {
            println!("step: {step}");
        }
        // Copies of a generic function have a place each.
        let places: BTreeSet<Place> = it.operations.values().copied().collect();
        for place in places {
            println!("operation: {place}");
        }
    });
}
