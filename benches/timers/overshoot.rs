//! How late a sleep ends, and how late timers fire beside threads that spin.
//!
//! What is measured is the median lateness, not the length of the sleep. Each
//! process draws the order of the variants anew.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use benches::Group;
use criterion::Criterion;
use timer_heap::{Generation, Ticker, Timers};
use tokio::runtime::{Builder, Runtime};

const MS: Duration = Duration::from_millis(1);

/// Returns how late it was.
type Round<'a> = Box<dyn Fn() -> Duration + 'a>;

pub(crate) fn overshoot(c: &mut Criterion) {
    let timers = Timers::new();
    let precise = Timers::builder().precise().build();
    let tokio = Builder::new_current_thread().enable_time().build();
    let tokio = tokio.expect("a runtime can be built");
    let generations = Generation::ALL.map(|g| (g, Timers::with_generation(g)));
    let mut all = Vec::new();
    for (name, d) in [("100us", MS / 10), ("1ms", MS)] {
        let variants = ours(d, &timers, &precise);
        for (variant, round) in variants.into_iter().chain(libraries(d, &tokio))
        {
            all.push((format!("overshoot/{name}"), variant, round));
        }
    }
    for (generation, timers) in &generations {
        let name = generation.name();
        let round: Round<'_> = Box::new(|| spun(timers));
        all.push(("parallel-latency/1ms".into(), name, round));
        let round = Box::new(|| staggered(timers));
        all.push(("staggered-latency/3ms".into(), name, round));
    }
    // How soon an idle processor wakes depends on what it did before.
    fastrand::shuffle(&mut all);
    for (id, variant, round) in all {
        late(c, &id, variant, round);
    }
}

/// Our sleeps, and the kernel's.
fn ours<'a>(
    d: Duration,
    timers: &'a Timers,
    precise: &'a Timers,
) -> [(&'static str, Round<'a>); 5] {
    [
        ("clock-nanosleep", Box::new(move || slept(d, clock_nanosleep))),
        ("best", Box::new(move || slept(d, |d| timers.sleep(d)))),
        ("callback", Box::new(move || called(timers, d))),
        ("precise", Box::new(move || slept(d, |d| precise.sleep(d)))),
        ("precise-callback", Box::new(move || called(precise, d))),
    ]
}

fn libraries(d: Duration, tokio: &Runtime) -> [(&'static str, Round<'_>); 3] {
    let in_tokio = |d| tokio.block_on(async { tokio::time::sleep(d).await });
    let in_async_io = |d| {
        async_io::block_on(async_io::Timer::after(d));
    };
    let in_crossbeam = |d| {
        crossbeam::channel::after(d).recv().expect("comes");
    };
    [
        ("tokio", Box::new(move || slept(d, in_tokio))),
        ("async-io", Box::new(move || slept(d, in_async_io))),
        ("crossbeam", Box::new(move || slept(d, in_crossbeam))),
    ]
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
