//! Your lock of a descriptor.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check fd-mutex`. The page of the lab in
//! the book says what each stage is about; `cargo lab hint fd-mutex` says more.

#![allow(unused_imports, dead_code, reason = "later stages use them")]

use lab_judge::fd_mutex::{Closed, FdLock, Release, Side};
use support::semaphore::Semaphore;
use support::sync::atomic::{AtomicU64, Ordering};

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
#[derive(Debug)]
pub struct MyFdMutex {
    /// | bits | meaning |
    /// |---|---|
    /// | 0 | closed: never unset |
    /// | 1, 2 | read lock and write lock taken |
    /// | 3 to 22 | references, those of the lock holders included |
    /// | 23 to 42 | threads that wait for the read lock |
    /// | 43 to 62 | threads that wait for the write lock |
    word: AtomicU64,
    /// Where a thread sleeps that waits for the read lock: by `acquire`, until
    /// another thread calls `release`.
    readers: Semaphore,
    writers: Semaphore,
}

impl Default for MyFdMutex {
    fn default() -> Self {
        Self {
            word: AtomicU64::new(0),
            readers: Semaphore::default(),
            writers: Semaphore::default(),
        }
    }
}

/// The bits that belong to one of the two locks.
struct Bits {
    lock: u64,
    waiter: u64,
    waiters: u64,
}

fn bits(side: Side) -> Bits {
    match side {
        Side::Read => {
            Bits { lock: READ_LOCK, waiter: READ_WAITER, waiters: READ_WAITERS }
        }
        Side::Write => Bits {
            lock: WRITE_LOCK,
            waiter: WRITE_WAITER,
            waiters: WRITE_WAITERS,
        },
    }
}

fn with_reference(word: u64) -> u64 {
    assert!(word & REFERENCES != REFERENCES, "{OVERFLOW}");
    word + REFERENCE
}

/// Wakes `count` threads that sleep.
fn wake(semaphore: &Semaphore, count: u64) {
    (0..count).for_each(|_| semaphore.release());
}

// YOUR CODE: release
/// Returns whether the one who has made the word `new` is the last.
fn release(new: u64) -> Release {
    todo!("stage 1: is {new} closed, and without references?")
}
// END: release

impl MyFdMutex {
    fn semaphore(&self, side: Side) -> &Semaphore {
        match side {
            Side::Read => &self.readers,
            Side::Write => &self.writers,
        }
    }

    // YOUR CODE: change
    /// Changes the word from old to `new(old)` in one step. Returns old.
    fn change(
        &self,
        mut new: impl FnMut(u64) -> Result<u64, Closed>,
    ) -> Result<u64, Closed> {
        let old = self.word.load(Ordering::Relaxed);
        let _new = new(old)?;
        todo!(
            "stage 1: compare_exchange_weak in a loop, from {old} to what \
             new(old) says, until no other thread came between"
        )
    }
    // END: change
}

impl FdLock for MyFdMutex {
    // YOUR CODE: references
    fn incref(&self) -> Result<(), Closed> {
        self.change(|old| {
            todo!("stage 1: a word like {old} with a reference more, or Closed")
        })
        .map(|_| ())
    }

    fn decref(&self) -> Release {
        todo!("stage 1: a reference less; then ask release about the new word")
    }
    // END: references

    // YOUR CODE: close
    fn close(&self) -> Result<(), Closed> {
        todo!("stage 1: set CLOSED and take a reference in one step, or Closed")
    }
    // END: close

    // YOUR CODE: locks
    fn lock(&self, side: Side) -> Result<(), Closed> {
        todo!(
            "stage 2: take the lock of {side:?}, or wait for it and try again"
        )
    }

    fn unlock(&self, side: Side) -> Release {
        todo!("stage 2: give back the lock of {side:?}, and wake one who waits")
    }
    // END: locks

    fn word(&self) -> u64 {
        self.word.load(Ordering::Acquire)
    }
}
