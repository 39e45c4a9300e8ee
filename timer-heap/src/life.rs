//! Whether a service still runs, and who waits to hear of its end.
//!
//! # Contract
//!
//! A thread that blocks on a word registers the word first, and looks at the
//! flag after it. Who ends the service sets the flag first, and then changes
//! and wakes each word that is registered. Both take the lock of `blocked` in
//! between: if the registration came first, the word is woken, and if the end
//! came first, the flag is seen.
//!
//! Who calls what: any thread asks `is_over`, which takes no lock, and
//! registers before it blocks. Who shuts the service down calls `end`, and
//! holds no lock.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use support::futex::Futex;
use support::sync::atomic::{AtomicI64, Ordering};
use support::sync::{Arc, Mutex, MutexGuard};

use crate::error::ShutDown;

/// The life of one service.
pub(crate) struct Life {
    /// When it ended, or [`RUNS`].
    ended_at: AtomicI64,
    blocked: Mutex<Blocked>,
}

/// It has not ended.
const RUNS: i64 = i64::MAX;

impl Default for Life {
    fn default() -> Self {
        let (ended_at, blocked) = (AtomicI64::new(RUNS), Mutex::default());
        Self { ended_at, blocked }
    }
}

/// The words of the threads that block, by the number of the registration.
#[derive(Default)]
struct Blocked {
    next: u64,
    words: BTreeMap<u64, Arc<Futex>>,
}

/// A word is woken by the end of the service while this lives.
pub(crate) struct Registration<'a> {
    life: &'a Life,
    number: u64,
}

impl Life {
    /// Returns true from the beginning of the shut-down on.
    pub(crate) fn is_over(&self) -> bool {
        self.ended_at().is_some()
    }

    /// Returns when it ended.
    pub(crate) fn ended_at(&self) -> Option<i64> {
        let ended_at = self.ended_at.load(Ordering::Acquire);
        (ended_at != RUNS).then_some(ended_at)
    }

    /// Ends the life, and wakes all that block. The first end counts.
    pub(crate) fn end(&self, now: i64) {
        self.ended_at.fetch_min(now, Ordering::AcqRel);
        for word in self.lock().words.values() {
            word.word.fetch_add(1, Ordering::Release);
            word.wake_all();
        }
    }

    /// Registers a word, of which the caller has read the value before.
    ///
    /// # Errors
    ///
    /// When the service was shut down.
    pub(crate) fn register(
        &self,
        word: &Arc<Futex>,
    ) -> Result<Registration<'_>, ShutDown> {
        let mut blocked = self.lock();
        if self.is_over() {
            return Err(ShutDown);
        }
        let number = blocked.next;
        blocked.next += 1;
        blocked.words.insert(number, Arc::clone(word));
        Ok(Registration { life: self, number })
    }

    fn lock(&self) -> MutexGuard<'_, Blocked> {
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registration<'_> {
    fn drop(&mut self) {
        self.life.lock().words.remove(&self.number);
    }
}
