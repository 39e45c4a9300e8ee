//! Who waits for a service whose time is moved by hand.
//!
//! # Contract
//!
//! A thread notes its word and what it has seen there before it sleeps on the
//! word, and takes the note back when it wakes. It is *blocked* while its
//! note is there and the word is unchanged: a thread that was woken and does
//! not run yet is not. Only a thread that is not blocked, or a callback,
//! changes a word; so when all are blocked, they stay so until the clock
//! moves. Threads that do not take part leave no notes.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use support::futex::Futex;
use support::sync::Arc;
use support::sync::atomic::Ordering;

thread_local! {
    static TAKES_PART: Cell<bool> = const { Cell::new(false) };
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

impl Waiters {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps on the word while it is `seen`, and is known to.
    pub(crate) fn wait(&self, word: &Arc<Futex>, seen: u32) {
        if !TAKES_PART.get() {
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

    /// One more thread is going to take part.
    pub(crate) fn expect_one(&self) {
        self.lock().parties += 1;
    }

    /// This thread takes part until the returned value is dropped.
    pub(crate) fn take_part(&self) -> impl Drop + '_ {
        struct Part<'a>(&'a Waiters);
        impl Drop for Part<'_> {
            fn drop(&mut self) {
                TAKES_PART.set(false);
                self.0.lock().parties -= 1;
                self.0.changed.notify_all();
            }
        }
        TAKES_PART.set(true);
        Part(self)
    }

    /// Waits until every thread that takes part is blocked; how many are.
    pub(crate) fn all_blocked(&self) -> usize {
        let runs = |state: &mut State| state.blocked() < state.parties;
        let state = self.changed.wait_while(self.lock(), runs);
        state.unwrap_or_else(PoisonError::into_inner).parties
    }
}
