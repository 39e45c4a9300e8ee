//! Channels of `crossbeam`, to select over with others.
//!
//! Who calls what: the service's thread sends, and never waits. Whoever
//! receives is woken by the channel.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TrySendError, bounded};

use crate::timers::Timers;

impl Timers {
    /// Returns a channel on which the due time arrives once, `d` from now.
    ///
    /// Unlike that of `crossbeam_channel::after`, the channel is disconnected
    /// once its value was received, and by a shut-down of the service.
    /// Dropping the receiver does not free the timer before it is due.
    ///
    /// ```
    /// use std::time::Duration;
    /// use crossbeam_channel::{select, unbounded};
    /// use timer_heap::Timers;
    ///
    /// let timers = Timers::new();
    /// let (_sender, messages) = unbounded::<u32>();
    /// let timed_out = select! {
    ///     recv(messages) -> _ => false,
    ///     recv(timers.after(Duration::from_millis(1))) -> due => due.is_ok(),
    /// };
    /// assert!(timed_out);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`after_func`](Self::after_func).
    pub fn after(&self, d: Duration) -> Receiver<Instant> {
        let (sender, receiver) = bounded(1);
        let clock = &self.service().clock;
        let due = clock.instant(clock.after(d));
        self.after_func_once_at(due, move || {
            // There is room; and if nobody wants it, nobody misses it.
            let _ = sender.try_send(due);
        });
        receiver
    }

    /// Returns a channel on which a due time arrives once in each `period`.
    ///
    /// It has room for one: a slow receiver misses ticks. They end with the
    /// receiver, and a shut-down of the service disconnects it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let timers = Timers::new();
    /// let ms = Duration::from_millis(1);
    /// let ticks = timers.tick(ms);
    /// let first = ticks.recv().unwrap();
    /// assert!(ticks.recv().unwrap() - first >= ms);
    /// ```
    ///
    /// # Panics
    ///
    /// As [`every`](Self::every).
    pub fn tick(&self, period: Duration) -> Receiver<Instant> {
        let (sender, receiver) = bounded(1);
        self.ticks(period, move |due| match sender.try_send(due) {
            Ok(()) | Err(TrySendError::Full(_)) => ControlFlow::Continue(()),
            Err(TrySendError::Disconnected(_)) => ControlFlow::Break(()),
        });
        receiver
    }
}
