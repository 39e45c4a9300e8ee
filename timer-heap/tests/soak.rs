//! Many timers from several threads: none is lost, none fires twice or early.
//!
//! `SOAK_TIMERS=10000000 cargo test --release -p timer-heap --test soak`
//! runs the long version.
#![cfg(not(loom))]

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use timer_heap::{Builder, Generation, Timer, Timers};

const THREADS: usize = 4;

/// Timers that the threads keep the handles of.
const HELD: usize = 1024;

/// Handles that any thread may take: most timers are stopped and reset by
/// another thread than the one that started them.
type Shelf = Vec<Mutex<Option<Held>>>;

struct Held {
    timer: Timer,
    floor: Instant,
}

/// How often something happened, in all threads.
#[derive(Default)]
struct Counts {
    armed: AtomicUsize,
    prevented: AtomicUsize,
    fired: AtomicUsize,
    early: AtomicUsize,
}

fn add(count: &AtomicUsize) {
    count.fetch_add(1, Ordering::Relaxed);
}

/// Returns a small random number, and the same sequence for the same seed.
fn random(state: &mut u64, below: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state % below
}

fn micros(state: &mut u64, below: u64) -> Duration {
    Duration::from_micros(random(state, below))
}

/// Starts a timer that is never to be due before `floor`, reset or not.
fn start(
    timers: &Timers,
    counts: &Arc<Counts>,
    floor: Instant,
    delay: Duration,
) -> Held {
    add(&counts.armed);
    let counts = Arc::clone(counts);
    let timer = timers.after_func_at(floor + delay, move || {
        add(&counts.fired);
        if Instant::now() < floor {
            add(&counts.early);
        }
    });
    Held { timer, floor }
}

/// Starts timers, and stops, resets or lets go of others.
fn work(
    timers: &Timers,
    counts: &Arc<Counts>,
    shelf: &Shelf,
    seed: u64,
    rounds: usize,
) {
    let mut state = seed;
    for _ in 0..rounds {
        let floor = Instant::now() + micros(&mut state, 1_500);
        let delay = micros(&mut state, 1_500);
        let new = start(timers, counts, floor, delay);
        let slot = random(&mut state, HELD as u64) as usize;
        let old = shelf[slot].lock().unwrap().replace(new);
        let Some(Held { timer, floor }) = old else {
            continue;
        };
        // To earlier as often as to later.
        let when = floor + micros(&mut state, 3_000);
        match random(&mut state, 4) {
            0 => add_if(timer.stop(), &counts.prevented),
            1 => add_if(timer.cancel(), &counts.prevented),
            2 => add_if(!timer.reset_at(when), &counts.armed),
            _ => {}
        }
    }
}

fn add_if(happened: bool, count: &AtomicUsize) {
    if happened {
        add(count);
    }
}

fn soak(name: &str, builder: Builder, all: usize) {
    let timers = builder.build();
    let counts = Arc::new(Counts::default());
    let shelf: Shelf = (0..HELD).map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for seed in 1..=THREADS {
            let (timers, counts, shelf) = (&timers, &counts, &shelf);
            scope.spawn(move || {
                work(timers, counts, shelf, seed as u64, all / THREADS);
            });
        }
    });
    let read = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    let outcome = || read(&counts.fired) + read(&counts.prevented);
    let patience = Instant::now() + Duration::from_secs(60);
    while outcome() < read(&counts.armed) && Instant::now() < patience {
        timers.sleep(Duration::from_millis(1));
    }
    let armed = read(&counts.armed);
    assert_eq!(outcome(), armed, "{name}: lost, or fired twice");
    assert_eq!(read(&counts.early), 0, "{name}: early");
    assert_eq!(timers.pending(), 0);
    println!(
        "{name}: {armed} armed, {} prevented, {} fired",
        read(&counts.prevented),
        read(&counts.fired)
    );
}

#[test]
fn no_timer_is_lost_or_fires_twice_or_early() {
    let variable = std::env::var("SOAK_TIMERS").ok();
    let all = variable.map_or(40_000, |n| n.parse().expect("a number"));
    for generation in Generation::ALL {
        let builder = Timers::builder().generation(generation);
        soak(generation.name(), builder, all);
    }
    let three = NonZero::new(3).expect("it is not zero");
    soak("best, three workers", Timers::builder().workers(three), all);
    soak("best, no owners", Timers::builder().owned_locks(false), all);
}
