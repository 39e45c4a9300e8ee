//! What the reader implements, with the names of the crate `timer-heap`.

use support::futex::Futex;

/// A clock that stands still, at 0: only a ring ends a wait for what is later.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// Returns the time.
    pub fn now(&self) -> i64 {
        0
    }

    /// Sleeps on a note until it is woken, unless its word is not `expected`
    /// any more, or until the time `until`, which never comes.
    pub fn wait_until(&self, note: &Futex, expected: u32, until: i64) {
        if self.now() < until {
            note.wait(expected);
        }
    }
}

/// A waiter's next deadline, and the note to wake it with.
pub trait Alarm: Send + Sync + 'static {
    /// Returns an alarm whose waiter is parked.
    fn parked() -> Self;

    /// Wakes the waiter if it would sleep past `when`. Returns true if so. It
    /// is called after the timer is in its queue.
    fn ring_before(&self, when: i64) -> bool;

    /// Waits until the deadline that `look` finds, or until it is rung. `look`
    /// takes the lock of the queue and returns the first deadline there.
    fn wait(&self, clock: &Clock, look: impl FnOnce() -> Option<i64>);
}
