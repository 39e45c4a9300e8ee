//! Sleeping in a future.
//!
//! Who calls what: the executor's thread polls, and starts, resets or cancels
//! a timer of the service. The service's thread calls the timer's callback,
//! which wakes the executor. They share only the waker. A poll takes no lock
//! but those of its own timer: the first one starts it, and those that bring
//! another waker overwrite the last one. The first one reads no clock either while
//! the service's thread sleeps, and would wake in time.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use support::sync::Arc;

use crate::error::ShutDown;
use crate::time::clock::Clock;
use crate::timer::Timer;
use crate::timers::Timers;
use crate::waker_cell::{WakeUp, WakerCell, Wakes, let_go};

/// A future that is ready at its deadline, on any executor.
///
/// Made by [`Timers::sleep_async`] and [`Timers::sleep_until`]. Its timer
/// starts with the first poll, and dropping it stops the timer. No task is
/// woken by a drop, or because another waker polls.
///
/// ```
/// use std::time::Duration;
/// use timer_heap::Timers;
///
/// let (timers, time) = Timers::builder().build_fake();
/// let mut sleep = timers.sleep_async(Duration::from_secs(1));
/// sleep.reset(timers.now() + Duration::from_secs(5));
/// time.advance(Duration::from_secs(4));
/// assert!(!sleep.is_elapsed());
/// time.advance(Duration::from_secs(1));
/// assert!(sleep.is_elapsed());
/// ```
///
/// # Panics
///
/// Polling before the deadline panics when the service was shut down, because
/// nobody would wake the task, and when the system refuses the service its
/// thread.
#[must_use = "a future sleeps only when it is awaited or polled"]
pub struct Sleep {
    timers: Timers,
    when: i64,
    waiting: Option<Waiting>,
}

/// Who is woken, and by which timer.
struct Waiting {
    whom: Whom,
    timer: Timer,
}

/// Who is woken.
enum Whom {
    /// The waker in the callback: its data and its functions, to be known
    /// again. The callback keeps them alive.
    Known(usize, usize),
    /// Whoever polled last.
    Last(Arc<WakerCell>),
}

impl Whom {
    fn of(waker: &Waker) -> Self {
        let vtable = std::ptr::from_ref(waker.vtable());
        Self::Known(waker.data().addr(), vtable.addr())
    }

    /// Returns true if this waker is woken, from now on at the latest.
    fn is_or_becomes(&self, waker: &Waker) -> bool {
        match self {
            Self::Known(data, functions) => {
                let vtable = std::ptr::from_ref(waker.vtable());
                (waker.data().addr(), vtable.addr()) == (*data, *functions)
            }
            Self::Last(cell) => cell.set(waker),
        }
    }
}

impl Sleep {
    pub(crate) fn new(timers: Timers, when: i64) -> Self {
        let waiting = None;
        Self { timers, when, waiting }
    }

    /// Returns the instant at which it is ready.
    pub fn deadline(&self) -> Instant {
        self.timers.service().clock.instant(self.when)
    }

    /// Returns true if the deadline has passed.
    pub fn is_elapsed(&self) -> bool {
        self.timers.service().clock.now() >= self.when
    }

    /// Moves the deadline, whether it has passed or not.
    ///
    /// Who waits goes on waiting, and is woken at the new deadline. After it
    /// was ready the future has to be polled again.
    pub fn reset(&mut self, deadline: Instant) {
        self.set(self.timers.service().clock.deadline(deadline));
    }

    /// Returns the deadline in the clock's nanoseconds.
    pub(crate) fn when(&self) -> i64 {
        self.when
    }

    /// Returns true if the service ended before the deadline.
    pub(crate) fn is_beyond_the_end(&self) -> bool {
        self.timers.ended_at().is_some_and(|end| end < self.when)
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.timers.service().clock
    }

