//! What panics leave of a runtime and its threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};

use finalizers::gc::{Layout, Runtime};
use support::watchdog::watch;

const NODE: Layout = Layout::new(1, 8);

/// Returns a runtime, one of whose finalizers has panicked.
pub(crate) fn panicked() -> Runtime {
    let runtime = Runtime::new(1);
    let (sender, receiver) = mpsc::channel::<()>();
    let object = runtime.heap().lock().alloc(NODE);
    runtime.heap().lock().set_finalizer(object, move |_, _| {
        let _ends_with_the_panic = sender;
        panic!("in the finalizer");
    });
    runtime.heap().collect();
    receiver.recv().unwrap_err();
    runtime
}

#[test]
fn a_panic_on_the_finalizer_thread_ends_only_itself() {
    let _watched = watch();
    let runtime = Runtime::new(1);
    let (sender, receiver) = mpsc::channel();
    for number in 0..10 {
        let mut heap = runtime.heap().lock();
        let object = heap.alloc(NODE);
        let sender = sender.clone();
        heap.set_finalizer(object, move |heap, _| {
            let _held = heap.lock();
            sender.send(number).unwrap();
            panic!("in the finalizer, with the heap locked");
        });
    }
    runtime.heap().collect();
    let mut ran: Vec<i32> = receiver.iter().take(10).collect();
    ran.sort_unstable();
    assert_eq!(ran, (0..10).collect::<Vec<_>>());
    let end = catch_unwind(AssertUnwindSafe(|| drop(runtime)));
    assert!(end.is_err(), "the owner hears of it");
}

/// A payload that panics as it is dropped.
struct Twice;

impl Drop for Twice {
    fn drop(&mut self) {
        panic!("in the destructor of a payload");
    }
}

#[test]
fn a_payload_whose_destructor_panics_ends_nothing_either() {
    let _watched = watch();
    let runtime = Runtime::new(1);
    let (sender, receiver) = mpsc::channel();
    for number in 0..3 {
        let mut heap = runtime.heap().lock();
        let object = heap.alloc(NODE);
        let sender = sender.clone();
        heap.set_finalizer(object, move |_, _| {
            sender.send(number).unwrap();
            if number == 0 {
                panic!("the first, which the owner hears of");
            }
            std::panic::panic_any(Twice);
        });
        drop(heap);
        runtime.heap().collect();
    }
    assert_eq!(receiver.iter().take(3).collect::<Vec<_>>(), [0, 1, 2]);
    let end = catch_unwind(AssertUnwindSafe(|| drop(runtime)));
    assert!(end.is_err(), "the owner hears of it");
}

/// Two panics at once would end the process.
#[test]
fn a_runtime_that_a_panic_drops_keeps_the_panics_of_its_calls() {
    let _watched = watch();
    let end: Result<(), _> = catch_unwind(|| {
        let _runtime = panicked();
        std::panic::panic_any("the owner's");
    });
    let payload = end.expect_err("it panics");
    assert_eq!(payload.downcast_ref(), Some(&"the owner's"));
}

/// Lets the finalizer thread go on when it is dropped, and panics.
struct Bomb(mpsc::Sender<()>);

impl Drop for Bomb {
    fn drop(&mut self) {
        let _ = self.0.send(());
        panic!("in the destructor");
    }
}

/// What is due is dropped at the end, here by two destructors that panic.
#[test]
fn a_runtime_whose_finalizers_cannot_be_dropped_ends_all_the_same() {
    let _watched = watch();
    let runtime = Runtime::new(1);
    let heap = Arc::clone(runtime.heap());
    let (begun, has_begun) = mpsc::channel();
    let (open, gate) = mpsc::channel();
    let object = heap.lock().alloc(NODE);
    heap.lock().set_finalizer(object, move |_, _| {
        begun.send(()).unwrap();
        gate.recv().unwrap();
    });
    heap.collect();
    has_begun.recv().unwrap();
    for _ in 0..2 {
        let object = heap.lock().alloc(NODE);
        let bomb = Bomb(open.clone());
        heap.lock().set_finalizer(object, move |_, _| drop(bomb));
    }
    heap.collect();
    let end = catch_unwind(AssertUnwindSafe(|| drop(runtime)));
    let payload = end.expect_err("the owner hears of it");
    assert_eq!(payload.downcast_ref(), Some(&"in the destructor"));
    assert_eq!(Arc::strong_count(&heap), 1, "a thread has it");
}
