//! Callbacks on their way from a shard and back.

use crate::callback::{Callback, Task};
use crate::slab::TimerId;

/// One callback, or room for one.
pub(crate) struct Call {
    pub(crate) id: TimerId,
    pub(crate) when: i64,
    /// Ready, between two visits to the shard; else out.
    pub(crate) task: Task,
}

/// What a worker holds between two visits to a shard.
///
/// The rooms are made once, and callbacks are swapped in and out of them. To
/// push and drain a vector would build each call on the stack first, and a
/// processor waits when it must read at once what it has just written in
/// parts.
pub(crate) struct Batch {
    calls: Box<[Call]>,
    /// How many of them are callbacks.
    count: usize,
    /// To be dropped.
    pub(crate) garbage: Vec<Callback>,
}

impl Batch {
    /// Room for some callbacks.
    pub(crate) fn new(most: usize) -> Self {
        let room = || Call { id: TimerId::new(0, 0), when: 0, task: Task::OUT };
        Self {
            calls: std::iter::repeat_with(room).take(most).collect(),
            count: 0,
            garbage: Vec::new(),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.count == self.calls.len()
    }

    /// The callbacks, to be called or given back.
    pub(crate) fn calls(&mut self) -> &mut [Call] {
        &mut self.calls[..self.count]
    }

    /// Gives each callback back to `owner`, who may put it to the garbage.
    #[inline]
    pub(crate) fn give_back(
        &mut self,
        mut owner: impl FnMut(&mut Call, &mut Vec<Callback>),
    ) {
        for call in &mut self.calls[..self.count] {
            owner(call, &mut self.garbage);
        }
        self.count = 0;
    }

    /// Takes a timer's callback, unless it is out already.
    #[inline]
    pub(crate) fn take(&mut self, id: TimerId, when: i64, task: &mut Task) {
        let call = &mut self.calls[self.count];
        if task.begin(&mut call.task) {
            (call.id, call.when) = (id, when);
            self.count += 1;
        }
    }
}
