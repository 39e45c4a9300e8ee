//! How long a lock around the wheel is held while a million timers come due.
//!
//! `cargo run --release -p timer-heap --example holds`
//!
//! They are taken in batches of 64 as the service takes them. What is timed is
//! one hold of the lock: a batch, or a stop. In the first case the timers are
//! due within 100 ms; in the second all at the same nanosecond; in the third
//! too, but most of them are stopped after the first batch has come out.
//!
//! Each case is run five times, and the calmest run is printed: what another
//! program takes of the processor's time is no work under the lock.

use std::time::{Duration, Instant};

use timer_heap::queue::{Expired, TimerId, TimerQueue};
use timer_heap::wheel::Wheel;

const COUNT: usize = 1_000_000;
const WINDOW: u64 = 100_000_000;
const START: i64 = 1_000_000_000;
const BATCH: usize = 64;
const RUNS: usize = 5;

/// A wheel, what it was given, and how long each hold took.
#[derive(Default)]
struct Run {
    wheel: Wheel<u64>,
    ids: Vec<TimerId>,
    holds: Vec<Duration>,
    gone: usize,
}

impl Run {
    /// Returns a million timers, each due so many nanoseconds after the start.
    fn new(mut delay: impl FnMut() -> u64) -> Self {
        let mut run = Self::default();
        for value in 0..COUNT {
            let when = START + delay() as i64;
            run.ids.push(run.wheel.insert(when, value as u64));
        }
        run
    }

    /// One hold of the lock.
    fn hold<R>(&mut self, work: impl FnOnce(&mut Wheel<u64>) -> R) -> R {
        let began = Instant::now();
        let result = work(&mut self.wheel);
        self.holds.push(began.elapsed());
        result
    }

    /// Takes a batch. Returns false when nothing was left to take.
    fn fire_batch(&mut self, now: i64) -> bool {
        let mut fired = 0;
        let more = self.hold(|wheel| {
            for _ in 0..BATCH {
                match wheel.expire(now) {
                    Expired::Nothing => return false,
                    Expired::Busy => return true,
                    Expired::Due { id, .. } => {
                        assert!(wheel.remove(id).is_some());
                        fired += 1;
                    }
                }
            }
            true
        });
        self.gone += fired;
        more
    }

    /// Three of four timers, if they have not fired yet.
    fn stop_most(&mut self) {
        for at in (0..COUNT).filter(|at| at % 4 > 0) {
            let id = self.ids[at];
            self.gone += usize::from(self.hold(|w| w.remove(id).is_some()));
        }
    }

    /// Fires the rest, on a fake clock that moves on by 1 ms when all is done;
    /// returns how long the holds took, in order.
    fn finish(mut self) -> Vec<Duration> {
        let mut now = START;
        while self.gone < COUNT {
            let more = self.fire_batch(now);
            now += if more { 0 } else { 1_000_000 };
        }
        assert_eq!(self.wheel.len(), 0);
        self.holds.sort_unstable();
        self.holds
    }
}

fn spread() -> Run {
    let mut random = 1_u64;
    Run::new(|| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 20) % WINDOW
    })
}

fn at_once() -> Run {
    Run::new(|| 0)
}

fn most_stopped() -> Run {
    let mut run = at_once();
    while run.gone == 0 {
        run.fire_batch(START);
    }
    run.stop_most();
    run
}

fn print(title: &str, prepare: fn() -> Run) {
    let at = |holds: &[Duration], share: f64| {
        holds[(share * (holds.len() - 1) as f64) as usize]
    };
    let runs = (0..RUNS).map(|_| prepare().finish());
    let holds =
        runs.min_by_key(|holds| at(holds, 0.9999)).expect("there are some");
    println!("{title}: {} holds", holds.len());
    for share in [0.5, 0.99, 0.999, 0.9999, 1.0] {
        println!("  p{:<6} {:>9.1?}", share * 100.0, at(&holds, share));
    }
}

fn main() {
    print("due within 100 ms", spread);
    print("due at once", at_once);
    print("due at once, most of them stopped", most_stopped);
}
