//! Callbacks that are called in each period.
//!
//! Who calls what: the service's thread begins a call under the lock of
//! `ticks`: it takes the tick and sets the timer to the next one, and then
//! calls, unlocked. Any thread stops and resets under the same lock, so a stop
//! is not undone by a call that has begun. The lock of the timer is taken in
//! it.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use support::sync::{Arc, Mutex, MutexGuard};

use crate::channel::{State, nanos};
use crate::own_timer::{OwnTimer, SharedTimer};
use crate::timers::Timers;

/// The handle of a callback that is called in each period. Made by
/// [`Timers::every`].
///
/// Dropping it lets the ticks go on. Clones are of one timer.
#[derive(Clone)]
pub struct Periodic {
    timer: SharedTimer,
    ticks: Arc<Ticks>,
}

/// When the next tick is due, if any.
struct Ticks(Mutex<State>);

impl Ticks {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the tick that is due, and sets the timer to the next one.
    fn begin(&self, own: &OwnTimer) -> Option<Instant> {
        let mut ticks = self.lock();
        // Nothing is due if it was stopped or reset just before the call.
        let due = ticks.take(own.clock().now())?;
        // At the end of a clock's time no tick is later, and each is due.
        ticks.next = ticks.next.filter(|&next| next > due);
        if let Some(next) = ticks.next {
            own.set(next);
        }
        Some(own.clock().instant(due))
    }

    fn stop(&self, own: &OwnTimer) -> bool {
        let mut ticks = self.lock();
        own.stop();
        ticks.next.take().is_some()
    }
}

impl Periodic {
    /// Stops the ticks: none begins after this has returned. Returns true if it
    /// was ticking.
    ///
    /// A call that has begun goes on; this does not wait for it.
    pub fn stop(&self) -> bool {
        self.ticks.stop(&self.timer)
    }

    /// Stops the ticks, and gives up this handle. Returns as
    /// [`stop`](Self::stop).
    pub fn cancel(self) -> bool {
        self.stop()
    }

    /// Ticks from now on in a new period, stopped or not. Returns true if it
    /// was ticking.
    ///
    /// # Panics
    ///
    /// When `period` is zero.
    pub fn reset(&self, period: Duration) -> bool {
        let new = nanos(period);
        let mut ticks = self.ticks.lock();
        let next = self.timer.clock().after(period);
        let new = State { next: Some(next), period: new };
        let before = std::mem::replace(&mut *ticks, new);
        self.timer.set(next);
        before.next.is_some()
    }
}

impl Timers {
    /// Calls `f` in each `period`, the first time a period from now.
    ///
    /// Calls are on the grid of the period, and never two at once. Those that a
    /// slow one misses are dropped, as a [`Ticker`](crate::Ticker) drops ticks.
    /// A panic ends its own call only. Nothing is called after a shut-down.
    ///
    /// ```
    /// use std::sync::mpsc::channel;
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let (timers, time) = Timers::builder().build_fake();
    /// let (sender, receiver) = channel();
    /// let minute = Duration::from_secs(60);
    /// let ticks = timers.every(minute, move || sender.send(()).unwrap());
    /// time.advance(5 * minute);
    /// assert!(ticks.stop());
    /// time.advance(5 * minute);
    /// assert_eq!(receiver.try_iter().count(), 5);
    /// ```
    ///
    /// # Panics
    ///
    /// When `period` is zero, and as [`after_func`](Self::after_func).
    pub fn every(
        &self,
        period: Duration,
        mut f: impl FnMut() + Send + 'static,
    ) -> Periodic {
        self.ticks(period, move |_| {
            f();
            ControlFlow::Continue(())
        })
    }

    /// Like [`every`](Self::every), until `f` returns
    /// [`ControlFlow::Break`].
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let (timers, time) = Timers::builder().build_fake();
    /// let mut left = 3;
    /// timers.every_until(Duration::from_secs(1), move || {
    ///     left -= 1;
    ///     if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// });
    /// time.advance(Duration::from_secs(9));
    /// assert_eq!(timers.pending(), 0);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`every`](Self::every).
    pub fn every_until(
        &self,
        period: Duration,
        mut f: impl FnMut() -> ControlFlow<()> + Send + 'static,
    ) -> Periodic {
        self.ticks(period, move |_| f())
    }

    /// Calls `f` with each tick that is due.
    pub(crate) fn ticks(
        &self,
        period: Duration,
        mut f: impl FnMut(Instant) -> ControlFlow<()> + Send + 'static,
    ) -> Periodic {
        let next = self.service().clock.after(period);
        let state = State { next: Some(next), period: nanos(period) };
        let ticks = Arc::new(Ticks(Mutex::new(state)));
        let (own_ticks, missed) = (Arc::clone(&ticks), Arc::clone(&ticks));
        let call = move |own: &OwnTimer| {
            let tick = own_ticks.begin(own);
            if tick.is_some_and(|due| f(due).is_break()) {
                own_ticks.stop(own);
            }
        };
        // The tick is missed, and the next one comes in its time.
        let skipped = move |own: &OwnTimer| _ = missed.begin(own);
        let timer = self.start_with(next, call, skipped);
        Periodic { timer, ticks }
    }
}

impl fmt::Debug for Periodic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { next, period } = *self.ticks.lock();
        f.debug_struct("Periodic")
            .field("period", &Duration::from_nanos(period.unsigned_abs()))
            .field("is_ticking", &next.is_some())
            .finish_non_exhaustive()
    }
}
