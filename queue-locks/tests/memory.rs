//! The records of the heap: one is used again as soon as its call runs, and a
//! thread frees all that it had. And what locks have on the heap.
#![cfg(not(any(loom, shuttle)))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use queue_locks::RawLock;
use queue_locks::defer::{Defer, heap_records};
use queue_locks::locks::{Mcs, Std};

thread_local! {
    /// What this thread has allocated and not freed.
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

/// What all threads that have ended had left.
static LEFT: std::sync::atomic::AtomicIsize =
    std::sync::atomic::AtomicIsize::new(0);

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
    LEFT.fetch_add(by, std::sync::atomic::Ordering::Relaxed);
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

/// One test, because the counter of what is left is the whole process's.
#[test]
fn records_are_used_again_and_freed_at_last() {
    let used = std::thread::spawn(|| {
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
    assert_eq!(std::thread::spawn(left_by_locks).join().expect("no panic"), 0);
    let thread = |count: usize| {
        let defers = move || {
            heap_records::with_defers(|d| {
                (0..count).for_each(|_| d.defer(|| ()))
            });
        };
        std::thread::spawn(defers).join().expect("no panic");
        LEFT.load(std::sync::atomic::Ordering::Relaxed)
    };
    // The first thread of a process may leave something of the library's.
    thread(1);
    let before = thread(1);
    assert_eq!(thread(1_000), before, "the records of a thread are lost");
}
