//! How long the unlucky one waits: the shape of Go's issue 13086.
//!
//! One thread holds the lock for 100 us, gives it back and takes it again at
//! once, in a loop. The other takes it from time to time. A lock that lets
//! the running thread take it again leaves the other waiting.
//!
//! The holder and the waiter share the lock and two flags: the waiter starts
//! its first turn when the holder runs, and ends the holder after its last.

use std::time::{Duration, Instant};

use support::sync::atomic::AtomicBool;
use support::sync::atomic::Ordering::Relaxed;
use support::sync::{hint, thread};

use crate::mutex::Mutex;
use crate::raw_lock::RawLock;

/// How long the holder holds, and how long the waiter does something else.
pub const HOLD: Duration = Duration::from_micros(100);

/// Returns the waiter's longest wait in `turns` turns, or `limit` if that is
/// shorter.
///
/// ```
/// use std::time::Duration;
/// use queue_locks::{fairness::longest_wait, locks::Go};
///
/// let limit = Duration::from_millis(50);
/// let longest = longest_wait::<Go>(1, limit);
/// assert!(longest > Duration::ZERO);
/// ```
pub fn longest_wait<L: RawLock>(turns: u32, limit: Duration) -> Duration {
    let lock = Mutex::<(), L>::new(());
    let (is_running, is_over) =
        (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let end = Instant::now() + limit;
            while !is_over.load(Relaxed) && Instant::now() < end {
                let held = lock.lock();
                is_running.store(true, Relaxed);
                spin_for(HOLD);
                drop(held);
            }
        });
        while !is_running.load(Relaxed) {
            thread::yield_now();
        }
        let longest = (0..turns).map(|_| one_wait(&lock)).max();
        is_over.store(true, Relaxed);
        longest.unwrap_or_default().min(limit)
    })
}

// ANCHOR: one-wait
fn one_wait<L: RawLock>(lock: &Mutex<(), L>) -> Duration {
    thread::sleep(HOLD);
    let asked = Instant::now();
    let held = lock.lock();
    let wait = asked.elapsed();
    drop(held);
    wait
}
// ANCHOR_END: one-wait

fn spin_for(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        hint::spin_loop();
    }
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use super::*;
    use crate::locks::ThreeState;

    const PAUSE: Duration = Duration::from_millis(2);

    /// Takes its time to be taken.
    #[derive(Default)]
    struct Slow(ThreeState);

    // SAFETY: all of them are those of a lock.
    unsafe impl RawLock for Slow {
        fn lock(&self) {
            spin_for(PAUSE);
            self.0.lock();
        }

        fn try_lock(&self) -> bool {
            self.0.try_lock()
        }

        unsafe fn unlock(&self) {
            // SAFETY: the caller holds it.
            unsafe { self.0.unlock() };
        }
    }

    #[test]
    fn a_wait_is_at_least_as_long_as_the_lock_takes() {
        let start = Instant::now();
        spin_for(PAUSE);
        assert!(start.elapsed() >= PAUSE);
        let lock = Mutex::<(), Slow>::new(());
        assert!(one_wait(&lock) >= PAUSE);
    }

    /// The holder ends with the waiter's last turn, long before the limit.
    #[test]
    #[cfg_attr(miri, ignore = "measures time, and no one else runs there")]
    fn the_longest_wait_ends_with_the_last_turn_and_is_no_longer_than_asked() {
        let _watched = support::watchdog::watch();
        let day = Duration::from_secs(86_400);
        let longest = longest_wait::<Slow>(2, day);
        assert!((PAUSE..day).contains(&longest), "{longest:?}");
        let limit = PAUSE / 2;
        assert_eq!(longest_wait::<Slow>(1, limit), limit);
    }
}
