//! What happened, in order: what the probe of the protocol tells, and what was
//! done to the heap. It is kept until the next frame.

use std::sync::{LazyLock, Mutex, PoisonError};

use timer_heap::clock::Clock;
use timer_heap::steps::{Event, Steps};

/// What happened; times are deadlines in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Nothing yet.
    Begin,
    /// `timerproc` goes to sleep until a deadline.
    Sleep(i64),
    /// It was woken by an earlier timer.
    WakeEarly,
    /// No timer is left: it waits for one.
    Park,
    /// It was woken by a timer while parked.
    Ready,
    /// It calls a timer.
    Fire(i64),
    /// A timer was started.
    Start(i64),
    /// A timer was stopped.
    Stop,
}

/// The heap after a change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heap {
    /// From the root down, level by level.
    pub(crate) deadlines: Vec<i64>,
    /// Comparisons of the change.
    pub(crate) compared: usize,
    /// Positions of the tree to which it wrote a timer.
    pub(crate) moved: Vec<usize>,
}

/// Something that happened, when, and the heap if it was changed.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) what: What,
    pub(crate) heap: Option<Heap>,
}

/// What time it is, for all of the program.
pub(crate) static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::real);

// The probe is a type, not a value, so what it tells is kept in one place.
static LOG: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// Notes what happened.
pub(crate) fn note(what: What, heap: Option<Heap>) {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    // Under the lock, so that times never go back.
    let at = CLOCK.now();
    log.push(Entry { at, what, heap });
}

/// Returns what happened since the last time.
pub(crate) fn take() -> Vec<Entry> {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *log)
}

/// The protocol with every step taken, and each event told.
pub(crate) struct Watched;

// SAFETY: it takes every step.
unsafe impl Steps for Watched {
    fn emit(event: impl FnOnce() -> Event) {
        let what = match event() {
            Event::Sleep { until } => What::Sleep(until),
            Event::EarlyWake => What::WakeEarly,
            Event::Park => What::Park,
            Event::Ready => What::Ready,
            Event::Push { .. }
            | Event::Ask { .. }
            | Event::Fire { .. }
            | Event::Publish
            | Event::Look { .. }
            | Event::Bury { .. }
            | Event::Move { .. } => return,
        };
        note(what, None);
    }
}
