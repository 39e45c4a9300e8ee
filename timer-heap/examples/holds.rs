//! How long a lock around the wheel is held while a million timers come due.
//!
//! `cargo run --release -p timer-heap --example holds`
//!
//! All are due within 100 ms, and are taken in batches of 64 as the service
//! takes them. What is timed is one batch: one hold of the lock.

use std::time::{Duration, Instant};

use timer_heap::queue::{Expired, TimerQueue};
use timer_heap::wheel::Wheel;

const COUNT: u64 = 1_000_000;
const WINDOW: u64 = 100_000_000;
const BATCH: usize = 64;

/// Takes a batch; false when nothing was left to take.
fn hold(wheel: &mut Wheel<u64>, now: i64, fired: &mut u64) -> bool {
    for _ in 0..BATCH {
        match wheel.expire(now) {
            Expired::Nothing => return false,
            Expired::Busy => return true,
            Expired::Due { id, .. } => {
                assert!(wheel.remove(id).is_some());
                *fired += 1;
            }
        }
    }
    true
}

fn main() {
    let mut wheel = Wheel::default();
    let (start, mut random) = (1_000_000_000, 1_u64);
    for value in 0..COUNT {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        wheel.insert(start + ((random >> 20) % WINDOW) as i64, value);
    }
    let (mut holds, mut fired) = (Vec::new(), 0);
    // The clock is a fake one, which moves on by 1 ms when all is done.
    let mut now = start;
    while fired < COUNT {
        let began = Instant::now();
        let more = hold(&mut wheel, now, &mut fired);
        holds.push(began.elapsed());
        now += if more { 0 } else { 1_000_000 };
    }
    holds.sort_unstable();
    let at = |share: f64| holds[(share * (holds.len() - 1) as f64) as usize];
    println!("{} holds for {COUNT} timers", holds.len());
    for share in [0.5, 0.99, 0.999, 0.9999] {
        println!("p{:<6} {:>9.1?}", share * 100.0, at(share));
    }
    let longest: Duration = *holds.last().expect("there were some");
    println!("longest {longest:>9.1?}");
}
