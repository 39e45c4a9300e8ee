//! A future that has until a deadline.
//!
//! Who calls what: as for [`Sleep`], which is polled after the future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::error::TimeoutError;
use crate::sleep::Sleep;
use crate::timers::Timers;

/// A future with a deadline. Made by [`Timers::timeout`].
///
/// The future lies in a box, so that this one can be moved.
#[must_use = "a future does nothing unless it is awaited or polled"]
pub struct Timeout<F> {
    future: Pin<Box<F>>,
    sleep: Sleep,
}

impl Timers {
    /// Returns what `future` returns if it is ready within `d` from now, and an
    /// error otherwise. The future is dropped with the returned one.
    ///
    /// ```
    /// use std::future::pending;
    /// use std::time::Duration;
    /// use timer_heap::{TimeoutError, Timers};
    ///
    /// let runtime = tokio::runtime::Builder::new_current_thread().build();
    /// let timers = Timers::new();
    /// let never = timers.timeout(Duration::from_millis(1), pending::<()>());
    /// let late = runtime.unwrap().block_on(never);
    /// assert_eq!(late, Err(TimeoutError::Elapsed));
    /// ```
    pub fn timeout<F: Future>(&self, d: Duration, future: F) -> Timeout<F> {
        Timeout { future: Box::pin(future), sleep: self.sleep_async(d) }
    }

    /// Like [`timeout`](Self::timeout), until an instant.
    pub fn timeout_at<F: Future>(
        &self,
        deadline: Instant,
        future: F,
    ) -> Timeout<F> {
        let sleep = self.sleep_until(deadline);
        Timeout { future: Box::pin(future), sleep }
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, TimeoutError>;

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        if let Poll::Ready(output) = self.future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        self.sleep.poll_until(context).map(|end| match end {
            Ok(()) => Err(TimeoutError::Elapsed),
            Err(end) => Err(end.into()),
        })
    }
}

impl<F> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout")
            .field("sleep", &self.sleep)
            .finish_non_exhaustive()
    }
}
