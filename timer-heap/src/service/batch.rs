//! Callbacks on their way from a shard and back.

use support::taken;

use crate::service::callback::{Callback, Task};
use crate::structures::steps::Steps;
use crate::structures::timer_id::TimerId;

/// One callback that is due, or room for one.
pub(crate) struct BatchSlot {
    pub(crate) id: TimerId,
    pub(crate) when: i64,
    /// Ready between two visits to the shard, and out otherwise.
    pub(crate) task: Task,
}

/// What a worker holds between two visits to a shard.
///
/// The slots are made once, and callbacks are swapped in and out of them. To
/// push and drain a vector would build each slot on the stack first, and a
/// processor waits when it must read at once what it has just written in
/// parts.
pub(crate) struct Batch {
    calls: Box<[BatchSlot]>,
    /// How many of them are callbacks.
    count: usize,
    /// Callbacks to be dropped without the lock.
    pub(crate) garbage: Vec<Callback>,
}

impl Batch {
    /// Returns an empty batch. It has room for one callback, because a stop or
    /// a reset must reach every timer whose callback has not begun, and what is
    /// in a batch is out of reach.
    pub(crate) fn new<P: Steps>() -> Self {
        let slot =
            || BatchSlot { id: TimerId::new(0, 0), when: 0, task: Task::OUT };
        Self {
            calls: std::iter::repeat_with(slot).take(most::<P>()).collect(),
            count: 0,
            garbage: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[inline]
    pub(crate) fn is_full<P: Steps>(&self) -> bool {
        self.count == most::<P>()
    }

    /// Returns the callbacks, to be called or given back.
    #[inline]
    pub(crate) fn calls(&mut self) -> &mut [BatchSlot] {
        &mut self.calls[..self.count]
    }

    /// Gives each callback back to `owner`, which may move it to the garbage.
    #[inline(always)]
    pub(crate) fn give_back(
        &mut self,
        mut owner: impl FnMut(&mut BatchSlot, &mut Vec<Callback>),
    ) {
        for call in &mut self.calls[..self.count] {
            owner(call, &mut self.garbage);
        }
        self.count = 0;
    }

    /// Takes a timer's callback, unless it is out already.
    #[inline(always)]
    pub(crate) fn take(&mut self, id: TimerId, when: i64, task: &mut Task) {
        let call = &mut self.calls[self.count];
        if task.begin(&mut call.task) {
            (call.id, call.when) = (id, when);
            self.count += 1;
        }
    }
}

/// Returns how many callbacks a batch has room for.
#[inline(always)]
fn most<P: Steps>() -> usize {
    if taken!(P::CLAIMS_EACH) { 1 } else { 64 }
}
