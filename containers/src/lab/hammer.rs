//! Threads that do one thing over and over while another forks.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crate::trial::child::{Child, Ending};

/// A child that has not ended by then hangs. It decides only where the kernel
/// does not say in which call a process sleeps.
pub(super) const HANGS_AFTER: Duration = Duration::from_secs(20);

/// How many threads hammer.
pub(super) const THREADS: usize = 3;

/// Starts `runs` children while threads call `blow`, and returns how many of
/// the children never end.
pub(super) fn stuck_children(
    runs: u32,
    blow: impl Fn() + Sync,
    start: impl Fn() -> io::Result<Child>,
) -> io::Result<u32> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while !is_over.load(Relaxed) {
                    blow();
                }
            });
        }
        let count = count_stuck(runs, start);
        is_over.store(true, Relaxed);
        count
    })
}

fn count_stuck(
    runs: u32,
    start: impl Fn() -> io::Result<Child>,
) -> io::Result<u32> {
    let mut count = 0;
    for _ in 0..runs {
        match start()?.end(HANGS_AFTER)? {
            Ending::Exited(0) => {}
            Ending::Stuck | Ending::TimedOut(_) => count += 1,
            ending => {
                let message =
                    format!("a child neither ends nor hangs: {ending}");
                return Err(io::Error::other(message));
            }
        }
    }
    Ok(count)
}
