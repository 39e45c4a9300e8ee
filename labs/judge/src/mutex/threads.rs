//! What a lock promises, on real threads.
//!
//! A lock that keeps a thread waiting for ever hangs the process, and the
//! judge says so.

use std::thread;
use std::time::{Duration, Instant};

use queue_locks::timed_lock::TimedLock;
use queue_locks::{Mutex, RawLock};

use super::futex::{calls, waits};
use crate::report::{Count, Report, Verdict};

fn wrong(says: &str) -> Report {
    Report::new(Verdict::Wrong, says)
}

/// Checks lock, try_lock and unlock.
pub fn right<L: RawLock>() -> Report {
    let lock = L::default();
    // One call of each by itself: a stage that is not written says so here.
    if !lock.try_lock() {
        return wrong("try_lock of a new lock returned false");
    }
    if lock.try_lock() {
        return wrong("try_lock of a lock that is held returned true");
    }
    // SAFETY: try_lock returned true to this thread.
    unsafe { lock.unlock() };
    lock.lock();
    let got_through = thread::scope(|all| {
        all.spawn(|| lock.try_lock()).join().unwrap_or(true)
    });
    if got_through {
        return wrong("another thread's try_lock got through a held lock");
    }
    // SAFETY: locked above, by this thread.
    unsafe { lock.unlock() };
    if !lock.try_lock() {
        return wrong("the lock is not free after unlock");
    }
    increments::<L>()
}

fn increments<L: RawLock>() -> Report {
    const EACH: usize = 5_000;
    let total = Mutex::<usize, L>::new(0);
    thread::scope(|all| {
        for _ in 0..4 {
            all.spawn(|| (0..EACH).for_each(|_| *total.lock() += 1));
        }
    });
    let sum = total.into_inner();
    if sum != 4 * EACH {
        let lost = 4 * EACH - sum;
        return wrong(&format!("{lost} of {} increments are lost", 4 * EACH));
    }
    Report::passed("four threads added 20000 times, and none is lost")
}

/// Checks that a waiter gives up at its deadline, and not before, and that it
/// gets a lock that becomes free.
pub fn until<L: TimedLock>() -> Report {
    let lock = L::default();
    if !lock.try_lock_until(Instant::now()) {
        return wrong("a free lock was not taken, past the deadline or not");
    }
    let deadline = Instant::now() + Duration::from_millis(20);
    let outcome = thread::scope(|all| {
        let waiter = all.spawn(|| {
            (lock.try_lock_until(deadline), Instant::now() >= deadline)
        });
        waiter.join()
    });
    match outcome {
        Ok((false, true)) => {}
        Ok((true, _)) => return wrong("a waiter got through a held lock"),
        Ok((_, false)) => return wrong("a waiter gave up before its deadline"),
        Err(_) => return wrong("try_lock_until panicked"),
    }
    let far = Instant::now() + Duration::from_secs(3_600);
    let before = waits();
    let outcome = thread::scope(|all| {
        let waiter = all.spawn(|| lock.try_lock_until(far));
        while waits() == before && !waiter.is_finished() {
            thread::yield_now();
        }
        // SAFETY: the first try_lock_until gave the lock to this thread.
        unsafe { lock.unlock() };
        waiter.join()
    });
    match outcome {
        Ok(true) => Report::passed("gives up at the deadline, and not before"),
        Ok(false) => wrong("a waiter gave up long before its deadline"),
        Err(_) => wrong("try_lock_until panicked"),
    }
}

/// How many pairs of lock and unlock are counted.
const PAIRS: usize = 1_000;

/// Counts calls of the kernel: where nobody waits, and where one does.
pub fn counts<L: RawLock>(ours: usize) -> Report {
    let lock = L::default();
    let before = calls();
    for _ in 0..PAIRS {
        lock.lock();
        // SAFETY: locked on the line before.
        unsafe { lock.unlock() };
    }
    let alone = calls() - before;
    let handed = handed_over::<L>();
    let count = |what: &str, yours: usize, ours: usize| Count {
        what: what.to_owned(),
        yours: yours as f64,
        ours: ours as f64,
        bound: Some(ours as f64),
    };
    Report::of_counts(vec![
        count("calls of the kernel in 1000 pairs, alone", alone, ours),
        count("calls of the kernel to wake one sleeper", handed, 1),
    ])
}

/// Returns how many calls the unlock makes while one thread sleeps.
fn handed_over<L: RawLock>() -> usize {
    let lock = L::default();
    lock.lock();
    let before = waits();
    thread::scope(|all| {
        all.spawn(|| {
            lock.lock();
            // SAFETY: locked on the line before.
            unsafe { lock.unlock() };
        });
        while waits() == before {
            thread::yield_now();
        }
        let before = calls();
        // SAFETY: locked above, by this thread.
        unsafe { lock.unlock() };
        calls() - before
    })
}

#[cfg(test)]
mod tests {
    use queue_locks::locks::{ThreeState, TwoState};

    use super::*;

    #[test]
    fn the_locks_of_the_crate_keep_their_promises() {
        for report in [right::<TwoState>(), right::<ThreeState>()] {
            assert!(report.is_passed(), "{report:?}");
        }
    }

    /// Lets everybody through.
    #[derive(Default)]
    struct Open;

    // SAFETY: none; it is locked by one thread at a time below.
    unsafe impl RawLock for Open {
        fn lock(&self) {}
        fn try_lock(&self) -> bool {
            true
        }
        unsafe fn unlock(&self) {}
    }

    #[test]
    fn a_lock_that_lets_all_through_is_wrong() {
        let report = right::<Open>();
        assert_eq!(report.verdict, Verdict::Wrong);
        assert!(report.says.contains("that is held"), "{report}");
    }
}
