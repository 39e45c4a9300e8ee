//! A discipline: what a panic has left behind is marked, and each later
//! holder is told.
//!
//! A holder that panics may leave a value half changed. A plain
//! [`Mutex`] unlocks and says nothing; this one remembers, as
//! that of `std` does. The mark lies under the lock, beside the value.

use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, PoisonError};
// Not modelled: it asks this thread whether it panics.
use std::thread;

use crate::mutex::{Guard, Mutex};
use crate::raw_lock::RawLock;

/// A mutex that is poisoned when a holder panics.
///
/// ```
/// use queue_locks::{locks::ThreeState, poison::Poisoning};
///
/// let account = Poisoning::<_, ThreeState>::new((100, 0));
/// std::thread::scope(|scope| {
///     let transfer = scope.spawn(|| {
///         let mut held = account.lock().expect("nobody has panicked yet");
///         held.0 -= 10;
///         std::panic::resume_unwind(Box::new("before the other half"));
///     });
///     assert!(transfer.join().is_err());
/// });
/// let mut held = account.lock().expect_err("it is poisoned").into_inner();
/// held.1 += 10; // repaired
/// drop(held);
/// account.clear_poison();
/// assert_eq!(*account.lock().expect("it is clear"), (90, 10));
/// ```
#[derive(Debug, Default)]
pub struct Poisoning<T, L: RawLock>(Mutex<Marked<T>, L>);

#[derive(Debug, Default)]
struct Marked<T> {
    is_poisoned: bool,
    value: T,
}

impl<T, L: RawLock> Poisoning<T, L> {
    /// Puts `value` under a new, unlocked lock.
    pub fn new(value: T) -> Self {
        Self(Mutex::new(Marked { is_poisoned: false, value }))
    }

    /// Waits for the lock.
    ///
    /// # Errors
    ///
    /// When a holder has panicked since the last
    /// [`clear_poison`](Self::clear_poison). The guard is in the error.
    pub fn lock(&self) -> LockResult<PoisoningGuard<'_, T, L>> {
        let held = self.0.lock();
        let is_poisoned = held.is_poisoned;
        let was_panicking = thread::panicking();
        let guard = PoisoningGuard { held, was_panicking };
        if is_poisoned { Err(PoisonError::new(guard)) } else { Ok(guard) }
    }

    /// Says that the value is whole again.
    pub fn clear_poison(&self) {
        self.0.lock().is_poisoned = false;
    }
}

/// Holds the lock of a [`Poisoning`] mutex. Dropped by a panic, it marks the
/// value.
#[derive(Debug)]
#[must_use = "a guard that is dropped at once unlocks at once"]
pub struct PoisoningGuard<'a, T, L: RawLock> {
    held: Guard<'a, Marked<T>, L>,
    /// A destructor that locks during a panic, and comes to its end, has left
    /// nothing half changed.
    was_panicking: bool,
}

impl<T, L: RawLock> Deref for PoisoningGuard<'_, T, L> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.held.value
    }
}

impl<T, L: RawLock> DerefMut for PoisoningGuard<'_, T, L> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.held.value
    }
}

impl<T, L: RawLock> Drop for PoisoningGuard<'_, T, L> {
    fn drop(&mut self) {
        if thread::panicking() && !self.was_panicking {
            self.held.is_poisoned = true;
        }
    }
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    use super::*;
    use crate::locks::ThreeState;

    #[test]
    fn a_guard_that_a_destructor_takes_during_a_panic_does_not_poison() {
        struct Counts<'a>(&'a Poisoning<u32, ThreeState>);
        impl Drop for Counts<'_> {
            fn drop(&mut self) {
                *self.0.lock().expect("not poisoned") += 1;
            }
        }
        let mutex = Poisoning::<u32, ThreeState>::new(0);
        let end = catch_unwind(AssertUnwindSafe(|| {
            let _counts = Counts(&mutex);
            resume_unwind(Box::new("on the way out"));
        }));
        assert!(end.is_err());
        assert_eq!(*mutex.lock().expect("not poisoned"), 1);
    }

    #[test]
    fn it_stays_poisoned_until_somebody_clears_it() {
        let mutex = Poisoning::<u32, ThreeState>::new(0);
        drop(catch_unwind(AssertUnwindSafe(|| {
            let _held = mutex.lock();
            resume_unwind(Box::new("holding it"));
        })));
        assert!(mutex.lock().is_err());
        assert!(mutex.lock().is_err());
        mutex.clear_poison();
        assert!(mutex.lock().is_ok());
    }
}
