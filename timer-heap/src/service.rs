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

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex as StdMutex, PoisonError};

use support::sync::Mutex;

use crate::alarm::Alarm;
use crate::batch::{Batch, Call};
use crate::callback::{Callback, Task};
use crate::clock::Clock;
use crate::generation::Generation;
use crate::protocol::{Event, Protocol, Sound};
use crate::queue::TimerQueue;
use crate::shard::{NONE, Shard};

/// Told of the panic of a callback.
pub(crate) type PanicHook = Box<dyn Fn(Box<dyn Any + Send>) + Send + Sync>;

/// What waits together and is woken together.
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

/// Where one timer is: its group, its shard and its slot there.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    index: u32,
    group: u16,
    shard: u16,
}

/// What starting a timer did.
#[derive(Clone, Copy, Debug)]
pub struct Started {
    /// Where the timer is. Hand it to [`Service::release`] in the end.
    pub place: Place,
    /// Its group's waiter was woken for it.
    pub rang: bool,
    /// The service is to be kept alive for the handles of its shard, until
    /// a release, a cancel or the shut-down says that it need not be.
    pub first: bool,
}

impl Place {
    pub(crate) fn group(self) -> usize {
        usize::from(self.group)
    }
}

impl<P: Protocol> Service<P> {
    /// A service without threads, on a clock of the caller's choice.
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
            // Without the lock: it may use the service.
            drop(callback);
            NONE
        } else {
            let id = state.queue.start(when, callback);
            drop(state);
            id.index()
        };
        let rang = P::PUSHES_FIRST && alarm.ring_before(when);
        let (group, shard) = (group as u16, shard as u16);
        let place = Place { index, group, shard };
        Started { place, rang, first }
    }

    fn shard(&self, place: Place) -> &Shard {
        let group = &self.groups[usize::from(place.group)];
        &group.shards[usize::from(place.shard)]
    }

    fn ring_before(&self, place: Place, when: i64) -> bool {
        self.groups[usize::from(place.group)].alarm.ring_before(when)
    }

    /// Stops a timer; true if this prevented its callback.
    pub fn stop(&self, place: Place) -> bool {
        self.shard(place).disarm::<P>(place.index)
    }

    /// Arms a timer anew; true if it was armed.
    pub fn reset(&self, place: Place, when: i64) -> bool {
        let was_armed = self.shard(place).arm(place.index, when);
        self.ring_before(place, when);
        was_armed
    }

    /// Says that the handle of a timer is gone; true if the service need not
    /// be kept for its shard any more.
    pub fn release(&self, place: Place) -> bool {
        self.release_leaving(place, &mut None)
    }

    /// The same; what is left of the timer is the caller's to drop, for its
    /// drop may use the service, or panic.
    #[inline]
    pub(crate) fn release_leaving(
        &self,
        place: Place,
        left: &mut Option<Callback>,
    ) -> bool {
        self.shard(place).lock().release(place.index, left)
    }

    /// Stops and releases in one: whether it prevented the callback, and
    /// whether the service need not be kept for its shard any more.
    #[inline]
    pub(crate) fn cancel_leaving(
        &self,
        place: Place,
        left: &mut Option<Callback>,
    ) -> (bool, bool) {
        self.shard(place).lock().cancel(place.index, left)
    }

    /// How many timers are armed.
    pub fn pending(&self) -> usize {
        self.shards().map(|shard| shard.lock().queue.len()).sum()
    }

    fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.groups.iter().flat_map(|group| group.shards.iter())
    }

    /// The first deadline of all.
    pub(crate) fn next(&self) -> Option<i64> {
        self.shards().filter_map(|s| s.lock().queue.next()).min()
    }

    /// Stops every timer for good and tells the workers to return; returns
    /// for how many shards the service need not be kept any more.
    pub fn shut_down(&self) -> usize {
        let mut let_go = 0;
        for group in &self.groups {
            if !P::CLOSES_FIRST {
                group.alarm.ring_before(i64::MIN + 1);
            }
            let closed: Vec<_> =
                group.shards.iter().map(Shard::close).collect();
            if P::CLOSES_FIRST {
                group.alarm.ring_before(i64::MIN + 1);
            }
            let_go += closed.iter().filter(|(_, let_go)| *let_go).count();
            // The timers are dropped here, without the lock.
            drop(closed);
        }
        let_go
    }

    /// True after [`shut_down`](Self::shut_down).
    pub fn is_shut_down(&self) -> bool {
        self.groups[0].shards[0].lock().closed
    }

    /// What a worker of a group does until the service is shut down.
    ///
    /// Go 1.9 calls it `timerproc`.
    // ANCHOR: work
    pub fn work(&self, group: usize) {
        let group = &self.groups[group];
        let closed = Cell::new(false);
        while !closed.get() {
            let lead = group.leader.lock().expect("no callback runs here");
            group.alarm.wait(&self.clock, || group.look(&closed));
            drop(lead);
            self.run_due(group);
        }
    }
    // ANCHOR_END: work

    /// Calls every callback that is due, in every group; for a driver that
    /// has no workers. Returns how many there were.
    pub fn run_all_due(&self) -> usize {
        self.groups.iter().map(|group| self.run_due(group)).sum()
    }

    fn run_due(&self, group: &Group<P>) -> usize {
        let mut batch = Batch::new(self.batch);
        let shards = group.shards.iter();
        shards.map(|shard| self.run_shard(shard, &mut batch)).sum()
    }

    // ANCHOR: run-shard
    fn run_shard(&self, shard: &Shard, batch: &mut Batch) -> usize {
        let mut count = 0;
        loop {
            let more = shard.exchange::<P>(self.clock.now(), batch);
            self.let_go(&mut batch.garbage);
            if batch.calls().is_empty() && !more {
                return count;
            }
            count += batch.calls().len();
            self.call_all(batch.calls().iter_mut());
        }
    }
    // ANCHOR_END: run-shard

    /// A panic ends the callback, not the service.
    fn call_all<'a>(
        &self,
        mut calls: impl ExactSizeIterator<Item = &'a mut Call>,
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

    /// A panic in a drop ends the others' service as little. (A vector drops
    /// the rest of its elements after one has panicked.)
    fn let_go(&self, garbage: &mut Vec<Callback>) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| garbage.clear())) {
            (self.on_panic)(panic);
        }
    }
}

impl<P> Group<P> {
    // ANCHOR: look
    /// The first deadline of the group; a closed shard is due at once.
    fn look(&self, closed: &Cell<bool>) -> Option<i64> {
        let first = self.shards.iter().filter_map(Shard::next).min();
        closed.set(first == Some(i64::MIN));
        first
    }
    // ANCHOR_END: look
}

/// A small number for each thread, counted from zero.
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
