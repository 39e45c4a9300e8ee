//! A lock that costs the thread that uses it most no atomic operation.
//!
//! # Contract
//!
//! A lock has an *owner* or none. The owner says that it is inside, looks
//! once more whether it is still the owner, and enters. Everybody else takes
//! a mutex and then *evicts* the owner: takes the title away, and waits until
//! the owner is outside. A thread that took the mutex many times in a row,
//! with nobody else in between, becomes the owner.
//!
//! | who is inside | `owner` | the owner's `presence` | mutex |
//! |---|---|---|---|
//! | nobody | any | elsewhere | free |
//! | the owner | that thread | here | free, or held by who evicts it |
//! | another thread | nobody, or that thread | elsewhere | held |
//!
//! Who calls what:
//!
//! | thread | holds | does in [`BiasedLock::lock`] |
//! |---|---|---|
//! | the owner | nothing | says that it is here, runs the light barrier, looks at `owner` again |
//! | another | the mutex | evicts: clears `owner`, runs the heavy barrier, waits until the owner is elsewhere |
//! | any, after `patience` locks in a row | the mutex | sets `owner` to itself |
//!
//! Owner and evictor each write and then read what the other writes. Of two
//! such threads at least one sees the other, if each has a full barrier in
//! between: the evictor runs one [on every processor](support::barrier), and
//! the owner needs none of its own.
//!
//! A thread may be slow between reading that it is the owner and saying that
//! it is here, while others own the lock and are evicted. So it says it in a
//! record of its own, in which nobody else reads of the later owners, and it
//! need not be waited for: it may never come again.
//!
//! A thread is inside one lock at a time as the owner. One that takes another
//! lock meanwhile takes the mutex there.
//!
//! Source: Russell and Detlefs, *Eliminating synchronization-related atomic
//! operations with biased locking and bulk rebiasing* (2006). Java had such
//! locks from version 6 to 15.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr;

use support::backoff;
use support::barrier;
use support::sync::atomic::{AtomicPtr, Ordering};
use support::sync::{Mutex, MutexGuard, UnsafeCell};
use support::taken;

use crate::service::presence::{self, Presence};
use crate::structures::steps::{Sound, Steps};

/// After this many locks in a row a thread becomes the owner. An eviction may
/// take 5 us, which is then 5 ns for each of these locks at most.
pub const PATIENCE: u32 = 1024;

/// A value behind a lock that may have an owner.
///
/// ```
/// use timer_heap::biased_lock::{BiasedLock, PATIENCE};
///
/// let count: BiasedLock<u64> = BiasedLock::new(0, Some(PATIENCE));
/// for _ in 0..5_000 {
///     *count.lock() += 1; // the last of these without the mutex
/// }
/// assert_eq!(*count.lock(), 5_000);
/// ```
///
/// A guard is shared between threads only if its value can be:
///
/// ```compile_fail,E0277
/// use std::cell::Cell;
/// use timer_heap::biased_lock::BiasedLock;
///
/// let count: BiasedLock<Cell<u64>> = BiasedLock::new(Cell::new(0), None);
/// let guard = count.lock();
/// std::thread::scope(|scope| {
///     scope.spawn(|| guard.set(1));
/// });
/// ```
#[derive(Debug)]
pub struct BiasedLock<T, P = Sound> {
    /// The record of the owner, or null. Written under the mutex only.
    owner: AtomicPtr<Presence>,
    mutex: Mutex<Visits>,
    patience: Option<u32>,
    value: UnsafeCell<T>,
    steps: PhantomData<P>,
}

/// Who took the mutex.
#[derive(Debug, Default)]
struct Visits {
    last: Option<&'static Presence>,
    /// How often in a row.
    streak: u32,
    /// Who does not need the mutex.
    owner: Option<&'static Presence>,
}

/// The lock is held while this lives.
pub struct Guard<'a, T, P = Sound> {
    lock: &'a BiasedLock<T, P>,
    held: Held<'a>,
    /// The guard is the value's: it may be shared only if the value may.
    value: PhantomData<&'a mut T>,
}

/// By what a thread holds a lock.
enum Held<'a> {
    /// It is the owner, and said in its record that it is here.
    Title(&'static Presence),
    Mutex {
        _guard: MutexGuard<'a, Visits>,
    },
}

// SAFETY: the value is reached by one thread at a time (see the contract),
// which needs it to be `Send`.
unsafe impl<T: Send, P> Sync for BiasedLock<T, P> {}

impl<T, P: Steps> BiasedLock<T, P> {
    /// Returns a lock that gets an owner after `patience` locks of one thread
    /// in a row. With `None`, or where the system has no barrier for others, it
    /// never gets one.
    pub fn new(value: T, patience: Option<u32>) -> Self {
        Self {
            owner: AtomicPtr::new(ptr::null_mut()),
            mutex: Mutex::new(Visits::default()),
            patience: patience.filter(|_| barrier::is_available()),
            value: UnsafeCell::new(value),
            steps: PhantomData,
        }
    }

