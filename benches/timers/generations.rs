//! What each generation of Go's timers was made for, with two threads.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use benches::Group;
use criterion::Criterion;
use timer_heap::{Generation, Timer, Timers};

const HOUR: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_millis(500);

/// What each thread does before the time is taken.
const WARM_UP: usize = if cfg!(debug_assertions) { 1 } else { 20_000 };

/// Fewer could be done by one thread before the other gets its processor.
const LEAST: u64 = if cfg!(debug_assertions) { 20 } else { 100_000 };

/// How long a channel waits that is given up at once.
const PATIENCE: Duration = Duration::from_millis(10);

/// Timers of one thread that another one resets.
const TIMERS: usize = 1_000;

/// Callbacks that come due at the same time.
const CALLBACKS: usize = 16;

pub(crate) fn generations(c: &mut Criterion) {
    for generation in Generation::ALL {
        let timers = Timers::with_generation(generation);
        let variant = generation.name();
        by_two(c, "start-stop-by/2", variant, &timers, LEAST, || {
            assert!(timers.after_func(HOUR, || ()).cancel());
        });
        let timers = Timers::with_generation(generation);
        bench(c, "busy-callbacks/16", variant, &|rounds| {
            (0..rounds).map(|_| busy_callbacks(&timers)).sum()
        });
    }
    for generation in [Generation::Go1_10, Generation::Go1_14] {
        let timers = Timers::with_generation(generation);
        bench(c, "reset-of-another/2", generation.name(), &|asked| {
            let rounds = asked.max(LEAST);
            let time = reset_of_another(&timers, rounds);
            time.mul_f64(asked as f64 / rounds as f64)
        });
    }
    unread(c);
}

/// One thread resets the timers of another, which starts and stops others
/// meanwhile: the time of the resets.
fn reset_of_another(timers: &Timers, rounds: u64) -> Duration {
    let (sender, receiver) = channel();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let start = |_| timers.after_func(HOUR, || ());
            let started: Vec<Timer> = (0..TIMERS).map(start).collect();
            (0..WARM_UP).for_each(|_| assert!(start(0).cancel()));
            sender.send(started).expect("it is waited for");
            while !done.load(Ordering::Relaxed) {
                assert!(start(0).cancel());
            }
        });
        let others = receiver.recv().expect("they are sent");
        let later = Instant::now() + HOUR;
        let reset = |number: u64| {
            let when = later + Duration::from_micros(number % 977);
            others[number as usize % TIMERS].reset_at(when)
        };
        let started = Instant::now();
        let all = (0..rounds).all(reset);
        let time = started.elapsed();
        done.store(true, Ordering::Relaxed);
        assert!(all, "a timer was not pending");
        time
    })
}

/// A channel timer that is given up at once, as in a loop that receives with
/// a timeout.
///
/// Up to Go 1.22 nothing but its deadline took it out of the heap.
fn unread(c: &mut Criterion) {
    let timers = Timers::with_generation(Generation::Go1_14);
    by_two(c, "timeout-by/2", "go1.14", &timers, LEAST / 20, || {
        let (sender, channel) = sync_channel(1);
        timers.after_func(PATIENCE, move || {
            // As in Go, nobody may be there to receive.
            let _ = sender.try_send(Instant::now());
        });
        // Nothing yet, unless this thread was kept waiting for that long.
        let _ = black_box(channel.try_recv());
    });
    by_two(c, "timeout-by/2", "go1.23", &timers, LEAST, || {
        black_box(timers.timer(PATIENCE).try_recv());
    });
}

fn bench(
    c: &mut Criterion,
    id: &str,
    variant: &str,
    rounds: &dyn Fn(u64) -> Duration,
) {
    let mut group = Group::new(c, format!("timers/{id}"));
    group.measurement_time(SHORT).warm_up_time(SHORT / 3);
    group.sample_size(10);
    group.bench_function(variant, |b| {
        b.iter_custom(|count| rounds(count).into());
    });
}

/// Two threads do the same at once, with an earlier timer pending for each;
/// the time is that of the slower one.
fn by_two(
    c: &mut Criterion,
    id: &str,
    variant: &str,
    timers: &Timers,
    least: u64,
    act: impl Fn() + Sync,
) {
    bench(c, id, variant, &|asked| {
        let rounds = asked.max(least);
        let (ready, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let both = |counter: &AtomicUsize| {
            counter.fetch_add(1, Ordering::Relaxed);
            while counter.load(Ordering::Relaxed) < 2 {
                act();
            }
        };
        let one = || {
            let pending = timers.after_func(HOUR / 2, || ());
            (0..WARM_UP).for_each(|_| act());
            both(&ready);
            let started = Instant::now();
            (0..rounds).for_each(|_| act());
            let time = started.elapsed();
            // Until the other has measured, too: never alone.
            both(&done);
            assert!(pending.cancel());
            time
        };
        thread::scope(|scope| {
            let threads = [scope.spawn(one), scope.spawn(one)];
            let times = threads.map(|thread| thread.join());
            let times = times.map(|time| time.expect("nothing panics"));
            let slower = times[0].max(times[1]);
            slower.mul_f64(asked as f64 / rounds as f64)
        })
    });
}

/// Callbacks with 50 us of work each, started by one thread: how long until
/// the last one is done.
fn busy_callbacks(timers: &Timers) -> Duration {
    let (sender, receiver) = channel();
    let due = Instant::now() + Duration::from_micros(200);
    for _ in 0..CALLBACKS {
        let sender = sender.clone();
        timers.after_func_at(due, move || {
            let started = Instant::now();
            while started.elapsed() < Duration::from_micros(50) {
                std::hint::spin_loop();
            }
            sender.send(()).expect("it is waited for");
        });
    }
    assert_eq!(receiver.iter().take(CALLBACKS).count(), CALLBACKS);
    due.elapsed()
}
