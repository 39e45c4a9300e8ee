//! What the threads that serve a group do.
//!
//! # Contract
//!
//! A callback is taken out of its shard right before it is called, and put
//! back before the next one is taken. So what a callback does to another timer
//! counts at once: one that is stopped, reset, or shut down with the service
//! has not begun, or is the one that calls. What a fired closure owns is
//! dropped before the next callback is taken out, so that its drop can do the
//! same.
//!
//! Shards have turns: after [`TURN`] callbacks of one, the others are looked
//! at. So timers of a shard that are always due, because they set themselves
//! anew or take longer than their period, hold up each other shard's timers
//! for no more than `TURN` callbacks a shard.
//!
//! A panic, in a callback, in its drop, in the drop of a panic's payload or in
//! the hook, ends that callback and nothing else.
//!
//! Who calls what: a worker calls `work`, which waits under the lock `leader`
//! and calls callbacks without any lock. On a fake clock whoever moves it calls
//! `run_until`.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::PoisonError;

use crate::service::batch::Batch;
use crate::service::callback::Task;
use crate::service::counts::Turn;
use crate::service::exchange::Rest;
use crate::service::shard::Shard;
use crate::service::{Group, Service};
use crate::structures::steps::{Event, Steps};

/// How many callbacks of a shard are called before the next has its turn.
pub(crate) const TURN: usize = 64;

/// How a fake clock moves while callbacks are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// To the end, before the first callback.
    AtOnce,
    /// To each deadline, before its callback.
    Stepwise,
}

impl<P: Steps> Service<P> {
    /// Serves a group, as one of its workers, until the service is shut down.
    ///
    /// Go 1.9 calls it `timerproc`.
    // ANCHOR: work
    pub fn work(&self, group: usize) {
        let group = &self.groups[group];
        let mut batch = Batch::new::<P>();
        let closed = Cell::new(false);
        while !closed.get() {
            let lead = group.leader.lock();
            let lead = lead.unwrap_or_else(PoisonError::into_inner);
            group.alarm.wait(&self.clock, || self.look(group, &closed));
            drop(lead);
            self.counts.wake();
            let now = || self.clock.now();
            self.run_due(group, &mut batch, now, Pace::AtOnce);
        }
    }
    // ANCHOR_END: work

    /// Calls every callback that is due, in every group, because a service on a
    /// fake clock has no workers. Returns how many there were.
    pub fn run_all_due(&self) -> usize {
        self.run_until(self.clock.now())
    }

    /// Calls what is due until `limit`, and moves a fake clock there before the
    /// first call, not if there is none. Returns how many there were.
    pub fn run_until(&self, limit: i64) -> usize {
        self.run_all(limit, Pace::AtOnce)
    }

    /// Calls what is due until `end`, and moves a fake clock to each deadline on
    /// the way, and to `end` at last. Returns how many there were. What is in
    /// one shard comes in order.
    ///
    /// The clock shows `end` before the last look. So a timer that another
    /// thread starts meanwhile is found, or its thread sees that it is due.
    pub(crate) fn run_in_order(&self, end: i64) -> usize {
        let mut count = 0;
        loop {
            let is_there = self.clock.now() >= end;
            count += self.run_all(end, Pace::Stepwise);
            if is_there {
                return count;
            }
            self.clock.advance_to(end);
        }
    }

    /// Calls what is due at the first deadline. Returns false if there is none.
    pub(crate) fn run_first(&self) -> bool {
        // A queue may name a time at which it only has to look again.
        while let Some(next) = self.next() {
            if self.run_all(next, Pace::Stepwise) > 0 {
                // What another thread started before the clock had moved.
                self.run_in_order(next);
                return true;
            }
        }
        false
    }

    /// Calls what is due until `limit`, in every group.
    fn run_all(&self, limit: i64, pace: Pace) -> usize {
        let mut batch = Batch::new::<P>();
        let groups = self.groups.iter();
        let called = |group| self.run_due(group, &mut batch, || limit, pace);
        groups.map(called).sum()
    }

    // ANCHOR: turns
    /// Gives each shard of a group its turns, until nothing is due.
    fn run_due(
        &self,
        group: &Group<P>,
        batch: &mut Batch,
        now: impl Fn() -> i64,
        pace: Pace,
    ) -> usize {
        let mut count = 0;
        loop {
            let mut rest = Rest::Nothing;
            for shard in self.shards_of(group) {
                let (called, left) = self.take_turn(shard, batch, now(), pace);
                count += called;
                if left == Rest::More {
                    rest = left;
                }
            }
            if rest == Rest::Nothing {
                return count;
            }
        }
    }
    // ANCHOR_END: turns

