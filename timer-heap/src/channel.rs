//! Timers and tickers to receive from.
//!
//! A value is made when somebody asks for it, not when it is due: what was
//! due before a stop or a reset can never be received after it, and a timer
//! that nobody waits for costs nothing but its memory. Go does the same from
//! 1.23 on (`runtime/time.go`, `isSending` and `needsAdd`).
//!
//! Who calls what: no thread of the service is involved. Any thread receives,
//! stops or resets, each under the lock of `slot`. A change counts `changes`
//! up under the lock and wakes all receivers after it. A receiver that has to
//! wait reads `changes` under the lock, and waits without it until the value is
//! due or the word changes. The first one to wait makes the word: most channels
//! are received from when their value is due. Tasks wait by a timer, and leave
//! their wakers with `receivers` before they look at the state.

use std::fmt;
use std::time::{Duration, Instant};

use support::futex::Futex;
use support::sync::atomic::Ordering;
use support::sync::{Arc, Mutex};

use crate::error::{ShutDown, TimeoutError};
use crate::receivers::Receivers;
use crate::time::clock::{Clock, FOREVER, later};
use crate::timers::Timers;

/// A channel of one whose value is due at some time, perhaps again and again.
pub(crate) struct Channel {
    pub(crate) timers: Timers,
    slot: Mutex<Slot>,
    pub(crate) receivers: Receivers,
}

/// Which value comes next, and when.
#[derive(Clone, Copy)]
pub(crate) struct State {
    /// When the value not yet received is due.
    pub(crate) next: Option<i64>,
    /// Nanoseconds; zero for once.
    pub(crate) period: i64,
}

/// What a channel has to hand out.
struct Slot {
    state: State,
    /// When `state` was set. A value due no later was there from the start.
    set: i64,
    /// Counts the changes, to wake receivers, once one has had to wait.
    changes: Option<Arc<Futex>>,
}

/// What a receiver waits for: the value to be due, or the word to change.
struct Missed {
    next: Option<i64>,
    changes: Arc<Futex>,
    seen: u32,
}

impl Slot {
    /// Returns a slot whose first value is due `d` from now.
    fn new(clock: &Clock, d: Duration, period: i64) -> Self {
        let set = clock.now();
        let state = State { next: Some(later(set, d)), period };
        Self { state, set, changes: None }
    }

    /// Returns what to wait for, read under the lock.
    fn missed(&mut self, next: Option<i64>) -> Missed {
        let new = || Arc::new(Futex::new(0));
        let changes = Arc::clone(self.changes.get_or_insert_with(new));
        let seen = changes.word.load(Ordering::Acquire);
        Missed { next, changes, seen }
    }
}

impl State {
    // ANCHOR: take
    /// Receives the value if it is due, and keeps to the grid: ticks that
    /// were missed are dropped, and the next one is later than now.
    pub(crate) fn take(&mut self, now: i64) -> Option<i64> {
        let due = self.next.filter(|&next| next <= now)?;
        self.next = (self.period > 0).then(|| {
            let late = now.saturating_sub(due);
            let periods = late / self.period + 1;
            due.saturating_add(self.period.saturating_mul(periods)).min(FOREVER)
        });
        Some(due)
    }
    // ANCHOR_END: take
}

impl Channel {
    fn new(timers: Timers, d: Duration, period: i64) -> Self {
        let slot = Slot::new(&timers.service().clock, d, period);
        Self { timers, slot: Mutex::new(slot), receivers: Receivers::default() }
    }

    fn change<R>(&self, f: impl FnOnce(&mut Slot) -> R) -> R {
        let mut slot = self.slot.lock().expect("nothing panics here");
        let result = f(&mut slot);
        let changes = slot.changes.clone();
        if let Some(changes) = &changes {
            changes.word.fetch_add(1, Ordering::Release);
        }
        drop(slot);
        if let Some(changes) = changes {
            changes.wake_all();
        }
        self.receivers.wake_all();
        result
    }

    /// Takes the value, or returns when it is due.
    pub(crate) fn take(&self, now: i64) -> Result<i64, Option<i64>> {
        self.take_or(now, |_, next| next)
    }

    /// Takes the value, or returns what to wait for.
    fn take_or_wait(&self, now: i64) -> Result<i64, Missed> {
        self.take_or(now, Slot::missed)
    }

