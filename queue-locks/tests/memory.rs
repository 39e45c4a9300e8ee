//! The records of the heap: one is used again as soon as its call runs, and a
//! thread frees all that it had. And what locks have on the heap.
#![cfg(not(any(loom, shuttle)))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::thread;

use queue_locks::RawLock;
use queue_locks::defer::{Defer, heap_records};
use queue_locks::locks::{Mcs, Std};

thread_local! {
    /// What this thread has allocated and not freed.
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

thread_local! {
    /// The threads of the test are counted together. The harness has one of its
    /// own, which allocates when it likes.
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// What the threads of the test have allocated and not freed.
static LEFT: AtomicIsize = AtomicIsize::new(0);

struct Counting;

// SAFETY: both are the system's, and counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1);
        // SAFETY: the caller's promises are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-1);
        // SAFETY: the caller's promises are the same.
        unsafe { System.dealloc(pointer, layout) };
    }
}

fn count(by: isize) {
    LIVE.set(LIVE.get() + by);
    if IS_OURS.get() {
        LEFT.fetch_add(by, Ordering::Relaxed);
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Returns what locks leave that are dropped, held or not: some have a part of
/// theirs on the heap.
fn left_by_locks() -> isize {
    let before = LIVE.get();
    drop((<Mcs>::default(), Std::default()));
    let (mcs, std) = (<Mcs>::default(), Std::default());
    assert!(mcs.try_lock() && std.try_lock());
    drop((mcs, std));
    let mcs = <Mcs>::default();
    mcs.lock();
    assert!(!mcs.try_lock());
    // SAFETY: this thread locked two lines above.
    unsafe { mcs.unlock() };
    LIVE.get() - before
}

/// Returns what a thread leaves that has deferred so many calls.
fn left_by_a_thread(calls: usize) -> isize {
    let before = LEFT.load(Ordering::Relaxed);
    let defers = move || {
        IS_OURS.set(true);
        heap_records::with_defers(|d| (0..calls).for_each(|_| d.defer(|| ())));
    };
    thread::spawn(defers).join().expect("no panic");
    LEFT.load(Ordering::Relaxed) - before
}

/// One test, because the counter of what is left is the whole process's.
#[test]
fn records_are_used_again_and_freed_at_last() {
    let used = thread::spawn(|| {
        let before = LIVE.get();
        // The deferred call defers, and may use the record that it was in.
        heap_records::with_defers(|d| {
            d.defer(|| heap_records::with_defers(|d| d.defer(|| ())));
        });
        let one = LIVE.get() - before;
        (0..100).for_each(|_| heap_records::with_defers(|d| d.defer(|| ())));
        (one, LIVE.get() - before)
    });
    assert_eq!(used.join().expect("no panic"), (1, 1));
    assert_eq!(thread::spawn(left_by_locks).join().expect("no panic"), 0);
    IS_OURS.set(true);
    // The first thread of a process may leave something of the library's.
    left_by_a_thread(1);
    let of_one_call = left_by_a_thread(1);
    assert_eq!(
        left_by_a_thread(1_000),
        of_one_call,
        "the records of a thread are lost"
    );
}
