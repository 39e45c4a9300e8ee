//! The tasks that wait for a value of a channel.
//!
//! # Contract
//!
//! A task leaves its waker before it looks at the channel. Who changes the
//! channel wakes after the change. So either the task sees the change, or the
//! change finds the waker.
//!
//! Who calls what: the executor's thread calls `enter`, `set` and `leave`; who
//! stops or resets the channel calls `wake_all`, with no lock held. All take
//! the lock of `state`, and neither call nor drop a waker under it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::PoisonError;
use std::task::Waker;

use support::sync::{Mutex, MutexGuard};

/// The wakers, by the number of the receive.
#[derive(Default)]
pub(crate) struct Receivers {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    wakers: BTreeMap<u64, Waker>,
}

impl Receivers {
    /// Returns the number of one more receive.
    pub(crate) fn enter(&self) -> u64 {
        let mut state = self.lock();
        state.next += 1;
        state.next
    }

    /// Says whom to wake for a receive.
    pub(crate) fn set(&self, number: u64, waker: &Waker) {
        let waker = waker.clone();
        let old = self.lock().wakers.insert(number, waker);
        drop(old);
    }

    /// Forgets a receive.
    pub(crate) fn leave(&self, number: u64) {
        let old = self.lock().wakers.remove(&number);
        drop(old);
    }

    /// Wakes every task that waits; each leaves its waker again. If a waker
    /// panics, the others are woken first.
    pub(crate) fn wake_all(&self) {
        let wakers = std::mem::take(&mut self.lock().wakers);
        let mut panics = Vec::new();
        for waker in wakers.into_values() {
            let wake = AssertUnwindSafe(|| waker.wake());
            panics.extend(catch_unwind(wake).err());
        }
        let mut panics = panics.into_iter();
        if let Some(first) = panics.next() {
            // To drop another might panic while the first one unwinds.
            panics.for_each(std::mem::forget);
            resume_unwind(first);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
