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

use support::sync::Arc;

use crate::service::batch::{Batch, BatchSlot};
use crate::service::biased_lock::{BiasedLock, Guard};
use crate::service::callback::{Callback, Task};
use crate::service::shard_queue::ShardQueue;
use crate::structures::lazy_heap::Marks;
use crate::structures::steps::Steps;
use crate::structures::timer_queue::{Expired, HandleQueue, TimerQueue};
use crate::structures::wheel::Wheel;
use crate::time::clock::FOREVER;

/// The index of a timer that was started after the shut-down.
pub(crate) const NONE: u32 = u32::MAX;

/// A queue, and whether the service still runs.
pub(crate) struct State {
    pub(crate) queue: ShardQueue,
    pub(crate) closed: bool,
    handles: usize,
    /// True if this shard keeps the service alive: from the first handle on,
    /// until there is none and the shard is closed.
    kept: bool,
}

// ANCHOR: shard
/// A queue behind its lock. It has cache lines of its own, so that two threads
/// with a shard each share nothing.
#[repr(align(128))]
pub(crate) struct Shard {
    state: BiasedLock<State>,
    /// What a stop and a reset change without the lock, in Go 1.14.
    marks: Apart<Option<Arc<Marks>>>,
}

/// Keeps a value off the cache line of the lock, which its holder keeps
/// writing.
#[repr(align(128))]
struct Apart<T>(T);

// ANCHOR_END: shard

impl Shard {
    /// Returns a shard. A thread that takes its lock `patience` times in a row
    /// becomes the owner of the lock.
    pub(crate) fn new(queue: ShardQueue, patience: Option<u32>) -> Self {
        let marks = queue.marks();
        let state = State { queue, closed: false, handles: 0, kept: false };
        Self { state: BiasedLock::new(state, patience), marks: Apart(marks) }
    }

    #[inline]
    pub(crate) fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }

    /// Disarms a timer. Returns true if this prevented its callback.
    #[inline]
    pub(crate) fn disarm<P: Steps>(&self, index: u32) -> bool {
        let marks = self.marks.0.as_ref();
        let stopped = marks.and_then(|marks| marks.stop::<P>(index));
        stopped.unwrap_or_else(|| self.lock().disarm(index))
    }

    /// Arms a timer. Returns true if it was armed.
    #[inline]
    pub(crate) fn arm(&self, index: u32, when: i64) -> bool {
        let marks = self.marks.0.as_ref();
        let was_armed = marks.and_then(|marks| marks.reset(index, when));
        was_armed.unwrap_or_else(|| self.lock().arm(index, when))
    }

    /// Returns when there is something to do: at once if the shard is closed.
    pub(crate) fn next(&self) -> Option<i64> {
        let mut state = self.lock();
        if state.closed {
            return Some(i64::MIN);
        }
        state.queue.next()
    }

    /// Refuses timers from now on. Returns all it had, to be dropped after
    /// unlocking, and true if this shard no longer keeps the service alive.
    pub(crate) fn close(&self) -> (ShardQueue, bool) {
        let nothing = ShardQueue::Wheel(Wheel::default());
        let mut state = self.lock();
        state.closed = true;
        if let Some(marks) = &self.marks.0 {
            marks.close();
        }
        let queue = std::mem::replace(&mut state.queue, nothing);
        (queue, state.may_release_service())
    }

    /// Takes the called callbacks back, then gives out those that are due.
    /// Returns true if there may be more work.
    pub(crate) fn exchange<P: Steps>(
        &self,
        now: i64,
        batch: &mut Batch,
    ) -> bool {
        let mut state = self.lock();
        batch.give_back(|call, garbage| {
            state.give_back::<P>(call, garbage);
        });
        // ANCHOR: expire
        while !batch.is_full() {
            match state.queue.expire(now) {
                Expired::Nothing => return false,
                Expired::Busy => break,
                Expired::Due { id, when } => {
                    if let Some(task) = state.queue.get_mut(id) {
                        batch.take(id, when, task);
                    }
                    if !P::DISARMS_FIRST {
                        state.queue.arm(id, FOREVER);
                    }
                }
            }
        }
        // ANCHOR_END: expire
        true
    }
}

impl State {
    /// Counts a handle. Returns true if this shard keeps the service alive from
    /// now on.
    #[inline(always)]
    pub(crate) fn count_handle(&mut self) -> bool {
        self.handles += 1;
        !std::mem::replace(&mut self.kept, true)
    }

    /// Returns true if this shard no longer keeps the service alive, once.
    #[inline(always)]
    fn may_release_service(&mut self) -> bool {
        let last = self.handles == 0 && self.closed;
        last && std::mem::take(&mut self.kept)
    }

    /// Puts a callback back into its timer, or to the garbage.
    #[inline]
    fn give_back<P: Steps>(
        &mut self,
        call: &mut BatchSlot,
        garbage: &mut Vec<Callback>,
    ) {
        let Some(task) = self.queue.get_mut(call.id) else {
            call.task.take_callback(|callback| garbage.push(callback));
            call.task = Task::OUT;
            return;
        };
        if task.finish(&mut call.task) && P::REMEMBERS_MISSED {
            self.queue.arm(call.id, call.when);
        } else if self.queue.is_released(call.id)
            && !self.queue.is_armed(call.id)
        {
            self.queue.discard(call.id.index(), |task| {
                task.take_callback(|callback| garbage.push(callback));
            });
        }
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

    /// Notes that a handle is gone, and drops its timer if that is idle.
    /// Returns true if this shard no longer keeps the service alive. Drop what
    /// is put into `dropped` after unlocking.
    #[inline]
    pub(crate) fn release(
        &mut self,
        index: u32,
        dropped: &mut Option<Callback>,
    ) -> bool {
        let id = self.queue.current(index);
        if let Some(id) = id.filter(|&id| self.queue.is_armed(id)) {
            self.queue.release(id);
        } else {
            // A callback that runs finds its timer gone, and is dropped.
            self.queue.discard(index, |task| {
                task.take_callback(|callback| *dropped = Some(callback))
            });
        }
        self.uncount_handle()
    }

    /// Disarms and releases in one. Returns whether this prevented the
    /// callback, and whether this shard no longer keeps the service alive.
    #[inline(always)]
    pub(crate) fn cancel(
        &mut self,
        index: u32,
        dropped: &mut Option<Callback>,
    ) -> (bool, bool) {
        let discarded = self.queue.discard(index, |task| {
            task.take_callback(|callback| *dropped = Some(callback));
            task.forget_missed()
        });
        let stopped = discarded.is_some_and(|(armed, missed)| armed | missed);
        (stopped, self.uncount_handle())
    }

    #[inline(always)]
    fn uncount_handle(&mut self) -> bool {
        self.handles -= 1;
        self.may_release_service()
    }
}
