//! The steps of the wake-up protocol that can be left out, and its events.
//!
//! The service runs on [`Sound`], where every step is taken and nothing is
//! noted. A loom model takes the same code with one step left out, to prove
//! that it would notice; the `watch` example takes it with events noted.

use crate::slab::TimerId;

/// What `timerproc` does, and what a heap does that puts off its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
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

/// Which steps are taken, and who is told.
///
/// Every constant that is false is a bug; see the loom models.
pub trait Protocol: Send + Sync + 'static {
    // ANCHOR: steps
    /// The waiter publishes before it looks.
    const PUBLISHES_FIRST: bool = true;
    /// The waiter clears the note of the wait before.
    const CLEARS_NOTE: bool = true;
    /// Who rings sets the waiter's state to awake.
    const CLEARS_SLEEPING: bool = true;
    /// A starter pushes before it rings.
    const PUSHES_FIRST: bool = true;
    /// A timer whose callback is called is disarmed, so a stop knows.
    const DISARMS_FIRST: bool = true;
    /// A timer that comes due while it runs is called again.
    const REMEMBERS_MISSED: bool = true;
    /// A stop marks its timer by compare-and-exchange.
    const MARKS_BY_EXCHANGE: bool = true;
    /// A worker that is going to sleep reads the earliest reset by exchange.
    const LOOKS_BY_EXCHANGE: bool = true;
    /// A shut-down closes the queues before it rings.
    const CLOSES_FIRST: bool = true;
    /// Who evicts the owner of a lock runs a barrier for it.
    const FENCES_EVICTION: bool = true;
    /// A lock gets no owner until the one evicted knows.
    const AWAITS_EVICTED: bool = true;
    // ANCHOR_END: steps

    /// Takes note of an event.
    #[inline(always)]
    fn emit(event: impl FnOnce() -> Event) {
        let _ = event;
    }
}

/// Every step taken, nothing noted.
#[derive(Clone, Copy, Debug)]
pub struct Sound;

impl Protocol for Sound {}
