//! How late a sleep ends, and how late timers fire beside threads that spin.
//!
//! What is measured is the median lateness, not the length of the sleep.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use benches::Group;
use criterion::Criterion;
use timer_heap::{Generation, Ticker, Timers};
use tokio::runtime::Builder;

const MS: Duration = Duration::from_millis(1);

pub(crate) fn overshoot(c: &mut Criterion) {
    let timers = Timers::new();
    let precise = Timers::builder().precise().build();
    let tokio = Builder::new_current_thread().enable_time().build();
    let tokio = tokio.expect("a runtime can be built");
    for (name, d) in [("100us", MS / 10), ("1ms", MS)] {
        let id = format!("overshoot/{name}");
        late(c, &id, "clock-nanosleep", || slept(d, clock_nanosleep));
        late(c, &id, "best", || slept(d, |d| timers.sleep(d)));
        late(c, &id, "callback", || called(&timers, d));
        late(c, &id, "precise", || slept(d, |d| precise.sleep(d)));
        late(c, &id, "precise-callback", || called(&precise, d));
        late(c, &id, "tokio", || {
            slept(d, |d| {
                tokio.block_on(async { tokio::time::sleep(d).await });
            })
        });
        late(c, &id, "async-io", || {
            slept(d, |d| {
                async_io::block_on(async_io::Timer::after(d));
            })
        });
        late(c, &id, "crossbeam", || {
            slept(d, |d| {
                crossbeam::channel::after(d).recv().expect("comes");
            })
        });
    }
    for generation in Generation::ALL {
        let timers = Timers::with_generation(generation);
        let variant = generation.name();
        late(c, "parallel-latency/1ms", variant, || spun(&timers));
        let id = "staggered-latency/3ms";
        late(c, id, variant, || staggered(&timers));
    }
}

/// Criterion is told the median lateness of the rounds it asks for.
fn late(
    c: &mut Criterion,
    id: &str,
    variant: &str,
    round: impl Fn() -> Duration,
) {
    let mut group = Group::new(c, format!("timers/{id}"));
    // A sleep is a long iteration: a sample has the median of some.
    group.measurement_time(Duration::from_millis(300));
    group.bench_function(variant, |b| {
        b.iter_custom(|rounds| {
            let mut all: Vec<_> = (0..rounds).map(|_| round()).collect();
            all.sort_unstable();
            all[all.len() / 2].mul_f64(rounds as f64).into()
        });
    });
}

/// Returns how late a sleep of `d` ended.
fn slept(d: Duration, sleep: impl Fn(Duration)) -> Duration {
    let started = Instant::now();
    sleep(d);
    started.elapsed().checked_sub(d).expect("a sleep was early")
}

/// Returns how late a callback was called.
fn called(timers: &Timers, d: Duration) -> Duration {
    let (sender, receiver) = channel();
    let due = Instant::now() + d;
    timers.after_func_at(due, move || {
        sender.send(due.elapsed()).expect("it is waited for");
    });
    receiver.recv().expect("it fires")
}

/// The same while the thread that started the timer spins
/// (`BenchmarkParallelTimerLatency`).
fn spun(timers: &Timers) -> Duration {
    let (sender, receiver) = channel();
    let due = Instant::now() + MS;
    timers.after_func_at(due, move || {
        sender.send(due.elapsed()).expect("it is waited for");
    });
    loop {
        if let Ok(late) = receiver.try_recv() {
            return late;
        }
        std::hint::spin_loop();
    }
}

/// Two threads with a ticker of 3 ms each, and 300 us of work a tick
/// (`BenchmarkStaggeredTickerLatency`); the mean of two ticks each.
fn staggered(timers: &Timers) -> Duration {
    fn ticks(ticker: &Ticker) -> Duration {
        let mut late = Duration::ZERO;
        for _ in 0..2 {
            late += ticker.recv().elapsed();
            let started = Instant::now();
            while started.elapsed() < 3 * MS / 10 {
                std::hint::spin_loop();
            }
        }
        late
    }
    thread::scope(|scope| {
        let first = timers.ticker(3 * MS);
        let other = scope.spawn(move || ticks(&first));
        let late = ticks(&timers.ticker(3 * MS));
        (late + other.join().expect("nothing panics")) / 4
    })
}

/// The kernel's own sleep, with a timer slack of a nanosecond.
#[cfg(target_os = "linux")]
fn clock_nanosleep(d: Duration) {
    let time = libc::timespec {
        tv_sec: d.as_secs() as libc::time_t,
        tv_nsec: d.subsec_nanos().into(),
    };
    let slack: libc::c_ulong = 1;
    // SAFETY: this option takes a number and touches this thread only.
    let before = unsafe { libc::prctl(libc::PR_GET_TIMERSLACK) };
    // SAFETY: as above.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, slack) };
    let (clock, rest) = (libc::CLOCK_MONOTONIC, std::ptr::null_mut());
    // SAFETY: the time outlives the call, and null asks for no rest.
    unsafe { libc::clock_nanosleep(clock, 0, &time, rest) };
    let before = before as libc::c_ulong;
    // SAFETY: as above; the other sleeps keep the slack that they had.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, before) };
}

#[cfg(not(target_os = "linux"))]
fn clock_nanosleep(d: Duration) {
    thread::sleep(d);
}
