//! The steps of the protocols that can be left out, and their events.
//!
//! The service runs on [`Sound`], where every step is taken and nothing is
//! noted. A loom model runs the same code with one step left out, to prove
//! that it would notice. The `watch` example runs it with events noted.

use crate::structures::timer_id::TimerId;

/// What `timerproc` does, what a starter does that it has to notice, and what a
/// lazy heap does later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A starter has put a timer into a queue, and still holds its lock.
    Push {
        /// The timer's deadline.
        when: i64,
    },
    /// A starter has read how long the waiter sleeps.
    Ask {
        /// What it read: a deadline, the least number for a waiter that is
        /// awake, or a number later than any deadline for one that is parked.
        until: i64,
    },
    /// It publishes that it is going to wait.
    Publish,
    /// It has looked into the queues.
    Look {
        /// The first deadline there.
        first: Option<i64>,
    },
    /// It sleeps until a deadline.
    Sleep {
        /// The deadline.
        until: i64,
    },
    /// It was woken by a timer earlier than the one it slept for.
    EarlyWake,
    /// No timer is left: it waits for one.
    Park,
    /// It was woken by a timer while parked.
    Ready,
    /// It runs the callback of a timer.
    Fire {
        /// The timer's deadline.
        when: i64,
    },
    /// A lazy heap takes out a timer that was marked as dead.
    Bury {
        /// Which one.
        id: TimerId,
    },
    /// A lazy heap gives a timer that was marked as moved its place.
    Move {
        /// Which one.
        id: TimerId,
        /// The deadline whose place it gets.
        when: i64,
    },
}

/// Which steps are taken, and who is told of events.
///
/// # Safety
///
/// Every constant that is false is a bug: two threads may then be inside a
/// lock at once. An implementation that leaves a step out is for a model that
/// looks for what goes wrong, and for nothing else.
pub unsafe trait Steps: Send + Sync + 'static {
    // ANCHOR: steps
    /// The waiter publishes before it looks.
    const PUBLISHES_FIRST: bool = true;
    /// The waiter announces its deadline by compare-and-exchange.
    const ANNOUNCES_BY_EXCHANGE: bool = true;
    /// The waiter clears the note of the wait before.
    const CLEARS_NOTE: bool = true;
    /// Whoever rings sets the waiter's state to awake.
    const CLEARS_SLEEPING: bool = true;
    /// A starter pushes before it rings.
    const PUSHES_FIRST: bool = true;
    /// A timer is disarmed before its callback is called, so a stop knows.
    const DISARMS_FIRST: bool = true;
    /// A timer that comes due while it runs is called again.
    const REMEMBERS_MISSED: bool = true;
    /// A worker takes a callback out right before it calls it, and not many at
    /// once.
    const CLAIMS_EACH: bool = true;
    /// A stop marks its timer by compare-and-exchange.
    const MARKS_BY_EXCHANGE: bool = true;
    /// A worker that is going to sleep reads the earliest reset by exchange.
    const LOOKS_BY_EXCHANGE: bool = true;
    /// A shut-down closes the queues before it rings.
    const CLOSES_FIRST: bool = true;
    // ANCHOR_END: steps
    /// Whoever evicts the owner of a lock runs a barrier for it.
    const FENCES_EVICTION: bool = true;
    /// The owner of a lock looks again, after saying that it is inside, whether
    /// it is still the owner.
    const LOOKS_AGAIN: bool = true;

    /// Takes note of an event.
    #[inline(always)]
    fn emit(event: impl FnOnce() -> Event) {
        let _ = event;
    }
}

/// Every step is taken, and nothing is noted.
#[derive(Clone, Copy, Debug)]
pub struct Sound;

// SAFETY: every step is taken.
unsafe impl Steps for Sound {}
