//! What is compared in blocks that take turns: the two ways to sleep, and two
//! ways to take out what is due.

use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use bench_compare::blocks::program::Program;
use benches::blocks::add;
use benches::cost::{Cost, Stopwatch};
use timer_heap::clock::Clock;
use timer_heap::service::Service;
use timer_heap::steps::{Sound, Steps};
use timer_heap::{Generation, Timers};

const HOUR: Duration = Duration::from_secs(3600);

/// Long enough for `timerproc` to go back to sleep.
const PAUSE: Duration = Duration::from_micros(50);

/// Timers that are due at once.
const DUE: i64 = 1_000;

/// Takes 64 callbacks out at once, long before the last of them is called.
struct OutOfReach;

// SAFETY: one thread has the service, so its locks have no second owner.
unsafe impl Steps for OutOfReach {
    const CLAIMS_EACH: bool = false;
}

pub(crate) fn rows(program: &mut Program) {
    program.row("timers/wake-up/1", |variants| {
        add(variants, "sleeping", wake_up(Some(HOUR)));
        add(variants, "rescheduling", wake_up(None));
    });
    program.row(format!("timers/due-at-once/{DUE}"), |variants| {
        add(variants, "batch", due_at_once::<OutOfReach>());
        add(variants, "claimed", due_at_once::<Sound>());
    });
}

/// How long a timer that is due takes to its callback (the median of the
/// rounds), where `timerproc`
/// sleeps until another's deadline, or has none and waits to be made ready.
fn wake_up(other: Option<Duration>) -> impl FnMut(u64) -> Cost {
    let timers = Timers::with_generation(Generation::Go1_9);
    let other = other.map(|later| timers.after_func(later, || ()));
    move |rounds| {
        assert_eq!(timers.pending(), usize::from(other.is_some()));
        let round = |_| {
            let (sender, receiver) = sync_channel(1);
            thread::sleep(PAUSE);
            let start = Instant::now();
            timers.after_func(Duration::ZERO, move || {
                sender.send(start.elapsed()).expect("it is waited for");
            });
            receiver.recv().expect("it fires")
        };
        // Not the sum: now and then another program has the processor.
        let mut all: Vec<Duration> = (0..rounds).map(round).collect();
        all.sort_unstable();
        Cost::from(all[all.len() / 2].mul_f64(rounds as f64))
    }
}

/// The callbacks of timers that are due, called one after the other.
fn due_at_once<P: Steps>() -> impl FnMut(u64) -> Cost {
    let service = Service::<P>::new(Generation::Best, Clock::fake());
    let mut now = 0;
    move |rounds| {
        let round = |_| {
            let started: Vec<_> = (1..=DUE)
                .map(|later| service.start(now + later, || ()))
                .collect();
            now += DUE;
            let start = Stopwatch::start();
            service.run_until(now);
            let cost = start.elapsed();
            assert_eq!(service.pending(), 0);
            for timer in started {
                service.release(timer.address);
            }
            cost
        };
        (0..rounds).map(round).sum()
    }
}
