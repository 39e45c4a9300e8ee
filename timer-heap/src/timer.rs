//! The handle of a started callback.

use std::fmt;
use std::time::{Duration, Instant};

use support::sync::Arc;

use crate::service::Place;
use crate::timers::Shared;

/// A callback that was started, to stop it or to set it anew.
///
/// Dropping the handle lets the timer run, as in Go.
///
/// ```
/// use std::time::Duration;
/// use timer_heap::Timers;
///
/// let (timers, time) = Timers::builder().build_fake();
/// let timer = timers.after_func(Duration::from_secs(1), || ());
/// assert!(timer.reset(Duration::from_secs(5)), "it was pending");
/// time.advance(Duration::from_secs(4));
/// assert!(timer.stop());
/// assert!(!timer.stop(), "it is stopped already");
/// ```
pub struct Timer {
    shared: Arc<Shared>,
    place: Place,
}

impl Timer {
    pub(crate) fn start(
        shared: &Arc<Shared>,
        when: i64,
        f: impl FnMut() + Send + 'static,
    ) -> Self {
        let (place, rang) = shared.service.start(when, f);
        let shared = Arc::clone(shared);
        let timer = Self { shared, place };
        if rang && let Err(error) = Shared::serve(&timer.shared, place.group())
        {
            timer.stop();
            panic!("the timer service cannot start its thread: {error}");
        }
        timer
    }

    /// Stops the timer; true if this prevented its callback.
    ///
    /// False when it was stopped before, has fired, or is being called right
    /// now: this does not wait for the callback to return.
    pub fn stop(&self) -> bool {
        self.shared.service.stop(self.place)
    }

    /// Makes the callback due `d` from now, whether it was pending, stopped
    /// or called; true if it was pending.
    pub fn reset(&self, d: Duration) -> bool {
        let service = &self.shared.service;
        service.reset(self.place, service.clock.after(d))
    }

    /// Like [`reset`](Self::reset) to an instant, which saves the reading of
    /// the clock.
    pub fn reset_at(&self, when: Instant) -> bool {
        let service = &self.shared.service;
        service.reset(self.place, service.clock.deadline(when))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.shared.service.release(self.place);
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Timer").field(&self.place).finish()
    }
}
