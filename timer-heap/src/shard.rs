//! One queue of timers behind one lock.
//!
//! # Contract
//!
//! Every timer belongs to one shard for life. Its callback is either in the
//! queue or, while it is called, with the worker that calls it: never twice
//! at once. No callback is called or dropped under the lock.

use support::sync::{Mutex, MutexGuard};

use crate::callback::{Callback, Task};
use crate::heap::TimerHeap;
use crate::queue::{Expired, TimerQueue};
use crate::slab::TimerId;

pub(crate) type Queue = Box<dyn TimerQueue<Task> + Send>;

/// A queue, and whether the service still runs.
pub(crate) struct State {
    pub(crate) queue: Queue,
    pub(crate) closed: bool,
}

pub(crate) struct Shard {
    state: Mutex<State>,
}

/// A callback on its way from the queue and back.
pub(crate) struct Call {
    id: TimerId,
    pub(crate) when: i64,
    pub(crate) callback: Box<dyn Callback>,
}

/// What a worker holds between two visits to a shard.
pub(crate) struct Batch {
    /// How many callbacks to take at once.
    pub(crate) most: usize,
    /// To be called.
    pub(crate) due: Vec<Call>,
    /// To be given back.
    pub(crate) called: Vec<Call>,
    /// To be dropped.
    pub(crate) garbage: Vec<Box<dyn Callback>>,
}

impl Batch {
    pub(crate) fn new(most: usize) -> Self {
        let (due, called, garbage) = Default::default();
        Self {
            most,
            due,
            called,
            garbage,
        }
    }
}

impl Shard {
    pub(crate) fn new(queue: Queue) -> Self {
        let closed = false;
        Self {
            state: Mutex::new(State { queue, closed }),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no callback runs under the lock")
    }

    /// When there is something to do: at once if the service is closed.
    pub(crate) fn next(&self) -> Option<i64> {
        let mut state = self.lock();
        if state.closed {
            return Some(i64::MIN);
        }
        state.queue.next()
    }

    /// Refuses timers from now on; returns all it had, to be dropped.
    pub(crate) fn close(&self) -> Queue {
        let mut state = self.lock();
        state.closed = true;
        let nothing: Queue = Box::new(TimerHeap::<Task>::new());
        std::mem::replace(&mut state.queue, nothing)
    }

    /// Takes the called callbacks back, then gives out those that are due.
    ///
    /// True if there may be more work.
    pub(crate) fn exchange(&self, now: i64, batch: &mut Batch) -> bool {
        let mut state = self.lock();
        for call in batch.called.drain(..) {
            batch.garbage.extend(state.give_back(call));
        }
        while batch.due.len() < batch.most {
            match state.queue.expire(now) {
                Expired::Nothing => return false,
                Expired::Busy => break,
                Expired::Due { id, when } => {
                    batch.due.extend(state.take(id, when));
                }
            }
        }
        true
    }
}

impl State {
    /// Adds a timer; in a closed service it never fires.
    pub(crate) fn insert(&mut self, when: i64, task: Task) -> TimerId {
        let id = self.queue.insert(when, task);
        if self.closed {
            self.queue.disarm(id);
        }
        id
    }

    fn take(&mut self, id: TimerId, when: i64) -> Option<Call> {
        let task = self.queue.get_mut(id)?;
        let callback = task.begin()?;
        Some(Call { id, when, callback })
    }

    /// Puts a callback back into its timer, or returns it to be dropped.
    fn give_back(&mut self, call: Call) -> Option<Box<dyn Callback>> {
        let Some(task) = self.queue.get_mut(call.id) else {
            return Some(call.callback);
        };
        if task.finish(call.callback) {
            self.queue.arm(call.id, call.when);
        } else if self.queue.is_released(call.id)
            && !self.queue.is_armed(call.id)
            && let Some(Task::Ready(callback)) = self.queue.remove(call.id)
        {
            return Some(callback);
        }
        None
    }

    /// Arms a timer; true if it was armed.
    pub(crate) fn arm(&mut self, id: TimerId, when: i64) -> bool {
        if self.closed {
            return false;
        }
        let missed = self.forget_missed(id);
        self.queue.arm(id, when) || missed
    }

    /// Disarms a timer; true if this prevented its callback.
    pub(crate) fn disarm(&mut self, id: TimerId) -> bool {
        let missed = self.forget_missed(id);
        self.queue.disarm(id) || missed
    }

    fn forget_missed(&mut self, id: TimerId) -> bool {
        self.queue.get_mut(id).is_some_and(Task::forget_missed)
    }

    /// The handle is gone: an idle timer with it. Drop what is returned
    /// after unlocking.
    pub(crate) fn release(&mut self, id: TimerId) -> Option<Task> {
        let running = self.queue.get_mut(id)?.is_running();
        if running || self.queue.is_armed(id) {
            self.queue.release(id);
            return None;
        }
        self.queue.remove(id)
    }
}