    fn take_or<E>(
        &self,
        now: i64,
        missed: impl FnOnce(&mut Slot, Option<i64>) -> E,
    ) -> Result<i64, E> {
        let mut slot = self.slot.lock().expect("nothing panics here");
        let end = self.end(&slot);
        let now = end.map_or(now, |end| end.min(now));
        let next = slot.state.next.filter(|_| end.is_none());
        slot.state.take(now).ok_or_else(|| missed(&mut slot, next))
    }

    // ANCHOR: recv
    pub(crate) fn recv(&self) -> Result<Instant, ShutDown> {
        let clock = &self.timers.service().clock;
        loop {
            match self.take_or_wait(clock.now()) {
                Ok(due) => return Ok(clock.instant(due)),
                Err(Missed { next, changes, seen }) => {
                    let waited = self.timers.wait_until(&changes, seen, next);
                    if waited.is_err() {
                        return self.take_last();
                    }
                }
            }
        }
    }
    // ANCHOR_END: recv

    fn recv_until(&self, end: i64) -> Result<Instant, TimeoutError> {
        let clock = &self.timers.service().clock;
        loop {
            let now = clock.now();
            match self.take_or_wait(now) {
                Ok(due) => return Ok(clock.instant(due)),
                Err(_) if self.timers.is_shut_down() => {
                    return Ok(self.take_last()?);
                }
                Err(_) if now >= end => return Err(TimeoutError::Elapsed),
                Err(Missed { next, changes, seen }) => {
                    let first = Some(next.map_or(end, |next| next.min(end)));
                    let waited = self.timers.wait_until(&changes, seen, first);
                    if waited.is_err() {
                        return Ok(self.take_last()?);
                    }
                }
            }
        }
    }

    /// Takes what came due after the last look and before the end.
    pub(crate) fn take_last(&self) -> Result<Instant, ShutDown> {
        self.try_recv().ok_or(ShutDown)
    }

    fn try_recv(&self) -> Option<Instant> {
        let clock = &self.timers.shared().service.clock;
        self.take(clock.now()).ok().map(|due| clock.instant(due))
    }

    /// Returns when the service ended. What was due by then can still be
    /// received, as from a channel whose senders are gone.
    fn end(&self, slot: &Slot) -> Option<i64> {
        self.timers.ended_at().map(|end| end.max(slot.set))
    }

    /// Returns true if there is something to receive, now or later.
    fn has_value(&self, slot: &Slot) -> bool {
        let end = self.end(slot).unwrap_or(FOREVER);
        slot.state.next.is_some_and(|next| next <= end)
    }

    // ANCHOR: stop
    fn stop(&self) -> bool {
        self.change(|slot| {
            let had_value = self.has_value(slot);
            slot.state.next = None;
            had_value
        })
    }
    // ANCHOR_END: stop

    fn reset(&self, d: Duration, period: i64) -> bool {
        let new = Slot::new(&self.timers.service().clock, d, period);
        self.change(|slot| {
            let had_value = self.has_value(slot);
            let changes = slot.changes.take();
            *slot = Slot { changes, ..new };
            had_value
        })
    }

    fn after(&self, d: Duration) -> i64 {
        self.timers.shared().service.clock.after(d)
    }
}

/// A channel on which one value, its due time, arrives.
///
/// ```
/// use std::time::{Duration, Instant};
/// use timer_heap::Timers;
///
/// let timer = Timers::new().timer(Duration::from_millis(1));
/// let due = timer.recv();
/// assert!(due <= Instant::now());
/// assert_eq!(timer.try_recv(), None, "it arrives once");
/// ```
#[must_use = "a channel timer does nothing but to be received from"]
pub struct ChannelTimer(pub(crate) Channel);

impl ChannelTimer {
    pub(crate) fn new(timers: Timers, d: Duration) -> Self {
        Self(Channel::new(timers, d, 0))
    }

    /// Waits for the value, and returns it.
    ///
    /// Blocks for good if the timer is stopped or was received, unless
    /// another thread resets it.
    ///
    /// # Panics
    ///
    /// When the service is shut down; the waits with a limit return an error.
    pub fn recv(&self) -> Instant {
        self.0.recv().unwrap_or_else(|end| end.panic())
    }

    /// Waits for at most `limit`; the longest duration is for good.
    ///
    /// # Errors
    ///
    /// When the time is over, or the service is shut down.
    pub fn recv_timeout(
        &self,
        limit: Duration,
    ) -> Result<Instant, TimeoutError> {
        self.0.recv_until(self.0.after(limit))
    }

