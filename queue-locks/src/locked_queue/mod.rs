//! A storage in a mutex, and the ways to give the lock back.
//!
//! `put`/`get` unlock by hand before each way out, as the post's `Put` and
//! `Get`; `put_guard`/`get_guard` let a guard do it, as `defer` does in the
//! post's `PutDefer` and `GetDefer`. Apart from the unlocking their bodies
//! are the same.
//!
//! Any thread may call any of them. Each takes the one lock, does a few
//! instructions under it and gives it back, so no thread ever holds two.
//! `disciplines` has the other ways to give it back.

mod disciplines;

use std::marker::PhantomData;

use crate::mutex::Mutex;
use crate::raw_lock::RawLock;
use crate::shared_queue::SharedQueue;
use crate::storage::Storage;

/// The queue of the post, over a storage `S` and a lock `L` of your choice.
///
/// ```
/// use queue_locks::{LockedQueue, locks::ParkingLot, storages::Slice};
///
/// let queue = LockedQueue::<&str, Slice<&str>, ParkingLot>::new();
/// queue.put("a");
/// assert_eq!(queue.get(), Some("a"));
/// ```
#[derive(Debug)]
pub struct LockedQueue<T, S, L: RawLock> {
    pub(crate) items: Mutex<S, L>,
    // Owns no `T` of its own, because the storage does.
    values: PhantomData<fn() -> T>,
}

impl<T, S: Storage<T>, L: RawLock> Default for LockedQueue<T, S, L> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, S: Storage<T>, L: RawLock> LockedQueue<T, S, L> {
    /// Returns an empty queue.
    pub fn new() -> Self {
        Self { items: Mutex::new(S::default()), values: PhantomData }
    }

    // ANCHOR: explicit
    /// Adds `value` at the back; unlocks by hand.
    ///
    /// A panic between lock and unlock (a push that finds no memory) leaves
    /// the queue locked for ever.
    #[inline]
    pub fn put(&self, value: T) {
        self.items.raw().lock();
        // SAFETY: the line above locked, the line below unlocks.
        unsafe { &mut *self.items.data_ptr() }.push(value);
        // SAFETY: this thread locked two lines above.
        unsafe { self.items.raw().unlock() };
    }
    // ANCHOR_END: explicit

    // ANCHOR: explicit-get
    /// Takes the value at the front; unlocks by hand before each way out.
    #[inline]
    pub fn get(&self) -> Option<T> {
        self.items.raw().lock();
        // SAFETY: this thread holds the lock until one of the unlocks below,
        // after which `items` is not used any more.
        let items = unsafe { &mut *self.items.data_ptr() };
        if items.is_empty() {
            // SAFETY: locked above, and this way out unlocks once.
            unsafe { self.items.raw().unlock() };
            return None;
        }
        let value = items.pop();
        // SAFETY: locked above, and this way out unlocks once.
        unsafe { self.items.raw().unlock() };
        value
    }
    // ANCHOR_END: explicit-get

    // ANCHOR: guard
    // ANCHOR: guard-put
    /// Adds `value` at the back; the guard unlocks, on a panic too.
    #[inline]
    pub fn put_guard(&self, value: T) {
        let mut items = self.items.lock();
        items.push(value);
    }
    // ANCHOR_END: guard-put

    /// Takes the value at the front; the guard unlocks on each way out.
    #[inline]
    pub fn get_guard(&self) -> Option<T> {
        let mut items = self.items.lock();
        if items.is_empty() {
            return None;
        }
        items.pop()
    }
    // ANCHOR_END: guard
}

impl<T: Send, S: Storage<T> + Send, L: RawLock> SharedQueue<T>
    for LockedQueue<T, S, L>
{
    fn put(&self, value: T) {
        self.put_guard(value);
    }

    fn get(&self) -> Option<T> {
        self.get_guard()
    }
}
