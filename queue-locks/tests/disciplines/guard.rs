//! What a guard asks of its lock, and when.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;

use queue_locks::condvar::Condvar;
use queue_locks::fair_unlock::FairUnlock;
use queue_locks::{Guard, Mutex, RawLock};
use support::watchdog::watch;

/// A lock that notes what is asked of it, and refuses when it is told to.
#[derive(Debug, Default)]
struct Noting {
    is_held: AtomicBool,
    /// Whether `lock` panics.
    refuses: AtomicBool,
    /// How often `try_lock` finds it held by somebody else.
    busy: AtomicU32,
    fair_unlocks: AtomicU32,
}

// SAFETY: who changes the flag from false gets through, as with a spin lock.
unsafe impl RawLock for Noting {
    fn lock(&self) {
        assert!(!self.refuses.load(SeqCst), "refused");
        while self.is_held.swap(true, SeqCst) {
            thread::yield_now();
        }
    }

    fn try_lock(&self) -> bool {
        let less = |busy: u32| busy.checked_sub(1);
        let is_busy = self.busy.fetch_update(SeqCst, SeqCst, less).is_ok();
        !is_busy && !self.is_held.swap(true, SeqCst)
    }

    unsafe fn unlock(&self) {
        assert!(self.is_held.swap(false, SeqCst), "it was not held");
    }
}

// SAFETY: nobody waits in a queue, so it unlocks.
unsafe impl FairUnlock for Noting {
    unsafe fn unlock_fair(&self) {
        self.fair_unlocks.fetch_add(1, SeqCst);
        // SAFETY: promised by the caller.
        unsafe { self.unlock() };
    }
}

#[test]
fn a_fair_unlock_is_asked_of_the_lock_that_is_held() {
    let _watched = watch();
    let mutex = Mutex::<_, Noting>::new(1);
    Guard::unlock_fair(mutex.lock());
    assert_eq!(mutex.raw().fair_unlocks.load(SeqCst), 1);
    assert!(!mutex.raw().is_held.load(SeqCst), "and unlocked once");
    drop(mutex.lock());
    assert_eq!(mutex.raw().fair_unlocks.load(SeqCst), 1, "a drop is plain");
}

/// The refusal comes to the waiter when the lock is held again, however long
/// somebody else has it.
#[test]
fn a_wait_whose_lock_refuses_ends_with_the_lock() {
    let _watched = watch();
    let mutex = Mutex::<_, Noting>::new(1);
    let condvar = <Condvar>::default();
    let mut held = mutex.lock();
    mutex.raw().refuses.store(true, SeqCst);
    mutex.raw().busy.store(3, SeqCst);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(SeqCst) {
                condvar.notify_one();
                thread::yield_now();
            }
        });
        let wait = || condvar.wait(&mut held);
        let end = catch_unwind(AssertUnwindSafe(wait));
        is_over.store(true, SeqCst);
        assert!(end.is_err(), "the refusal is told");
    });
    assert!(mutex.raw().is_held.load(SeqCst), "as the guard says");
    assert_eq!(mutex.raw().busy.load(SeqCst), 0);
    drop(held);
    assert!(!mutex.raw().is_held.load(SeqCst));
}

/// The waiter is handed the lock: so it is held the moment the unlock returns.
#[cfg(all(target_os = "linux", not(miri)))]
#[test]
fn a_fair_unlock_hands_over() {
    use std::sync::mpsc;

    use queue_locks::locks::ParkingLot;

    let _watched = watch();
    let mutex = &Mutex::<_, ParkingLot>::new(());
    let held = mutex.lock();
    thread::scope(|scope| {
        let (end, is_over) = mpsc::channel::<()>();
        let waiter = crate::sleeping::start(scope, move || {
            let held = mutex.lock();
            // Held until the other has looked.
            is_over.recv().expect_err("nothing is sent");
            drop(held);
        });
        Guard::unlock_fair(held);
        let is_free = mutex.try_lock().is_some();
        drop(end);
        assert!(!is_free, "the lock was given back");
        waiter.recv().expect("it has had the lock");
    });
}
