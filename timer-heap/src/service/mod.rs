//! Timers behind locks, and what the threads that serve them do.
//!
//! # Contract
//!
//! A service has *groups*; each group has an alarm, workers that wait on it,
//! and shards (a queue behind a lock). A thread starts its timers in one
//! shard of its own choice, so that threads rarely meet.
//!
//! Of a group's workers one, the leader, waits on the alarm. When it wakes it
//! gives up the lead before it calls callbacks, so that the next worker can
//! take what comes due meanwhile, also from the shard of a worker that is
//! stuck in a callback (Go calls this stealing).
//!
//! Who calls what:
//!
//! | thread | holds | calls |
//! |---|---|---|
//! | a program's, with a new timer | nothing | `start`: `shard`'s lock, push, unlock; then [`alarm`]'s `ring_before` |
//! | a program's, with a handle | nothing | `stop`, `reset`, `release`: the shard's lock, or a mark of a lazy heap |
//! | a worker | `leader` | `wait` of the alarm, which looks into each shard under its lock |
//! | a worker | nothing | `run_due`: the shard's lock to exchange a `batch`; then each `callback`, unlocked |
//! | who shuts down | nothing | `shut_down`: closes each shard under its lock, rings, and drops the timers, unlocked |
//!
//! So no thread holds two of these locks at once but `leader` and one
//! shard's, in this order.
//!
//! # Modules
//!
//! - `generation`: how many of each thing a service has.
//! - `shard`, `shard_queue`: a queue behind a lock, and which queue.
//! - `batch`, `callback`: what a worker takes out to call.
//! - [`alarm`]: how a worker sleeps and is woken.
//! - [`biased_lock`]: the lock of a shard.

pub mod alarm;
pub(crate) mod batch;
pub mod biased_lock;
pub(crate) mod callback;
pub(crate) mod generation;
pub(crate) mod shard;
pub(crate) mod shard_queue;

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
// Not modelled: a lock of loom cannot be a static.
use std::sync::Mutex as StdMutex;
use std::sync::PoisonError;

use support::sync::Mutex;

use crate::structures::steps::{Event, Sound, Steps};
use crate::structures::timer_queue::TimerQueue;
use crate::time::clock::Clock;
use alarm::Alarm;
use batch::{Batch, BatchSlot};
use callback::{Callback, Task};
use generation::Generation;
use shard::{NONE, Shard};

/// Is called with the panic of a callback.
pub(crate) type PanicHook = Box<dyn Fn(Box<dyn Any + Send>) + Send + Sync>;

/// Shards and workers that wait together and are woken together.
pub(crate) struct Group<P = Sound> {
    pub(crate) alarm: Alarm<P>,
    pub(crate) shards: Box<[Shard]>,
    leader: Mutex<()>,
}

/// All timers of one service. Threads are added by [`Timers`](crate::Timers).
pub struct Service<P = Sound> {
    pub(crate) clock: Clock,
    pub(crate) groups: Box<[Group<P>]>,
    batch: usize,
    pub(crate) on_panic: PanicHook,
}

/// Where a timer is: its group, its shard and its slot there.
#[derive(Clone, Copy, Debug)]
pub struct TimerAddress {
    index: u32,
    group: u16,
    shard: u16,
}

/// What starting a timer did.
#[derive(Clone, Copy, Debug)]
pub struct Started {
    /// Where the timer is. Hand it to [`Service::release`] in the end.
    pub address: TimerAddress,
    /// True if its group's waiter was woken for it.
    pub rang: bool,
    /// True if its shard now keeps the service alive. It does so until a
    /// release, a cancel or the shut-down returns true.
    pub first: bool,
}

impl TimerAddress {
    pub(crate) fn group(self) -> usize {
        usize::from(self.group)
    }
}

