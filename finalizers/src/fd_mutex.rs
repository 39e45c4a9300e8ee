//! The lock of a descriptor that several threads use and one of them closes.
//!
//! - Who reads or writes calls `lock` before the system call, `unlock` after.
//! - Who needs no lock (`pread`, `fstat`) calls `incref` and `decref` instead.
//! - Who closes calls `close`, then `decref`; anybody may get `Release::Last`.
//!
//! Rules:
//!
//! - A thread that uses the descriptor holds a *reference* from before the
//!   system call until after it. Reading and writing are locked as well, one
//!   reader and one writer at a time.
//! - Closing marks the word as closed, so nobody gets a new reference, and
//!   wakes all who wait for a lock. They find it closed.
//! - The thread that gives back the last reference of a closed word, the
//!   closer or a late reader, closes the descriptor. Nobody else does.
//!
//! So the number stays ours during every call that uses it, and cannot be
//! handed out to another file under a reader's feet. Written after Go 1.27,
//! `internal/poll/fd_mutex.go`.
//!
//! Known race, harmless: a waiter that was woken finds the lock taken by a
//! third thread, and waits again.

use std::fmt;
use std::marker::PhantomData;

use support::semaphore::Semaphore;
use support::sync::atomic::{AtomicU64, Ordering};
use support::taken;

use crate::steps::{Sound, Steps};

/// Which of the two locks of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// One reader at a time.
    Read,
    /// One writer at a time.
    Write,
}

/// The descriptor is closed, or being closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the descriptor is closed")
    }
}

impl std::error::Error for Closed {}

/// What giving back a reference asks of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the last one out has to close the descriptor"]
pub enum Release {
    /// Others use the descriptor, or may still do so.
    InUse,
    /// The descriptor is closed and this was the last reference: close it.
    Last,
}

const CLOSED: u64 = 1;
const READ_LOCK: u64 = 1 << 1;
const WRITE_LOCK: u64 = 1 << 2;
const REFERENCE: u64 = 1 << 3;
const READ_WAITER: u64 = 1 << 23;
const WRITE_WAITER: u64 = 1 << 43;
/// Each count has 20 bits.
const COUNT: u64 = (1 << 20) - 1;
const REFERENCES: u64 = COUNT * REFERENCE;
const READ_WAITERS: u64 = COUNT * READ_WAITER;
const WRITE_WAITERS: u64 = COUNT * WRITE_WAITER;

const OVERFLOW: &str = "more than 1048575 operations on one descriptor";

/// A reference count, two locks and a closed mark in one word.
///
/// ```
/// use finalizers::fd_mutex::{Closed, FdMutex, Release};
///
/// let mutex = FdMutex::new();
/// mutex.incref()?; // a reader begins
/// mutex.close()?; // somebody closes; this takes a reference too
/// assert_eq!(mutex.incref(), Err(Closed));
/// assert_eq!(mutex.decref(), Release::InUse); // the closer is done
/// assert_eq!(mutex.decref(), Release::Last); // the reader closes
/// # Ok::<(), Closed>(())
/// ```
#[derive(Debug)]
pub struct FdMutex<S: Steps = Sound> {
    // ANCHOR: word
    /// | bits | meaning |
    /// |---|---|
    /// | 0 | closed: never unset |
    /// | 1, 2 | read lock and write lock taken |
    /// | 3 to 22 | references, those of the lock holders included |
    /// | 23 to 42 | threads that wait for the read lock |
    /// | 43 to 62 | threads that wait for the write lock |
    ///
    /// The thread that changes it from old to new in one step has done what
    /// the difference says. A failed attempt has done nothing.
    word: AtomicU64,
    // ANCHOR_END: word
    readers: Semaphore,
    writers: Semaphore,
    steps: PhantomData<S>,
}

impl FdMutex {
    /// Returns the lock of an open descriptor that nobody uses.
    pub fn new() -> Self {
        Self::with_steps()
    }
}

impl Default for FdMutex {
    fn default() -> Self {
        Self::new()
    }
}

/// The bits that belong to one of the two locks.
struct Bits {
    lock: u64,
    waiter: u64,
    waiters: u64,
}

impl Side {
    const fn bits(self) -> Bits {
        match self {
            Self::Read => Bits {
                lock: READ_LOCK,
                waiter: READ_WAITER,
                waiters: READ_WAITERS,
            },
            Self::Write => Bits {
                lock: WRITE_LOCK,
                waiter: WRITE_WAITER,
                waiters: WRITE_WAITERS,
            },
        }
    }
}

impl<S: Steps> FdMutex<S> {
    #[doc(hidden)]
    pub fn with_steps() -> Self {
        Self {
            word: AtomicU64::new(0),
            readers: Semaphore::default(),
            writers: Semaphore::default(),
            steps: PhantomData,
        }
    }

    /// Takes a reference, for a call that needs no lock.
    ///
    /// # Errors
    ///
    /// When the descriptor is closed.
    ///
    /// # Panics
    ///
    /// When there are 1,048,575 references already.
    #[inline]
    // ANCHOR: incref
    pub fn incref(&self) -> Result<(), Closed> {
        self.change(|old| match old & CLOSED {
            0 => Ok(with_reference(old)),
            _ => Err(Closed),
        })
        .map(|_| ())
    }
    // ANCHOR_END: incref

