//! A spin lock that serves in the order of arrival.

use std::marker::PhantomData;

use support::sync::atomic::AtomicU32;
use support::sync::atomic::Ordering::{Acquire, Relaxed};

use super::spin::backoff;
use crate::raw_lock::RawLock;
use crate::steps::{Sound, Steps, unlock};

/// A ticket lock: draw a number, wait until it is called.
///
/// Fair, and therefore slow when the next in line is not running: everybody
/// waits for it to be scheduled. Source: J. Mellor-Crummey and M. Scott,
/// *Algorithms for Scalable Synchronization*, 1991.
#[derive(Debug)]
pub struct Ticket<S = Sound> {
    /// The next number to draw. The lock is free while it equals `serving`.
    next: AtomicU32,
    /// | value | means | who may change it, to what |
    /// |---|---|---|
    /// | = `next` | unlocked | nobody |
    /// | < `next` | held by the thread with that number | it: one up |
    ///
    /// Both numbers wrap: no more than `u32::MAX` threads wait at once.
    serving: AtomicU32,
    steps: PhantomData<S>,
}

impl<S> Default for Ticket<S> {
    fn default() -> Self {
        Self {
            next: AtomicU32::new(0),
            serving: AtomicU32::new(0),
            steps: PhantomData,
        }
    }
}

// SAFETY: a number is drawn once (`fetch_add`), and only its drawer gets
// through while it is served. The acquire load of `serving` reads what the
// holder before stored with release.
unsafe impl<S: Steps> RawLock for Ticket<S> {
    #[inline]
    // ANCHOR: ticket
    fn lock(&self) {
        let number = self.next.fetch_add(1, Relaxed);
        let mut turns = 0;
        while self.serving.load(Acquire) != number {
            backoff(&mut turns);
        }
    }
    // ANCHOR_END: ticket

    #[inline]
    fn try_lock(&self) -> bool {
        let number = self.serving.load(Acquire);
        let after = number.wrapping_add(1);
        let drawn = self.next.compare_exchange(number, after, Relaxed, Relaxed);
        drawn.is_ok()
    }

    #[inline]
    unsafe fn unlock(&self) {
        let number = self.serving.load(Relaxed);
        // A load and a store, because only the holder writes.
        self.serving.store(number.wrapping_add(1), unlock::<S>());
    }
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use std::sync::Mutex;
    use std::thread;

    use super::*;

    // ANCHOR: in-order
    #[test]
    fn who_draws_first_is_served_first() {
        let _watched = support::watchdog::watch();
        let (lock, served) = (<Ticket>::default(), Mutex::new(Vec::new()));
        lock.lock();
        thread::scope(|scope| {
            for number in 1..=3 {
                let (lock, served) = (&lock, &served);
                scope.spawn(move || {
                    lock.lock();
                    served.lock().unwrap().push(number);
                    // SAFETY: this thread locked two lines above.
                    unsafe { lock.unlock() };
                });
                // The next one starts when this one has drawn its number.
                while lock.next.load(Relaxed) != number + 1 {
                    thread::yield_now();
                }
            }
            // SAFETY: this thread locked, before the others came.
            unsafe { lock.unlock() };
        });
        assert_eq!(served.into_inner().unwrap(), [1, 2, 3]);
    }
    // ANCHOR_END: in-order
}
