//! The mutex of `std` as a raw lock.

use std::cell::UnsafeCell;
use std::fmt;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
// Not modelled: the mutex of `std` is what this file is about.
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::raw_lock::RawLock;

/// `std::sync::Mutex`, unlocked by hand.
///
/// `std` can only unlock by dropping its guard, so the holder keeps the guard
/// beside the lock until it unlocks. Poisoning is ignored.
pub struct Std {
    /// On the heap, because the guard borrows the mutex at its address, and
    /// the lock may be moved while it is held. Not a `Box`, because moving that
    /// says that nobody else has a reference.
    mutex: NonNull<Mutex<()>>,
    /// Written by the holder after it locked, read by it when it unlocks.
    guard: UnsafeCell<MaybeUninit<MutexGuard<'static, ()>>>,
}

impl fmt::Debug for Std {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Std")
            .field("mutex", self.mutex())
            .finish_non_exhaustive()
    }
}

impl Default for Std {
    fn default() -> Self {
        Self {
            mutex: NonNull::from(Box::leak(Box::default())),
            guard: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }
}

impl Drop for Std {
    fn drop(&mut self) {
        // SAFETY: `default` leaked it from a box, and nobody is left to use it.
        drop(unsafe { Box::from_raw(self.mutex.as_ptr()) });
    }
}

// SAFETY: the cell is touched by the holder of the mutex only.
unsafe impl Sync for Std {}
// SAFETY: the only thing that must stay on its thread is the guard, and
// `unlock` may only be called by the thread that locked.
unsafe impl Send for Std {}

impl Std {
    #[inline]
    fn mutex(&self) -> &Mutex<()> {
        // SAFETY: it lives until `drop`, and is only ever shared.
        unsafe { self.mutex.as_ref() }
    }

    fn keep(&self, guard: MutexGuard<'_, ()>) {
        // SAFETY: the guard is dropped by `unlock`, or never; the mutex lives
        // until `self` is dropped, and each call of `unlock` borrows `self`.
        let guard: MutexGuard<'static, ()> =
            unsafe { std::mem::transmute(guard) };
        let kept = self.guard.get().cast();
        // SAFETY: this thread holds the mutex, and nobody else looks here.
        unsafe { std::ptr::write(kept, guard) };
    }
}

// SAFETY: `std`'s mutex makes both promises, and its guard is dropped by
// `unlock` and by nothing else.
unsafe impl RawLock for Std {
    #[inline]
    fn lock(&self) {
        self.keep(self.mutex().lock().unwrap_or_else(PoisonError::into_inner));
    }

    #[inline]
    fn try_lock(&self) -> bool {
        use std::sync::TryLockError::{Poisoned, WouldBlock};
        let guard = match self.mutex().try_lock() {
            Ok(guard) => guard,
            Err(Poisoned(error)) => error.into_inner(),
            Err(WouldBlock) => return false,
        };
        self.keep(guard);
        true
    }

    #[inline]
    unsafe fn unlock(&self) {
        let guard = self.guard.get().cast::<MutexGuard<'static, ()>>();
        // SAFETY: the caller holds the lock, so it wrote the guard in `keep`,
        // and takes it out once.
        drop(unsafe { guard.read() });
    }
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn it_may_be_moved_while_it_is_held() {
        let lock = Box::new(Std::default());
        lock.lock();
        let lock = std::hint::black_box(*lock);
        assert!(!lock.try_lock());
        // SAFETY: this thread locked it, where it was before.
        unsafe { lock.unlock() };
        assert!(lock.try_lock());
        // SAFETY: as the line above says.
        unsafe { lock.unlock() };
    }
}
