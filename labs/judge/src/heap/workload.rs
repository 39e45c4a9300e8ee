//! What is measured: timers come, half of them are removed, the rest fire.

use fastrand::Rng;
use timer_heap::heap::Hole;

use super::timers::{Timers, Unlink};
use crate::report::Report;
use crate::stopwatch::measure;

/// How many timers there are.
const TIMERS: usize = 4_096;

/// Measures one of `yours`, `ours` and `naive`.
pub fn measured<S: Unlink>(whose: &str) -> Report {
    let deadlines = deadlines();
    match whose {
        "yours" => measure(2 * TIMERS, || heap::<S>(&deadlines)),
        "ours" => measure(2 * TIMERS, || heap::<Hole>(&deadlines)),
        _ => measure(2 * TIMERS, || naive(&deadlines)),
    }
}

fn deadlines() -> Vec<i64> {
    let mut rng = Rng::with_seed(7);
    (0..TIMERS).map(|_| rng.i64(0..1_000_000)).collect()
}

fn heap<S: Unlink>(deadlines: &[i64]) {
    let mut timers = Timers::default();
    for &when in deadlines {
        timers.push::<S>(when);
    }
    for timer in (0..deadlines.len()).step_by(2) {
        timers.remove::<S>(timer);
    }
    let mut last = i64::MIN;
    while let Some((when, _)) = timers.pop::<S>() {
        last = last.max(when);
    }
    std::hint::black_box(last);
}

/// A list that is searched from one end to the other.
fn naive(deadlines: &[i64]) {
    let mut timers: Vec<(i64, usize)> = Vec::new();
    for (timer, &when) in deadlines.iter().enumerate() {
        timers.push((when, timer));
    }
    for timer in (0..deadlines.len()).step_by(2) {
        if let Some(at) = timers.iter().position(|it| it.1 == timer) {
            timers.swap_remove(at);
        }
    }
    let first = |timers: &[(i64, usize)]| {
        let all = timers.iter().enumerate();
        all.min_by_key(|it| it.1.0).map(|it| it.0)
    };
    while let Some(at) = first(&timers) {
        std::hint::black_box(timers.swap_remove(at));
    }
}
