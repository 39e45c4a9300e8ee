//! Wait until a word changes: the kernel's futex, or a model of it.
//!
//! [`Futex`] is an atomic word with a queue of sleepers. On Linux the queue
//! is the kernel's (futex(2)). Elsewhere, and in a model, it is a lock and a
//! condition variable that keep the same promise: a waker sees the check of
//! the word and the falling asleep as one step.
//!
//! Who calls what: a waiter reads the word, and calls `wait` with what it has
//! read, in a loop. A waker changes the word first, and then calls `wake_one`
//! or `wake_all`. Neither holds a lock that the other needs.

use std::time::Instant;

use crate::sync::atomic::AtomicU32;

#[cfg(all(target_os = "linux", not(any(loom, shuttle))))]
use linux::Queue;
#[cfg(not(all(target_os = "linux", not(any(loom, shuttle)))))]
use portable::Queue;

/// A word to sleep on.
///
/// ```
/// use std::sync::atomic::Ordering;
/// use support::futex::Futex;
///
/// let flag = Futex::new(0);
/// flag.word.store(1, Ordering::Release);
/// flag.wait(0); // the word is no longer 0, so this returns at once
/// flag.wake_one(); // nobody sleeps: nothing happens
/// ```
#[derive(Debug)]
pub struct Futex {
    /// The word itself. Change it first, then wake.
    pub word: AtomicU32,
    queue: Queue,
}

impl Futex {
    /// Returns a futex whose word is `value`.
    pub fn new(value: u32) -> Self {
        Self { word: AtomicU32::new(value), queue: Queue::new() }
    }

    /// Sleeps until woken, unless the word is not `expected` any more.
    ///
    /// May return without a wake-up, so check the word again, in a loop.
    pub fn wait(&self, expected: u32) {
        self.queue.wait(&self.word, expected);
    }

    /// Sleeps like [`wait`](Self::wait), until `deadline` at the latest.
    ///
    /// In a model only a wake-up ends the wait, because time stands still.
    pub fn wait_until(&self, expected: u32, deadline: Instant) {
        self.queue.wait_until(&self.word, expected, deadline);
    }

    /// Wakes one sleeper, if there is one.
    pub fn wake_one(&self) {
        self.queue.wake(&self.word, 1);
    }

    /// Wakes all sleepers.
    pub fn wake_all(&self) {
        self.queue.wake(&self.word, i32::MAX);
    }
}

#[cfg(all(target_os = "linux", not(any(loom, shuttle))))]
mod linux {
    use super::AtomicU32;
    use std::ptr::{from_ref, null};
    use std::sync::OnceLock;
    use std::time::{Duration, Instant};

    /// The kernel keeps the queue, by the word's address.
    #[derive(Debug)]
    pub(super) struct Queue;

    impl Queue {
        pub(super) const fn new() -> Self {
            Self
        }

        pub(super) fn wait(&self, word: &AtomicU32, expected: u32) {
            wait(word, expected, null());
        }

        pub(super) fn wait_until(
            &self,
            word: &AtomicU32,
            expected: u32,
            deadline: Instant,
        ) {
            wait(word, expected, from_ref(&monotonic(deadline)));
        }

        pub(super) fn wake(&self, word: &AtomicU32, most: i32) {
            let operation = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
            // SAFETY: the kernel takes the word's address as a key only.
            unsafe {
                libc::syscall(libc::SYS_futex, word.as_ptr(), operation, most);
            }
        }
    }

    /// `deadline` is null or a time of the monotonic clock.
    // ANCHOR: absolute
    fn wait(word: &AtomicU32, expected: u32, deadline: *const libc::timespec) {
        // Unlike FUTEX_WAIT, this operation takes an absolute deadline: what
        // happens between here and the sleep does not prolong it.
        let operation = libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG;
        // SAFETY: word and deadline outlive the call, and the kernel only
        // reads them. Every error (EAGAIN, EINTR, ETIMEDOUT) means "look
        // again".
        unsafe {
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                operation,
                expected,
                deadline,
                null::<u32>(),
                libc::FUTEX_BITSET_MATCH_ANY,
            );
        }
    }
    // ANCHOR_END: absolute

    /// Returns an instant as the kernel's monotonic clock counts it.
    fn monotonic(instant: Instant) -> libc::timespec {
        static ORIGIN: OnceLock<(Instant, Duration)> = OnceLock::new();
        let &(origin, before) = ORIGIN.get_or_init(same_moment);
        let time = before + instant.saturating_duration_since(origin);
        libc::timespec {
            tv_sec: time.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            // Less than 2^30, so it fits where the word has 32 bits.
            tv_nsec: time.subsec_nanos() as libc::c_long,
        }
    }

    /// Returns a moment on both clocks.
    ///
    /// The instant is read first, so that no deadline comes out early. Every
    /// later wait is late by the time between the two readings, in which this
    /// thread may have been held up: so the closest of several pairs is taken.
    fn same_moment() -> (Instant, Duration) {
        closest(|| {
            let (start, time) = (Instant::now(), clock());
            (start.elapsed(), (start, time))
        })
    }

    /// Returns what was read in the shortest time, of sixteen readings.
    fn closest<T>(read: impl Fn() -> (Duration, T)) -> T {
        let readings = (0..16).map(|_| read());
        let closest = readings.min_by_key(|&(width, _)| width);
        closest.expect("there are sixteen").1
    }

    fn clock() -> Duration {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the kernel writes a time to the place given.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_reading_that_was_held_up_is_not_taken() {
            let count = std::cell::Cell::new(0);
            let read = || {
                let n = count.replace(count.get() + 1);
                (Duration::from_nanos(if n == 3 { 40 } else { 200_000 }), n)
            };
            assert_eq!(closest(read), 3);
        }
    }
}

#[cfg(not(all(target_os = "linux", not(any(loom, shuttle)))))]
mod portable {
    use super::AtomicU32;
    use crate::sync::atomic::Ordering;
    use crate::sync::{Condvar, Mutex};
    use std::time::Instant;

    /// A lock makes check-and-sleep one step, as the kernel's bucket lock
    /// does.
    #[derive(Debug)]
    pub(super) struct Queue {
        lock: Mutex<()>,
        sleepers: Condvar,
    }

    impl Queue {
        pub(super) fn new() -> Self {
            Self { lock: Mutex::new(()), sleepers: Condvar::new() }
        }

        pub(super) fn wait(&self, word: &AtomicU32, expected: u32) {
            let held = self.lock.lock().expect("no holder panics");
            // The kernel's read of the word orders nothing for the caller.
            if word.load(Ordering::Relaxed) == expected {
                drop(self.sleepers.wait(held).expect("no holder panics"));
            }
        }

        pub(super) fn wait_until(
            &self,
            word: &AtomicU32,
            expected: u32,
            deadline: Instant,
        ) {
            let patience = deadline.duration_since(Instant::now());
            if cfg!(any(loom, shuttle)) {
                return self.wait(word, expected);
            }
            let held = self.lock.lock().expect("no holder panics");
            if word.load(Ordering::Relaxed) == expected {
                let waited = self.sleepers.wait_timeout(held, patience);
                drop(waited.expect("no holder panics"));
            }
        }

        pub(super) fn wake(&self, _: &AtomicU32, most: i32) {
            let held = self.lock.lock().expect("no holder panics");
            drop(held);
            match most {
                1 => self.sleepers.notify_one(),
                _ => self.sleepers.notify_all(),
            }
        }
    }
}
