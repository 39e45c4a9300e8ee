//! The threads that wait for a clock that is moved by hand.
//!
//! # Contract
//!
//! A thread notes its word and what it has seen there before it sleeps on the
//! word, and takes the note back when it wakes. It is *blocked* while its
//! note is there and the word is unchanged: a thread that was woken and does
//! not run yet is not. Only a thread that is not blocked, or a callback,
//! changes a word. So when all are blocked, they stay so until the clock
//! moves. Threads that do not take part leave no notes.
//!
//! Who calls what:
//!
//! | thread | under the lock of `state` | without it |
//! |---|---|---|
//! | one that starts another | `expect_one`, and the drop of its party if the system refuses it | |
//! | one that takes part, in a sleep or a receive | notes its word, and takes the note back | `wait` on the word in between |
//! | one that takes part, at its end | the drop of its party | |
//! | the one that moves the clock | `all_blocked` waits for `changed` | moves the clock, and runs callbacks |

use std::cell::Cell;
use std::sync::PoisonError;

use support::futex::Futex;
use support::sync::atomic::Ordering;
use support::sync::{Arc, Condvar, Mutex, MutexGuard};

thread_local! {
    /// The address of the notes in which this thread takes part, or zero. No
    /// other thread sees it. There is one for each clock.
    static TAKES_PART: Cell<usize> = const { Cell::new(0) };
}

/// The notes, and how many threads take part.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    parties: usize,
    notes: Vec<(Arc<Futex>, u32)>,
}

impl State {
    fn blocked(&self) -> usize {
        let unchanged = |(word, seen): &&(Arc<Futex>, u32)| {
            word.word.load(Ordering::Acquire) == *seen
        };
        self.notes.iter().filter(unchanged).count()
    }
}

/// A thread that is counted. Made before the thread is, which then owns it.
pub(crate) struct Party {
    waiters: Arc<Waiters>,
}

impl Party {
    /// Makes the current thread the one that is counted.
    pub(crate) fn take_part(self) -> impl Drop {
        TAKES_PART.set(self.waiters.address());
        TakesPart { _party: self }
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        self.waiters.lock().parties -= 1;
        self.waiters.changed.notify_all();
    }
}

/// The current thread takes part while this lives.
struct TakesPart {
    _party: Party,
}

impl Drop for TakesPart {
    fn drop(&mut self) {
        TAKES_PART.set(0);
    }
}

impl Waiters {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Sleeps on the word while it is `seen`, with a note of it.
    pub(crate) fn wait(&self, word: &Arc<Futex>, seen: u32) {
        if TAKES_PART.get() != self.address() {
            return word.wait(seen);
        }
        self.lock().notes.push((Arc::clone(word), seen));
        self.changed.notify_all();
        word.wait(seen);
        let mut state = self.lock();
        let is_own =
            |(other, at): &(_, u32)| Arc::ptr_eq(other, word) && *at == seen;
        let own = state.notes.iter().position(is_own);
        state.notes.swap_remove(own.expect("noted above"));
    }

    /// Counts one more thread that is going to take part, until the returned
    /// value is dropped: at its end, or because the system refuses it.
    pub(crate) fn expect_one(this: &Arc<Self>) -> Party {
        this.lock().parties += 1;
        Party { waiters: Arc::clone(this) }
    }

    /// Waits until every thread that takes part is blocked. Returns how many
    /// there are.
    pub(crate) fn all_blocked(&self) -> usize {
        let mut state = self.lock();
        // A loop, because loom's `Condvar` has no `wait_while`.
        while state.blocked() < state.parties {
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        state.parties
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_never_starts_is_waited_for_by_nobody() {
        let waiters = Arc::new(Waiters::default());
        let party = Waiters::expect_one(&waiters);
        let refused = move || drop(party.take_part());
        assert_eq!(waiters.lock().parties, 1);
        // As a refused spawn drops what it was given.
        drop(refused);
        assert_eq!(waiters.all_blocked(), 0);
    }
}
