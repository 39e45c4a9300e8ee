//! The smallest promise a lock can make.

/// A lock without data: at most one holder at a time.
///
/// [`Mutex`](crate::Mutex) turns any `RawLock` into a safe lock with data.
///
/// ```
/// use queue_locks::{RawLock, locks::ThreeState};
///
/// let lock = <ThreeState>::default();
/// lock.lock();
/// assert!(!lock.try_lock());
/// // SAFETY: locked two lines above, by this thread.
/// unsafe { lock.unlock() };
/// assert!(lock.try_lock());
/// # unsafe { lock.unlock() };
/// ```
///
/// # Safety
///
/// An implementation promises that
/// - between a `lock` (or a `try_lock` that returns true) and the `unlock`
///   that follows, no other thread gets through `lock`, and no `try_lock`
///   returns true;
/// - all that a holder did before `unlock` *happens before* all that the next
///   holder does after its `lock`: acquire on the way in, release on the way
///   out;
/// - a `lock` or `try_lock` that panics has not taken the lock, and an
///   `unlock` does not panic.
pub unsafe trait RawLock: Default + Send + Sync {
    /// Waits until the lock is free and takes it.
    ///
    /// Not reentrant: a second lock on the same thread deadlocks.
    fn lock(&self);

    /// Takes the lock if it is free, without waiting. Returns whether it did.
    fn try_lock(&self) -> bool;

    /// Unlocks.
    ///
    /// # Safety
    ///
    /// The calling thread holds the lock.
    unsafe fn unlock(&self);
}
