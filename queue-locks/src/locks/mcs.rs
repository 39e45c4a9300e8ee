//! A queue lock: each waiter looks at a place of its own.

use std::marker::PhantomData;
use std::ptr::null_mut;

use support::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use support::sync::atomic::{AtomicBool, AtomicPtr};
use support::taken;

use super::spin::backoff;
use crate::raw_lock::RawLock;
use crate::steps::{Sound, Steps, unlock};

/// The lock of Mellor-Crummey and Scott.
///
/// Waiters form a list. Each spins on a flag in its own node, which only the
/// one before it writes; so an unlock touches the cache line of one waiter,
/// where a [`Ticket`](super::Ticket) touches that of all. It serves in the
/// order of arrival. Source: J. Mellor-Crummey and M. Scott, *Algorithms for
/// Scalable Synchronization*, 1991.
///
/// A node lies on the heap, because a [`RawLock`] hands its holder nothing to
/// keep one in.
#[derive(Debug)]
pub struct Mcs<S = Sound> {
    /// | value | means | who may change it, to what |
    /// |---|---|---|
    /// | null | unlocked | any thread: to its node |
    /// | a node | the last in the list, holder or waiter | any thread: to its node; the holder, if it is its own: to null |
    tail: AtomicPtr<Node>,
    /// The node of the holder. Written and read by the holder only.
    holder: AtomicPtr<Node>,
    steps: PhantomData<S>,
}

#[derive(Debug)]
struct Node {
    /// Who waits behind this one. Written once, by that one.
    next: AtomicPtr<Self>,
    /// Cleared by the one before when it is this one's turn.
    waits: AtomicBool,
}

impl<S> Default for Mcs<S> {
    fn default() -> Self {
        Self {
            tail: AtomicPtr::new(null_mut()),
            holder: AtomicPtr::new(null_mut()),
            steps: PhantomData,
        }
    }
}

fn node() -> *mut Node {
    Box::into_raw(Box::new(Node {
        next: AtomicPtr::new(null_mut()),
        waits: AtomicBool::new(true),
    }))
}

// SAFETY: who swaps its node in where null was gets through, and anyone else
// once the one before has cleared its flag, which that does once, at its
// unlock. Both are releases, read with acquire.
unsafe impl<S: Steps> RawLock for Mcs<S> {
    // ANCHOR: mcs
    fn lock(&self) {
        let mine = node();
        let before = self.tail.swap(mine, AcqRel);
        if !before.is_null() {
            // SAFETY: its owner frees it only when it has seen who is next.
            unsafe { &*before }.next.store(mine, unlock::<S>());
            let mut turns = 0;
            // SAFETY: only this thread frees its node, in `unlock`.
            while unsafe { &*mine }.waits.load(Acquire) {
                backoff(&mut turns);
            }
        }
        self.holder.store(mine, Relaxed);
    }
    // ANCHOR_END: mcs

    fn try_lock(&self) -> bool {
        if !self.tail.load(Relaxed).is_null() {
            return false;
        }
        let mine = node();
        let tail = &self.tail;
        let taken = tail.compare_exchange(null_mut(), mine, AcqRel, Relaxed);
        if taken.is_ok() {
            self.holder.store(mine, Relaxed);
        } else {
            // SAFETY: made above, and nobody has seen it.
            drop(unsafe { Box::from_raw(mine) });
        }
        taken.is_ok()
    }

    // ANCHOR: mcs-unlock
    unsafe fn unlock(&self) {
        let mine = self.holder.load(Relaxed);
        // SAFETY: the holder's node, which this thread frees below.
        let next = unsafe { &(*mine).next };
        let tail = &self.tail;
        let is_last = next.load(Acquire).is_null()
            && tail
                .compare_exchange(mine, null_mut(), unlock::<S>(), Relaxed)
                .is_ok();
        if !is_last {
            let mut turns = 0;
            // Somebody is behind, but may not have said so yet.
            while next.load(Acquire).is_null() {
                backoff(&mut turns);
            }
            let next = next.load(Acquire);
            if taken!(S::WAKES) {
                // SAFETY: it waits, so its owner has not freed it.
                unsafe { &*next }.waits.store(false, unlock::<S>());
            }
        }
        // SAFETY: made by `lock`; nobody has it: not the tail, and the next
        // one has written its link.
        drop(unsafe { Box::from_raw(mine) });
    }
    // ANCHOR_END: mcs-unlock
}

impl<S> Drop for Mcs<S> {
    fn drop(&mut self) {
        // A guard that was forgotten leaves the holder's node.
        let left = self.tail.load(Relaxed);
        if !left.is_null() {
            // SAFETY: nobody waits on a lock that is dropped, so the tail is
            // the holder, which will not unlock any more.
            drop(unsafe { Box::from_raw(left) });
        }
    }
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use std::sync::Mutex;
    use std::thread;

    use super::*;

    #[test]
    fn who_comes_first_is_served_first() {
        let _watched = support::watchdog::watch();
        let (lock, served) = (<Mcs>::default(), Mutex::new(Vec::new()));
        lock.lock();
        thread::scope(|scope| {
            for number in 1..=3 {
                let (lock, served) = (&lock, &served);
                let before = lock.tail.load(Relaxed);
                scope.spawn(move || {
                    lock.lock();
                    served.lock().unwrap().push(number);
                    // SAFETY: this thread locked two lines above.
                    unsafe { lock.unlock() };
                });
                // The next one starts when this one is in the list.
                while lock.tail.load(Relaxed) == before {
                    thread::yield_now();
                }
            }
            // SAFETY: this thread locked, before the others came.
            unsafe { lock.unlock() };
        });
        assert_eq!(served.into_inner().unwrap(), [1, 2, 3]);
    }

    #[test]
    fn a_lock_that_is_dropped_while_held_leaks_nothing() {
        let lock = <Mcs>::default();
        lock.lock();
        assert!(!lock.try_lock());
    }
}
