//! What time it is: the system's monotonic clock, or one moved by hand.

use std::time::{Duration, Instant};

use support::futex::Futex;
use support::sync::atomic::{AtomicI64, Ordering};
use support::sync::{Arc, hint};

use crate::time::epoch::{Epoch, nanos};

pub(crate) use crate::time::epoch::FOREVER;
use crate::time::waiters::Waiters;

/// How long before its deadline a precise wait stops sleeping.
///
/// It is longer than a sleeping thread takes to run again, slack not counted.
const STRETCH: i64 = 60_000;

/// Nanoseconds since the clock was made.
#[derive(Clone, Debug)]
pub struct Clock {
    epoch: Epoch,
    precise: bool,
    fake: Option<Arc<Fake>>,
}

/// A time that is set, and the threads that wait for it.
#[derive(Debug)]
struct Fake {
    now: AtomicI64,
    waiters: Arc<Waiters>,
}

impl Clock {
    /// Returns the system's monotonic clock.
    pub fn real() -> Self {
        Self { epoch: Epoch::new(), precise: false, fake: None }
    }

    /// Returns the same clock, on which waits spin for the last 60 us.
    pub fn precise() -> Self {
        Self { precise: true, ..Self::real() }
    }

    /// Returns a clock that stands at zero until it is moved.
    pub fn fake() -> Self {
        Self {
            fake: Some(Arc::new(Fake {
                now: AtomicI64::new(0),
                waiters: Arc::default(),
            })),
            epoch: Epoch::exact(),
            precise: false,
        }
    }

    pub(crate) fn is_fake(&self) -> bool {
        self.fake.is_some()
    }

    /// Returns the nanoseconds since the clock was made.
    #[inline]
    pub fn now(&self) -> i64 {
        match &self.fake {
            None => self.epoch.nanos_to(Instant::now()),
            Some(fake) => fake.now.load(Ordering::Acquire),
        }
    }

    /// Moves a fake clock forward, or leaves it if it is there already:
    /// another thread, or a callback, may have moved it. Returns what it shows
    /// then, and `now` of the system's clock, which nobody moves.
    #[inline]
    pub(crate) fn advance_to(&self, now: i64) -> i64 {
        let Some(fake) = &self.fake else {
            return now;
        };
        let shown = fake.now.load(Ordering::Acquire);
        if shown >= now {
            return shown;
        }
        fake.now.fetch_max(now, Ordering::AcqRel).max(now)
    }

    /// Returns the deadline of a duration from now, or the far future if it
    /// overflows.
    #[inline]
    pub(crate) fn after(&self, duration: Duration) -> i64 {
        later(self.now(), duration)
    }

    /// Returns the deadline of an instant, which is below zero if it was before
    /// the origin.
    #[inline]
    pub(crate) fn deadline(&self, when: Instant) -> i64 {
        self.epoch.nanos_to(when)
    }

    /// Returns the instant of a deadline.
    pub(crate) fn instant(&self, when: i64) -> Instant {
        self.epoch.instant(when)
    }

    /// Returns the threads that wait for a fake clock.
    pub(crate) fn waiters(&self) -> Option<&Arc<Waiters>> {
        self.fake.as_ref().map(|fake| &fake.waiters)
    }

    /// Sleeps while the word is `expected`.
    pub(crate) fn wait(&self, word: &Arc<Futex>, expected: u32) {
        match self.waiters() {
            None => word.wait(expected),
            Some(waiters) => waiters.wait(word, expected),
        }
    }

    /// Sleeps while the word is `expected`, until a deadline at the latest.
    ///
    /// A fake clock never gets there by itself: it waits for a wake-up.
    pub(crate) fn wait_until(&self, word: &Futex, expected: u32, when: i64) {
        match &self.fake {
            Some(_) => word.wait(expected),
            None if self.precise => self.spin_at_last(word, expected, when),
            None => word.wait_until(expected, self.instant(when)),
        }
    }

    // ANCHOR: precise
    /// Sleeps up to the last stretch, and spins from there.
    fn spin_at_last(&self, word: &Futex, expected: u32, when: i64) {
        let unchanged = || word.word.load(Ordering::Acquire) == expected;
        let awake = when.saturating_sub(STRETCH);
        while unchanged() && self.now() < awake {
            word.wait_until(expected, self.instant(awake));
        }
        while unchanged() && self.now() < when {
            hint::spin_loop();
        }
    }
    // ANCHOR_END: precise
}

/// Returns the deadline of a duration from `now`, or the far future if it
/// overflows.
#[inline]
pub(crate) fn later(now: i64, duration: Duration) -> i64 {
    now.saturating_add(nanos(duration)).min(FOREVER)
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use support::sync::thread;

    use super::*;

    #[test]
    fn a_precise_wait_ends_at_its_deadline_and_not_before() {
        let (clock, word) = (Clock::precise(), Futex::new(0));
        for d in (0..40).map(|step| 5_000 * step) {
            let when = clock.now() + d;
            clock.wait_until(&word, 0, when);
            assert!(clock.now() >= when, "early for {d} ns");
        }
    }

    #[test]
    fn a_precise_wait_ends_when_the_word_changes() {
        let (clock, word) = (Clock::precise(), Futex::new(0));
        thread::scope(|scope| {
            scope.spawn(|| clock.wait_until(&word, 0, FOREVER));
            word.word.store(1, Ordering::Release);
            word.wake_all();
        });
        let before = clock.now();
        clock.wait_until(&word, 0, before + STRETCH / 2);
        assert_eq!(word.word.load(Ordering::Acquire), 1);
    }
}
