//! What Go's own tests of its timers demand, asked of every generation.
//!
//! Each test names the one of Go 1.27.3's package `time` whose idea it takes.
//! Where Go waits for a while and hopes, these move a fake clock; where
//! threads must race, they run on the system's clock and judge only what
//! happened, never how long it took.
#![cfg(not(loom))]

mod durations;
mod races;
mod sleep_test;
mod tick_test;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use timer_heap::{FakeTime, Generation, Timer, Timers};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Long enough for the slowest machine: a value that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// Less work where the compiler does not optimise.
const fn scaled(debug: usize, release: usize) -> usize {
    if cfg!(debug_assertions) { debug } else { release }
}

/// On the system's clock.
fn each(test: impl Fn(Timers)) {
    for generation in Generation::ALL {
        test(Timers::with_generation(generation));
    }
}

/// On a clock that is moved by hand.
fn each_fake(test: impl Fn(Timers, FakeTime)) {
    for generation in Generation::ALL {
        let (timers, time) =
            Timers::builder().generation(generation).build_fake();
        test(timers, time);
    }
}

/// Tells the threads beside a test of its end, also when it fails.
#[derive(Default)]
struct Ended(AtomicBool);

impl Ended {
    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn on_drop(&self) -> impl Drop + '_ {
        struct End<'a>(&'a Ended);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.0.store(true, Ordering::Relaxed);
            }
        }
        End(self)
    }
}

/// A callback that sends into a channel of one, as Go's `newTimerFunc`.
struct FuncTimer {
    timer: Timer,
    values: Receiver<Instant>,
}

impl FuncTimer {
    fn new(timers: &Timers, d: Duration) -> Self {
        let (sender, values) = sync_channel(1);
        let timer = timers.after_func(d, move || {
            // Full or gone: the value is dropped, as in Go.
            let _ = sender.try_send(Instant::now());
        });
        Self { timer, values }
    }

    #[track_caller]
    fn recv(&self) -> Instant {
        self.values.recv_timeout(PATIENCE).expect("it was lost")
    }

    fn is_empty(&self) -> bool {
        self.values.try_recv() == Err(TryRecvError::Empty)
    }
}
