//! Ticks as a `Stream`, for the adapters of `futures` and `tokio-stream`.
//!
//! Who calls what: as for [`Interval`] and [`Ticker`].

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_core::Stream;

use crate::channel::Ticker;
use crate::interval::Interval;
use crate::recv_async::Receiving;

/// Ends when the service is shut down.
impl Stream for Interval {
    type Item = Instant;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Instant>> {
        self.poll_or_end(context).map(Result::ok)
    }
}

/// The ticks of a ticker as a stream. Made by [`Ticker::into_stream`].
///
/// It ends when the service is shut down.
#[must_use = "a stream does nothing unless it is polled"]
pub struct TickerStream {
    ticker: Ticker,
    receiving: Receiving,
}

impl Ticker {
    /// Returns the ticks as a stream, which misses some if it is slow.
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use std::pin::Pin;
    /// use std::time::Duration;
    /// use futures_core::Stream;
    /// use timer_heap::Timers;
    ///
    /// let runtime = tokio::runtime::Builder::new_current_thread().build();
    /// let ticker = Timers::new().ticker(Duration::from_millis(1));
    /// let mut stream = ticker.into_stream();
    /// let next = poll_fn(|context| Pin::new(&mut stream).poll_next(context));
    /// assert!(runtime.unwrap().block_on(next).is_some());
    /// ```
    pub fn into_stream(self) -> TickerStream {
        TickerStream { ticker: self, receiving: Receiving::default() }
    }
}

impl TickerStream {
    /// Returns the ticker, to stop or to reset it.
    pub fn ticker(&self) -> &Ticker {
        &self.ticker
    }
}

impl Stream for TickerStream {
    type Item = Instant;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Instant>> {
        let Self { ticker, receiving } = &mut *self;
        receiving.poll(&ticker.0, context).map(Result::ok)
    }
}

impl fmt::Debug for TickerStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TickerStream").finish_non_exhaustive()
    }
}
