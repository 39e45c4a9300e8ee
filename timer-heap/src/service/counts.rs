//! What a service has done so far, in numbers.
//!
//! Who calls what: a worker adds once a turn, and once a wake, with no lock
//! held; anybody reads. So a callback costs no write that threads share.

// Not modelled: they count and order nothing.
use std::sync::atomic::{AtomicU64, Ordering};

/// How long after its deadline a callback is late, in nanoseconds.
const LATE: i64 = 1_000_000;

/// What a service has done. It has cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Counts {
    fired: AtomicU64,
    late: AtomicU64,
    wakes: AtomicU64,
}

/// What a worker has done in a turn.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    pub(crate) fired: usize,
    late: usize,
}

/// What a service has done so far.
///
/// Made by [`Timers::metrics`](crate::Timers::metrics).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Metrics {
    /// How many callbacks were called, those that wake a sleeping future
    /// included.
    pub fired: u64,
    /// How many of them a thread came to more than a millisecond after their
    /// deadline.
    ///
    /// The clock is read once for up to 64 callbacks, so a callback does not
    /// count as late for the sake of a slow one among those 64.
    pub late: u64,
    /// How often a thread of the service woke up, or looked and need not sleep.
    pub wakes: u64,
}

impl Turn {
    /// Counts a callback with this deadline that is called in a turn which began
    /// at `begin`.
    #[inline]
    pub(crate) fn count(&mut self, when: i64, begin: i64) {
        self.fired += 1;
        self.late += usize::from(begin.saturating_sub(when) > LATE);
    }
}

impl Counts {
    pub(crate) fn add(&self, turn: &Turn) {
        if turn.fired > 0 {
            self.fired.fetch_add(turn.fired as u64, Ordering::Relaxed);
        }
        if turn.late > 0 {
            self.late.fetch_add(turn.late as u64, Ordering::Relaxed);
        }
    }

    pub(crate) fn wake(&self) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Metrics {
        Metrics {
            fired: self.fired.load(Ordering::Relaxed),
            late: self.late.load(Ordering::Relaxed),
            wakes: self.wakes.load(Ordering::Relaxed),
        }
    }
}
