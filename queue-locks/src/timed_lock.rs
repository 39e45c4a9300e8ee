//! A lock that one can stop waiting for.

use std::time::Instant;

use crate::mutex::{Guard, Mutex};
use crate::raw_lock::RawLock;

/// A lock whose waiters may give up at a deadline.
///
/// # Safety
///
/// `try_lock_until` keeps the promises of [`RawLock`] as `try_lock` does, and
/// a waiter that gave up takes no wake-up from another one.
pub unsafe trait TimedLock: RawLock {
    /// Waits until the lock is free or the deadline is past. Returns whether
    /// it has the lock.
    ///
    /// A lock that is free is taken, also when the deadline was past before.
    fn try_lock_until(&self, deadline: Instant) -> bool;
}

impl<T, L: TimedLock> Mutex<T, L> {
    /// Waits for the lock until `deadline`. Returns `None` when somebody else
    /// still has it then.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use queue_locks::{Mutex, locks::ThreeState};
    ///
    /// let mutex = Mutex::<_, ThreeState>::new(1);
    /// let soon = || Instant::now() + Duration::from_millis(1);
    /// let held = mutex.lock();
    /// assert!(mutex.try_lock_until(soon()).is_none());
    /// drop(held);
    /// assert_eq!(mutex.try_lock_until(soon()).as_deref(), Some(&1));
    /// ```
    pub fn try_lock_until(&self, deadline: Instant) -> Option<Guard<'_, T, L>> {
        self.raw().try_lock_until(deadline).then(|| Guard::new(self))
    }
}
