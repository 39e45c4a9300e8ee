//! Ticks for a task, and what becomes of those that it misses.
//!
//! Who calls what: as for [`Sleep`], which lasts until the next tick.
//!
//! The three behaviours, and their names, are those of tokio's `interval`.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::channel::{State, nanos};
use crate::error::ShutDown;
use crate::sleep::Sleep;
use crate::time::clock::FOREVER;
use crate::timers::Timers;

/// How late a tick may be, in nanoseconds, before [`MissedTickBehavior::Delay`]
/// takes it for missed: an executor is always a little late.
const TOLERANCE: i64 = 5_000_000;

/// What an [`Interval`] does when its task comes too late for a tick.
///
/// With a period of 10 and a task that is busy from 10 to 35:
///
/// | behaviour | the tick of 20 comes at | and those after it at |
/// |---|---|---|
/// | `Burst` | 35 | 35, 40, 50 |
/// | `Delay` | 35 | 45, 55, 65 |
/// | `Skip` | 35 | 40, 50, 60 |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MissedTickBehavior {
    /// Makes up for the missed ticks at once, so that their count is right.
    #[default]
    Burst,
    /// Begins a new grid, so that no two ticks are closer than the period. A
    /// tick is missed that is later than 5 ms, or than the period if that is
    /// shorter.
    Delay,
    /// Drops the missed ticks, and stays on the grid.
    Skip,
}

impl MissedTickBehavior {
    /// Returns when the tick is due after one that was due at `due`.
    fn next(self, due: i64, now: i64, period: i64) -> i64 {
        let is_missed = now.saturating_sub(due) > TOLERANCE.min(period);
        match self {
            Self::Delay if is_missed => now.saturating_add(period),
            Self::Burst | Self::Delay => due.saturating_add(period),
            Self::Skip => {
                let mut state = State { next: Some(due), period };
                state.take(now);
                state.next.unwrap_or(FOREVER)
            }
        }
        .min(FOREVER)
    }
}

/// Ticks for one task, again and again. Made by [`Timers::interval`].
///
/// ```
/// use std::time::Duration;
/// use timer_heap::Timers;
///
/// let runtime = tokio::runtime::Builder::new_current_thread().build();
/// let ms = Duration::from_millis(1);
/// let mut interval = Timers::new().interval(ms);
/// runtime.unwrap().block_on(async {
///     let first = interval.tick().await;
///     assert_eq!(interval.tick().await - first, ms);
/// });
/// ```
///
/// # Panics
///
/// As [`Sleep`], when the service is shut down.
#[must_use = "an interval does nothing unless it is asked for ticks"]
pub struct Interval {
    sleep: Sleep,
    period: i64,
    missed: MissedTickBehavior,
}

impl Interval {
    /// Waits for the next tick, and returns the instant at which it was due.
    ///
    /// Dropping the future that this returns loses no tick.
    pub async fn tick(&mut self) -> Instant {
        poll_fn(|context| self.poll_tick(context)).await
    }

    /// Polls for the next tick, for futures that are written by hand.
    ///
    /// # Panics
    ///
    /// When the service was shut down.
    pub fn poll_tick(&mut self, context: &mut Context<'_>) -> Poll<Instant> {
        self.poll_or_end(context)
            .map(|tick| tick.unwrap_or_else(|end| end.panic()))
    }

    /// Polls, with an error in place of the panic.
    pub(crate) fn poll_or_end(
        &mut self,
        context: &Context<'_>,
    ) -> Poll<Result<Instant, ShutDown>> {
        self.sleep.poll_until(context).map(|end| {
            end?;
            // A task that is late for each tick would never hear of the end.
            if self.sleep.is_beyond_the_end() {
                return Err(ShutDown);
            }
            let (due, now) = (self.sleep.when(), self.sleep.clock().now());
            self.sleep.set(self.missed.next(due, now, self.period));
            Ok(self.sleep.clock().instant(due))
        })
    }

    /// Makes the next tick due a period from now.
    pub fn reset(&mut self) {
        self.reset_after(self.period());
    }

    /// Makes the next tick due at once.
    pub fn reset_immediately(&mut self) {
        self.reset_after(Duration::ZERO);
    }

    /// Makes the next tick due `d` from now, and the others on its grid.
    pub fn reset_after(&mut self, d: Duration) {
        self.sleep.set(self.sleep.clock().after(d));
    }

    /// Makes the next tick due at `deadline`, and the others on its grid.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.sleep.reset(deadline);
    }

    /// Returns the time between two ticks.
    pub fn period(&self) -> Duration {
        Duration::from_nanos(self.period.unsigned_abs())
    }

    /// Returns what becomes of missed ticks.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed
    }

    /// Says what becomes of missed ticks.
    ///
    /// ```
    /// use std::time::Duration;
    /// use timer_heap::{MissedTickBehavior, Timers};
    ///
    /// let mut interval = Timers::new().interval(Duration::from_secs(1));
    /// interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    /// assert_eq!(interval.period(), Duration::from_secs(1));
    /// ```
    pub fn set_missed_tick_behavior(&mut self, missed: MissedTickBehavior) {
        self.missed = missed;
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interval")
            .field("period", &self.period())
            .field("missed", &self.missed)
            .field("sleep", &self.sleep)
            .finish()
    }
}

impl Timers {
    /// Returns ticks for a task: one at once, and one after each `period`.
    ///
    /// # Panics
    ///
    /// When `period` is zero.
    pub fn interval(&self, period: Duration) -> Interval {
        self.interval_at(self.now(), period)
    }

    /// Like [`interval`](Self::interval), with the first tick at `start`.
    ///
    /// # Panics
    ///
    /// When `period` is zero.
    pub fn interval_at(&self, start: Instant, period: Duration) -> Interval {
        let missed = MissedTickBehavior::default();
        Interval {
            sleep: self.sleep_until(start),
            period: nanos(period),
            missed,
        }
    }
}