    /// Calls what is due in a shard, up to a turn's end. Returns how many there
    /// were, and whether there may be more.
    fn take_turn(
        &self,
        shard: &Shard<P>,
        batch: &mut Batch,
        now: i64,
        pace: Pace,
    ) -> (usize, Rest) {
        let mut turn = Turn::default();
        // ANCHOR: run-shard
        let mut rest = Rest::More;
        for _ in 0..TURN {
            rest = shard.exchange(now, batch);
            self.drop_garbage(batch);
            if batch.is_empty() && rest == Rest::Nothing {
                break;
            }
            rest = Rest::More;
            self.call_all(batch, now, pace, &mut turn);
        }
        if rest == Rest::More {
            shard.give_back(batch);
            self.drop_garbage(batch);
        }
        // ANCHOR_END: run-shard
        self.counts.add(&turn);
        (turn.fired, rest)
    }

    #[inline]
    fn call_all(
        &self,
        batch: &mut Batch,
        now: i64,
        pace: Pace,
        turn: &mut Turn,
    ) {
        for call in batch.calls() {
            let time = if pace == Pace::AtOnce { now } else { call.when };
            turn.count(call.when, self.clock.advance_to(time));
            P::emit(|| Event::Fire { when: call.when });
            if let Task::Ready(callback) = &mut call.task {
                self.contain(|| callback.call());
            }
        }
    }

    fn drop_garbage(&self, batch: &mut Batch) {
        while let Some(callback) = batch.garbage.pop() {
            self.contain(|| drop(callback));
        }
    }

    /// Calls `f`, whose panic goes to the hook and no further. The hook, and
    /// the drop of what was thrown, may panic as well.
    pub(crate) fn contain(&self, f: impl FnOnce()) {
        let Err(panic) = catch_unwind(AssertUnwindSafe(f)) else {
            return;
        };
        let hook = || (self.on_panic)(panic);
        if let Err(second) = catch_unwind(AssertUnwindSafe(hook)) {
            // To drop it might panic, and so on: it stays in memory.
            std::mem::forget(second);
        }
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use support::sync::{Arc, Mutex};

    use super::*;
    use crate::service::alarm::Alarm;
    use crate::service::callback::Callback;
    use crate::service::counts::Counts;
    use crate::service::generation::Generation;
    use crate::time::clock::Clock;

    /// Returns a service with two shards, however many processors there are.
    fn two_shards() -> Service {
        let (clock, alarm) = (Clock::fake(), Arc::new(Alarm::new()));
        let shard = |_| {
            let queue = Generation::Best.queue();
            Shard::new(queue, None, 0, Arc::clone(&alarm), clock.clone())
        };
        let shards = (0..2).map(shard).collect();
        let (alarm, leader) = (Arc::clone(&alarm), Mutex::new(()));
        let groups = Box::new([Group { alarm, shards: 0..2, leader }]);
        let (on_panic, counts) = (Box::new(drop), Counts::default());
        Service { clock, groups, shards, on_panic, counts }
    }

    /// When a timer that is always due gives up, so that a test can fail.
    const MOST: usize = TURN * if cfg!(miri) { 2 } else { 10 };

    /// A timer that sets itself to a time that has passed is always due.
    #[test]
    fn a_shard_that_is_always_due_gives_the_other_its_turn() {
        let service = Arc::new(two_shards());
        let calls = Arc::new(AtomicUsize::new(0));
        let (own, count) = (Arc::clone(&service), Arc::clone(&calls));
        let index = Arc::new(OnceLock::new());
        let own_index = Arc::clone(&index);
        let busy = Callback::new(move || {
            if count.fetch_add(1, Ordering::Relaxed) < MOST {
                let index = own_index.get().expect("set before it is due");
                own.shards[0].arm(*index, 0);
            }
        });
        let shards = &service.shards;
        index.set(shards[0].start(0, busy, || None).0).expect("set once");
        let seen = Arc::new(AtomicUsize::new(0));
        let (before, note) = (Arc::clone(&calls), Arc::clone(&seen));
        let patient = Callback::new(move || {
            note.store(before.load(Ordering::Relaxed), Ordering::Relaxed);
        });
        shards[1].start(0, patient, || None);
        service.run_until(0);
        assert_eq!(seen.load(Ordering::Relaxed), TURN);
        assert_eq!(calls.load(Ordering::Relaxed), MOST + 1);
        service.shut_down();
    }
}