    /// Marks the descriptor as closed, takes a reference, and wakes all who
    /// wait for a lock. Give the reference back with [`FdMutex::decref`].
    ///
    /// # Errors
    ///
    /// When it is closed already.
    ///
    /// # Panics
    ///
    /// When there are 1,048,575 references already.
    // ANCHOR: close
    pub fn close(&self) -> Result<(), Closed> {
        let old = self.change(|old| match old & CLOSED {
            0 => {
                let new = with_reference(old | CLOSED);
                Ok(new & !(READ_WAITERS | WRITE_WAITERS))
            }
            _ => Err(Closed),
        })?;
        if taken!(S::WAKES_WAITERS) {
            wake(&self.readers, (old & READ_WAITERS) / READ_WAITER);
            wake(&self.writers, (old & WRITE_WAITERS) / WRITE_WAITER);
        }
        Ok(())
    }
    // ANCHOR_END: close

    /// Gives back a reference.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[inline]
    // ANCHOR: decref
    pub fn decref(&self) -> Release {
        let old = self.change(|old| {
            assert!(old & REFERENCES != 0, "a reference that nobody took");
            Ok(old - REFERENCE)
        });
        release::<S>(old.unwrap_or_default() - REFERENCE)
    }
    // ANCHOR_END: decref

    /// Takes a lock, and a reference with it. Waits while the lock is taken.
    ///
    /// # Errors
    ///
    /// When the descriptor is closed, before or while waiting.
    ///
    /// # Panics
    ///
    /// When there are 1,048,575 references already, or as many threads wait.
    pub fn lock(&self, side: Side) -> Result<(), Closed> {
        let bits = side.bits();
        // ANCHOR: lock
        loop {
            let old = self.change(|old| {
                if old & CLOSED != 0 {
                    Err(Closed)
                } else if old & bits.lock == 0 {
                    Ok(with_reference(old | bits.lock))
                } else {
                    assert!(old & bits.waiters != bits.waiters, "{OVERFLOW}");
                    Ok(old + bits.waiter)
                }
            })?;
            if old & bits.lock == 0 {
                return Ok(());
            }
            // Whoever wakes this thread has taken it off the count.
            self.semaphore(side).acquire();
        }
        // ANCHOR_END: lock
    }

    /// Takes a lock, and a reference with it, if it is free. Returns whether it
    /// was.
    ///
    /// # Errors
    ///
    /// When the descriptor is closed.
    ///
    /// # Panics
    ///
    /// When it is free, and there are 1,048,575 references already.
    pub fn try_lock(&self, side: Side) -> Result<bool, Closed> {
        let lock = side.bits().lock;
        let mut is_free = false;
        self.change(|old| {
            is_free = old & lock == 0;
            match (old & CLOSED, is_free) {
                (0, true) => Ok(with_reference(old | lock)),
                (0, false) => Ok(old),
                _ => Err(Closed),
            }
        })?;
        Ok(is_free)
    }

    /// Gives back a lock with its reference, and wakes one who waits for it.
    ///
    /// # Panics
    ///
    /// When the lock is not taken.
    pub fn unlock(&self, side: Side) -> Release {
        let bits = side.bits();
        let next = |old: u64| {
            let new = (old & !bits.lock) - REFERENCE;
            new - if old & bits.waiters == 0 { 0 } else { bits.waiter }
        };
        let old = self.change(|old| {
            let is_taken = old & bits.lock != 0 && old & REFERENCES != 0;
            assert!(is_taken, "a lock that nobody took");
            Ok(next(old))
        });
        let old = old.unwrap_or_default();
        if old & bits.waiters != 0 {
            self.semaphore(side).release();
        }
        release::<S>(next(old))
    }

    /// Returns whether the descriptor is closed, or being closed.
    pub fn is_closed(&self) -> bool {
        self.word.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Returns the word as it is now, with the bits of Go's `fdMutex.state`:
    /// closed, the read lock, the write lock, and then three counts of 20 bits
    /// each, of references, waiting readers and waiting writers.
    ///
    /// It is old as soon as it is returned, so it is there to look at, and not
    /// to decide by.
    ///
    /// ```
    /// use finalizers::fd_mutex::FdMutex;
    ///
    /// let mutex = FdMutex::new();
    /// mutex.incref()?;
    /// assert_eq!(mutex.word(), 1 << 3);
    /// # Ok::<(), finalizers::fd_mutex::Closed>(())
    /// ```
    pub fn word(&self) -> u64 {
        self.word.load(Ordering::Acquire)
    }

    fn semaphore(&self, side: Side) -> &Semaphore {
        match side {
            Side::Read => &self.readers,
            Side::Write => &self.writers,
        }
    }

    /// Changes the word from old to `new(old)` in one step. Returns old.
    #[inline]
    // ANCHOR: change
    fn change(
        &self,
        mut new: impl FnMut(u64) -> Result<u64, Closed>,
    ) -> Result<u64, Closed> {
        let mut old = self.word.load(Ordering::Relaxed);
        loop {
            // Acquire: the calls of those who used the descriptor before are
            // over. Release: so are ours for those who come after.
            match self.word.compare_exchange_weak(
                old,
                new(old)?,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(old),
                Err(found) => old = found,
            }
        }
    }
    // ANCHOR_END: change
}

/// Wakes `count` threads that wait for a lock, all of which are taken off the
/// word already.
fn wake(semaphore: &Semaphore, count: u64) {
    (0..count).for_each(|_| semaphore.release());
}

#[inline]
fn with_reference(word: u64) -> u64 {
    assert!(word & REFERENCES != REFERENCES, "{OVERFLOW}");
    word + REFERENCE
}

#[inline]
// ANCHOR: release
fn release<S: Steps>(new: u64) -> Release {
    let references = if taken!(S::COUNTS_REFERENCES) { REFERENCES } else { 0 };
    match new & (CLOSED | references) {
        CLOSED => Release::Last,
        _ => Release::InUse,
    }
}
// ANCHOR_END: release
