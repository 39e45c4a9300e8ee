//! An unlock that hands the lock to the first in the queue.

use crate::mutex::Guard;
use crate::raw_lock::RawLock;

/// A lock that can be handed to whoever waits, instead of given back to
/// whoever comes.
///
/// # Safety
///
/// `unlock_fair` keeps the promises of [`RawLock`] as `unlock` does: the one
/// that it is handed to, and nobody else, gets through.
pub unsafe trait FairUnlock: RawLock {
    /// Hands the lock to a waiter, or unlocks if nobody waits.
    ///
    /// # Safety
    ///
    /// The calling thread holds the lock.
    unsafe fn unlock_fair(&self);
}

impl<T, L: FairUnlock> Guard<'_, T, L> {
    /// Ends the access, and hands the lock to a thread that waits for it.
    ///
    /// For a thread that takes the lock again at once, beside others that want
    /// it, too: a plain drop would leave them waiting.
    ///
    /// ```
    /// use queue_locks::{Guard, Mutex, locks::ParkingLot};
    ///
    /// let turns = Mutex::<_, ParkingLot>::new(0);
    /// std::thread::scope(|scope| {
    ///     for _ in 0..2 {
    ///         scope.spawn(|| {
    ///             for _ in 0..100 {
    ///                 let mut turns = turns.lock();
    ///                 *turns += 1;
    ///                 Guard::unlock_fair(turns);
    ///             }
    ///         });
    ///     }
    /// });
    /// assert_eq!(turns.into_inner(), 200);
    /// ```
    pub fn unlock_fair(guard: Self) {
        let raw = guard.into_raw();
        // SAFETY: the guard's thread holds the lock; its drop does not unlock
        // any more.
        unsafe { raw.unlock_fair() };
    }
}
