//! A futex mutex that calls the kernel only when somebody waits.
//!
//! Idea: Ulrich Drepper, *Futexes Are Tricky* (2011), the third mutex. The
//! mutex of `std` on Linux is of this kind, and so is Go's `lock2` in
//! `runtime/lock_futex.go` (up to Go 1.23).

use std::marker::PhantomData;
use std::time::Instant;

use support::futex::Futex;
use support::sync::atomic::Ordering::{Acquire, Relaxed};
use support::sync::hint;
use support::taken;

use crate::raw_lock::RawLock;
use crate::steps::{Sound, Steps, unlock};
use crate::timed_lock::TimedLock;

const UNLOCKED: u32 = 0;
const LOCKED: u32 = 1;
const CONTENDED: u32 = 2;

/// How often a locker looks before it sleeps. In a model once is enough: to
/// look again reads nothing that the sleeping path does not.
const SPINS: u32 = if cfg!(any(loom, shuttle)) { 0 } else { 100 };

/// A futex mutex of three states.
///
/// An unlock that finds 1 makes no system call: nobody sleeps.
#[derive(Debug)]
pub struct ThreeState<S = Sound> {
    // ANCHOR: word
    /// | word | means | who may change it, to what |
    /// |---|---|---|
    /// | 0 | unlocked | any thread: to 1 (`lock`), to 2 (a woken sleeper) |
    /// | 1 | locked, nobody sleeps | the holder: to 0; a waiter: to 2 |
    /// | 2 | locked, somebody may sleep | the holder: to 0, then wakes one |
    ///
    /// A woken sleeper takes the lock as 2, as it cannot know whether it was
    /// the last one. That costs one needless wake-up at most.
    state: Futex,
    // ANCHOR_END: word
    steps: PhantomData<S>,
}

impl<S> Default for ThreeState<S> {
    fn default() -> Self {
        Self { state: Futex::new(UNLOCKED), steps: PhantomData }
    }
}

// SAFETY: only the thread that moves the word from 0 gets through; it does so
// by one atomic step with acquire, and the unlock stores 0 with release.
unsafe impl<S: Steps> RawLock for ThreeState<S> {
    // ANCHOR: three-state
    #[inline]
    fn lock(&self) {
        if !self.try_lock() {
            self.lock_contended();
        }
    }

    #[inline]
    fn try_lock(&self) -> bool {
        let word = &self.state.word;
        let taken = word.compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed);
        taken.is_ok()
    }

    #[inline]
    unsafe fn unlock(&self) {
        if self.leave() == CONTENDED && taken!(S::WAKES) {
            self.state.wake_one();
        }
    }
    // ANCHOR_END: three-state
}

// SAFETY: as `lock`. A waiter that was woken looks at the word before it gives
// up: if it is free, the waiter takes it, and if not, the word says that
// somebody may sleep, so the holder wakes the next one.
unsafe impl<S: Steps> TimedLock for ThreeState<S> {
    fn try_lock_until(&self, deadline: Instant) -> bool {
        if self.try_lock() {
            return true;
        }
        while self.state.word.swap(CONTENDED, Acquire) != UNLOCKED {
            if Instant::now() >= deadline {
                return false;
            }
            self.state.wait_until(CONTENDED, deadline);
        }
        true
    }
}

impl<S: Steps> ThreeState<S> {
    /// Unlocks, and returns what the word was. It does so in one step, because
    /// a waiter that came between a load and a store would never be woken.
    #[inline]
    fn leave(&self) -> u32 {
        if taken!(S::UNLOCKS_IN_ONE_STEP) {
            return self.state.word.swap(UNLOCKED, unlock::<S>());
        }
        let before = self.state.word.load(Relaxed);
        self.state.word.store(UNLOCKED, unlock::<S>());
        before
    }

    #[cold]
    // ANCHOR: contended
    fn lock_contended(&self) {
        self.spin_while_locked();
        while self.state.word.swap(CONTENDED, Acquire) != UNLOCKED {
            self.state.wait(CONTENDED);
            if !taken!(S::LOOKS_AGAIN) {
                return;
            }
        }
    }
    // ANCHOR_END: contended

    /// Waits a moment, in case the holder is about to leave. Pointless once
    /// others sleep.
    fn spin_while_locked(&self) {
        let mut left = SPINS;
        while left > 0 && self.state.word.load(Relaxed) == LOCKED {
            hint::spin_loop();
            left -= 1;
        }
    }
}
