//! Readers against close.

use finalizers::fd_mutex::{FdMutex, Release, Side};
use finalizers::steps::{Sound, Steps};
use support::lanes::note;
use support::model;
use support::schedules::Bug;
use support::sync::{Arc, UnsafeCell, thread};

/// Closing forgets those who wait for a lock.
enum ForgetsWaiters {}
impl Steps for ForgetsWaiters {
    const WAKES_WAITERS: bool = false;
}

/// The closer closes, whoever still uses the descriptor.
enum ForgetsReaders {}
impl Steps for ForgetsReaders {
    const COUNTS_REFERENCES: bool = false;
}

/// A descriptor that loom watches: used with `with`, closed with `with_mut`.
struct Descriptor<S: Steps> {
    mutex: FdMutex<S>,
    is_open: UnsafeCell<bool>,
}

// SAFETY: the cell is read under a reference of the mutex and written by the
// last one; loom fails the model if that is not so.
unsafe impl<S: Steps> Sync for Descriptor<S> {}
// SAFETY: a word, two semaphores and a truth value are not bound to a thread;
// `S` is only a name.
unsafe impl<S: Steps> Send for Descriptor<S> {}

impl<S: Steps> Descriptor<S> {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            mutex: FdMutex::with_steps(),
            is_open: UnsafeCell::new(true),
        })
    }

    fn assert_open(&self) {
        // SAFETY: loom checks that nobody writes.
        let is_open = self.is_open.with(|is_open| unsafe { *is_open });
        assert!(is_open, "used after it was closed");
    }

    // ANCHOR: finish
    fn finish(&self, thread: &str, release: Release) -> bool {
        let is_last = release == Release::Last;
        if is_last {
            note(thread, "close the descriptor", "");
            self.is_open.with_mut(|is_open| {
                // SAFETY: loom checks that nobody else reads or writes.
                let is_open = unsafe { &mut *is_open };
                assert!(*is_open, "closed twice");
                *is_open = false;
            });
        }
        is_last
    }
    // ANCHOR_END: finish

    /// Uses the descriptor under the read lock; returns whether it closed it.
    fn read(&self, thread: &str) -> bool {
        match self.mutex.lock(Side::Read) {
            Ok(()) => {
                note(thread, "lock for reading", "open");
                self.assert_open();
                self.finish(thread, self.mutex.unlock(Side::Read))
            }
            Err(_) => {
                note(thread, "lock for reading", "closed");
                false
            }
        }
    }

    /// Uses the descriptor under a reference; returns whether it closed it.
    fn stat(&self, thread: &str) -> bool {
        self.mutex.incref().is_ok() && {
            note(thread, "incref", "open");
            self.assert_open();
            self.finish(thread, self.mutex.decref())
        }
    }

    fn close(&self, thread: &str) -> bool {
        self.mutex.close().is_ok() && {
            note(thread, "close", "marked");
            self.finish(thread, self.mutex.decref())
        }
    }
}

/// One thread reads, one closes; exactly one of them closes the descriptor.
fn a_reader_and_a_closer<S: Steps + 'static>() {
    model(|| {
        let descriptor = Descriptor::<S>::new();
        let shared = Arc::clone(&descriptor);
        let reader = thread::spawn(move || shared.stat("reader"));
        let by_closer = descriptor.close("closer");
        let by_reader = reader.join().unwrap();
        assert!(by_closer ^ by_reader, "not closed exactly once");
    });
}

/// A thread waits for a lock whose holder waits for it, and closes first.
fn a_waiting_reader_is_woken<S: Steps + 'static>() {
    model(|| {
        let descriptor = Descriptor::<S>::new();
        descriptor.mutex.lock(Side::Read).unwrap();
        let shared = Arc::clone(&descriptor);
        let waiter = thread::spawn(move || shared.read("waiter"));
        let by_closer = descriptor.close("closer");
        note("holder", "wait for the waiter", "");
        // Only now the lock is given back: the waiter must not need it.
        let by_waiter = waiter.join().unwrap();
        let unlocked = descriptor.mutex.unlock(Side::Read);
        let by_holder = descriptor.finish("holder", unlocked);
        assert!(!by_closer && !by_waiter && by_holder);
    });
}

