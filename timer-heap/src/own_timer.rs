//! A callback that reaches its own timer.
//!
//! The handle must be in its place before the first call: the timer is started
//! under the lock that each call takes first.
//!
//! # Contract
//!
//! The callback keeps its [`OwnTimer`], and that one keeps the handle, which
//! keeps the callback. So somebody has to break the circle once the timer is
//! of no use to anybody: no handle is left outside, no call runs and none is to
//! come.
//! The calls to come are counted. A start and a reset that found nothing armed
//! add one, a stop that prevented one takes it away, and so does the beginning
//! of each call.
//!
//! Who calls what: any thread stops and resets under the lock of `state`, and
//! takes the shard's lock in it. The service's thread takes it before and
//! after each call. The timer's handle, and so the callback, is dropped without
//! it.

use std::fmt;
use std::ops::Deref;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use support::sync::{Arc, Mutex, MutexGuard};

use crate::time::clock::Clock;
use crate::timer::Timer;
use crate::timers::Timers;

/// A callback's own timer. Each call of [`Timers::after_func_with`] gets it.
pub struct OwnTimer {
    state: Mutex<State>,
    clock: Clock,
}

struct State {
    /// There until it is of no use to anybody.
    timer: Option<Timer>,
    /// How many calls are to come.
    calls: usize,
    /// How many [`SharedTimer`]s there are, and calls that run: one of these may
    /// still set the timer anew.
    handles: usize,
}

impl State {
    /// Returns the timer, to be dropped, if it is of no use to anybody.
    fn useless(&mut self) -> Option<Timer> {
        if self.calls == 0 && self.handles == 0 {
            self.timer.take()
        } else {
            None
        }
    }
}

impl OwnTimer {
    /// Stops the timer. Returns true if this prevented a call.
    pub fn stop(&self) -> bool {
        let mut state = self.lock();
        let stopped = state.timer.as_ref().is_some_and(Timer::stop);
        state.calls -= usize::from(stopped);
        stopped
    }

    /// Makes the callback due `d` from now. Returns true if it was pending,
    /// and false from within its own call, unless it was reset in it before.
    pub fn reset(&self, d: Duration) -> bool {
        self.set(self.clock.after(d))
    }

    /// Like [`reset`](Self::reset), to an instant.
    pub fn reset_at(&self, when: Instant) -> bool {
        self.set(self.clock.deadline(when))
    }

    pub(crate) fn set(&self, when: i64) -> bool {
        let mut state = self.lock();
        let timer = state.timer.as_ref();
        let was_pending = timer.is_some_and(|timer| timer.reset_to(when));
        state.calls += usize::from(!was_pending);
        was_pending
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Changes the state, and drops a timer that is of no use after it.
    fn change(&self, f: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        f(&mut state);
        let useless = state.useless();
        drop(state);
        drop(useless);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes the end of a call, also of one that panics.
struct Called<'a>(&'a OwnTimer);

impl<'a> Called<'a> {
    fn new(own: &'a OwnTimer) -> Self {
        let mut state = own.lock();
        state.calls -= 1;
        state.handles += 1;
        drop(state);
        Self(own)
    }
}

impl Drop for Called<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.handles -= 1);
    }
}

/// The handle of a timer whose callback has one too. Clones are of one timer.
///
/// Dropping it lets the timer run, as with [`Timer`]. A timer that can never
/// fire again is freed with the last clone.
pub struct SharedTimer {
    own: Arc<OwnTimer>,
}

impl SharedTimer {
    /// Stops the timer, and gives up this handle. Returns as
    /// [`stop`](OwnTimer::stop).
    pub fn cancel(self) -> bool {
        self.stop()
    }
}

impl Deref for SharedTimer {
    type Target = OwnTimer;

    fn deref(&self) -> &OwnTimer {
        &self.own
    }
}

impl Clone for SharedTimer {
    fn clone(&self) -> Self {
        self.own.lock().handles += 1;
        Self { own: Arc::clone(&self.own) }
    }
}

impl Drop for SharedTimer {
    fn drop(&mut self) {
        self.own.change(|state| state.handles -= 1);
    }
}

impl Timers {
    /// Calls `f` with its own timer, `d` from now, and whenever it is set anew:
    /// by the callback itself or by another thread.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let (timers, time) = Timers::builder().build_fake();
    /// let (sender, receiver) = std::sync::mpsc::channel();
    /// let mut pause = Duration::from_secs(1);
    /// timers.after_func_with(pause, move |own| {
    ///     sender.send(pause.as_secs()).unwrap();
    ///     pause *= 2;
    ///     own.reset(pause);
    /// });
    /// time.advance(Duration::from_secs(20));
    /// assert_eq!(receiver.try_iter().collect::<Vec<_>>(), [1, 2, 4, 8]);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`after_func`](Self::after_func).
    pub fn after_func_with(
        &self,
        d: Duration,
        f: impl FnMut(&OwnTimer) + Send + 'static,
    ) -> SharedTimer {
        self.start_with(self.service().clock.after(d), f, |_| ())
    }

    /// Starts it. A call that an executor drops is counted all the same, and
    /// `skipped` is called in its place.
    pub(crate) fn start_with(
        &self,
        when: i64,
        mut f: impl FnMut(&OwnTimer) + Send + 'static,
        skipped: impl Fn(&OwnTimer) + Send + Sync + 'static,
    ) -> SharedTimer {
        let clock = self.service().clock.clone();
        let state = State { timer: None, calls: 1, handles: 1 };
        let own = Arc::new(OwnTimer { state: Mutex::new(state), clock });
        let callback = Arc::clone(&own);
        let call = move || {
            let called = Called::new(&callback);
            f(called.0);
        };
        let skip = || {
            let own = Arc::clone(&own);
            move || {
                let called = Called::new(&own);
                skipped(called.0);
            }
        };
        let mut state = own.lock();
        state.timer = Some(self.start_call_or(when, call, skip));
        drop(state);
        SharedTimer { own }
    }
}

impl fmt::Debug for OwnTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnTimer")
            .field("calls", &self.lock().calls)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SharedTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedTimer").field(&**self).finish()
    }
}
