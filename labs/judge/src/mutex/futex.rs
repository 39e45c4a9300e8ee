//! A word to sleep on, which counts the calls of the kernel.

use std::cell::Cell;
use std::ops::Deref;
// Not a part of any model: it counts for the judge.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// How many threads have begun to wait.
static WAITS: AtomicUsize = AtomicUsize::new(0);

/// As `support::futex::Futex`: change the `word` first, then wake; and wait in
/// a loop.
///
/// ```
/// use std::sync::atomic::Ordering::Release;
/// use lab_judge::mutex::Futex;
///
/// let futex = Futex::new(0);
/// futex.word.store(1, Release);
/// futex.wake_one(); // nobody sleeps
/// futex.wait(0); // it is not 0 any more, so this returns at once
/// assert_eq!(lab_judge::mutex::futex::calls(), 2);
/// ```
#[derive(Debug)]
pub struct Futex(support::futex::Futex);

impl Deref for Futex {
    type Target = support::futex::Futex;

    #[inline]
    fn deref(&self) -> &support::futex::Futex {
        &self.0
    }
}

impl Futex {
    /// Returns a futex whose word is `value`.
    pub fn new(value: u32) -> Self {
        Self(support::futex::Futex::new(value))
    }

    /// Sleeps until woken, unless the word is not `expected` any more.
    pub fn wait(&self, expected: u32) {
        count();
        WAITS.fetch_add(1, Ordering::SeqCst);
        self.0.wait(expected);
    }

    /// Sleeps like [`wait`](Self::wait), until `deadline` at the latest.
    pub fn wait_until(&self, expected: u32, deadline: Instant) {
        count();
        WAITS.fetch_add(1, Ordering::SeqCst);
        self.0.wait_until(expected, deadline);
    }

    /// Wakes one sleeper, if there is one.
    pub fn wake_one(&self) {
        count();
        self.0.wake_one();
    }

    /// Wakes all sleepers.
    pub fn wake_all(&self) {
        count();
        self.0.wake_all();
    }
}

fn count() {
    CALLS.set(CALLS.get() + 1);
}

/// Returns how many calls this thread has made.
pub fn calls() -> usize {
    CALLS.get()
}

/// Returns how many waits have begun, of all threads.
pub fn waits() -> usize {
    WAITS.load(Ordering::SeqCst)
}
