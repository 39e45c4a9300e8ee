//! Waiting under a lock until somebody says that a condition may hold.
//!
//! Who calls what: a waiter holds the lock, finds that its condition does not
//! hold, and calls [`Condvar::wait`], in a loop or by
//! [`Condvar::wait_while`]. A notifier changes what the condition reads under
//! the same lock, and then calls [`Condvar::notify_one`] or
//! [`Condvar::notify_all`], with the lock or without it.
//!
//! Contract: a notification that comes after the waiter has unlocked ends its
//! wait. To unlock and to fall asleep are two steps, and a notification may
//! come between them. So the waiter reads a counter *before* it unlocks, and
//! sleeps only while the counter is still that.

use std::marker::PhantomData;

use support::futex::Futex;
use support::sync::atomic::Ordering::Relaxed;
use support::taken;

use crate::mutex::Guard;
use crate::raw_lock::RawLock;
use crate::steps::{Sound, Steps};

/// A condition variable for every lock of the crate.
///
/// Idea: M. Bos, *Rust Atomics and Locks*, 2023, chapter 9. The condition
/// variable of `std` on Linux counts in the same way.
///
/// ```
/// use queue_locks::{Mutex, condvar::Condvar, locks::ThreeState};
///
/// let letters = Mutex::<Vec<&str>, ThreeState>::new(Vec::new());
/// let has_come = <Condvar>::default();
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         letters.lock().push("a letter");
///         has_come.notify_one();
///     });
///     let mut letters = letters.lock();
///     has_come.wait_while(&mut letters, |letters| letters.is_empty());
///     assert_eq!(letters.pop(), Some("a letter"));
/// });
/// ```
#[derive(Debug)]
pub struct Condvar<S = Sound> {
    /// How often somebody was notified; each notifier adds one. It wraps: a
    /// waiter that is held up between its read and its sleep for exactly 2^32
    /// notifications misses them.
    notified: Futex,
    steps: PhantomData<S>,
}

impl<S> Default for Condvar<S> {
    fn default() -> Self {
        Self { notified: Futex::new(0), steps: PhantomData }
    }
}

impl<S: Steps> Condvar<S> {
    /// Unlocks, sleeps until it is notified, and locks again.
    ///
    /// It may return without a notification, so look at the condition again.
    ///
    /// # Panics
    ///
    /// When the lock does, as [`Checked`](crate::lock_order::Checked) where it
    /// would be taken in two orders. It is held even then, as the guard says.
    // ANCHOR: condvar
    pub fn wait<T, L: RawLock>(&self, guard: &mut Guard<'_, T, L>) {
        let read = || self.notified.word.load(Relaxed);
        // Under the lock: who notifies after a change, comes after this.
        let before = read();
        Guard::unlocked(guard, || {
            let seen = if taken!(S::COUNTS_FIRST) { before } else { read() };
            self.notified.wait(seen);
        });
    }

    /// Ends the wait of one waiter, if there is one.
    pub fn notify_one(&self) {
        self.notified.word.fetch_add(1, Relaxed);
        self.notified.wake_one();
    }
    // ANCHOR_END: condvar

    /// Ends the wait of all waiters.
    pub fn notify_all(&self) {
        self.notified.word.fetch_add(1, Relaxed);
        self.notified.wake_all();
    }

    /// Waits as long as `condition` returns true, and not at all if it does
    /// not at the start.
    pub fn wait_while<T, L: RawLock>(
        &self,
        guard: &mut Guard<'_, T, L>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(&mut **guard) {
            self.wait(guard);
        }
    }
}
