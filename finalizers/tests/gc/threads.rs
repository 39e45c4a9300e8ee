//! The heap that threads share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use finalizers::gc::{Layout, Runtime};
use support::watchdog::watch;

use crate::panics::panicked;

const NODE: Layout = Layout::new(1, 8);

#[test]
fn a_finalizer_may_use_the_heap_and_bring_its_object_back() {
    let _watched = watch();
    let runtime = Runtime::new(1);
    let (sender, receiver) = mpsc::channel();
    let object = runtime.heap().lock().alloc(NODE);
    runtime.heap().lock().set_finalizer(object, move |heap, object| {
        let root = heap.lock().root(object);
        sender.send(root).unwrap();
    });
    runtime.heap().collect();
    let root = receiver.recv().unwrap();
    runtime.heap().collect();
    assert_eq!(runtime.heap().lock().unroot(root), object);
}

#[test]
fn an_object_lives_while_its_finalizer_runs_on_its_thread() {
    let _watched = watch();
    let runtime = Runtime::new(1);
    let (begun, has_begun) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let (sender, receiver) = mpsc::channel();
    let object = runtime.heap().lock().alloc(NODE);
    runtime.heap().lock().set_finalizer(object, move |heap, object| {
        begun.send(()).unwrap();
        gate.recv().unwrap();
        sender.send(heap.lock().is_allocated(object)).unwrap();
    });
    runtime.heap().collect();
    has_begun.recv().unwrap();
    runtime.heap().collect();
    open.send(()).unwrap();
    assert!(receiver.recv().unwrap());
}

#[test]
fn many_rounds_run_every_finalizer_and_every_cleanup_once() {
    let _watched = watch();
    let runtime = Runtime::new(2);
    let (finalized, finalizers) = mpsc::channel();
    let (cleaned, cleanups) = mpsc::channel();
    const ROUNDS: u32 = if cfg!(miri) { 4 } else { 1_000 };
    for number in 0..ROUNDS {
        let mut heap = runtime.heap().lock();
        let object = heap.alloc(NODE);
        let (finalized, cleaned) = (finalized.clone(), cleaned.clone());
        heap.set_finalizer(object, move |_, _| {
            finalized.send(number).unwrap();
        });
        let object = heap.alloc(NODE);
        heap.add_cleanup(object, move |_| cleaned.send(number).unwrap());
        drop(heap);
        runtime.heap().collect();
    }
    drop((finalized, cleaned));
    let sorted = |receiver: mpsc::Receiver<u32>| {
        let mut numbers: Vec<_> = receiver.iter().collect();
        numbers.sort_unstable();
        numbers
    };
    let all: Vec<_> = (0..ROUNDS).collect();
    assert_eq!(sorted(finalizers), all);
    assert_eq!(sorted(cleanups), all);
}

#[test]
fn what_is_due_at_the_end_is_not_run() {
    let _watched = watch();
    let runtime = Runtime::new(0);
    let object = runtime.heap().lock().alloc(NODE);
    runtime.heap().lock().add_cleanup(object, |_| unreachable!());
    runtime.heap().collect();
    drop(runtime);
}

#[test]
#[should_panic(expected = "in the finalizer")]
fn a_panic_in_a_finalizer_reaches_the_owner() {
    let _watched = watch();
    drop(panicked());
}

/// A call may be the last that has the runtime, and cannot wait for itself.
#[test]
fn a_runtime_may_be_dropped_by_its_own_calls() {
    let _watched = watch();
    for is_finalizer in [true, false] {
        let runtime = Runtime::new(2);
        let heap = Arc::clone(runtime.heap());
        let (sender, receiver) = mpsc::channel();
        let end = move || {
            let end = AssertUnwindSafe(|| drop(runtime));
            sender.send(catch_unwind(end).is_ok()).unwrap();
        };
        let object = heap.lock().alloc(NODE);
        if is_finalizer {
            heap.lock().set_finalizer(object, move |_, _| end());
        } else {
            heap.lock().add_cleanup(object, move |_| end());
        }
        heap.collect();
        assert_eq!(receiver.recv(), Ok(true));
    }
}

/// Whoever locks the heap may put another one there. What runs then ends in a
/// panic, like any other, and only itself.
#[test]
fn a_heap_that_is_replaced_while_a_finalizer_runs_ends_that_one_only() {
    let _watched = watch();
    let runtime = Runtime::new(1);
    let (sender, receiver) = mpsc::channel();
    let object = runtime.heap().lock().alloc(NODE);
    runtime.heap().lock().set_finalizer(object, |heap, _| {
        drop(std::mem::take(&mut *heap.lock()));
    });
    runtime.heap().collect();
    let mut object = None;
    while object.is_none() {
        let mut heap = runtime.heap().lock();
        if heap.collections() == 0 {
            let new = heap.alloc(NODE);
            let sender = sender.clone();
            heap.set_finalizer(new, move |_, _| sender.send(()).unwrap());
            object = Some(new);
        }
    }
    runtime.heap().collect();
    assert_eq!(receiver.recv(), Ok(()), "the next one runs");
    let end = AssertUnwindSafe(|| drop(runtime));
    let payload = catch_unwind(end).expect_err("the panic comes to the owner");
    let text = payload.downcast_ref::<String>().expect("a text");
    assert!(text.contains("a root of another heap"), "{text}");
}
