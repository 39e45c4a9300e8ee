//! The smallest futex mutex: it calls the kernel at each unlock.

use std::marker::PhantomData;

use support::futex::Futex;
use support::sync::atomic::Ordering::{Acquire, Relaxed};
use support::taken;

use crate::raw_lock::RawLock;
use crate::steps::{Sound, Steps, unlock};

const UNLOCKED: u32 = 0;
const LOCKED: u32 = 1;

/// A futex mutex of two states.
///
/// The word does not say whether somebody sleeps, so each unlock must assume
/// it and make a system call. [`ThreeState`](super::ThreeState) cures that.
#[derive(Debug)]
pub struct TwoState<S = Sound> {
    /// | word | means | who may change it, to what |
    /// |---|---|---|
    /// | 0 | unlocked | any thread: to 1 |
    /// | 1 | locked | the holder: to 0, then wakes one |
    state: Futex,
    steps: PhantomData<S>,
}

impl<S> Default for TwoState<S> {
    fn default() -> Self {
        Self { state: Futex::new(UNLOCKED), steps: PhantomData }
    }
}

// SAFETY: only the thread that moves the word from 0 to 1 gets through; it
// does so by one atomic step with acquire, and the unlock stores 0 with
// release.
unsafe impl<S: Steps> RawLock for TwoState<S> {
    #[inline]
    fn lock(&self) {
        while !self.try_lock() {
            self.state.wait(LOCKED);
            if !taken!(S::LOOKS_AGAIN) {
                return;
            }
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
        self.state.word.store(UNLOCKED, unlock::<S>());
        if taken!(S::WAKES) {
            self.state.wake_one();
        }
    }
}
