//! One queue of timers behind one lock.
//!
//! # Contract
//!
//! Every timer belongs to one shard for life. Its callback is either in the
//! queue or, while it is called, with the worker that calls it: never twice
//! at once. No callback is called or dropped under the lock.
//!
//! A handle keeps its timer's slot, so a handle names it by the index alone.
//! The shard counts the handles, under the lock that is taken anyway; the
//! owner keeps the service alive while there are any. An open service is kept
//! for later ones too: each shard's first and last handle would else write to
//! one word that all threads share.

use support::sync::Arc;

use crate::batch::{Batch, Call};
use crate::biased::{Biased, Guard};
use crate::callback::{Callback, Task};
use crate::clock::FOREVER;
use crate::lazy_heap::Marks;
use crate::protocol::Protocol;
use crate::queue::{Expired, TimerQueue};
use crate::structure::Structure;
use crate::wheel::Wheel;

/// The index of a timer that was started too late: after the shut-down.
pub(crate) const NONE: u32 = u32::MAX;

/// A queue, and whether the service still runs.
pub(crate) struct State {
    pub(crate) queue: Structure,
    pub(crate) closed: bool,
    handles: usize,
    /// The owner keeps the service alive for the handles: from the first one
    /// on, until there is none and the shard is closed.
    kept: bool,
}

// ANCHOR: shard
/// Its own cache lines: two threads with a shard each share nothing.
#[repr(align(128))]
pub(crate) struct Shard {
    state: Biased<State>,
    /// What a stop and a reset need not lock for, in Go 1.14.
    marks: Apart<Option<Arc<Marks>>>,
}

/// Not on the cache line of the lock, which its holder keeps writing.
#[repr(align(128))]
struct Apart<T>(T);

// ANCHOR_END: shard

impl Shard {
    /// A thread that uses the lock often enough in a row becomes its owner.
    pub(crate) fn new(queue: Structure, patience: Option<u32>) -> Self {
        let marks = queue.marks();
        let state = State { queue, closed: false, handles: 0, kept: false };
        Self { state: Biased::new(state, patience), marks: Apart(marks) }
    }

    #[inline]
    pub(crate) fn lock(&self) -> Guard<'_, State> {
        self.state.lock()
    }

    /// Disarms a timer; true if this prevented its callback.
    #[inline]
    pub(crate) fn disarm<P: Protocol>(&self, index: u32) -> bool {
        let marks = self.marks.0.as_ref();
        let stopped = marks.and_then(|marks| marks.stop::<P>(index));
        stopped.unwrap_or_else(|| self.lock().disarm(index))
    }

    /// Arms a timer; true if it was armed.
    #[inline]
    pub(crate) fn arm(&self, index: u32, when: i64) -> bool {
        let marks = self.marks.0.as_ref();
        let was_armed = marks.and_then(|marks| marks.reset(index, when));
        was_armed.unwrap_or_else(|| self.lock().arm(index, when))
    }

    /// When there is something to do: at once if the service is closed.
    pub(crate) fn next(&self) -> Option<i64> {
        let mut state = self.lock();
        if state.closed {
            return Some(i64::MIN);
        }
        state.queue.next()
    }

    /// Refuses timers from now on; returns all it had, to be dropped, and
    /// whether the service need not be kept for its handles any more.
    pub(crate) fn close(&self) -> (Structure, bool) {
        let nothing = Structure::Wheel(Wheel::default());
        let mut state = self.lock();
        state.closed = true;
        if let Some(marks) = &self.marks.0 {
            marks.close();
        }
        let queue = std::mem::replace(&mut state.queue, nothing);
        (queue, state.let_go())
    }

    /// Takes the called callbacks back, then gives out those that are due.
    ///
    /// True if there may be more work.
    pub(crate) fn exchange<P: Protocol>(
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
    /// Counts a handle; true if the service is to be kept from now on.
    #[inline(always)]
    pub(crate) fn count_handle(&mut self) -> bool {
        self.handles += 1;
        !std::mem::replace(&mut self.kept, true)
    }

    /// True if the service was kept, and need not be.
    #[inline(always)]
    fn let_go(&mut self) -> bool {
        let last = self.handles == 0 && self.closed;
        last && std::mem::take(&mut self.kept)
    }

    /// Puts a callback back into its timer, or to the garbage.
    #[inline]
    fn give_back<P: Protocol>(
        &mut self,
        call: &mut Call,
        garbage: &mut Vec<Callback>,
    ) {
        let Some(task) = self.queue.get_mut(call.id) else {
            call.task.leave(|callback| garbage.push(callback));
            call.task = Task::OUT;
            return;
        };
        if task.finish(&mut call.task) && P::REMEMBERS_MISSED {
            self.queue.arm(call.id, call.when);
        } else if self.queue.is_released(call.id)
            && !self.queue.is_armed(call.id)
        {
            let leave =
                |task: &mut Task| task.leave(|callback| garbage.push(callback));
            self.queue.discard(call.id.index(), leave);
        }
    }

    /// Arms a timer; true if it was armed.
    #[inline]
    pub(crate) fn arm(&mut self, index: u32, when: i64) -> bool {
        // An armed timer has missed nothing: to arm it made up for that.
        self.queue.arm_at(index, when) || self.forget_missed(index)
    }

    /// Disarms a timer; true if this prevented its callback.
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

    /// The handle is gone, and an idle timer with it; true if the
    /// service need not be kept any more. Drop what is `left` of the timer after unlocking.
    #[inline]
    pub(crate) fn release(
        &mut self,
        index: u32,
        left: &mut Option<Callback>,
    ) -> bool {
        let id = self.queue.current(index);
        if let Some(id) = id.filter(|&id| self.queue.is_armed(id)) {
            self.queue.release(id);
        } else {
            // A callback that runs finds its timer gone, and is dropped.
            self.queue.discard(index, |task| {
                task.leave(|callback| *left = Some(callback))
            });
        }
        self.uncount_handle()
    }

    /// Disarms and releases in one: whether this prevented the callback, and
    /// whether the service need not be kept any more.
    #[inline(always)]
    pub(crate) fn cancel(
        &mut self,
        index: u32,
        left: &mut Option<Callback>,
    ) -> (bool, bool) {
        let discarded = self.queue.discard(index, |task| {
            task.leave(|callback| *left = Some(callback));
            task.forget_missed()
        });
        let stopped = discarded.is_some_and(|(armed, missed)| armed | missed);
        (stopped, self.uncount_handle())
    }

    #[inline(always)]
    fn uncount_handle(&mut self) -> bool {
        self.handles -= 1;
        self.let_go()
    }
}
