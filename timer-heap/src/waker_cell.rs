//! Whom a sleeping future wakes, which may change while it sleeps.
//!
//! A waker is told once: it is taken out of its place to be called. Some
//! executors hand out a new waker with each poll, or one that does not know
//! itself again (two copies of its table of functions make `will_wake` false),
//! so a change must cost little, and must wake nobody.
//!
//! Who calls what: the thread of the service calls `wake`, once, or drops the
//! callback, when the service is shut down. The executor's thread calls `set`.
//! Both take the lock of `state`, and call no waker under it.
//!
//! The idea of a cell that a poll overwrites is that of `AtomicWaker`, in
//! `futures` and in tokio.

use std::cell::Cell;
use std::sync::PoisonError;
use std::task::Waker;

use support::sync::{Arc, Mutex, MutexGuard};

/// Whom to wake, or that it is too late to say so.
#[derive(Debug)]
enum State {
    Waiting(Waker),
    Woken,
}

/// A place for a waker that two threads reach.
#[derive(Debug)]
pub(crate) struct WakerCell {
    state: Mutex<State>,
}

impl WakerCell {
    /// Returns a cell that wakes `waker`.
    pub(crate) fn new(waker: Waker) -> Self {
        Self { state: Mutex::new(State::Waiting(waker)) }
    }

    /// Puts another waker in place of the last one. Returns false if that one
    /// was woken already: the new one will not be.
    pub(crate) fn set(&self, waker: &Waker) -> bool {
        match &*self.lock() {
            State::Woken => return false,
            State::Waiting(old) if old.will_wake(waker) => return true,
            State::Waiting(_) => {}
        }
        // The clone of the new one and the drop of the old one may be long, and
        // may use the cell.
        let new = waker.clone();
        let mut state = self.lock();
        let State::Waiting(waiting) = &mut *state else { return false };
        let old = std::mem::replace(waiting, new);
        drop(state);
        drop(old);
        true
    }

    /// Wakes the waker, once.
    pub(crate) fn wake(&self) {
        let waker = std::mem::replace(&mut *self.lock(), State::Woken);
        if let State::Waiting(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No waker is called under it, so nobody panics.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who can be woken, once.
pub(crate) trait Wakes {
    fn wake(self);
}

impl Wakes for Waker {
    fn wake(self) {
        self.wake();
    }
}

impl Wakes for Arc<WakerCell> {
    fn wake(self) {
        WakerCell::wake(&self);
    }
}

/// Wakes a task when it is called, and when it is dropped before.
///
/// A service that is shut down drops its callbacks, and the sleeper has to
/// learn of it. A future that is dropped wants nobody woken: see [`let_go`].
///
/// It holds the waker of a first poll itself, and so fits into the timer
/// without a box, or a cell for one that may change.
pub(crate) struct WakeUp<W: Wakes>(Option<W>);

thread_local! {
    /// True while this thread cancels a wake-up. No other thread sees it.
    static LETS_GO: Cell<bool> = const { Cell::new(false) };
}

/// Cancels a timer whose callback is a [`WakeUp`], and wakes nobody.
pub(crate) fn let_go(cancel: impl FnOnce()) {
    struct Unset;
    impl Drop for Unset {
        fn drop(&mut self) {
            // It is set still if the callback runs right now.
            LETS_GO.set(false);
        }
    }
    LETS_GO.set(true);
    let _unset = Unset;
    cancel();
}

impl<W: Wakes> WakeUp<W> {
    pub(crate) fn new(whom: W) -> Self {
        Self(Some(whom))
    }

    pub(crate) fn wake(&mut self) {
        if let Some(whom) = self.0.take() {
            whom.wake();
        }
    }
}

impl<W: Wakes> Drop for WakeUp<W> {
    fn drop(&mut self) {
        // Taken, because the drop of the waker may drop other wake-ups, and
        // those are not let go.
        if !LETS_GO.take() {
            self.wake();
        }
    }
}