#[test]
fn a_reader_and_a_closer_close_once() {
    a_reader_and_a_closer::<Sound>();
}

#[test]
fn a_closed_word_wakes_who_waits() {
    model(|| {
        let descriptor = Descriptor::<Sound>::new();
        let reader = |name: &'static str| {
            let shared = Arc::clone(&descriptor);
            thread::spawn(move || shared.read(name))
        };
        let readers = [reader("first reader"), reader("second reader")];
        let mut closed = usize::from(descriptor.close("closer"));
        for reader in readers {
            closed += usize::from(reader.join().unwrap());
        }
        assert_eq!(closed, 1, "not closed exactly once");
    });
}

#[test]
fn closing_wakes_who_waits_for_a_lock_that_is_never_given_back() {
    a_waiting_reader_is_woken::<Sound>();
}

#[test]
fn closing_wakes_all_who_wait_for_one_lock() {
    model(|| {
        let descriptor = Descriptor::<Sound>::new();
        descriptor.mutex.lock(Side::Read).unwrap();
        let waiter = |name: &'static str| {
            let shared = Arc::clone(&descriptor);
            thread::spawn(move || shared.read(name))
        };
        let waiters = [waiter("first waiter"), waiter("second waiter")];
        assert!(!descriptor.close("closer"));
        // The lock is given back only after both are gone.
        let closed = waiters.map(|waiter| waiter.join().unwrap());
        assert_eq!(closed, [false, false]);
        let unlocked = descriptor.mutex.unlock(Side::Read);
        assert!(descriptor.finish("holder", unlocked));
    });
}

#[test]
fn unlocking_wakes_the_next() {
    model(|| {
        let descriptor = Descriptor::<Sound>::new();
        let shared = Arc::clone(&descriptor);
        let writer = thread::spawn(move || {
            shared.mutex.lock(Side::Write).unwrap();
            assert_eq!(shared.mutex.unlock(Side::Write), Release::InUse);
        });
        descriptor.mutex.lock(Side::Write).unwrap();
        assert_eq!(descriptor.mutex.unlock(Side::Write), Release::InUse);
        writer.join().unwrap();
    });
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_closed_under_a_reader() {
    a_reader_and_a_closer::<ForgetsReaders>();
}

#[test]
#[ignore = "planted bug, run by planted_bugs_are_caught"]
fn planted_a_waiter_is_forgotten() {
    a_waiting_reader_is_woken::<ForgetsWaiters>();
}

#[test]
fn planted_bugs_are_caught() {
    crate::check(&Bug {
        name: "fd_closed_under_a_reader",
        test: "fd_mutex::planted_closed_under_a_reader",
        of: "fd_mutex::a_reader_and_a_closer_close_once",
        step: "COUNTS_REFERENCES",
        message: "Causality",
        left_out: "no count of those who still use the descriptor",
        model: "one thread uses a descriptor while another closes it",
        why: "The closer takes its own reference for the last one and closes \
              the descriptor while the reader still looks at it.",
    });
    crate::check(&Bug {
        name: "fd_waiter_forgotten",
        test: "fd_mutex::planted_a_waiter_is_forgotten",
        of: "fd_mutex::closing_wakes_who_waits_for_a_lock_that_is_never_given_back",
        step: "WAKES_WAITERS",
        message: "deadlock",
        left_out: "no wake-up at the close for those who wait for a lock",
        model: "one thread waits for the read lock of a descriptor whose \
                holder closes it",
        why: "The holder gives the lock back only after the waiter is gone, \
              and the waiter sleeps until it gets the lock.",
    });
}
