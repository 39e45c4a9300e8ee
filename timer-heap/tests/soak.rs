//! Many timers from several threads: none is lost, none fires twice or early.
//!
//! `SOAK_TIMERS=10000000 cargo test --release -p timer-heap --test soak`
//! runs the long version.
#![cfg(not(loom))]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use timer_heap::{Generation, Timer, Timers};

const THREADS: usize = 4;

/// Pending timers that a thread keeps the handles of.
const HELD: usize = 256;

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

/// A small random number; the same sequence for the same seed.
fn random(state: &mut u64, below: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state % below
}

fn start(timers: &Timers, counts: &Arc<Counts>, when: Instant) -> Timer {
    add(&counts.armed);
    let counts = Arc::clone(counts);
    timers.after_func_at(when, move || {
        add(&counts.fired);
        // A reset puts a deadline off, never forward, so this holds for all.
        if Instant::now() < when {
            add(&counts.early);
        }
    })
}

/// Starts timers, and stops, resets or lets go of others.
fn work(timers: &Timers, counts: &Arc<Counts>, seed: u64, rounds: usize) {
    let mut state = seed;
    let mut held: Vec<Option<Timer>> = (0..HELD).map(|_| None).collect();
    for _ in 0..rounds {
        let delay = Duration::from_micros(random(&mut state, 3_000));
        let when = Instant::now() + delay;
        let timer = start(timers, counts, when);
        let slot = random(&mut state, HELD as u64) as usize;
        let Some(old) = held[slot].replace(timer) else {
            continue;
        };
        let later = delay + Duration::from_millis(3);
        match random(&mut state, 4) {
            0 => add_if(old.stop(), &counts.prevented),
            1 => add_if(old.cancel(), &counts.prevented),
            2 => add_if(!old.reset(later), &counts.armed),
            _ => {}
        }
    }
}

fn add_if(happened: bool, count: &AtomicUsize) {
    if happened {
        add(count);
    }
}

fn soak(generation: Generation, all: usize) {
    let timers = Timers::with_generation(generation);
    let counts = Arc::new(Counts::default());
    thread::scope(|scope| {
        for seed in 1..=THREADS {
            let (timers, counts) = (&timers, &counts);
            scope.spawn(move || {
                work(timers, counts, seed as u64, all / THREADS);
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
    assert_eq!(outcome(), armed, "{generation:?}: lost, or fired twice");
    assert_eq!(read(&counts.early), 0, "{generation:?}: early");
    assert_eq!(timers.pending(), 0);
    println!(
        "{generation:?}: {armed} armed, {} prevented, {} fired",
        read(&counts.prevented),
        read(&counts.fired)
    );
}

#[test]
fn no_timer_is_lost_or_fires_twice_or_early() {
    let variable = std::env::var("SOAK_TIMERS").ok();
    let all = variable.map_or(40_000, |n| n.parse().expect("a number"));
    for generation in Generation::ALL {
        soak(generation, all);
    }
}
