//! The wake-up protocol between `timerproc` and whoever starts a timer.
//!
//! # Contract
//!
//! One thread waits on an [`Alarm`]; any thread may ring it. Timers lie in
//! queues, each behind a lock of its own. The protocol rests on one order on
//! each side:
//!
//! - The waiter first *publishes* that it is going to wait, and then *looks*
//!   into each queue under its lock.
//! - A starter first *pushes* its timer under the lock, and then *reads* what
//!   the waiter published.
//!
//! Take any queue's lock. If the push came first, the look finds the timer. If
//! the look came first, the starter took the lock later, and reads what was
//! published before. So no fence is needed and no early timer is slept
//! through. (A reset that takes no lock has its own order with the look: see
//! [`Marks`](crate::structures::lazy_heap::Marks).)
//!
//! Who calls what:
//!
//! | thread | holds | calls |
//! |---|---|---|
//! | the waiter: a group's leader | no queue's lock | [`Alarm::wait`], in which `look` takes each queue's lock in turn |
//! | a starter, a reset, a shut-down | no queue's lock any more | [`Alarm::ring_before`] |
//!
//! Go 1.9 keeps the same state in `timers.sleeping`, `sleepUntil`,
//! `rescheduling` and `waitnote` (`runtime/time.go`): here
//! `AWAKE`, a deadline, `PARKED` and a futex word.

use support::futex::Futex;
use support::sync::atomic::{AtomicI64, Ordering};
use support::taken;

use crate::structures::steps::{Event, Sound, Steps};
use crate::time::clock::Clock;

/// The waiter runs, and will look again before it waits.
const AWAKE: i64 = i64::MIN;

/// The waiter waits for any timer at all.
const PARKED: i64 = i64::MAX - 1;

/// There is no waiter yet. Nobody would hear a ring, so nothing is changed, and
/// whoever starts a timer sees to it that there is one.
const UNSERVED: i64 = i64::MAX;

const SILENT: u32 = 0;
const RUNG: u32 = 1;

/// A waiter's next deadline, and the note to wake it with.
#[derive(Debug)]
pub struct Alarm<P = Sound> {
    /// | value | the waiter | a starter with an earlier deadline |
    /// |---|---|---|
    /// | `AWAKE` | runs | does nothing |
    /// | a deadline | sleeps until then | sets `AWAKE`, rings |
    /// | `PARKED` | waits for a timer | sets `AWAKE`, rings |
    /// | `UNSERVED` | has never waited | changes nothing, starts it |
    until: AtomicI64,
    note: Futex,
    steps: std::marker::PhantomData<P>,
}

impl<P: Steps> Alarm<P> {
    /// Returns an alarm that nobody has waited on.
    pub fn new() -> Self {
        Self::with(UNSERVED)
    }

    /// Returns an alarm whose waiter is parked, to begin a model with.
    pub fn parked() -> Self {
        Self::with(PARKED)
    }

    /// Returns an alarm that nobody waits on, nor ever will, and that need not
    /// be rung: whoever moves a clock by hand looks.
    pub(crate) fn unneeded() -> Self {
        Self::with(AWAKE)
    }

    fn with(until: i64) -> Self {
        Self {
            until: AtomicI64::new(until),
            note: Futex::new(SILENT),
            steps: std::marker::PhantomData,
        }
    }

    // ANCHOR: ring
    /// Wakes the waiter if it would sleep past `when`. Returns true if so, or
    /// if there is none yet. Call it after the timer is in its queue. Of
    /// several callers only one wakes the waiter.
    #[inline(never)]
    pub fn ring_before(&self, when: i64) -> bool {
        let mut until = self.until.load(Ordering::Acquire);
        while when < until {
            if until == UNSERVED {
                return true;
            }
            if !taken!(P::CLEARS_SLEEPING) {
                return self.ring();
            }
            match self.until.compare_exchange_weak(
                until,
                AWAKE,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => return self.ring(),
                Err(current) => until = current,
            }
        }
        false
    }
    // ANCHOR_END: ring

    /// Returns true if a ring is wanted for `when`: the waiter would sleep past
    /// it, or there is none yet.
    #[inline(always)]
    pub(crate) fn is_wanted(&self, when: i64) -> bool {
        let until = self.until.load(Ordering::Acquire);
        P::emit(|| Event::Ask { until });
        when < until
    }

    /// Returns true if the waiter sleeps, and wakes by `when`: it is not `when`
    /// yet, or the waiter is late.
    #[inline]
    pub(crate) fn sleeps_at_most_until(&self, when: i64) -> bool {
        let until = self.until.load(Ordering::Acquire);
        AWAKE < until && until <= when
    }

