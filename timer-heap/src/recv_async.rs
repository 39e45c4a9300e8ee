//! Receiving from a channel timer or a ticker in a task.
//!
//! Who calls what: as for [`Sleep`]: the executor's thread polls, and the
//! service's thread wakes it when the value is due. Who stops or resets the
//! channel wakes it too, through the channel's `receivers`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use crate::channel::{Channel, ChannelTimer, Ticker};
use crate::error::ShutDown;
use crate::sleep::Sleep;
use crate::time::clock::FOREVER;

/// A receive that waits, and perhaps the next one after it.
#[derive(Default)]
pub(crate) struct Receiving {
    /// Until the value is due, or for good, which a shut-down ends.
    sleep: Option<Sleep>,
    /// Nothing is to come, and so no timer is armed.
    is_for_good: bool,
    number: Option<u64>,
}

impl Receiving {
    pub(crate) fn poll(
        &mut self,
        channel: &Channel,
        context: &Context<'_>,
    ) -> Poll<Result<Instant, ShutDown>> {
        let clock = &channel.timers.service().clock;
        let number =
            *self.number.get_or_insert_with(|| channel.receivers.enter());
        loop {
            channel.receivers.set(number, context.waker());
            let next = match channel.take(clock.now()) {
                Ok(due) => {
                    self.rest(channel);
                    return Poll::Ready(Ok(clock.instant(due)));
                }
                Err(next) => next,
            };
            let was_for_good =
                std::mem::replace(&mut self.is_for_good, next.is_none());
            let Some(next) = next else {
                let sleep = self.sleep(channel, FOREVER);
                let end = sleep.poll_for_the_end(context);
                return end.map(|_| channel.take_last());
            };
            let sleep = self.sleep(channel, next);
            if was_for_good {
                sleep.stop();
            }
            match sleep.poll_until(context) {
                // Time has passed since it was asked for, so look again.
                Poll::Ready(Ok(())) => (),
                Poll::Ready(Err(_)) => return Poll::Ready(channel.take_last()),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Returns the sleep until `next`.
    fn sleep(&mut self, channel: &Channel, next: i64) -> &mut Sleep {
        let anew = || Sleep::new(channel.timers.clone(), next);
        let sleep = self.sleep.get_or_insert_with(anew);
        if sleep.when() != next {
            sleep.set(next);
        }
        sleep
    }

    /// Wants nobody woken until the next poll.
    pub(crate) fn rest(&mut self, channel: &Channel) {
        if let Some(sleep) = &mut self.sleep {
            sleep.stop();
        }
        if let Some(number) = self.number {
            channel.receivers.leave(number);
        }
    }
}

/// A future that receives one value. Made by [`Ticker::recv_async`] and
/// [`ChannelTimer::recv_async`].
///
/// Dropping it loses no value: it takes one only when it is ready.
#[must_use = "a future does nothing unless it is awaited or polled"]
pub struct Recv<'a> {
    channel: &'a Channel,
    receiving: Receiving,
}

impl<'a> Recv<'a> {
    fn new(channel: &'a Channel) -> Self {
        Self { channel, receiving: Receiving::default() }
    }
}

impl Future for Recv<'_> {
    type Output = Result<Instant, ShutDown>;

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Self::Output> {
        let channel = self.channel;
        self.receiving.poll(channel, context)
    }
}

impl Drop for Recv<'_> {
    fn drop(&mut self) {
        self.receiving.rest(self.channel);
    }
}

impl fmt::Debug for Recv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recv").finish_non_exhaustive()
    }
}

impl ChannelTimer {
    /// Waits for the value in a task, on any executor.
    ///
    /// As with [`recv`](Self::recv), it is never ready if the timer is stopped
    /// or was received, unless it is reset.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let runtime = tokio::runtime::Builder::new_current_thread().build();
    /// let timer = Timers::new().timer(Duration::from_millis(1));
    /// assert!(runtime.unwrap().block_on(timer.recv_async()).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// The future's output is an error when the service is shut down.
    pub fn recv_async(&self) -> Recv<'_> {
        Recv::new(&self.0)
    }
}

impl Ticker {
    /// Waits for the next tick in a task, on any executor.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let runtime = tokio::runtime::Builder::new_current_thread().build();
    /// let ms = Duration::from_millis(1);
    /// let ticker = Timers::new().ticker(ms);
    /// runtime.unwrap().block_on(async {
    ///     let first = ticker.recv_async().await.unwrap();
    ///     let second = ticker.recv_async().await.unwrap();
    ///     assert!(second - first >= ms);
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// The future's output is an error when the service is shut down.
    pub fn recv_async(&self) -> Recv<'_> {
        Recv::new(&self.0)
    }
}