    /// Waits until `deadline` at the latest.
    ///
    /// # Errors
    ///
    /// When the time is over, or the service is shut down.
    pub fn recv_deadline(
        &self,
        deadline: Instant,
    ) -> Result<Instant, TimeoutError> {
        self.0.recv_until(self.0.timers.service().clock.deadline(deadline))
    }

    /// Returns the value, if it is due and was not received.
    pub fn try_recv(&self) -> Option<Instant> {
        self.0.try_recv()
    }

    /// Stops the timer: nothing can be received any more.
    ///
    /// Returns true if there would have been something, due or not.
    pub fn stop(&self) -> bool {
        self.0.stop()
    }

    /// Makes the value due `d` from now. Returns true if one was still to come.
    pub fn reset(&self, d: Duration) -> bool {
        self.0.reset(d, 0)
    }
}

/// A channel on which a value, its due time, arrives once in each period.
///
/// A slow receiver misses ticks; those it gets stay on the grid.
///
/// ```
/// use std::time::Duration;
/// use timer_heap::Timers;
///
/// let (timers, time) = Timers::builder().build_fake();
/// let ticker = timers.ticker(Duration::from_secs(10));
/// time.advance(Duration::from_secs(35));
/// let first = ticker.try_recv().unwrap();
/// assert_eq!(ticker.try_recv(), None, "20 and 30 were missed");
/// time.advance(Duration::from_secs(5));
/// let next = ticker.try_recv().unwrap();
/// assert_eq!(next - first, Duration::from_secs(30));
/// ```
#[must_use = "a ticker does nothing but to be received from"]
pub struct Ticker(pub(crate) Channel);

impl Ticker {
    pub(crate) fn new(timers: Timers, period: Duration) -> Self {
        Self(Channel::new(timers, period, nanos(period)))
    }

    /// Waits for the next tick, and returns it. Blocks for good if the ticker
    /// is stopped, unless another thread resets it.
    ///
    /// # Panics
    ///
    /// When the service is shut down; the waits with a limit return an error.
    pub fn recv(&self) -> Instant {
        self.0.recv().unwrap_or_else(|end| end.panic())
    }

    /// Waits for at most `limit`; the longest duration is for good.
    ///
    /// # Errors
    ///
    /// When the time is over, or the service is shut down.
    pub fn recv_timeout(
        &self,
        limit: Duration,
    ) -> Result<Instant, TimeoutError> {
        self.0.recv_until(self.0.after(limit))
    }

    /// Waits until `deadline` at the latest.
    ///
    /// # Errors
    ///
    /// When the time is over, or the service is shut down.
    pub fn recv_deadline(
        &self,
        deadline: Instant,
    ) -> Result<Instant, TimeoutError> {
        self.0.recv_until(self.0.timers.service().clock.deadline(deadline))
    }

    /// Returns the tick that is due and was not received.
    pub fn try_recv(&self) -> Option<Instant> {
        self.0.try_recv()
    }

    /// Stops the ticks. Returns true if it was ticking.
    pub fn stop(&self) -> bool {
        self.0.stop()
    }

    /// Ticks from now on in a new period, stopped or not. Returns true if it
    /// was ticking.
    ///
    /// # Panics
    ///
    /// When `period` is zero.
    pub fn reset(&self, period: Duration) -> bool {
        self.0.reset(period, nanos(period))
    }
}

/// Returns the nanoseconds of a period.
#[track_caller]
pub(crate) fn nanos(period: Duration) -> i64 {
    assert!(!period.is_zero(), "a ticker needs a period above zero");
    i64::try_from(period.as_nanos()).unwrap_or(FOREVER)
}

impl fmt::Debug for ChannelTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelTimer").finish_non_exhaustive()
    }
}

impl fmt::Debug for Ticker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticker").finish_non_exhaustive()
    }
}

impl Timers {
    /// Returns a channel on which the due time arrives once, `d` from now.
    pub fn timer(&self, d: Duration) -> ChannelTimer {
        ChannelTimer::new(self.clone(), d)
    }

    /// Returns a channel on which a due time arrives once in each `period`.
    ///
    /// # Panics
    ///
    /// When `period` is zero.
    pub fn ticker(&self, period: Duration) -> Ticker {
        Ticker::new(self.clone(), period)
    }
}
