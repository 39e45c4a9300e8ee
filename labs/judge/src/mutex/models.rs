//! The reader's lock under loom: every order of the steps of two and three
//! threads, and every reordering that the memory model allows.

use std::time::Instant;

use queue_locks::timed_lock::TimedLock;
use queue_locks::{Mutex, RawLock};
use support::lanes::note;
use support::sync::{Arc, thread};

use crate::report::Report;

/// One thread adds to what it reads, under the lock.
fn increment<L: RawLock>(name: &str, total: &Mutex<u32, L>) {
    note(name, "lock", "");
    let mut held = total.lock();
    note(name, "locked, read", *held);
    *held += 1;
    note(name, "write, unlock", *held);
    drop(held);
    note(name, "unlocked", "");
}

fn increments<L: RawLock + 'static>(others: &[&'static str]) {
    let total = Arc::new(Mutex::<u32, L>::new(0));
    let start = |&name: &&'static str| {
        let total = total.clone();
        thread::spawn(move || increment(name, &total))
    };
    let threads: Vec<_> = others.iter().map(start).collect();
    increment("main", &total);
    for thread in threads {
        thread.join().expect("no thread panics");
    }
    let sum = *total.lock();
    assert_eq!(sum as usize, others.len() + 1, "an increment is lost");
}

/// Explores two threads, and three with fewer preemptions.
///
/// # Panics
///
/// When loom finds an order of steps that breaks the lock.
pub fn sound<L: RawLock + 'static>() -> Report {
    support::model(|| increments::<L>(&["other"]));
    support::model_within(2, || increments::<L>(&["second", "third"]));
    passed()
}

/// The same, where one waits with a deadline that never comes.
///
/// # Panics
///
/// When loom finds an order of steps that breaks the lock.
pub fn until<L: TimedLock + 'static>() -> Report {
    support::model(|| {
        let lock = Arc::new(L::default());
        let far = Instant::now() + std::time::Duration::from_secs(3_600);
        let other = thread::spawn({
            let lock = lock.clone();
            move || {
                note("waiter", "try_lock_until", "");
                assert!(lock.try_lock_until(far), "it gave up early");
                note("waiter", "unlock", "");
                // SAFETY: try_lock_until returned true to this thread.
                unsafe { lock.unlock() };
            }
        });
        note("holder", "lock", "");
        lock.lock();
        note("holder", "unlock", "");
        // SAFETY: locked above, by this thread.
        unsafe { lock.unlock() };
        other.join().expect("no thread panics");
    });
    passed()
}

fn passed() -> Report {
    Report::passed("loom found no order of steps that breaks it")
}
