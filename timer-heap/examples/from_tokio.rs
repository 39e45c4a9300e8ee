//! What a user of tokio's timers writes, on any executor.
//!
//! `cargo run -p timer-heap --example from_tokio`
//!
//! The executor is tokio's, with its own timers switched off: `sleep`,
//! `timeout`, `interval`, and a deadline that is put off in a `select!` loop.

use std::future::pending;
use std::time::Duration;

use timer_heap::{MissedTickBehavior, Timers};
use tokio::sync::mpsc::channel;

const MS: Duration = Duration::from_millis(1);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let timers = Timers::new();
    timers.sleep_async(MS).await;
    println!("slept");

    let late = timers.timeout(MS, pending::<()>()).await;
    println!("timeout: {}", late.expect_err("nothing is pending for good"));

    ticks(&timers).await;
    idle(&timers).await;
}

/// Three ticks on the grid, whatever the work between them takes.
async fn ticks(timers: &Timers) {
    let mut interval = timers.interval(2 * MS);
    interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let first = interval.tick().await;
    for n in 1..=3 {
        let after = interval.tick().await - first;
        // Ticks that were missed are not made up for.
        let is_on_grid = after.as_nanos() % (2 * MS).as_nanos() == 0;
        println!("tick {n}: on the grid: {is_on_grid}");
    }
}

/// Ends when no message has come for a while. One sleep is put off by each
/// message, and no timer is made anew.
async fn idle(timers: &Timers) {
    let patience = 100 * MS;
    let (sender, mut messages) = channel(1);
    let source = timers.clone();
    let sending = tokio::spawn(async move {
        for n in 1..=3 {
            source.sleep_async(MS).await;
            sender.send(n).await.expect("it is received");
        }
        // It is silent from now on, and does not hang up.
        pending::<()>().await;
    });
    let mut silence = timers.sleep_async(patience);
    loop {
        tokio::select! {
            Some(message) = messages.recv() => {
                println!("message {message}");
                silence.reset(timers.now() + patience);
            }
            () = &mut silence => break,
        }
    }
    println!("silence");
    sending.abort();
}
