//! More ways to give the lock back, beside the pair of the post.

use super::LockedQueue;
use crate::defer::{Defer, Generation};
use crate::raw_lock::RawLock;
use crate::storage::{Alone, Storage};

impl<T, S: Storage<T>, L: RawLock> LockedQueue<T, S, L> {
    /// Adds `value`; drops the guard before the end of the function, so that
    /// what comes after it is done without the lock.
    #[inline]
    pub fn put_early_drop(&self, value: T) {
        let mut items = self.items.lock();
        items.push(value);
        drop(items);
    }

    // ANCHOR: early-drop
    /// Takes the front; drops the guard before the end of the function.
    #[inline]
    pub fn get_early_drop(&self) -> Option<T> {
        let mut items = self.items.lock();
        if items.is_empty() {
            return None;
        }
        let value = items.pop();
        drop(items);
        value
    }
    // ANCHOR_END: early-drop

    // ANCHOR: scope-guard
    /// Adds `value`; a scope guard, which knows nothing of locks, unlocks.
    #[inline]
    pub fn put_scope_guard(&self, value: T) {
        self.items.raw().lock();
        scopeguard::defer! {
            // SAFETY: locked above; this is the last that is done.
            unsafe { self.items.raw().unlock() };
        }
        // SAFETY: this thread holds the lock until the end of the function.
        unsafe { &mut *self.items.data_ptr() }.push(value);
    }
    // ANCHOR_END: scope-guard

    /// Takes the front; a scope guard unlocks on each way out.
    #[inline]
    pub fn get_scope_guard(&self) -> Option<T> {
        self.items.raw().lock();
        scopeguard::defer! {
            // SAFETY: locked above; this is the last that is done.
            unsafe { self.items.raw().unlock() };
        }
        // SAFETY: this thread holds the lock until the end of the function.
        let items = unsafe { &mut *self.items.data_ptr() };
        if items.is_empty() {
            return None;
        }
        items.pop()
    }

    // ANCHOR: deferred
    /// Adds `value`; the unlock is deferred as in Go, by generation `G`.
    #[inline]
    pub fn put_deferred<G: Generation>(&self, value: T)
    where
        S: Alone,
    {
        G::with_defers(|d| {
            self.items.raw().lock();
            // SAFETY: locked above; runs once, and not while the storage is
            // at work: it is `Alone`, so no panic of a deferred kind
            // begins in it.
            d.defer(|| unsafe { self.items.raw().unlock() });
            // SAFETY: this thread holds the lock until the end.
            unsafe { &mut *self.items.data_ptr() }.push(value);
        });
    }
    // ANCHOR_END: deferred

    /// Takes the front; the unlock is deferred as in Go, by generation `G`.
    #[inline]
    pub fn get_deferred<G: Generation>(&self) -> Option<T>
    where
        S: Alone,
    {
        G::with_defers(|d| {
            self.items.raw().lock();
            // SAFETY: locked above; runs once, and not while the storage is
            // at work: it is `Alone`, so no panic of a deferred kind
            // begins in it.
            d.defer(|| unsafe { self.items.raw().unlock() });
            // SAFETY: this thread holds the lock until the end.
            let items = unsafe { &mut *self.items.data_ptr() };
            if items.is_empty() {
                return None;
            }
            items.pop()
        })
    }

    // ANCHOR: forgotten
    /// **The bug**: takes the front, and forgets to unlock when there is
    /// none. After that every other operation waits for ever.
    pub fn get_forgotten(&self) -> Option<T> {
        self.items.raw().lock();
        // SAFETY: this thread holds the lock.
        let items = unsafe { &mut *self.items.data_ptr() };
        let value = items.pop()?; // an early return that nobody sees
        // SAFETY: locked above.
        unsafe { self.items.raw().unlock() };
        Some(value)
    }
    // ANCHOR_END: forgotten

    /// Returns whether anyone holds the lock now.
    pub fn is_locked(&self) -> bool {
        self.items.try_lock().is_none()
    }

    /// Takes everything, under one lock.
    ///
    /// ```
    /// use std::collections::VecDeque;
    /// use queue_locks::{LockedQueue, locks::ThreeState};
    ///
    /// let queue = LockedQueue::<u32, VecDeque<u32>, ThreeState>::new();
    /// (0..3).for_each(|value| queue.put(value));
    /// assert_eq!(queue.take_all(), [0, 1, 2]);
    /// assert_eq!(queue.get(), None);
    /// ```
    pub fn take_all(&self) -> S {
        std::mem::take(&mut *self.items.lock())
    }

    /// Takes everything, and leaves `room` in its place: an empty storage whose
    /// memory the queue uses from then on.
    ///
    /// # Panics
    ///
    /// When `room` is not empty.
    // ANCHOR: swap-all
    pub fn swap_all(&self, room: &mut S) {
        assert!(room.is_empty(), "there is something in the room");
        std::mem::swap(&mut *self.items.lock(), room);
    }
    // ANCHOR_END: swap-all
}
