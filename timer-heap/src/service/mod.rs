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
//! - `quick`: what the owner of a lock does in a few instructions.
//! - `work`: what a worker does while it is awake; `counts`: in numbers.
//! - `batch`, `callback`: what a worker takes out to call; `exchange`: how it
//!   comes out and goes back.
//! - [`alarm`]: how a worker sleeps and is woken.
//! - [`biased_lock`]: the lock of a shard; `presence`: in which lock a thread
//!   says that it is.

pub mod alarm;
pub(crate) mod batch;
pub mod biased_lock;
pub(crate) mod callback;
pub(crate) mod counts;
mod exchange;
pub(crate) mod generation;
mod presence;
mod quick;
pub(crate) mod shard;
pub(crate) mod shard_queue;
mod work;

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::ops::Range;
// Not modelled: a lock of loom cannot be a static.
use std::sync::Mutex as StdMutex;
use std::sync::PoisonError;

use support::sync::{Arc, Mutex};
use support::taken;

use crate::structures::steps::{Sound, Steps};
use crate::structures::timer_queue::TimerQueue;
use crate::time::clock::Clock;
use alarm::Alarm;
use callback::Callback;
use counts::Counts;
use generation::{Generation, Shape};
use shard::{Keeper, Shard};
use shard_queue::ShardQueue;

/// Is called with the panic of a callback.
pub(crate) type PanicHook = Box<dyn Fn(Box<dyn Any + Send>) + Send + Sync>;

/// Shards and workers that wait together and are woken together.
pub(crate) struct Group<P = Sound> {
    pub(crate) alarm: Arc<Alarm<P>>,
    /// Which of the service's.
    pub(crate) shards: Range<usize>,
    leader: Mutex<()>,
}

/// All timers of one service. Threads are added by [`Timers`](crate::Timers).
pub struct Service<P = Sound> {
    pub(crate) clock: Clock,
    pub(crate) groups: Box<[Group<P>]>,
    /// Those of each group side by side. Their number is a power of two.
    pub(crate) shards: Box<[Shard<P>]>,
    pub(crate) on_panic: PanicHook,
    pub(crate) counts: Counts,
}

/// Where a timer is: its shard and its slot there. It stands for one handle,
/// and is no copy.
#[derive(Debug)]
pub struct TimerAddress {
    index: u32,
    shard: u32,
}

/// What starting a timer did.
#[derive(Debug)]
pub struct Started {
    /// Where the timer is. Hand it to [`Service::release`] in the end.
    pub address: TimerAddress,
    /// True if its group's waiter was woken for it, or is not there yet.
    pub rang: bool,
}

impl<P: Steps> Service<P> {
    /// Returns a service without threads, on a clock of the caller's choice.
    pub fn new(generation: Generation, clock: Clock) -> Self {
        Self::with_patience(generation, clock, generation.patience())
    }

    /// Returns a service whose workers are parked, to begin a model with.
    pub fn parked(generation: Generation, clock: Clock) -> Self {
        let (shape, patience) = (generation.shape(), generation.patience());
        Self::of(generation, &shape, clock, patience, Alarm::parked)
    }

    /// Returns a service without workers, on a clock that is moved by hand.
    pub(crate) fn by_hand(
        generation: Generation,
        patience: Option<u32>,
    ) -> Self {
        let (shape, clock) = (Shape::BY_HAND, Clock::fake());
        Self::of(generation, &shape, clock, patience, Alarm::unneeded)
    }

    /// Like [`new`](Self::new). A thread that locks a shard `patience` times in
    /// a row becomes the owner of its lock.
    pub(crate) fn with_patience(
        generation: Generation,
        clock: Clock,
        patience: Option<u32>,
    ) -> Self {
        let shape = generation.shape();
        Self::of(generation, &shape, clock, patience, Alarm::new)
    }

    fn of(
        generation: Generation,
        shape: &Shape,
        clock: Clock,
        patience: Option<u32>,
        alarm: fn() -> Alarm<P>,
    ) -> Self {
        let group = |number| {
            let first = number * shape.shards;
            let shards = first..first + shape.shards;
            let alarm = Arc::new(alarm());
            Group { alarm, shards, leader: Mutex::new(()) }
        };
        let groups: Box<[_]> = (0..shape.groups).map(group).collect();
        let shard = |number: usize| {
            let group = number / shape.shards;
            let alarm = Arc::clone(&groups[group].alarm);
            let (queue, clock) = (generation.queue(), clock.clone());
            Shard::new(queue, patience, group, alarm, clock)
        };
        let shards = (0..shape.groups * shape.shards).map(shard).collect();
        let (on_panic, counts) = (Box::new(drop), Counts::default());
        Self { clock, groups, shards, on_panic, counts }
    }

