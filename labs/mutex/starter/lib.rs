//! Your locks.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check mutex`. The page of the lab in the
//! book says what each stage is about; `cargo lab hint mutex` says more.
//!
//! The word of a futex is `self.state.word`, an atomic number. A thread sleeps
//! on it by `self.state.wait(expected)`, and another wakes it by
//! `self.state.wake_one()` after it has changed the word.

#![allow(unused_imports, dead_code, reason = "later stages use them")]

use std::time::Instant;

use lab_judge::mutex::Futex;
use queue_locks::RawLock;
use queue_locks::timed_lock::TimedLock;
use support::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use support::sync::hint;

const UNLOCKED: u32 = 0;
const LOCKED: u32 = 1;
/// Locked, and somebody may sleep.
const CONTENDED: u32 = 2;

/// How often a locker may look before it sleeps; a model needs no look.
const SPINS: u32 = if cfg!(loom) { 0 } else { 100 };

/// A lock of two states: unlocked and locked.
#[derive(Debug)]
pub struct MyTwoState {
    state: Futex,
}

impl Default for MyTwoState {
    fn default() -> Self {
        Self { state: Futex::new(UNLOCKED) }
    }
}

// SAFETY: say here why no two threads get through at once.
unsafe impl RawLock for MyTwoState {
    // YOUR CODE: two-state
    #[inline]
    fn lock(&self) {
        todo!("stage 1: try to lock, and sleep while the word is {LOCKED}")
    }

    #[inline]
    fn try_lock(&self) -> bool {
        todo!(
            "stage 1: change the word from {UNLOCKED} to {LOCKED} in one \
             step, compare_exchange, and return whether that worked"
        )
    }

    #[inline]
    unsafe fn unlock(&self) {
        todo!("stage 1: store {UNLOCKED}, then wake one sleeper")
    }
    // END: two-state
}

/// A lock of three states: its unlock calls the kernel only if somebody may
/// sleep.
#[derive(Debug)]
pub struct MyThreeState {
    state: Futex,
}

impl Default for MyThreeState {
    fn default() -> Self {
        Self { state: Futex::new(UNLOCKED) }
    }
}

// SAFETY: say here why no two threads get through at once.
unsafe impl RawLock for MyThreeState {
    // YOUR CODE: three-state
    #[inline]
    fn lock(&self) {
        todo!("stage 2: as stage 1, but say {CONTENDED} before you sleep")
    }

    #[inline]
    fn try_lock(&self) -> bool {
        todo!("stage 2: as stage 1")
    }

    #[inline]
    unsafe fn unlock(&self) {
        todo!("stage 2: wake one sleeper only if the word was {CONTENDED}")
    }
    // END: three-state
}

impl MyThreeState {
    // YOUR CODE: helpers
    // END: helpers
}

// SAFETY: say here why a waiter that gives up loses nobody's wake-up.
unsafe impl TimedLock for MyThreeState {
    // YOUR CODE: until
    fn try_lock_until(&self, deadline: Instant) -> bool {
        let _ = deadline;
        todo!("stage 3: as lock, but give up when the deadline has passed")
    }
    // END: until
}
