//! The workloads of Go's own benchmarks of its timers (`time/sleep_test.go`
//! and `tick_test.go` of Go 1.27.3), on the system's clock.
//!
//! As there, one-hour timers are parked before. `cargo xtask peers timers`
//! runs the same in Go.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use benches::Group;
use criterion::Criterion;
use timer_heap::{Generation, Timer, Timers};

use crate::peers::{AsyncIo, Delays, Map, Tokio};
use crate::subject::Subject;

const HOUR: Duration = Duration::from_secs(3600);
const NANOSECOND: Duration = Duration::from_nanos(1);

/// How many timers are parked; Go has as many for each processor.
const PARKED: usize = if cfg!(debug_assertions) { 64 } else { 1 << 15 };

const MANY: usize = 1_000;

pub(crate) fn go_workloads(c: &mut Criterion) {
    let mut generations = Generation::ALL;
    // What is measured first finds another machine than what comes last.
    fastrand::shuffle(&mut generations);
    for generation in generations {
        of_a_generation(c, generation);
    }
    crossbeam(c);
    started_and_stopped::<Tokio>(c);
    started_and_stopped::<Delays>(c);
    started_and_stopped::<AsyncIo>(c);
    started_and_stopped::<Map>(c);
}

/// One benchmark: a workload, its size, a variant, and one round of it.
fn bench(c: &mut Criterion, id: &str, variant: &str, mut round: impl FnMut()) {
    let mut group = Group::new(c, format!("timers/{id}"));
    group.bench_function(variant, |b| b.iter(&mut round));
}

fn of_a_generation(c: &mut Criterion, generation: Generation) {
    let timers = Timers::with_generation(generation);
    let parked: Vec<Timer> =
        (0..PARKED).map(|_| timers.after_func(HOUR, || ())).collect();
    let variant = generation.name();
    let mut bench = |id, round: &mut dyn FnMut()| bench(c, id, variant, round);
    bench("go-after-func/1000", &mut || chain_of(&timers));
    bench("go-simultaneous/1000", &mut || simultaneous(&timers));
    bench("go-after/1", &mut || {
        timers.timer(NANOSECOND).recv();
    });
    bench("go-stop/1", &mut || {
        assert!(timers.after_func(HOUR, || ()).cancel());
    });
    bench("go-start-stop/1000", &mut || start_stop(&timers));
    let one = timers.after_func(HOUR, || ());
    bench("go-reset/1", &mut || assert!(one.reset(HOUR)));
    bench("go-sleep/1000", &mut || {
        (0..MANY).for_each(|_| timers.sleep(NANOSECOND));
    });
    let ticker = timers.ticker(NANOSECOND);
    bench("go-ticker/1", &mut || {
        ticker.recv();
    });
    assert_eq!(timers.pending(), parked.len() + 1);
}

/// Each callback starts the next one.
fn chain_of(timers: &Timers) {
    fn next(timers: Timers, left: usize, end: Sender<()>) {
        let clone = timers.clone();
        timers.after_func(Duration::ZERO, move || match left {
            0 => end.send(()).expect("it is waited for"),
            _ => next(clone.clone(), left - 1, end.clone()),
        });
    }
    let (end, ended) = channel();
    next(timers.clone(), MANY, end);
    ended.recv().expect("the chain comes to its end");
}

fn simultaneous(timers: &Timers) {
    let (sender, receiver): (_, Receiver<()>) = channel();
    for _ in 0..MANY {
        let sender = sender.clone();
        timers.after_func(Duration::ZERO, move || {
            sender.send(()).expect("it is waited for");
        });
    }
    assert_eq!(receiver.iter().take(MANY).count(), MANY);
}

fn start_stop(timers: &Timers) {
    let start = |_| timers.after_func(HOUR, || ());
    let started: Vec<Timer> = (0..MANY).map(start).collect();
    for timer in started {
        assert!(timer.cancel());
    }
}

fn crossbeam(c: &mut Criterion) {
    bench(c, "go-after/1", "crossbeam", || {
        crossbeam::channel::after(NANOSECOND).recv().expect("comes");
    });
    let ticker = crossbeam::channel::tick(NANOSECOND);
    bench(c, "go-ticker/1", "crossbeam", || {
        ticker.recv().expect("comes");
    });
}

/// The libraries that fire on a runtime of their own: without firing.
fn started_and_stopped<S: Subject>(c: &mut Criterion) {
    let mut subject = S::new();
    let due = |subject: &S| -> Instant { subject.now() + HOUR };
    let mut handles = Vec::new();
    for _ in 0..PARKED {
        let when = due(&subject);
        handles.push(subject.start(when));
    }
    bench(c, "go-stop/1", S::NAME, || {
        let when = due(&subject);
        subject.start_and_stop(when);
    });
    bench(c, "go-start-stop/1000", S::NAME, || {
        let mut started = Vec::with_capacity(MANY);
        for _ in 0..MANY {
            let when = due(&subject);
            started.push(subject.start(when));
        }
        started.into_iter().for_each(|handle| subject.stop(handle));
    });
    bench(c, "go-reset/1", S::NAME, || {
        let when = due(&subject);
        subject.reset(&mut handles[0], when);
    });
}
