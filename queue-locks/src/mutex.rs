//! A lock together with what it guards.
//!
//! Who calls what: any thread may call [`Mutex::lock`] and
//! [`Mutex::try_lock`]. The thread that got the lock reaches the value through
//! its [`Guard`], whose drop unlocks.
//!
//! Ground rules: the value is touched only between `lock` and `unlock` of the
//! raw lock. Safe code gets there through a [`Guard`] only. Code that unlocks
//! by hand uses [`Mutex::raw`] and [`Mutex::data_ptr`], and has to prove that
//! itself.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use support::sync::{UnsafeCell, thread};

use crate::raw_lock::RawLock;

/// A value that one thread at a time can reach, under a lock of your choice.
///
/// It does not poison: a guard dropped by a panic unlocks, and the next
/// holder sees the value as the panic left it (as in `parking_lot`).
///
/// ```
/// use queue_locks::{Mutex, locks::ThreeState};
///
/// let total = Mutex::<u64, ThreeState>::new(0);
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| *total.lock() += 1);
///     }
/// });
/// assert_eq!(total.into_inner(), 4);
/// ```
///
/// What must stay on its thread cannot be shared by a lock either:
///
/// ```compile_fail,E0277
/// use std::rc::Rc;
/// use queue_locks::{Mutex, locks::ThreeState};
///
/// let shared = Mutex::<_, ThreeState>::new(Rc::new(1));
/// std::thread::scope(|scope| {
///     scope.spawn(|| drop(shared.lock().clone())); // error[E0277]
/// });
/// ```
#[derive(Default)]
pub struct Mutex<T, L: RawLock> {
    raw: L,
    value: UnsafeCell<T>,
}

// SAFETY: a `RawLock` lets one thread at a time reach the value, and makes
// its writes visible to the next; the value itself moves between threads.
unsafe impl<T: Send, L: RawLock> Sync for Mutex<T, L> {}
// SAFETY: the mutex owns its value and its lock.
unsafe impl<T: Send, L: RawLock> Send for Mutex<T, L> {}

impl<T, L: RawLock> Mutex<T, L> {
    /// Puts `value` under a new, unlocked lock.
    pub fn new(value: T) -> Self {
        Self { raw: L::default(), value: UnsafeCell::new(value) }
    }

    /// Waits for the lock, which is held until the guard is dropped.
    pub fn lock(&self) -> Guard<'_, T, L> {
        self.raw.lock();
        Guard::new(self)
    }

    /// Takes the lock if it is free now.
    pub fn try_lock(&self) -> Option<Guard<'_, T, L>> {
        self.raw.try_lock().then(|| Guard::new(self))
    }

    /// Returns the lock itself, for those who unlock by hand.
    pub fn raw(&self) -> &L {
        &self.raw
    }

    /// Returns where the value is. Only the holder of the lock may follow the
    /// pointer.
    pub fn data_ptr(&self) -> *mut T {
        self.value.with_mut(|value| value)
    }

    /// Returns the value, without locking: nobody else can hold the lock of a
    /// mutex that is yours.
    pub fn get_mut(&mut self) -> &mut T {
        // SAFETY: `&mut self` proves that there is no guard and no holder.
        unsafe { &mut *self.data_ptr() }
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: fmt::Debug, L: RawLock> fmt::Debug for Mutex<T, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(guard) => fields.field("value", &*guard),
            None => fields.field("value", &format_args!("<locked>")),
        };
        fields.finish()
    }
}

/// Holds the lock of a [`Mutex`] and reaches its value. It unlocks when it is
/// dropped.
///
/// It stays on the thread that locked, because a lock may remember who took
/// it:
///
/// ```compile_fail,E0277
/// use queue_locks::{Mutex, locks::Std};
///
/// let mutex = Mutex::<_, Std>::new(0);
/// let guard = mutex.lock();
/// std::thread::scope(|scope| {
///     scope.spawn(move || drop(guard)); // error[E0277]: it is not `Send`
/// });
/// ```
///
/// Sharing a guard shares its value, which must allow that:
///
/// ```compile_fail,E0277
/// use std::cell::Cell;
/// use queue_locks::{Mutex, locks::ThreeState};
///
/// let mutex = Mutex::<_, ThreeState>::new(Cell::new(0));
/// let guard = mutex.lock();
/// std::thread::scope(|scope| {
///     scope.spawn(|| guard.set(1)); // error[E0277]: a cell is not `Sync`
/// });
/// ```
///
/// ```
/// use queue_locks::{Mutex, locks::ThreeState};
///
/// let mutex = Mutex::<_, ThreeState>::new(1);
/// let guard = mutex.lock();
/// std::thread::scope(|scope| {
///     scope.spawn(|| assert_eq!(*guard, 1));
/// });
/// ```
#[must_use = "a guard that is dropped at once unlocks at once"]
pub struct Guard<'a, T, L: RawLock> {
    mutex: &'a Mutex<T, L>,
    /// A raw pointer is neither `Send` nor `Sync`.
    stays_on_thread: PhantomData<*const ()>,
}

// SAFETY: sharing the guard shares `&T` only, which `T: Sync` allows.
unsafe impl<T: Sync, L: RawLock> Sync for Guard<'_, T, L> {}

impl<'a, T, L: RawLock> Guard<'a, T, L> {
    /// Says that this thread has locked `mutex`, and not unlocked since.
    pub(crate) fn new(mutex: &'a Mutex<T, L>) -> Self {
        Self { mutex, stays_on_thread: PhantomData }
    }

    /// Returns the lock, still held: the drop does not unlock any more.
    pub(crate) fn into_raw(self) -> &'a L {
        &ManuallyDrop::new(self).mutex.raw
    }

    /// Unlocks, runs `body`, and locks again, also when `body` panics or the
    /// lock does.
    pub(crate) fn unlocked<R>(guard: &mut Self, body: impl FnOnce() -> R) -> R {
        let raw = &guard.mutex.raw;
        // SAFETY: the guard's thread holds the lock, and `&mut` proves that
        // nobody refers to the value until `_locks` has locked again.
        unsafe { raw.unlock() };
        let _locks = Locks(raw);
        body()
    }
}

impl<T, L: RawLock> Deref for Guard<'_, T, L> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: a guard exists only while its thread holds the lock, so no
        // other thread has a reference; loom checks it in `tests/loom`.
        self.mutex.value.with(|value| unsafe { &*value })
    }
}

impl<T, L: RawLock> DerefMut for Guard<'_, T, L> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and `&mut self` proves that this is the only
        // reference of the holder.
        self.mutex.value.with_mut(|value| unsafe { &mut *value })
    }
}

/// Locks when it is dropped, also where the lock refuses with a panic: whoever
/// has the guard can still use it, so the panic goes on under the lock.
struct Locks<'a, L: RawLock>(&'a L);

impl<L: RawLock> Drop for Locks<'_, L> {
    fn drop(&mut self) {
        let locked = catch_unwind(AssertUnwindSafe(|| self.0.lock()));
        let Err(refusal) = locked else { return };
        while !self.0.try_lock() {
            thread::yield_now();
        }
        // Not modelled: it asks this thread whether it panics.
        if !std::thread::panicking() {
            resume_unwind(refusal);
        }
    }
}

// ANCHOR: guard-drop
impl<T, L: RawLock> Drop for Guard<'_, T, L> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the guard was made by this thread right after it locked,
        // and is dropped once.
        unsafe { self.mutex.raw.unlock() };
    }
}
// ANCHOR_END: guard-drop

impl<T: fmt::Debug, L: RawLock> fmt::Debug for Guard<'_, T, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
