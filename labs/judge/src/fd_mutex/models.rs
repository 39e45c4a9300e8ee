//! Readers, writers and a closer, in every order of their steps.

use support::lanes::note;
use support::model;
use support::sync::{Arc, UnsafeCell, thread};

use super::lock::{FdLock, Release, Side};
use crate::report::Report;

/// A descriptor that loom watches: used with `with`, closed with `with_mut`.
struct Descriptor<L> {
    lock: L,
    is_open: UnsafeCell<bool>,
}

// SAFETY: the cell is read under a reference of the lock and written by the
// last one; loom fails the model if that is not so.
unsafe impl<L: FdLock> Sync for Descriptor<L> {}
// SAFETY: a lock that may be sent, and a truth value.
unsafe impl<L: FdLock> Send for Descriptor<L> {}

impl<L: FdLock> Descriptor<L> {
    fn new() -> Arc<Self> {
        Arc::new(Self { lock: L::default(), is_open: UnsafeCell::new(true) })
    }

    fn assert_open(&self) {
        // SAFETY: loom checks that nobody writes.
        let is_open = self.is_open.with(|is_open| unsafe { *is_open });
        assert!(is_open, "used after it was closed");
    }

    fn finish(&self, thread: &str, release: Release) -> bool {
        let is_last = release == Release::Last;
        if is_last {
            note(thread, "close descriptor", "");
            self.is_open.with_mut(|is_open| {
                // SAFETY: loom checks that nobody else reads or writes.
                let is_open = unsafe { &mut *is_open };
                assert!(*is_open, "closed twice");
                *is_open = false;
            });
        }
        is_last
    }

    /// Uses the descriptor under a reference; returns whether it closed it.
    fn stat(&self, thread: &str) -> bool {
        note(thread, "incref", "");
        self.lock.incref().is_ok() && {
            note(thread, "use, decref", "");
            self.assert_open();
            self.finish(thread, self.lock.decref())
        }
    }

    /// Uses it under a lock; returns whether it closed it.
    fn locked(&self, thread: &str, side: Side) -> bool {
        note(thread, "lock", "");
        self.lock.lock(side).is_ok() && {
            note(thread, "use, unlock", "");
            self.assert_open();
            self.finish(thread, self.lock.unlock(side))
        }
    }

    fn close(&self, thread: &str) -> bool {
        note(thread, "close", "");
        self.lock.close().is_ok() && {
            note(thread, "decref", "");
            self.finish(thread, self.lock.decref())
        }
    }
}

/// One thread reads, one closes; exactly one of them closes the descriptor.
///
/// # Panics
///
/// When loom finds an order of steps that breaks the lock.
pub fn references<L: FdLock>() -> Report {
    model(|| {
        let descriptor = Descriptor::<L>::new();
        let shared = descriptor.clone();
        let reader = thread::spawn(move || shared.stat("reader"));
        let by_closer = descriptor.close("closer");
        let by_reader = reader.join().expect("no thread panics");
        assert!(by_closer ^ by_reader, "not closed exactly once");
    });
    passed()
}

/// Two threads want the lock for writing; none waits for ever, and what one
/// wrote is seen by the other.
///
/// # Panics
///
/// When loom finds an order of steps that breaks the lock.
pub fn locks<L: FdLock>() -> Report {
    model(|| {
        let total = Arc::new((L::default(), UnsafeCell::new(0)));
        let add = |name: &'static str, total: &(L, UnsafeCell<i32>)| {
            note(name, "lock", "");
            total.0.lock(Side::Write).expect("nobody closes");
            note(name, "add, unlock", "");
            // SAFETY: loom checks that nobody else reads or writes.
            total.1.with_mut(|value| unsafe { *value += 1 });
            assert_eq!(total.0.unlock(Side::Write), Release::InUse);
            note(name, "unlocked", "");
        };
        let shared = Sent(total.clone());
        let writer = thread::spawn(move || {
            let shared = shared;
            add("writer", &shared.0);
        });
        add("main", &total);
        writer.join().expect("no thread panics");
        assert_eq!(total.0.word(), 0, "the word is not as it was");
    });
    passed()
}

/// Moves to another thread.
struct Sent<T>(T);

// SAFETY: what is in it is shared under the lock that is in it; loom fails the
// model if that is not so.
unsafe impl<T> Send for Sent<T> {}

/// A thread waits for a lock whose holder waits for it, and another closes.
///
/// # Panics
///
/// When loom finds an order of steps that breaks the lock.
pub fn waiters<L: FdLock>() -> Report {
    model(|| {
        let descriptor = Descriptor::<L>::new();
        descriptor.lock.lock(Side::Read).expect("it is open");
        let shared = descriptor.clone();
        let waiter = thread::spawn(move || shared.locked("waiter", Side::Read));
        let by_closer = descriptor.close("holder");
        note("holder", "wait for waiter", "");
        // Only now the lock is given back: the waiter must not need it.
        let by_waiter = waiter.join().expect("no thread panics");
        let unlocked = descriptor.lock.unlock(Side::Read);
        let by_holder = descriptor.finish("holder", unlocked);
        assert!(!by_closer && !by_waiter && by_holder, "closed by another");
    });
    passed()
}

fn passed() -> Report {
    Report::passed("loom found no order of steps that breaks it")
}
