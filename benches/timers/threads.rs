//! Threads that start and stop timers of one service at the same time.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use benches::Group;
use benches::cost::{Cost, Stopwatch};
use criterion::Criterion;
use timer_heap::{Generation, Timers};

/// Timers are started and stopped in runs of this many, so that a thread's
/// start is a small part of what is measured.
const RUN: u64 = if cfg!(debug_assertions) { 100 } else { 200_000 };

fn start_and_stop(timers: &Timers, when: Instant) {
    for _ in 0..RUN {
        assert!(timers.after_func_at(when, || ()).cancel());
    }
}

/// Every thread makes a run; the time is that of one of its operations, so
/// that threads that do not hinder each other take as long as one.
fn run(timers: &Timers, threads: usize) -> Cost {
    let when = Instant::now() + Duration::from_secs(3600);
    // Their places in the service come with their first timers.
    let ready = Barrier::new(threads + 1);
    let mut cost = Cost::NOTHING;
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                start_and_stop(timers, when);
                ready.wait();
                start_and_stop(timers, when);
                ready.wait();
            });
        }
        ready.wait();
        let started = Stopwatch::start();
        ready.wait();
        cost += started.elapsed();
    });
    assert_eq!(timers.pending(), 0);
    cost
}

/// `timers/start-stop-at-once/THREADS/GENERATION`.
pub(crate) fn threads(c: &mut Criterion) {
    for threads in [1, 2] {
        let id = format!("timers/start-stop-at-once/{threads}");
        let mut group = Group::new(c, id);
        group.sample_size(10);
        group.measurement_time(Duration::from_millis(500));
        group.warm_up_time(Duration::from_millis(250));
        for generation in Generation::ALL {
            group.bench_function(generation.name(), |b| {
                let timers = Timers::with_generation(generation);
                b.iter_custom(|rounds| {
                    let runs = rounds.div_ceil(RUN);
                    let mut cost = Cost::NOTHING;
                    for _ in 0..runs {
                        cost += run(&timers, threads);
                    }
                    let done = (runs * RUN) as f64;
                    cost.mul_f64(rounds as f64 / done)
                });
            });
        }
        group.finish();
    }
}
