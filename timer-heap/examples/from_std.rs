//! What a user of `std::thread::sleep` and `recv_timeout` writes.
//!
//! `cargo run -p timer-heap --example from_std`
//!
//! The last part runs the same code on a clock that is moved by hand: a day
//! passes at once.

use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use timer_heap::{TimeoutError, Timers};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3600);

fn main() {
    let timers = Timers::new();

    // `thread::sleep`, woken as soon as the kernel can.
    let before = Instant::now();
    timers.sleep(MS);
    println!("slept, and not too short: {}", before.elapsed() >= MS);

    // No thread that sleeps for the sake of one call.
    let (sender, receiver) = channel();
    timers.after_func_once(MS, move || sender.send("later").unwrap());
    println!("called {}", receiver.recv().unwrap());

    // `Receiver::recv_timeout`, and the iterator of a receiver.
    let ticker = timers.ticker(HOUR);
    assert_eq!(ticker.recv_timeout(MS), Err(TimeoutError::Elapsed));
    println!("no tick within a millisecond");
    ticker.reset(MS);
    println!("ticks: {}", ticker.iter().take(3).count());

    // A thread that reports until its guard goes.
    let reports = timers.every(MS, || ());
    thread::scope(|scope| {
        scope.spawn(|| timers.sleep(5 * MS));
    });
    println!("reports end: {}", reports.cancel());

    println!("backups in a day: {}", a_day());
}

/// Returns how many backups are made in a day, without waiting for it.
fn a_day() -> usize {
    let (timers, time) = Timers::builder().build_fake();
    let (sender, backups) = channel();
    let sleeper = timers.clone();
    time.spawn(move || {
        for _ in 0..4 {
            sleeper.sleep(6 * HOUR);
            sender.send(()).unwrap();
        }
    });
    time.run().expect("nobody waits for ever");
    backups.try_iter().count()
}
