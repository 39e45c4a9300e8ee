//! One queue of timers behind one lock.
//!
//! # Contract
//!
//! Every timer belongs to one shard for life. Its callback is either in the
//! queue or, while it is called, with the worker that calls it: never twice
//! at once. No callback is called or dropped under the lock.
//!
//! A handle keeps its timer's slot, so a handle names it by the index alone.
//! The shard counts the handles, under the lock that is taken anyway, and its
//! first handle keeps the service alive. The last one does not let the service
//! go while it is open, because each shard's first and last handle would then
//! write to one word that all threads share.
//!
//! Who calls what:
//!
//! | thread | under the lock | without it |
//! |---|---|---|
//! | a program's | `count_handle`, `start`, `release`, `cancel` | a stop or reset by a mark, where the queue is a lazy heap |
//! | a worker that goes to sleep | `next` | |
//! | a worker that is awake | `exchange`: gives a batch back, takes the next | the calls, and the drop of garbage |
//! | who shuts down | `close` | the drop of the queue |

use std::any::Any;
use std::ptr::NonNull;
// Not modelled: it counts references and orders nothing else.
use std::sync::Arc as StdArc;

use support::sync::Arc;

use crate::service::alarm::Alarm;
use crate::service::batch::Batch;
use crate::service::biased_lock::{BiasedLock, Guard};
use crate::service::callback::{Callback, Task};
use crate::service::exchange::Rest;
use crate::service::shard_queue::ShardQueue;
use crate::structures::lazy_heap::Marks;
use crate::structures::steps::{Event, Sound, Steps};
use crate::structures::timer_id::TimerId;
use crate::structures::timer_queue::{HandleQueue, TimerQueue};
use crate::time::clock::Clock;

/// The index of a timer that was started after the shut-down.
pub(crate) const NONE: u32 = u32::MAX;

/// A reference that keeps the service from being freed.
pub(crate) type Keeper = StdArc<dyn Any + Send + Sync>;

/// A queue, and whether the service still runs.
pub(crate) struct State {
    pub(crate) queue: ShardQueue,
    pub(crate) closed: bool,
    pub(crate) handles: usize,
    /// Keeps the service from being freed: from the first handle on, until
    /// there is none and the shard is closed.
    keeper: Option<Keeper>,
}

// ANCHOR: shard
/// A queue behind its lock. It has cache lines of its own, so that two threads
/// with a shard each share nothing.
#[repr(align(128))]
pub(crate) struct Shard<P = Sound> {
    state: BiasedLock<State>,
    pub(crate) surroundings: Apart<Surroundings<P>>,
}

/// Keeps a value off the cache line of the lock, which its holder keeps
/// writing.
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

/// What a handle needs beside the lock. Nothing here changes.
pub(crate) struct Surroundings<P> {
    /// What a stop and a reset change without the lock, in Go 1.14.
    marks: Option<Arc<Marks>>,
    pub(crate) alarm: Arc<Alarm<P>>,
    pub(crate) clock: Clock,
    /// The group's number.
    pub(crate) group: usize,
}

// ANCHOR_END: shard

impl<P: Steps> Shard<P> {
    /// Returns a shard. A thread that takes its lock `patience` times in a row
    /// becomes the owner of the lock.
    pub(crate) fn new(
        queue: ShardQueue,
        patience: Option<u32>,
        group: usize,
        alarm: Arc<Alarm<P>>,
        clock: Clock,
    ) -> Self {
        let marks = queue.marks();
        let state = State { queue, closed: false, handles: 0, keeper: None };
        Self {
            state: BiasedLock::new(state, patience),
            surroundings: Apart(Surroundings { marks, alarm, clock, group }),
        }
    }

