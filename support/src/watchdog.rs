//! A test that hangs is named, and ends its process.
//!
//! A deadlock would keep `cargo test` for ever, and nobody could tell which of
//! its tests it is. [`watch`] starts a thread that waits for the test's end,
//! and no longer than a limit that no healthy test comes near.

// Not modelled: it watches tests on real threads.
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Longer than any test takes on a machine that is busy.
const LIMIT: Duration = Duration::from_secs(300);

/// Watches a test until it is dropped.
#[derive(Debug)]
#[must_use = "a watchdog that is dropped at once watches nothing"]
pub struct Watchdog {
    /// Dropped to end the watch.
    is_over: Option<Sender<()>>,
    watcher: Option<JoinHandle<()>>,
}

/// Watches the test that runs on this thread: five minutes from now its name is
/// printed and the process aborted, unless the result is dropped before.
///
/// Under Miri it watches nothing: Miri says itself when every thread waits for
/// another, and a watcher would be one that does not.
///
/// ```
/// let _watched = support::watchdog::watch();
/// // what might hang
/// ```
pub fn watch() -> Watchdog {
    if cfg!(miri) {
        return Watchdog { is_over: None, watcher: None };
    }
    let current = thread::current();
    let name = current.name().unwrap_or("a thread without a name");
    watch_for(LIMIT, format!("{name} hangs: no end after {LIMIT:?}\n"), bite)
}

/// Aborts, as no other way ends threads that wait for each other.
fn bite(message: &str) {
    // Past the harness, which keeps what is printed by tests.
    let _ =
        std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes());
    std::process::abort();
}

fn watch_for(limit: Duration, message: String, bite: fn(&str)) -> Watchdog {
    let (is_over, end) = channel();
    let watcher = thread::spawn(move || {
        if end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            bite(&message);
        }
    });
    Watchdog { is_over: Some(is_over), watcher: Some(watcher) }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.is_over.take());
        if let Some(watcher) = self.watcher.take() {
            // It never panics.
            let _ = watcher.join();
        }
    }
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    use super::*;

    #[test]
    fn it_bites_when_the_time_is_over() {
        static BITTEN: AtomicBool = AtomicBool::new(false);
        let bite = |message: &str| {
            assert_eq!(message, "it hangs");
            BITTEN.store(true, SeqCst);
        };
        let watched = watch_for(Duration::ZERO, "it hangs".into(), bite);
        while !BITTEN.load(SeqCst) {
            thread::yield_now();
        }
        drop(watched);
    }

    #[test]
    fn it_sleeps_when_the_test_ends() {
        static BITTEN: AtomicBool = AtomicBool::new(false);
        let bite = |_: &str| BITTEN.store(true, SeqCst);
        drop(watch_for(LIMIT, String::new(), bite));
        assert!(!BITTEN.load(SeqCst));
    }
}