    /// Starts a timer in a shard of this thread's own.
    pub fn start(
        &self,
        when: i64,
        callback: impl FnMut() + Send + 'static,
    ) -> Started {
        let number = self.own_number();
        let callback = Callback::new(callback);
        let shard = &self.shards[number];
        if !taken!(P::PUSHES_FIRST) {
            shard.ring_before(when);
        }
        let (index, refused) = shard.start(when, callback, || None);
        drop(refused);
        let rang = taken!(P::PUSHES_FIRST) && shard.ring_before(when);
        let address = TimerAddress { index, shard: number as u32 };
        Started { address, rang }
    }

    /// Returns the shard of this thread's own.
    #[inline]
    pub(crate) fn own_shard(&self) -> &Shard<P> {
        &self.shards[self.own_number()]
    }

    /// Returns the shard of this thread's own, or any if the thread has no
    /// number yet.
    #[inline(always)]
    pub(crate) fn known_shard(&self) -> Option<&Shard<P>> {
        let number = NUMBER.with(Cell::get);
        self.shards.get(number & (self.shards.len().wrapping_sub(1)))
    }

    /// Returns true if it is `when` already. Asks the worker of this thread's
    /// shard first, because a clock takes longer: one that sleeps, and wakes by
    /// `when`, says no. If it is late, a timer that is started now is as late.
    #[inline]
    pub(crate) fn is_past(&self, when: i64) -> bool {
        let sleeps = |shard: &Shard<P>| {
            shard.surroundings.0.alarm.sleeps_at_most_until(when)
        };
        !self.known_shard().is_some_and(sleeps) && self.clock.now() >= when
    }

    fn own_number(&self) -> usize {
        thread_number() & (self.shards.len() - 1)
    }

    fn shard(&self, address: &TimerAddress) -> &Shard<P> {
        &self.shards[address.shard as usize]
    }

    /// Returns the shards of a group.
    fn shards_of(&self, group: &Group<P>) -> &[Shard<P>] {
        &self.shards[group.shards.clone()]
    }

    /// Stops a timer. Returns true if this prevented its callback.
    pub fn stop(&self, address: &TimerAddress) -> bool {
        self.shard(address).disarm(address.index)
    }

    /// Arms a timer anew. Returns true if it was armed.
    pub fn reset(&self, address: &TimerAddress, when: i64) -> bool {
        self.shard(address).arm(address.index, when)
    }

    /// Notes that the handle of a timer is gone.
    pub fn release(&self, address: TimerAddress) {
        // The callback may call the service, or panic: the lock is free by then.
        let (keeper, callback) =
            self.shard(&address).lock().release(address.index);
        drop(keeper);
        drop(callback);
    }

    /// Returns how many timers are armed.
    pub fn pending(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().queue.len()).sum()
    }

    /// Returns when to look again: the first deadline of all, or a time before
    /// it.
    pub(crate) fn next(&self) -> Option<i64> {
        let shards = self.shards.iter();
        shards.filter_map(|shard| shard.lock().queue.next()).min()
    }

    /// Stops every timer for good and tells the workers to return. No callback
    /// begins after it has returned, and each has been dropped.
    pub fn shut_down(&self) {
        let groups = self.groups.iter();
        let closed: Vec<_> =
            groups.flat_map(|group| self.close(group)).collect();
        for (queue, keeper) in closed {
            // One by one and without the lock, because their drops may use the
            // service, and panic.
            queue.for_each_task(|task| self.contain(|| drop(task)));
            drop(keeper);
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

impl<P: Steps> Service<P> {
    // ANCHOR: look
    /// Returns the first deadline of a group. A closed shard is due at once.
    fn look(&self, group: &Group<P>, closed: &Cell<bool>) -> Option<i64> {
        let mut first = None;
        for shard in self.shards_of(group) {
            let Ok(next) = shard.next() else {
                closed.set(true);
                return Some(i64::MIN);
            };
            first = first.into_iter().chain(next).min();
        }
        first
    }
    // ANCHOR_END: look

    /// Closes each shard of a group, and wakes the waiter to see it.
    fn close(&self, group: &Group<P>) -> Vec<(ShardQueue, Option<Keeper>)> {
        let ring = || group.alarm.ring_before(i64::MIN + 1);
        if !taken!(P::CLOSES_FIRST) {
            ring();
        }
        let closed = self.shards_of(group).iter().map(Shard::close).collect();
        if taken!(P::CLOSES_FIRST) {
            ring();
        }
        closed
    }
}

thread_local! {
    /// A small number, or the largest if the thread has none yet.
    static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Returns a small number of this thread, counted from zero.
fn thread_number() -> usize {
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
