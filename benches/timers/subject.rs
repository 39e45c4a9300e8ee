//! What every timer library of the comparison does.

use std::time::{Duration, Instant};

/// Every timer that fires in a benchmark is due by then.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// A library of timers.
pub(crate) trait Subject {
    /// Its name in the table.
    const NAME: &'static str;
    /// A pending timer.
    type Handle;
    /// Returns an empty set of timers.
    fn new() -> Self;
    /// Returns now, on the clock of this library.
    fn now(&self) -> Instant;
    /// Starts a timer.
    fn start(&mut self, when: Instant) -> Self::Handle;
    /// Stops it for good.
    fn stop(&mut self, handle: Self::Handle);
    /// Starts a timer and stops it.
    fn start_and_stop(&mut self, when: Instant) {
        let handle = self.start(when);
        self.stop(handle);
    }
    /// Gives it another deadline.
    fn reset(&mut self, handle: &mut Self::Handle, when: Instant);
    /// Lets every timer of the next ten seconds fire; returns how many did.
    fn fire(&mut self) -> usize;
}

/// A library with many timers pending.
pub(crate) struct Filled<S: Subject> {
    subject: S,
    handles: Vec<S::Handle>,
    random: fastrand::Rng,
    origin: Instant,
}

impl<S: Subject> Filled<S> {
    /// Returns timers due within five seconds of `from_now`.
    pub(crate) fn new(pending: usize, from_now: Duration) -> Self {
        let mut subject = S::new();
        let mut random = fastrand::Rng::with_seed(1);
        let origin = subject.now() + from_now;
        let handles = (0..pending)
            .map(|_| subject.start(random_time(&mut random, origin)))
            .collect();
        Self { subject, handles, random, origin }
    }

    #[inline]
    fn when(&mut self) -> Instant {
        random_time(&mut self.random, self.origin)
    }

    #[inline]
    pub(crate) fn start_and_stop(&mut self) {
        let when = self.when();
        self.subject.start_and_stop(when);
    }

    #[inline]
    pub(crate) fn replace_one(&mut self) {
        let when = self.when();
        let at = self.random.usize(0..self.handles.len());
        let new = self.subject.start(when);
        let old = std::mem::replace(&mut self.handles[at], new);
        self.subject.stop(old);
    }

    #[inline]
    pub(crate) fn reset_one(&mut self) {
        let when = self.when();
        let at = self.random.usize(0..self.handles.len());
        self.subject.reset(&mut self.handles[at], when);
    }

    /// Lets all of them fire.
    pub(crate) fn fire(&mut self) {
        assert_eq!(self.subject.fire(), self.handles.len());
    }
}

#[inline]
fn random_time(random: &mut fastrand::Rng, origin: Instant) -> Instant {
    origin + Duration::from_nanos(random.u64(0..5_000_000_000))
}
