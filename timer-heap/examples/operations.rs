//! What a program asks of a service, as functions with names, each called as
//! often as the argument says: `tests/instructions.rs` counts what they
//! execute. To look at one:
//! `objdump -d --disassemble=start_cancel target/release/examples/operations`.
//!
//! One more does on tokio what a future does here.

use std::future::Future;
use std::hint::black_box;
use std::mem::replace;
use std::pin::pin;
use std::sync::mpsc::channel;
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use timer_heap::clock::Clock;
use timer_heap::service::{Service, Started};
use timer_heap::{Generation, Timer, Timers};

const HOUR: Duration = Duration::from_secs(3600);

/// How many timers come and go before anything is counted.
const WARM_UP: usize = 2_000;

/// How many timers are pending, and how many fire at once.
const PENDING: usize = 1_000;

// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn start_cancel(timers: &Timers, when: Instant) -> bool {
    timers.after_func_at(when, || ()).cancel()
}

// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn start_stop_drop(timers: &Timers, when: Instant) -> bool {
    timers.after_func_at(when, || ()).stop()
}

// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn start_for_cancel(timers: &Timers, d: Duration) -> bool {
    timers.after_func(d, || ()).cancel()
}

// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn reset_at(timer: &Timer, when: Instant) -> bool {
    timer.reset_at(when)
}

/// A timer in place of another one, which has its place in the wheel.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn replace_one(timers: &Timers, timer: &mut Timer, when: Instant) -> bool {
    replace(timer, timers.after_func_at(when, || ())).cancel()
}

// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn sleep_poll_drop(timers: &Timers, d: Duration) -> bool {
    let sleep = pin!(timers.sleep_async(d));
    sleep.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn fire_all(service: &Service, limit: i64) -> usize {
    service.run_until(limit)
}

// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn tokio_sleep_poll_drop(d: Duration) -> bool {
    let sleep = pin!(tokio::time::sleep(d));
    sleep.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

/// Deadlines after all that are pending, so that nobody is woken.
struct Deadlines {
    random: fastrand::Rng,
    origin: Instant,
}

impl Deadlines {
    fn new() -> Self {
        let random = fastrand::Rng::with_seed(1);
        Self { random, origin: Instant::now() }
    }

    fn next(&mut self) -> Instant {
        let spread = Duration::from_secs(5);
        let nanos = self.random.u64(0..5_000_000_000);
        self.origin + HOUR + spread + Duration::from_nanos(nanos)
    }
}

/// Returns a service whose thread has run, with so many timers pending.
fn service() -> (Timers, Vec<Timer>) {
    let timers = Timers::new();
    let (sender, receiver) = channel();
    timers.after_func(Duration::ZERO, move || sender.send(()).expect("waits"));
    receiver.recv().expect("it fires");
    let start = |n| {
        let d = HOUR + Duration::from_millis(n as u64);
        timers.after_func(d, || ())
    };
    let pending = (0..PENDING).map(start).collect();
    // The service's thread has to fall asleep, and then the lock to find its
    // owner. None of this is counted, and nothing but the counts depends on it.
    thread::sleep(Duration::from_millis(300));
    for _ in 0..WARM_UP {
        timers.after_func(2 * HOUR, || ()).cancel();
    }
    (timers, pending)
}

fn on_a_service(count: usize) {
    let (timers, mut pending) = service();
    let mut deadlines = Deadlines::new();
    for n in 0..count {
        assert!(start_cancel(&timers, deadlines.next()));
        assert!(start_stop_drop(&timers, deadlines.next()));
        assert!(start_for_cancel(&timers, 2 * HOUR));
        assert!(sleep_poll_drop(&timers, 2 * HOUR));
        assert!(reset_at(&pending[n * 7 % PENDING], deadlines.next()));
    }
    // Apart from the others, which would find the nursery full now and then.
    for n in 0..count {
        let old = &mut pending[n * 13 % PENDING];
        assert!(replace_one(&timers, old, deadlines.next()));
    }
}

fn on_tokio(count: usize) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().build().expect("it can be built");
    let _context = runtime.enter();
    for _ in 0..count {
        assert!(tokio_sleep_poll_drop(2 * HOUR));
    }
}

/// Time is moved by hand, because a thread that waits is no part of it. So
/// many timers fire at a time that few rounds will do.
fn firing(count: usize) {
    let service: Service = Service::new(Generation::Best, Clock::fake());
    let mut random = fastrand::Rng::with_seed(1);
    let second = 1_000_000_000;
    for round in 1..=count.div_ceil(PENDING) as i64 {
        let start = |_| {
            let when = 10 * second * round + random.i64(0..5 * second);
            service.start(when, || {
                black_box(());
            })
        };
        let started: Vec<Started> = (0..PENDING).map(start).collect();
        let fired = fire_all(&service, 10 * second * (round + 1) - 1);
        assert_eq!(fired, PENDING);
        for Started { address, .. } in started {
            service.release(address);
        }
    }
}

fn main() {
    let count = std::env::args().nth(1);
    let count = count.map_or(1, |it| it.parse().expect("a count"));
    on_a_service(count);
    on_tokio(count);
    firing(count);
    println!("all done, {count} times");
}
