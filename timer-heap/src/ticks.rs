//! The ticks of a ticker in a loop.
//!
//! Who calls what: each step receives one tick, and blocks as a `recv` does.

use std::iter::FusedIterator;
use std::time::Instant;

use crate::channel::Ticker;

/// The ticks of a ticker, one after the other. Made by [`Ticker::iter`].
///
/// It blocks for each tick, and ends when the service is shut down.
#[derive(Debug)]
#[must_use = "an iterator does nothing unless it is asked for ticks"]
pub struct Ticks<'a> {
    ticker: &'a Ticker,
}

/// As [`Ticks`], with the ticker in it.
#[derive(Debug)]
#[must_use = "an iterator does nothing unless it is asked for ticks"]
pub struct IntoTicks {
    ticker: Ticker,
}

impl Ticker {
    /// Returns the ticks as they come, until the service is shut down.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::Timers;
    ///
    /// let ms = Duration::from_millis(1);
    /// let ticker = Timers::new().ticker(ms);
    /// let three: Vec<_> = ticker.iter().take(3).collect();
    /// assert!(three.is_sorted() && three[2] - three[0] >= 2 * ms);
    /// ```
    pub fn iter(&self) -> Ticks<'_> {
        Ticks { ticker: self }
    }
}

impl Iterator for Ticks<'_> {
    type Item = Instant;

    fn next(&mut self) -> Option<Instant> {
        self.ticker.0.recv().ok()
    }
}

impl Iterator for IntoTicks {
    type Item = Instant;

    fn next(&mut self) -> Option<Instant> {
        self.ticker.0.recv().ok()
    }
}

impl FusedIterator for Ticks<'_> {}
impl FusedIterator for IntoTicks {}

impl<'a> IntoIterator for &'a Ticker {
    type Item = Instant;
    type IntoIter = Ticks<'a>;

    fn into_iter(self) -> Ticks<'a> {
        self.iter()
    }
}

impl IntoIterator for Ticker {
    type Item = Instant;
    type IntoIter = IntoTicks;

    fn into_iter(self) -> IntoTicks {
        IntoTicks { ticker: self }
    }
}