    /// Waits until nobody else holds the lock, and takes it.
    ///
    /// Not reentrant: a second lock on the same thread panics or deadlocks.
    ///
    /// # Panics
    ///
    /// When a holder that was not the owner panicked, or when the calling
    /// thread is the owner and inside.
    #[inline]
    pub fn lock(&self) -> Guard<'_, T, P> {
        match self.lock_as_owner() {
            Some(guard) => guard,
            None => self.lock_by_mutex(),
        }
    }

    /// Takes the lock if the calling thread is its owner, and inside no other
    /// lock as the owner. Never waits.
    ///
    /// # Panics
    ///
    /// When the calling thread is the owner and inside.
    // ANCHOR: lock
    #[inline(always)]
    pub(crate) fn lock_as_owner(&self) -> Option<Guard<'_, T, P>> {
        let me = presence::current();
        if !self.has_owner(me) || !self.is_free_to_enter(me) {
            return None;
        }
        me.enter(self.address());
        barrier::light();
        if !taken!(P::LOOKS_AGAIN) || self.has_owner(me) {
            return Some(self.guard(Held::Title(me)));
        }
        me.leave();
        None
    }
    // ANCHOR_END: lock

    /// Takes the lock as a thread that is not its owner.
    ///
    /// # Panics
    ///
    /// When a holder that was not the owner panicked.
    #[inline]
    pub(crate) fn lock_by_mutex(&self) -> Guard<'_, T, P> {
        self.guard(Held::Mutex { _guard: self.lock_mutex() })
    }

    #[inline(always)]
    fn guard<'a>(&'a self, held: Held<'a>) -> Guard<'a, T, P> {
        Guard { lock: self, held, value: PhantomData }
    }

    #[inline(always)]
    fn has_owner(&self, thread: &Presence) -> bool {
        ptr::eq(self.owner.load(Ordering::Relaxed), thread)
    }

    #[inline(always)]
    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    /// Returns false if the owner is inside another lock, as its owner.
    #[inline(always)]
    fn is_free_to_enter(&self, owner: &Presence) -> bool {
        match owner.place() {
            None => true,
            Some(place) => self.refuse_inside(place),
        }
    }

    /// Returns false. Panics if the owner is inside this very lock. It is a
    /// function apart, so that the short ways save no registers for it.
    #[cold]
    #[inline(never)]
    fn refuse_inside(&self, place: usize) -> bool {
        if place == self.address() {
            locked_twice();
        }
        false
    }

    /// Takes the mutex, and evicts the owner if there is one.
    ///
    /// It returns no more than fits into registers: the guard itself would be
    /// returned in memory.
    #[inline(never)]
    fn lock_mutex(&self) -> MutexGuard<'_, Visits> {
        // A thread has a record from its first visit on. It is made before the
        // mutex is taken, because an allocator may use timers.
        let me = presence::of_current();
        let mut visits = self.mutex.lock().expect("no holder panics");
        if let Some(owner) = visits.owner.take() {
            self.evict(owner);
            visits.streak = 0;
        }
        if let Some(me) = me {
            let streak = visits.note(me);
            if self.patience.is_some_and(|patience| streak >= patience) {
                self.set_owner(&mut visits, me);
            }
        }
        visits
    }

    /// Makes this thread the owner, unless it is inside another lock as its
    /// owner, or the kernel has begun to refuse barriers.
    #[cold]
    fn set_owner(&self, visits: &mut Visits, me: &'static Presence) {
        if barrier::is_available() && me.place().is_none() {
            visits.owner = Some(me);
            let me = ptr::from_ref(me).cast_mut();
            self.owner.store(me, Ordering::Relaxed);
        }
    }

    // ANCHOR: evict
    #[cold]
    fn evict(&self, owner: &Presence) {
        self.owner.store(ptr::null_mut(), Ordering::Relaxed);
        if taken!(P::FENCES_EVICTION) {
            barrier::heavy();
        }
        let mut round = 0;
        while owner.is_at(self.address()) {
            backoff::pause(round);
            round += 1;
        }
    }
    // ANCHOR_END: evict

    /// Returns true if the calling thread needs no mutex.
    pub fn is_owned(&self) -> bool {
        self.has_owner(presence::current())
    }
}

/// A second guard would be a second mutable borrow of the value.
#[cold]
#[inline(never)]
fn locked_twice() -> ! {
    panic!("this thread holds the lock already")
}

impl Visits {
    /// Notes who took the mutex. Returns how often in a row it did.
    fn note(&mut self, me: &'static Presence) -> u32 {
        if !self.last.is_some_and(|last| ptr::eq(last, me)) {
            (self.last, self.streak) = (Some(me), 0);
        }
        self.streak = self.streak.saturating_add(1);
        self.streak
    }
}

impl<T, P> Deref for Guard<'_, T, P> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: by the contract nobody else is inside while a guard lives.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T, P> DerefMut for Guard<'_, T, P> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the guard is borrowed mutably.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T: fmt::Debug, P> fmt::Debug for Guard<'_, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&**self).finish()
    }
}

impl<T, P> Drop for Guard<'_, T, P> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Held::Title(me) = self.held {
            me.leave();
        }
    }
}