    fn ring(&self) -> bool {
        self.note.word.store(RUNG, Ordering::Release);
        self.note.wake_one();
        true
    }

    // ANCHOR: wait
    /// Waits until the deadline that `look` finds, or until it is rung.
    ///
    /// `look` is called after the wait is published. It must take the lock of
    /// every queue, and returns the first deadline there.
    pub fn wait(&self, clock: &Clock, look: impl FnOnce() -> Option<i64>) {
        if taken!(P::PUBLISHES_FIRST) {
            self.publish();
        }
        let first = look();
        P::emit(|| Event::Look { first });
        if !taken!(P::PUBLISHES_FIRST) {
            self.publish();
        }
        let until = first.unwrap_or(PARKED);
        let due = until <= clock.now();
        if !due && self.announce_deadline(until) {
            self.sleep(clock, until);
        }
        self.until.swap(AWAKE, Ordering::AcqRel);
    }
    // ANCHOR_END: wait

    // ANCHOR: publish
    /// Publishes that the waiter is going to wait. From here on every starter
    /// rings.
    fn publish(&self) {
        if taken!(P::CLEARS_NOTE) {
            self.note.word.store(SILENT, Ordering::Relaxed);
        }
        // This is a swap and not a store, because it must read what the last
        // ring wrote, and so come after it in every thread's eyes.
        self.until.swap(PARKED, Ordering::AcqRel);
        P::emit(|| Event::Publish);
    }
    // ANCHOR_END: publish

    // ANCHOR: announce
    /// Announces the deadline. Returns false if a starter has rung since the
    /// waiter published: that ring was for this wait, so the waiter does not
    /// sleep, and no other starter has to ring.
    fn announce_deadline(&self, until: i64) -> bool {
        if !taken!(P::ANNOUNCES_BY_EXCHANGE) {
            self.until.store(until, Ordering::Release);
            return true;
        }
        let swap = self.until.compare_exchange(
            PARKED,
            until,
            Ordering::AcqRel,
            Ordering::Relaxed,
        );
        swap.is_ok()
    }
    // ANCHOR_END: announce

    // ANCHOR: sleep
    fn sleep(&self, clock: &Clock, until: i64) {
        if until == PARKED {
            P::emit(|| Event::Park);
            self.note.wait(SILENT);
            P::emit(|| Event::Ready);
            return;
        }
        P::emit(|| Event::Sleep { until });
        clock.wait_until(&self.note, SILENT, until);
        if self.note.word.load(Ordering::Acquire) == RUNG {
            P::emit(|| Event::EarlyWake);
        }
    }
    // ANCHOR_END: sleep
}

impl<P: Steps> Default for Alarm<P> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use super::*;

    #[test]
    fn only_an_earlier_timer_wakes_and_only_once() {
        let alarm: Alarm = Alarm::new();
        alarm.publish();
        assert!(alarm.announce_deadline(100));
        assert!(!alarm.ring_before(100), "not earlier");
        assert!(alarm.ring_before(99), "earlier: the sleeper must wake");
        assert!(!alarm.ring_before(98), "it is awake already");
    }

    #[test]
    fn only_a_waiter_that_sleeps_knows_that_it_is_not_time_yet() {
        let alarm: Alarm = Alarm::new();
        assert!(!alarm.sleeps_at_most_until(5), "there is none");
        alarm.publish();
        assert!(!alarm.sleeps_at_most_until(5), "it looks");
        assert!(alarm.announce_deadline(5));
        assert!(!alarm.sleeps_at_most_until(4), "it wakes later");
        assert!(alarm.sleeps_at_most_until(5));
        assert!(alarm.ring_before(4));
        assert!(!alarm.sleeps_at_most_until(5), "it is awake");
    }

    #[test]
    fn a_parked_waiter_is_woken_by_any_timer() {
        let alarm: Alarm = Alarm::new();
        alarm.publish();
        assert!(alarm.announce_deadline(PARKED));
        assert!(alarm.ring_before(i64::MAX - 2));
    }

    #[test]
    fn nobody_rings_before_there_is_a_waiter() {
        let alarm: Alarm = Alarm::new();
        assert!(alarm.ring_before(5), "a waiter is wanted");
        assert!(alarm.ring_before(5), "and wanted by the next one too");
        alarm.publish();
        assert!(alarm.ring_before(5), "the waiter is to look again");
        assert!(!alarm.ring_before(4), "it knows already");
    }

    #[test]
    fn a_ring_before_the_deadline_is_named_keeps_it_awake() {
        let alarm: Alarm = Alarm::new();
        alarm.publish();
        assert!(alarm.ring_before(5));
        assert!(!alarm.announce_deadline(100));
    }
}