    pub(crate) fn set(&mut self, when: i64) {
        self.when = when;
        let waiting = self.waiting.as_ref();
        if waiting.is_some_and(|it| !it.timer.reset_to(when)) {
            // Its callback was called, and knows of nobody any more.
            self.stop();
        }
    }

    pub(crate) fn stop(&mut self) {
        if let Some(Waiting { timer, .. }) = self.waiting.take() {
            let_go(|| {
                timer.cancel();
            });
        }
    }

    /// Polls, with an error in place of the panic.
    #[inline]
    pub(crate) fn poll_until(
        &mut self,
        context: &Context<'_>,
    ) -> Poll<Result<(), ShutDown>> {
        let is_past = match self.waiting {
            None => self.timers.service().is_past(self.when),
            Some(_) => self.is_elapsed(),
        };
        if is_past {
            self.stop();
            return Poll::Ready(Ok(()));
        }
        if self.timers.is_shut_down() {
            return self.poll_at_the_end();
        }
        if self.clock().is_fake() {
            return self.poll_by_hand(context);
        }
        self.wait_for(context.waker());
        Poll::Pending
    }

    /// Polls for the shut-down alone, with no timer armed meanwhile: a clock
    /// that is moved by hand would take its time for a deadline.
    pub(crate) fn poll_for_the_end(
        &mut self,
        context: &Context<'_>,
    ) -> Poll<ShutDown> {
        if self.timers.is_shut_down() {
            return Poll::Ready(ShutDown);
        }
        self.wait_for(context.waker());
        if let Some(Waiting { timer, .. }) = &self.waiting {
            timer.stop();
        }
        Poll::Pending
    }

    /// Polls on a clock that is moved by hand, and looks once more: another
    /// thread, or the waker, may have moved it to the end before the timer was
    /// there to be found.
    #[cold]
    fn poll_by_hand(
        &mut self,
        context: &Context<'_>,
    ) -> Poll<Result<(), ShutDown>> {
        self.wait_for(context.waker());
        if self.is_elapsed() {
            self.stop();
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    }

    /// Polls after the shut-down, when nobody sleeps until anything.
    #[cold]
    fn poll_at_the_end(&mut self) -> Poll<Result<(), ShutDown>> {
        if self.is_elapsed() {
            self.stop();
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(Err(ShutDown))
    }

    #[inline(always)]
    fn wait_for(&mut self, waker: &Waker) {
        match &self.waiting {
            None => {
                let whom = Whom::of(waker);
                self.start(whom, WakeUp::new(waker.clone()));
            }
            Some(waiting) if waiting.whom.is_or_becomes(waker) => {}
            // It is another one: there may be more of them.
            Some(_) => {
                self.stop();
                let cell = Arc::new(WakerCell::new(waker.clone()));
                let whom = Whom::Last(Arc::clone(&cell));
                self.start(whom, WakeUp::new(cell));
            }
        }
    }

    fn start<W>(&mut self, whom: Whom, mut wake_up: WakeUp<W>)
    where
        W: Wakes + Send + 'static,
    {
        let timer = self.timers.start(self.when, move || wake_up.wake());
        self.waiting = Some(Waiting { whom, timer });
    }
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.poll_until(context) {
            Poll::Ready(Ok(())) => Poll::Ready(()),
            Poll::Ready(Err(end)) => end.panic(),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep")
            .field("deadline", &self.deadline())
            .field("is_polled", &self.waiting.is_some())
            .finish_non_exhaustive()
    }
}

impl Timers {
    /// Returns a future that is ready `d` from now, on any executor.
    ///
    /// The time counts from this call. Dropping the future stops the timer.
    pub fn sleep_async(&self, d: Duration) -> Sleep {
        Sleep::new(self.clone(), self.service().clock.after(d))
    }

    /// Returns a future that is ready at an instant, on any executor.
    pub fn sleep_until(&self, deadline: Instant) -> Sleep {
        Sleep::new(self.clone(), self.service().clock.deadline(deadline))
    }
}
