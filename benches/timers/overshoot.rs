//! How late a sleep ends, and how late timers fire beside threads that spin.
//!
//! What is measured is the median lateness, not the length of the sleep.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use benches::Group;
use criterion::Criterion;
use timer_heap::{Generation, Ticker, Timers};
use tokio::runtime::{Builder, Runtime};

const MS: Duration = Duration::from_millis(1);

/// A variant, and a round of it, which returns how late it was.
type Variant<'a> = (&'static str, Box<dyn Fn() -> Duration + 'a>);

pub(crate) fn overshoot(c: &mut Criterion) {
    let timers = Timers::new();
    let precise = Timers::builder().precise().build();
    let tokio = Builder::new_current_thread().enable_time().build();
    let tokio = tokio.expect("a runtime can be built");
    for (name, d) in [("100us", MS / 10), ("1ms", MS)] {
        let mut all = Vec::from(ours(d, &timers, &precise));
        all.extend(libraries(d, &tokio));
        in_turns(c, &format!("overshoot/{name}"), all);
    }
    let generations = Generation::ALL.map(|g| (g, Timers::with_generation(g)));
    let each = |round: fn(&Timers) -> Duration| -> Vec<Variant<'_>> {
        let all = generations.iter();
        all.map(|(generation, timers)| -> Variant<'_> {
            (generation.name(), Box::new(move || round(timers)))
        })
        .collect()
    };
    in_turns(c, "parallel-latency/1ms", each(spun));
    in_turns(c, "staggered-latency/3ms", each(staggered));
}

/// Benchmarks of variants that take turns, round by round: where the scheduler
/// puts a thread, and how deep a processor sleeps, lasts longer than a round.
fn in_turns(c: &mut Criterion, id: &str, variants: Vec<Variant<'_>>) {
    let waiting = vec![VecDeque::new(); variants.len()];
    let waiting = RefCell::new(waiting);
    let next = |at: usize| loop {
        if let Some(late) = waiting.borrow_mut()[at].pop_front() {
            return late;
        }
        for (at, (_, round)) in variants.iter().enumerate() {
            waiting.borrow_mut()[at].push_back(round());
        }
    };
    for (at, (variant, _)) in variants.iter().enumerate() {
        late(c, id, variant, || next(at));
    }
}

/// Our sleeps, and the kernel's.
fn ours<'a>(
    d: Duration,
    timers: &'a Timers,
    precise: &'a Timers,
) -> [Variant<'a>; 5] {
    [
        ("clock-nanosleep", Box::new(move || slept(d, clock_nanosleep))),
        ("best", Box::new(move || slept(d, |d| timers.sleep(d)))),
        ("callback", Box::new(move || called(timers, d))),
        ("precise", Box::new(move || slept(d, |d| precise.sleep(d)))),
        ("precise-callback", Box::new(move || called(precise, d))),
    ]
}

fn libraries(d: Duration, tokio: &Runtime) -> [Variant<'_>; 3] {
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
