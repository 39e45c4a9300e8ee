//! A lock whose `try_lock` leaves out a step.

use queue_locks::RawLock;
use support::futex::Futex;
use support::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Two states, as the crate's; `try_lock` reads what the last holder wrote
/// only if it `ACQUIRES`, and takes the lock in one step only if it is `WHOLE`.
#[derive(Debug)]
pub(super) struct Trying<const ACQUIRES: bool, const WHOLE: bool>(Futex);

impl<const A: bool, const W: bool> Default for Trying<A, W> {
    fn default() -> Self {
        Self(Futex::new(0))
    }
}

// SAFETY: where nothing is left out, only the thread that moves the word from
// 0 to 1 gets through, in one step and with acquire, and the unlock stores 0
// with release. Where something is, the models must find it.
unsafe impl<const A: bool, const W: bool> RawLock for Trying<A, W> {
    fn lock(&self) {
        let word = &self.0.word;
        while word.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            self.0.wait(1);
        }
    }

    fn try_lock(&self) -> bool {
        let word = &self.0.word;
        let order = if A { Acquire } else { Relaxed };
        if W {
            return word.compare_exchange(0, 1, order, Relaxed).is_ok();
        }
        let is_free = word.load(order) == 0;
        if is_free {
            word.store(1, Relaxed);
        }
        is_free
    }

    unsafe fn unlock(&self) {
        self.0.word.store(0, Release);
        self.0.wake_one();
    }
}