    #[inline]
    pub(crate) fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }

    /// Takes the lock if this thread is its owner.
    #[inline(always)]
    pub(crate) fn lock_as_owner(&self) -> Option<Guard<'_, State>> {
        self.state.lock_as_owner()
    }

    /// Ends a handle: `f` un-counts it under the lock.
    ///
    /// From the unlocking on, another thread may free the shard. So this takes
    /// a pointer: a reference that is an argument has to be good until the
    /// function returns, and one in a local variable until its last use, which
    /// is the unlocking.
    ///
    /// # Safety
    ///
    /// The handle is counted until `f` is called.
    #[inline]
    pub(crate) unsafe fn end<R>(
        this: NonNull<Self>,
        f: impl FnOnce(&mut State) -> R,
    ) -> R {
        // SAFETY: the handle is counted until `f` is called under the lock, and
        // whoever frees the shard takes the lock after that.
        let shard = unsafe { this.as_ref() };
        let mut state = shard.lock();
        f(&mut state)
    }

    /// Adds a timer, and returns its index. `keeper` makes the reference that
    /// the first handle needs.
    ///
    /// After the shut-down it returns the callback too. The handle has to be
    /// there before that is dropped, because the drop may panic, and the handle
    /// is counted.
    pub(crate) fn start(
        &self,
        when: i64,
        callback: Callback,
        keeper: impl FnOnce() -> Option<Keeper>,
    ) -> (u32, Option<Callback>) {
        let mut state = self.lock();
        state.count_handle(keeper);
        if state.closed {
            return (NONE, Some(callback));
        }
        let index = state.queue.insert(when, Task::Ready(callback)).index();
        P::emit(|| Event::Push { when });
        (index, None)
    }

    /// Wakes the group's worker if it would sleep past `when`.
    #[inline(always)]
    pub(crate) fn ring_before(&self, when: i64) -> bool {
        let alarm = &self.surroundings.0.alarm;
        alarm.is_wanted(when) && alarm.ring_before(when)
    }

    /// Disarms a timer. Returns true if this prevented its callback.
    #[inline]
    pub(crate) fn disarm(&self, index: u32) -> bool {
        self.disarm_quickly(index) || self.disarm_slowly(index)
    }

    #[inline(never)]
    fn disarm_slowly(&self, index: u32) -> bool {
        let marks = self.surroundings.0.marks.as_ref();
        let stopped = marks.and_then(|marks| marks.stop::<P>(index));
        stopped.unwrap_or_else(|| self.lock().disarm(index))
    }

    /// Arms a timer, and wakes the worker for it. Returns true if it was armed.
    #[inline]
    pub(crate) fn arm(&self, index: u32, when: i64) -> bool {
        let was_armed =
            self.arm_quickly(index, when) || self.arm_slowly(index, when);
        self.ring_before(when);
        was_armed
    }

    #[inline(never)]
    fn arm_slowly(&self, index: u32, when: i64) -> bool {
        let marks = self.surroundings.0.marks.as_ref();
        let was_armed = marks.and_then(|marks| marks.reset(index, when));
        was_armed.unwrap_or_else(|| self.lock().arm(index, when))
    }

    /// Returns when there is something to do, or that the shard is closed.
    pub(crate) fn next(&self) -> Result<Option<i64>, Closed> {
        let mut state = self.lock();
        if state.closed { Err(Closed) } else { Ok(state.queue.next()) }
    }

    /// Refuses timers from now on. Returns all it had, and the reference by
    /// which it kept the service: both to be dropped after unlocking.
    pub(crate) fn close(&self) -> (ShardQueue, Option<Keeper>) {
        let nothing = ShardQueue::Wheel(Box::default());
        let mut state = self.lock();
        state.closed = true;
        if let Some(marks) = &self.surroundings.0.marks {
            marks.close();
        }
        let queue = std::mem::replace(&mut state.queue, nothing);
        (queue, state.let_go())
    }

    /// Takes the called callbacks back.
    pub(crate) fn give_back(&self, batch: &mut Batch) {
        self.lock().queue.take_back::<P>(batch);
    }

    /// Takes the called callbacks back, then gives out what is due.
    #[inline]
    pub(crate) fn exchange(&self, now: i64, batch: &mut Batch) -> Rest {
        self.lock().queue.exchange::<P>(now, batch)
    }
}

/// The service was shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed;

impl State {
    /// Returns true if it keeps the service from being freed.
    #[inline(always)]
    pub(crate) fn has_keeper(&self) -> bool {
        self.keeper.is_some()
    }

    /// Counts a handle. The first one needs a reference to the service.
    #[inline(always)]
    fn count_handle(&mut self, keeper: impl FnOnce() -> Option<Keeper>) {
        self.handles += 1;
        if self.keeper.is_none() {
            self.keep(keeper);
        }
    }

    #[cold]
    #[inline(never)]
    fn keep(&mut self, keeper: impl FnOnce() -> Option<Keeper>) {
        self.keeper = keeper();
    }

    /// Returns the reference to the service, if no handle needs it any more.
    #[cold]
    fn let_go(&mut self) -> Option<Keeper> {
        if self.handles == 0 && self.closed { self.keeper.take() } else { None }
    }

    /// Arms a timer. Returns true if it was armed.
    #[inline]
    pub(crate) fn arm(&mut self, index: u32, when: i64) -> bool {
        // An armed timer has missed nothing, because arming made up for it.
        self.queue.arm_at(index, when) || self.forget_missed(index)
    }

    /// Disarms a timer. Returns true if this prevented its callback.
    #[inline]
    pub(crate) fn disarm(&mut self, index: u32) -> bool {
        self.queue.disarm_at(index) || self.forget_missed(index)
    }

    #[inline]
    fn forget_missed(&mut self, index: u32) -> bool {
        let id = self.queue.current(index);
        let task = id.and_then(|id| self.queue.get_mut(id));
        task.is_some_and(Task::forget_missed)
    }

    /// Notes that a handle is gone, and forgets its timer if that will not fire
    /// again. Drop what is returned after unlocking: the callback last, because
    /// its panic must not keep the service alive.
    #[inline]
    pub(crate) fn release(
        &mut self,
        index: u32,
    ) -> (Option<Keeper>, Option<Callback>) {
        let id = self.queue.current(index);
        let mut callback = None;
        if let Some(id) = id.filter(|&id| self.will_fire(id)) {
            self.queue.release(id);
        } else {
            // A callback that runs finds its timer gone, and is dropped.
            let discarded = self.queue.discard(index, Task::take_callback);
            callback = discarded.and_then(|(_, callback)| callback);
        }
        (self.uncount_handle(), callback)
    }

    /// Returns true if a timer is armed, or came due again while its callback
    /// runs.
    #[inline]
    fn will_fire(&mut self, id: TimerId) -> bool {
        self.queue.is_armed(id)
            || self.queue.get_mut(id).is_some_and(|task| task.has_missed())
    }

    /// Disarms and releases in one. Returns whether this prevented the
    /// callback, and what [`release`](Self::release) returns.
    #[inline(always)]
    pub(crate) fn cancel(
        &mut self,
        index: u32,
    ) -> (bool, Option<Keeper>, Option<Callback>) {
        let discarded = self.queue.discard(index, |task| {
            (task.take_callback(), task.forget_missed())
        });
        let (armed, (callback, missed)) =
            discarded.unwrap_or((false, (None, false)));
        (armed | missed, self.uncount_handle(), callback)
    }

    #[inline(always)]
    fn uncount_handle(&mut self) -> Option<Keeper> {
        self.handles -= 1;
        if self.handles == 0 { self.let_go() } else { None }
    }
}
