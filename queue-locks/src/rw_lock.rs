//! Many readers, or one writer.
//!
//! Who calls what: any thread may call [`RwLock::read`] and
//! [`RwLock::write`]. A guard's drop ends the access; who leaves last wakes
//! all that sleep, and they compete again.
//!
//! Contract: a [`WriteGuard`] is alone; of [`ReadGuard`]s there may be many.
//! Once somebody sleeps, no new reader gets in before the lock was free, so
//! that readers who follow one another do not keep a writer out for ever.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use support::futex::Futex;
use support::sync::UnsafeCell;
use support::sync::atomic::Ordering::{Acquire, Relaxed};
use support::taken;

use crate::steps::{Sound, Steps, unlock};

/// Set while a writer is inside.
const WRITER: u32 = 1 << 31;
/// Set when somebody sleeps or is about to.
const SLEEPERS: u32 = 1 << 30;
/// The bits below count the readers that are inside.
const READERS: u32 = SLEEPERS - 1;

/// A value that many may read at a time, or one may change.
///
/// A thread that reads must not ask to read once more: a writer that sleeps
/// in between keeps it out, and it keeps the writer out.
///
/// ```
/// use queue_locks::rw_lock::RwLock;
///
/// let prices = <RwLock<_>>::new(vec![3, 5]);
/// let (first, second) = (prices.read(), prices.read());
/// assert_eq!(first[0] + second[1], 8);
/// drop((first, second));
/// prices.write().push(7);
/// assert_eq!(prices.into_inner(), [3, 5, 7]);
/// ```
///
/// What only one thread at a time may touch cannot be read by many:
///
/// ```compile_fail,E0277
/// use std::cell::Cell;
/// use queue_locks::rw_lock::RwLock;
///
/// let shared = <RwLock<_>>::new(Cell::new(0));
/// std::thread::scope(|scope| {
///     scope.spawn(|| shared.read().set(1)); // error[E0277]
/// });
/// ```
pub struct RwLock<T, S = Sound> {
    /// | bits | mean | who may change them |
    /// |---|---|---|
    /// | 31, writer | a writer is inside | set by who finds no writer and no reader; cleared by that writer |
    /// | 30, sleepers | somebody may sleep | set by who is about to sleep; cleared by who leaves last, who then wakes all |
    /// | 0 to 29 | how many readers are inside | a reader, by one, where 30 and 31 are clear; the same one, when it leaves |
    state: Futex,
    value: UnsafeCell<T>,
    steps: PhantomData<S>,
}

// SAFETY: readers share `&T` and a writer has `&mut T`, on any thread.
unsafe impl<T: Send + Sync, S> Sync for RwLock<T, S> {}
// SAFETY: the lock owns its value.
unsafe impl<T: Send, S> Send for RwLock<T, S> {}

impl<T, S: Steps> RwLock<T, S> {
    /// Puts `value` under a new lock that nobody holds.
    pub fn new(value: T) -> Self {
        Self {
            state: Futex::new(0),
            value: UnsafeCell::new(value),
            steps: PhantomData,
        }
    }

    /// Waits until no writer is inside and nobody sleeps; then reads.
    ///
    /// # Panics
    ///
    /// When 2^30 - 1 readers are inside.
    pub fn read(&self) -> ReadGuard<'_, T, S> {
        self.enter(WRITER | SLEEPERS, |state| {
            assert!(state & READERS != READERS, "too many readers");
            state + 1
        });
        ReadGuard { lock: self, stays_on_thread: PhantomData }
    }

    /// Waits until nobody is inside; then reads and writes.
    pub fn write(&self) -> WriteGuard<'_, T, S> {
        self.enter(WRITER | READERS, |state| state | WRITER);
        WriteGuard { lock: self, stays_on_thread: PhantomData }
    }

    // ANCHOR: rw-lock
    /// Makes the state what `inside` returns, once all bits of `closed` are
    /// clear. Sleeps until then.
    fn enter(&self, closed: u32, inside: impl Fn(u32) -> u32) {
        let word = &self.state.word;
        let mut old = word.load(Relaxed);
        loop {
            let is_open = old & closed == 0;
            let new = if is_open { inside(old) } else { old | SLEEPERS };
            match word.compare_exchange(old, new, Acquire, Relaxed) {
                Err(now) => old = now,
                Ok(_) if is_open => return,
                Ok(_) => {
                    self.state.wait(new);
                    old = word.load(Relaxed);
                }
            }
        }
    }
    // ANCHOR_END: rw-lock

    fn end_read(&self) {
        let left = self.state.word.fetch_sub(1, unlock::<S>()) - 1;
        // The last one out. If a writer was faster, it wakes them at its end.
        let word = &self.state.word;
        let is_last = left == SLEEPERS
            && word.compare_exchange(left, 0, Relaxed, Relaxed).is_ok();
        if is_last && taken!(S::WAKES) {
            self.state.wake_all();
        }
    }

    fn end_write(&self) {
        let before = self.state.word.swap(0, unlock::<S>());
        if before & SLEEPERS != 0 && taken!(S::WAKES) {
            self.state.wake_all();
        }
    }

    /// Returns the value: nobody is inside a lock that is yours.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T, S> fmt::Debug for RwLock<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}

/// Reads the value of a [`RwLock`], beside other readers.
#[must_use = "a guard that is dropped at once unlocks at once"]
pub struct ReadGuard<'a, T, S: Steps = Sound> {
    lock: &'a RwLock<T, S>,
    stays_on_thread: PhantomData<*const ()>,
}

/// Reads and writes the value of a [`RwLock`], alone.
#[must_use = "a guard that is dropped at once unlocks at once"]
pub struct WriteGuard<'a, T, S: Steps = Sound> {
    lock: &'a RwLock<T, S>,
    stays_on_thread: PhantomData<*const ()>,
}

impl<T, S: Steps> Deref for ReadGuard<'_, T, S> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: while a reader is counted no writer is inside; loom checks
        // it in `tests/loom`.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T, S: Steps> Deref for WriteGuard<'_, T, S> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: while the writer's bit is set nobody else is inside.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T, S: Steps> DerefMut for WriteGuard<'_, T, S> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and `&mut self` proves that this is the only
        // reference of the writer.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T, S: Steps> Drop for ReadGuard<'_, T, S> {
    fn drop(&mut self) {
        self.lock.end_read();
    }
}

impl<T, S: Steps> Drop for WriteGuard<'_, T, S> {
    fn drop(&mut self) {
        self.lock.end_write();
    }
}

impl<T: fmt::Debug, S: Steps> fmt::Debug for ReadGuard<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T: fmt::Debug, S: Steps> fmt::Debug for WriteGuard<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
