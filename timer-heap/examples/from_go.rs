//! What a user of Go's `time` writes.
//!
//! `cargo run -p timer-heap --example from_go`
//!
//! | Go | here |
//! |---|---|
//! | `time.AfterFunc(d, f)` | `timers.after_func(d, f)` |
//! | `t.Stop()`, `t.Reset(d)` | `timer.stop()`, `timer.reset(d)` |
//! | `time.NewTimer(d)`, `<-t.C` | `timers.timer(d)`, `timer.recv()` |
//! | `time.NewTicker(d)`, `for range t.C` | `timers.ticker(d)`, `for _ in &ticker` |
//! | `time.After(d)`, `time.Tick(d)` in a `select` | `timers.after(d)`, `timers.tick(d)` in crossbeam's `select!` |
//! | `time.Sleep(d)` | `timers.sleep(d)` |
//! | `context.WithTimeout` | `timers.timeout(d, future)` |

use std::time::Duration;

use crossbeam_channel::{bounded, select};
use timer_heap::Timers;

const MS: Duration = Duration::from_millis(1);

fn main() {
    let timers = Timers::new();

    let (done, wait) = bounded(1);
    timers.after_func_once(MS, move || done.send("AfterFunc").unwrap());
    println!("{} has fired", wait.recv().unwrap());

    let timer = timers.timer(3_600_000 * MS);
    println!("Reset: it was pending: {}", timer.reset(MS));
    timer.recv();
    println!("Stop: it was pending: {}", timer.stop());

    let ticker = timers.ticker(MS);
    for (n, _) in ticker.iter().take(3).enumerate() {
        println!("tick {}", n + 1);
    }
    ticker.stop();

    timers.sleep(MS);
    worker(&timers);
}

/// The loop of many a Go program: work, or a tick, or the end of patience.
fn worker(timers: &Timers) {
    let (work, todo) = bounded(1);
    work.send("work").unwrap();
    let ticks = timers.tick(MS);
    let timeout = timers.after(50 * MS);
    let (mut worked, mut ticked) = (false, false);
    loop {
        select! {
            recv(todo) -> _ => worked = true,
            recv(ticks) -> _ => ticked = true,
            recv(timeout) -> _ => break,
        }
    }
    println!("select: worked: {worked}, ticked: {ticked}, then timed out");
}
