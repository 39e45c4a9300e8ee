//! Our service, by generation: locks, callbacks and handles, with time moved
//! by hand.

use std::sync::atomic::Ordering;
use std::time::Instant;

use timer_heap::{FakeTime, Generation, Timer, Timers};

use crate::peers::FIRED;
use crate::subject::{SOON, Subject};

/// The service of `Generation::ALL[GENERATION]`.
pub(crate) struct Ours<const GENERATION: usize> {
    timers: Timers,
    time: FakeTime,
    origin: Instant,
}

impl<const GENERATION: usize> Subject for Ours<GENERATION> {
    const NAME: &'static str = Generation::ALL[GENERATION].name();
    type Handle = Timer;

    fn new() -> Self {
        let generation = Generation::ALL[GENERATION];
        let (timers, time) =
            Timers::builder().generation(generation).build_fake();
        let origin = Instant::now();
        Self { timers, time, origin }
    }

    fn now(&self) -> Instant {
        self.origin
    }

    #[inline]
    fn start(&mut self, when: Instant) -> Timer {
        self.timers.after_func_at(when, || {
            FIRED.fetch_add(1, Ordering::Relaxed);
        })
    }

    #[inline]
    fn stop(&mut self, timer: Timer) {
        assert!(timer.cancel());
    }

    #[inline]
    fn reset(&mut self, timer: &mut Timer, when: Instant) {
        timer.reset_at(when);
    }

    fn fire(&mut self) -> usize {
        FIRED.store(0, Ordering::Relaxed);
        self.time.skip(SOON);
        FIRED.load(Ordering::Relaxed)
    }
}