impl<P: Steps> Service<P> {
    /// Returns a service without threads, on a clock of the caller's choice.
    pub fn new(generation: Generation, clock: Clock) -> Self {
        let shape = generation.shape();
        let shard = || Shard::new(generation.queue(), generation.patience());
        let group = |_| Group {
            alarm: Alarm::new(),
            shards: (0..shape.shards).map(|_| shard()).collect(),
            leader: Mutex::new(()),
        };
        Self {
            clock,
            groups: (0..shape.groups).map(group).collect(),
            batch: shape.batch,
            on_panic: Box::new(drop),
        }
    }

    /// Starts a timer in a shard of this thread's own.
    #[inline]
    pub fn start(
        &self,
        when: i64,
        callback: impl FnMut() + Send + 'static,
    ) -> Started {
        let number = thread_number();
        let group = number & (self.groups.len() - 1);
        let Group { alarm, shards, .. } = &self.groups[group];
        let shard = number & (shards.len() - 1);
        if !P::PUSHES_FIRST {
            alarm.ring_before(when);
        }
        let mut state = shards[shard].lock();
        let first = state.count_handle();
        let index = if state.closed {
            drop(state);
            // Without the lock, because its drop may use the service.
            drop(callback);
            NONE
        } else {
            let id = state.queue.start(when, callback);
            drop(state);
            id.index()
        };
        let rang = P::PUSHES_FIRST && alarm.ring_before(when);
        let (group, shard) = (group as u16, shard as u16);
        let address = TimerAddress { index, group, shard };
        Started { address, rang, first }
    }

    fn shard(&self, address: TimerAddress) -> &Shard {
        let group = &self.groups[usize::from(address.group)];
        &group.shards[usize::from(address.shard)]
    }

    fn ring_before(&self, address: TimerAddress, when: i64) -> bool {
        self.groups[usize::from(address.group)].alarm.ring_before(when)
    }

    /// Stops a timer. Returns true if this prevented its callback.
    pub fn stop(&self, address: TimerAddress) -> bool {
        self.shard(address).disarm::<P>(address.index)
    }

    /// Arms a timer anew. Returns true if it was armed.
    pub fn reset(&self, address: TimerAddress, when: i64) -> bool {
        let was_armed = self.shard(address).arm(address.index, when);
        self.ring_before(address, when);
        was_armed
    }

    /// Notes that the handle of a timer is gone. Returns true if its shard no
    /// longer keeps the service alive.
    pub fn release(&self, address: TimerAddress) -> bool {
        self.release_into(address, &mut None)
    }

    /// Like [`release`](Self::release), but hands the callback back. To drop it
    /// may call the service or panic, so drop it after unlocking.
    #[inline]
    pub(crate) fn release_into(
        &self,
        address: TimerAddress,
        dropped: &mut Option<Callback>,
    ) -> bool {
        self.shard(address).lock().release(address.index, dropped)
    }

    /// Stops and releases a timer in one, and hands the callback back. Returns
    /// whether this prevented the callback, and whether the shard no longer
    /// keeps the service alive.
    #[inline]
    pub(crate) fn cancel_into(
        &self,
        address: TimerAddress,
        dropped: &mut Option<Callback>,
    ) -> (bool, bool) {
        self.shard(address).lock().cancel(address.index, dropped)
    }

    /// Returns how many timers are armed.
    pub fn pending(&self) -> usize {
        self.shards().map(|shard| shard.lock().queue.len()).sum()
    }

    fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.groups.iter().flat_map(|group| group.shards.iter())
    }

    /// Returns the first deadline of all.
    pub(crate) fn next(&self) -> Option<i64> {
        self.shards().filter_map(|s| s.lock().queue.next()).min()
    }

    /// Stops every timer for good and tells the workers to return. Returns how
    /// many shards no longer keep the service alive.
    pub fn shut_down(&self) -> usize {
        let mut released = 0;
        for group in &self.groups {
            if !P::CLOSES_FIRST {
                group.alarm.ring_before(i64::MIN + 1);
            }
            let closed: Vec<_> =
                group.shards.iter().map(Shard::close).collect();
            if P::CLOSES_FIRST {
                group.alarm.ring_before(i64::MIN + 1);
            }
            released += closed.iter().filter(|(_, last)| *last).count();
            // The timers are dropped here, without the lock.
            drop(closed);
        }
        released
    }

    /// Returns true after [`shut_down`](Self::shut_down).
    pub fn is_shut_down(&self) -> bool {
        self.groups[0].shards[0].lock().closed
    }

    /// Serves a group, as one of its workers, until the service is shut down.
    ///
    /// Go 1.9 calls it `timerproc`.
    ///
    /// # Panics
    ///
    /// When another worker panicked outside of a callback.
    // ANCHOR: work
    pub fn work(&self, group: usize) {
        let group = &self.groups[group];
        let closed = Cell::new(false);
        while !closed.get() {
            let lead = group.leader.lock().expect("no callback runs here");
            group.alarm.wait(&self.clock, || group.look(&closed));
            drop(lead);
            self.run_due(group, || self.clock.now());
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
    pub(crate) fn run_until(&self, limit: i64) -> usize {
        let groups = self.groups.iter();
        groups.map(|group| self.run_due(group, || limit)).sum()
    }

    fn run_due(&self, group: &Group<P>, now: impl Fn() -> i64) -> usize {
        let mut batch = Batch::new(self.batch);
        let shards = group.shards.iter();
        shards.map(|shard| self.run_shard(shard, &mut batch, &now)).sum()
    }

    // ANCHOR: run-shard
    fn run_shard(
        &self,
        shard: &Shard,
        batch: &mut Batch,
        now: &impl Fn() -> i64,
    ) -> usize {
        let mut count = 0;
        loop {
            let until = now();
            let more = shard.exchange::<P>(until, batch);
            self.drop_garbage(&mut batch.garbage);
            if batch.calls().is_empty() && !more {
                return count;
            }
            count += batch.calls().len();
            if count > 0 {
                self.clock.advance_to(until);
            }
            self.call_all(batch.calls().iter_mut());
        }
    }
    // ANCHOR_END: run-shard

    /// Calls each callback. A panic ends the callback, not the service.
    fn call_all<'a>(
        &self,
        mut calls: impl ExactSizeIterator<Item = &'a mut BatchSlot>,
    ) {
        while calls.len() > 0 {
            let run = || {
                for call in &mut calls {
                    P::emit(|| Event::Fire { when: call.when });
                    if let Task::Ready(callback) = &mut call.task {
                        callback.call();
                    }
                }
            };
            if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
                (self.on_panic)(panic);
            }
        }
    }

    /// Drops callbacks. A panic in one drop must not keep the others from being
    /// dropped, and does not: a vector drops the rest of its elements after one
    /// has panicked.
    fn drop_garbage(&self, garbage: &mut Vec<Callback>) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| garbage.clear())) {
            (self.on_panic)(panic);
        }
    }
}

impl<P> fmt::Debug for Service<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("clock", &self.clock)
            .field("groups", &self.groups.len())
            .finish_non_exhaustive()
    }
}

impl<P> Group<P> {
    // ANCHOR: look
    /// Returns the first deadline of the group. A closed shard is due at once.
    fn look(&self, closed: &Cell<bool>) -> Option<i64> {
        let first = self.shards.iter().filter_map(Shard::next).min();
        closed.set(first == Some(i64::MIN));
        first
    }
    // ANCHOR_END: look
}

/// Returns a small number of this thread, counted from zero.
#[inline]
fn thread_number() -> usize {
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    NUMBER.with(|number| {
        if number.get() == usize::MAX {
            number.set(next_number());
        }
        number.get()
    })
}

#[cold]
fn next_number() -> usize {
    static NEXT: StdMutex<usize> = StdMutex::new(0);
    let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
    *next += 1;
    *next - 1
}
