//! Sleeping in a future.
//!
//! Who calls what: the executor's thread polls, and starts or cancels a timer
//! of the service. The service's thread calls the timer's callback, which
//! wakes the executor. They share only the waker.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::timer::Timer;
use crate::timers::Timers;

/// A future that is ready at its deadline, on any executor.
///
/// Made by [`Timers::sleep_async`]. Dropping it stops its timer.
///
/// # Panics
///
/// Polling panics when the service was shut down: it would never be ready.
pub struct Sleep {
    timers: Timers,
    when: i64,
    /// Who is woken, and by which timer.
    waiting: Option<(Waker, Timer)>,
}

impl Sleep {
    pub(crate) fn new(timers: Timers, when: i64) -> Self {
        let waiting = None;
        Self { timers, when, waiting }
    }

    fn stop(&mut self) {
        if let Some((_, timer)) = self.waiting.take() {
            timer.cancel();
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let service = &self.timers.shared().service;
        if service.clock.now() >= self.when {
            self.stop();
            return Poll::Ready(());
        }
        assert!(!service.is_shut_down(), "the timer service was shut down");
        let waker = context.waker();
        let waits_already = self
            .waiting
            .as_ref()
            .is_some_and(|(waiting, _)| waiting.will_wake(waker));
        if !waits_already {
            self.stop();
            let wake = WakeOnDrop(waker.clone());
            let f = move || wake.0.wake_by_ref();
            let timer = self.timers.start(self.when, f);
            self.waiting = Some((waker.clone(), timer));
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep").finish_non_exhaustive()
    }
}

/// Wakes when it is dropped too, because a service that is shut down drops its
/// callbacks, and the sleeper has to learn of it.
struct WakeOnDrop(Waker);

impl Drop for WakeOnDrop {
    fn drop(&mut self) {
        self.0.wake_by_ref();
    }
}

impl Timers {
    /// Returns a future that is ready `d` from now, on any executor.
    ///
    /// The time counts from this call. Dropping the future stops the timer.
    pub fn sleep_async(&self, d: Duration) -> Sleep {
        Sleep::new(self.clone(), self.service().clock.after(d))
    }
}
