//! One finalizer that blocks.

use std::sync::mpsc;

use crate::gc::{Layout, Runtime};

const COUNT: usize = 100;

/// Returns how many finalizers and cleanups run while one finalizer is
/// blocked: no finalizer, because one thread runs them all, and every cleanup.
///
/// # Panics
///
/// When the blocked finalizer's thread is gone.
pub fn one_blocked_finalizer() -> String {
    let runtime = Runtime::new(2);
    let (begun, has_begun) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let (finalized, finalizers) = mpsc::channel();
    let (cleaned, cleanups) = mpsc::channel();
    let mut heap = runtime.heap().lock();
    let blocked = heap.alloc(Layout::new(0, 64));
    heap.set_finalizer(blocked, move |_, _| {
        begun.send(()).expect("somebody waits for it");
        gate.recv().expect("it is opened in the end");
    });
    for _ in 1..COUNT {
        let object = heap.alloc(Layout::new(0, 64));
        let finalized = finalized.clone();
        heap.set_finalizer(object, move |_, _| {
            finalized.send(()).expect("somebody counts");
        });
    }
    for _ in 0..COUNT {
        let object = heap.alloc(Layout::new(0, 64));
        let cleaned = cleaned.clone();
        heap.add_cleanup(object, move |_| {
            cleaned.send(()).expect("somebody counts");
        });
    }
    drop((heap, finalized, cleaned));
    runtime.heap().collect();
    has_begun.recv().expect("the finalizer thread runs");
    // Ends when the last cleanup has run, not after some time.
    let cleanups = cleanups.iter().count();
    let others = finalizers.try_iter().count();
    open.send(()).expect("the finalizer waits");
    assert_eq!(finalizers.iter().count(), COUNT - 1, "all run in the end");
    format!(
        "{others} of {} finalizers, {cleanups} of {COUNT} cleanups",
        COUNT - 1
    )
}
