//! crossbeam-epoch, the nearest thing to a collector in Rust's libraries.
//!
//! A thread *pins* itself while it holds pointers; what is *retired* in the
//! meantime is destroyed when all threads that were pinned have moved on.
//! Nothing is traced: whoever retires an object says that it is unreachable.

use std::sync::mpsc;

use crossbeam_epoch::{Atomic, Collector, LocalHandle, Shared};
use support::sync::atomic::{AtomicUsize, Ordering};
use support::sync::{Arc, thread};

/// Counts its drops.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

// ANCHOR: retire
fn retire(handle: &LocalHandle, drops: &Arc<AtomicUsize>, count: usize) {
    let guard = handle.pin();
    for _ in 0..count {
        let object = Atomic::new(Counted(Arc::clone(drops)));
        let empty = Shared::null();
        let old = object.swap(empty, Ordering::Relaxed, &guard);
        // SAFETY: swapped out of its only place, so nobody can find it.
        unsafe { guard.defer_destroy(old) };
    }
    guard.flush();
}
// ANCHOR_END: retire

/// Lets time pass: a pin after which everything due is destroyed.
fn round(handle: &LocalHandle) {
    handle.pin().flush();
}

/// Returns how many rounds it takes to destroy a list: as many as for one
/// object.
pub fn list(length: usize) -> usize {
    let drops = Arc::new(AtomicUsize::new(0));
    let handle = Collector::new().register();
    retire(&handle, &drops, length);
    let mut rounds = 0;
    while drops.load(Ordering::Relaxed) < length {
        round(&handle);
        rounds += 1;
    }
    rounds
}

/// Returns how many of 100 objects are destroyed while another thread is
/// pinned, and how many after. A thread that stays pinned is what a blocked
/// finalizer is in Go.
///
/// # Panics
///
/// When the pinned thread is gone.
pub fn pinned() -> String {
    const COUNT: usize = 100;
    let drops = Arc::new(AtomicUsize::new(0));
    let collector = Collector::new();
    let handle = collector.register();
    let (pinned, is_pinned) = mpsc::channel();
    let (unpin, may_unpin) = mpsc::channel::<()>();
    let other = thread::spawn(move || {
        let handle = collector.register();
        let guard = handle.pin();
        pinned.send(()).expect("somebody waits for it");
        may_unpin.recv().expect("it is told in the end");
        drop(guard);
    });
    is_pinned.recv().expect("the thread runs");
    retire(&handle, &drops, COUNT);
    (0..100).for_each(|_| round(&handle));
    let during = drops.load(Ordering::Relaxed);
    unpin.send(()).expect("the thread waits");
    other.join().expect("the thread does not panic");
    (0..100).for_each(|_| round(&handle));
    let after = drops.load(Ordering::Relaxed);
    format!("{during} while a thread is pinned, {after} after")
}
