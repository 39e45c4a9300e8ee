//! What a pending timer costs in memory, its handle included.
//!
//! Bytes in use are asked of the allocator, so that room kept for growth and
//! the allocator's own words count too.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::hint::black_box;
use std::time::Duration;

use timer_heap::Timers;
use timer_heap::queue::{TimerId, TimerQueue};
use timer_heap::wheel::Wheel;

const COUNT: usize = 1_000_000;

/// Returns deadlines within an hour, the same each time.
fn deadlines() -> impl Iterator<Item = u64> {
    let mut random = fastrand::Rng::with_seed(1);
    (0..COUNT).map(move |_| random.u64(1..3_600_000_000_000))
}

fn in_use() -> usize {
    // SAFETY: the call takes nothing and returns numbers.
    let info = unsafe { libc::mallinfo2() };
    info.uordblks + info.hblkhd
}

/// Returns the bytes a timer of what `make` keeps alive.
fn bytes_each<R>(make: impl FnOnce() -> R) -> f64 {
    let before = in_use();
    let kept = black_box(make());
    let bytes = in_use() - before;
    drop(kept);
    bytes as f64 / COUNT as f64
}

// One test, so that no other allocates meanwhile.
#[test]
fn a_pending_timer_is_small() {
    let core = bytes_each(|| {
        let mut wheel = Wheel::default();
        let mut handles: Vec<TimerId> = Vec::with_capacity(COUNT);
        handles.extend(deadlines().map(|d| wheel.insert(d as i64, d)));
        (wheel, handles)
    });
    println!("core, payload of 8 bytes: {core:.1} bytes a timer");
    assert!(core <= 52.0, "{core} bytes");
    let (timers, _time) = Timers::builder().build_fake();
    let service = bytes_each(|| {
        let mut handles = Vec::with_capacity(COUNT);
        handles.extend(deadlines().map(|d| {
            let words = (d, d);
            let call = move || assert_eq!(words.0, words.1);
            timers.after_func(Duration::from_nanos(d), call)
        }));
        handles
    });
    println!("after_func, closure of two words: {service:.1} bytes a timer");
    assert!(service <= 72.0, "{service} bytes");
}
