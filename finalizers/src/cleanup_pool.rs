//! The pool of threads that run cleanups, and how they sleep.
//!
//! Cleanups do not see their objects and need no order, so several threads
//! run them at once, and one that blocks holds up nobody else's.
//!
//! | thread | calls | under which lock |
//! |---|---|---|
//! | the one that collects | `add` | `items`, then `sleep_lock` if somebody sleeps |
//! | the one that ends the pool | `close` | `sleep_lock` if somebody sleeps |
//! | each worker | `take` | `items` to take one out, `sleep_lock` to fall asleep |
//!
//! No thread holds both locks at once, and none holds one while it runs a
//! cleanup.
//!
//! Rules:
//!
//! - Work is counted by `available`: add the item first, then count it.
//! - A worker takes an item only after it has counted it down, so there is
//!   always one for it: see [`CleanupPool::verify`].
//! - A worker says that it is asleep *before* it looks at `available` for the
//!   last time. The thread that adds counts up *before* it looks for sleepers.
//!   Both pass a fence between their write and their read, so at least one
//!   sees the other. The worker looks, and is woken, under `sleep_lock`.
//!
//! Written after Go 1.27, `runtime/mcleanup.go`, `(*cleanupQueue).dequeue`.
//!
//! Known race, harmless: the thread that adds may take `sleep_lock` to wake a
//! worker that has just found the item by itself.

use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

use support::sync::atomic::{AtomicUsize, Ordering, fence};
use support::sync::{Condvar, Mutex, MutexGuard};
use support::taken;

use crate::steps::{Sound, Steps};

/// Work for a pool of threads that sleep while there is none.
///
/// ```
/// use finalizers::cleanup_pool::CleanupPool;
///
/// let pool = CleanupPool::new();
/// pool.add("close the file");
/// assert_eq!(pool.verify(), Ok(()));
/// assert_eq!(pool.take(), Some("close the file"));
/// pool.close();
/// assert_eq!(pool.take(), None);
/// ```
#[derive(Debug)]
pub struct CleanupPool<T, S: Steps = Sound> {
    items: Mutex<VecDeque<T>>,
    /// Items that no worker has claimed. [`CLOSED`] and above once the pool is
    /// closed.
    available: AtomicUsize,
    /// Workers that sleep or are about to. It may be too high, never too low.
    asleep: AtomicUsize,
    /// Guards falling asleep and waking, not the items.
    sleep_lock: Mutex<()>,
    alarm: Condvar,
    steps: PhantomData<S>,
}

/// More than any number of items.
const CLOSED: usize = 1 << (usize::BITS - 2);

/// A pool counts more items than it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemsMissing {
    /// How many items are counted.
    pub counted: usize,
    /// How many items there are.
    pub items: usize,
}

impl fmt::Display for ItemsMissing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { counted, items } = self;
        write!(f, "{counted} items are counted, but there are {items}")
    }
}

impl std::error::Error for ItemsMissing {}

/// What a worker found.
enum Found {
    Work,
    Nothing,
    Closed,
}

impl<T> CleanupPool<T> {
    /// Returns a pool without work.
    pub fn new() -> Self {
        Self::with_steps()
    }
}

impl<T> Default for CleanupPool<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S: Steps> CleanupPool<T, S> {
    #[doc(hidden)]
    pub fn with_steps() -> Self {
        Self {
            items: Mutex::new(VecDeque::new()),
            available: AtomicUsize::new(0),
            asleep: AtomicUsize::new(0),
            sleep_lock: Mutex::new(()),
            alarm: Condvar::new(),
            steps: PhantomData,
        }
    }

    /// Adds an item and wakes a worker if one sleeps.
    pub fn add(&self, item: T) {
        self.items().push_back(item);
        let before = self.available.fetch_add(1, Ordering::Release);
        S::stored("available", before + 1);
        if self.has_sleepers() {
            drop(self.sleep_lock());
            self.alarm.notify_one();
        }
    }

    /// Ends the pool and wakes all workers. What is left is not run. Closing
    /// it again does nothing more.
    pub fn close(&self) {
        self.available.fetch_or(CLOSED, Ordering::Release);
        if self.has_sleepers() {
            drop(self.sleep_lock());
            self.alarm.notify_all();
        }
    }

    /// Takes an item, and sleeps while there is none. Returns `None` once the
    /// pool is closed.
    pub fn take(&self) -> Option<T> {
        loop {
            match self.claim() {
                Found::Work => return self.items().pop_front(),
                Found::Closed => return None,
                Found::Nothing => self.sleep(),
            }
        }
    }

    /// Claims an item, so that no other worker takes it.
    fn claim(&self) -> Found {
        let mut seen = self.available.load(Ordering::Acquire);
        S::loaded("available", seen);
        loop {
            match seen {
                0 => return Found::Nothing,
                CLOSED.. => return Found::Closed,
                _ => {}
            }
            // An item is counted after it was added: acquire its addition.
            match self.available.compare_exchange(
                seen,
                seen - 1,
                Ordering::Acquire,
                Ordering::Acquire,
            ) {
                Ok(_) => return Found::Work,
                Err(found) => seen = found,
            }
        }
    }

    // ANCHOR: protocol
    /// Sleeps, unless there is work by now.
    fn sleep(&self) {
        let held = self.sleep_lock();
        let others = self.asleep.fetch_add(1, Ordering::Relaxed);
        S::stored("asleep", others + 1);
        self.pass_fence();
        if !taken!(S::LOOKS_AGAIN) || !self.has_work() {
            drop(self.alarm.wait(held).expect("no holder panics"));
        }
        self.asleep.fetch_sub(1, Ordering::Relaxed);
    }

    /// Returns whether a worker has to be woken. Call it after counting up.
    fn has_sleepers(&self) -> bool {
        self.pass_fence();
        let asleep = self.asleep.load(Ordering::Relaxed);
        S::loaded("asleep", asleep);
        asleep > 0
    }
    // ANCHOR_END: protocol

    fn has_work(&self) -> bool {
        let available = self.available.load(Ordering::Relaxed);
        S::loaded("available", available);
        available > 0
    }

    /// Checks that there is an item for each that is counted, which a worker
    /// relies on.
    ///
    /// # Errors
    ///
    /// When there are fewer items.
    pub fn verify(&self) -> Result<(), ItemsMissing> {
        // Under the lock items can be counted down, but none taken out.
        let items = self.items();
        let counted = self.available.load(Ordering::Acquire) % CLOSED;
        let items = items.len();
        if counted > items {
            return Err(ItemsMissing { counted, items });
        }
        Ok(())
    }

    fn items(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.items.lock().expect("no holder panics")
    }

    fn sleep_lock(&self) -> MutexGuard<'_, ()> {
        self.sleep_lock.lock().expect("no holder panics")
    }

    fn pass_fence(&self) {
        if taken!(S::FENCES) {
            fence(Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_is_counted_and_not_there_is_noticed() {
        let pool = CleanupPool::new();
        pool.add(());
        assert_eq!(pool.verify(), Ok(()));
        pool.available.fetch_add(1, Ordering::Relaxed);
        let violation = ItemsMissing { counted: 2, items: 1 };
        assert_eq!(pool.verify(), Err(violation));
        pool.close();
        assert_eq!(pool.verify(), Err(violation), "closed or not");
    }

    #[test]
    fn a_pool_stays_closed_however_often_it_is_closed() {
        let pool = CleanupPool::new();
        for _ in 0..8 {
            pool.close();
            assert_eq!(pool.take(), None);
        }
        pool.add(());
        assert_eq!(pool.take(), None);
    }
}
