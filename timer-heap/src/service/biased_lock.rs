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
//! | who is inside | `owner` | `inside` | mutex |
//! |---|---|---|---|
//! | nobody | any | false | free |
//! | the owner | that thread | true | free, or held by who evicts it |
//! | another thread | nobody, or that thread | false | held |
//!
//! Who calls what:
//!
//! | thread | holds | does in [`BiasedLock::lock`] |
//! |---|---|---|
//! | the owner | nothing | sets `inside`, runs the light barrier, looks at `owner` again |
//! | another | the mutex | evicts: clears `owner`, runs the heavy barrier, waits for `inside` to be false |
//! | any, after `patience` locks in a row | the mutex | sets `owner` to itself |
//!
//! Owner and evictor each write and then read what the other writes. Of two
//! such threads at least one sees the other, if each has a full barrier in
//! between: the evictor runs one [on every processor](support::barrier), and
//! the owner needs none of its own.
//!
//! A thread may be slow between reading that it is the owner and saying that
//! it is inside. So nobody else becomes the owner until an evicted one has
//! taken the mutex, because it knows then, or its thread has ended.
//!
//! Source: Russell and Detlefs, *Eliminating synchronization-related atomic
//! operations with biased locking and bulk rebiasing* (2006). Java had such
//! locks from version 6 to 15.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use support::backoff;
use support::barrier;
use support::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use support::sync::{Mutex, MutexGuard, UnsafeCell};
use support::thread_id::{Life, UNKNOWN, thread_id};

use crate::structures::steps::{Sound, Steps};

/// No thread's number.
const NOBODY: usize = 0;

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
    /// Written under the mutex only.
    owner: AtomicUsize,
    /// Written by the owner only (or by one that has not yet seen its
    /// eviction).
    inside: AtomicBool,
    mutex: Mutex<Visits>,
    patience: Option<u32>,
    value: UnsafeCell<T>,
    steps: PhantomData<P>,
}

/// Who took the mutex.
#[derive(Debug)]
struct Visits {
    last: usize,
    /// How often in a row.
    streak: u32,
    owner: Option<Owner>,
    /// Who was evicted, and may not know it yet.
    evicted: Option<Owner>,
}

/// A thread that does not need the mutex, or did not.
#[derive(Debug)]
struct Owner {
    number: usize,
    life: Life,
}

/// The lock is held while this lives.
pub struct Guard<'a, T, P = Sound> {
    lock: &'a BiasedLock<T, P>,
    /// `None` if the owner holds it.
    mutex: Option<MutexGuard<'a, Visits>>,
    /// The guard is the value's: it may be shared only if the value may.
    value: PhantomData<&'a mut T>,
}

// SAFETY: the value is reached by one thread at a time (see the contract),
// which needs it to be `Send`.
unsafe impl<T: Send, P> Sync for BiasedLock<T, P> {}

impl<T, P: Steps> BiasedLock<T, P> {
    /// Returns a lock that gets an owner after `patience` locks of one thread
    /// in a row. With `None`, or where the system has no barrier for others, it
    /// never gets one.
    pub fn new(value: T, patience: Option<u32>) -> Self {
        let visits =
            Visits { last: NOBODY, streak: 0, owner: None, evicted: None };
        Self {
            owner: AtomicUsize::new(NOBODY),
            inside: AtomicBool::new(false),
            mutex: Mutex::new(visits),
            patience: patience.filter(|_| barrier::is_available()),
            value: UnsafeCell::new(value),
            steps: PhantomData,
        }
    }

    // ANCHOR: lock
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

    /// Takes the lock if the calling thread is its owner, which never waits.
    ///
    /// # Panics
    ///
    /// When the calling thread is the owner and inside.
    #[inline(always)]
    pub(crate) fn lock_as_owner(&self) -> Option<Guard<'_, T, P>> {
        let me = thread_id();
        if self.owner.load(Ordering::Relaxed) != me {
            return None;
        }
        if self.inside.load(Ordering::Relaxed) {
            locked_twice();
        }
        self.inside.store(true, Ordering::Relaxed);
        barrier::light();
        if self.owner.load(Ordering::Relaxed) == me {
            return Some(Guard { lock: self, mutex: None, value: PhantomData });
        }
        self.inside.store(false, Ordering::Release);
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
        let mutex = Some(self.lock_mutex(thread_id()));
        Guard { lock: self, mutex, value: PhantomData }
    }

    /// Takes the mutex, and evicts the owner if there is one.
    ///
    /// It returns no more than fits into registers: the guard itself would be
    /// returned in memory.
    #[inline(never)]
    fn lock_mutex(&self, me: usize) -> MutexGuard<'_, Visits> {
        let mut visits = self.mutex.lock().expect("no holder panics");
        if let Some(owner) = visits.owner.take() {
            self.evict();
            visits.evicted = Some(owner);
        }
        // A thread is numbered when it first comes here.
        let me = match me {
            UNKNOWN => Life::of_current().map_or(UNKNOWN, |(me, _)| me),
            me => me,
        };
        visits.note(me);
        let known = visits.evicted.is_none() || !P::AWAITS_EVICTED;
        if known && self.patience.is_some_and(|p| visits.streak >= p) {
            self.set_owner(&mut visits);
        }
        visits
    }

    /// Makes this thread the owner, unless it ends, or the kernel has begun to
    /// refuse barriers.
    #[cold]
    fn set_owner(&self, visits: &mut Visits) {
        if barrier::is_available()
            && let Some((number, life)) = Life::of_current()
        {
            visits.owner = Some(Owner { number, life });
            self.owner.store(number, Ordering::Relaxed);
        }
    }

    // ANCHOR: evict
    #[cold]
    fn evict(&self) {
        self.owner.store(NOBODY, Ordering::Relaxed);
        if P::FENCES_EVICTION {
            barrier::heavy();
        }
        let mut round = 0;
        while self.inside.load(Ordering::Acquire) {
            backoff::pause(round);
            round += 1;
        }
    }
    // ANCHOR_END: evict

    /// Returns true if the calling thread needs no mutex.
    pub fn is_owned(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == thread_id()
    }
}

/// A second guard would be a second mutable borrow of the value.
#[cold]
#[inline(never)]
fn locked_twice() -> ! {
    panic!("this thread holds the lock already")
}

impl Visits {
    fn note(&mut self, me: usize) {
        let knows =
            |owner: &mut Owner| owner.number == me || owner.life.is_over();
        self.evicted.take_if(knows);
        if self.last != me || me == UNKNOWN {
            (self.last, self.streak) = (me, 0);
        }
        self.streak = self.streak.saturating_add(1);
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
        if self.mutex.is_none() {
            self.lock.inside.store(false, Ordering::Release);
        }
    }
}
