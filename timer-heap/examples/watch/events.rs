//! What the probe of the protocol tells, kept until the next frame.

use std::sync::{Mutex, MutexGuard, PoisonError};

use timer_heap::steps::{Event, Steps};

/// What `timerproc` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// It looks for timers, and calls those that are due.
    #[default]
    Running,
    /// It sleeps until a deadline, in nanoseconds.
    Sleeping(i64),
    /// No timer is left.
    Parked,
}

/// The state, and how often each event came.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) state: State,
    pub(crate) slept: usize,
    pub(crate) woken_early: usize,
    pub(crate) parked: usize,
    pub(crate) made_ready: usize,
    pub(crate) fired: usize,
}

impl Told {
    fn hear(&mut self, event: Event) {
        let (count, state) = match event {
            Event::Sleep { until } => (&mut self.slept, State::Sleeping(until)),
            Event::EarlyWake => (&mut self.woken_early, State::Running),
            Event::Park => (&mut self.parked, State::Parked),
            Event::Ready => (&mut self.made_ready, State::Running),
            Event::Fire { .. } => (&mut self.fired, State::Running),
            Event::Publish
            | Event::Look { .. }
            | Event::Bury { .. }
            | Event::Move { .. } => return,
        };
        *count += 1;
        self.state = state;
    }
}

/// The protocol with every step taken, and each event told.
pub(crate) struct Watched;

// The probe is a type, not a value, so what it tells is kept in one place.
static TOLD: Mutex<Told> = Mutex::new(Told {
    state: State::Running,
    slept: 0,
    woken_early: 0,
    parked: 0,
    made_ready: 0,
    fired: 0,
});

fn told() -> MutexGuard<'static, Told> {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner)
}

// SAFETY: it takes every step.
unsafe impl Steps for Watched {
    fn emit(event: impl FnOnce() -> Event) {
        told().hear(event());
    }
}

/// Returns all events up to now.
pub(crate) fn so_far() -> Told {
    *told()
}
