//! A lock that never asks the kernel: waiters look again and again.

use std::marker::PhantomData;

use support::sync::atomic::AtomicBool;
use support::sync::atomic::Ordering::{Acquire, Relaxed};
use support::sync::{hint, thread};

use crate::raw_lock::RawLock;
use crate::steps::{Sound, Steps, unlock};

/// A spin lock, of the kind *test and test-and-set*.
///
/// Waiters read until the lock looks free, and only then try to write: reads
/// share the cache line, writes fight for it. Good for a few instructions
/// under lock and no more threads than cores; bad for all else. Source: M.
/// Herlihy and N. Shavit, *The Art of Multiprocessor Programming*, 7.2.
#[derive(Debug)]
pub struct Spin<S = Sound> {
    /// | value | means | who may change it, to what |
    /// |---|---|---|
    /// | false | unlocked | any thread: to true |
    /// | true | locked | the holder: to false |
    locked: AtomicBool,
    steps: PhantomData<S>,
}

impl<S> Default for Spin<S> {
    fn default() -> Self {
        Self { locked: AtomicBool::new(false), steps: PhantomData }
    }
}

// SAFETY: only the thread that changes `false` to `true` gets through; it
// does so by one atomic step with acquire, and the unlock stores `false` with
// release.
unsafe impl<S: Steps> RawLock for Spin<S> {
    #[inline]
    fn lock(&self) {
        while !self.try_lock() {
            let mut turns = 0;
            while self.locked.load(Relaxed) {
                backoff(&mut turns);
            }
        }
    }

    #[inline]
    fn try_lock(&self) -> bool {
        let taken = self.locked.compare_exchange(false, true, Acquire, Relaxed);
        taken.is_ok()
    }

    #[inline]
    unsafe fn unlock(&self) {
        self.locked.store(false, unlock::<S>());
    }
}

/// Waits a moment before the next look. From time to time it gives up the
/// core, in case the holder was preempted.
pub(super) fn backoff(turns: &mut u32) {
    *turns += 1;
    if turns.is_multiple_of(100) {
        thread::yield_now();
    } else {
        hint::spin_loop();
    }
}
