//! The queue of a shard: one of the structures, chosen by the generation.

use support::sync::Arc;

use crate::service::batch::Batch;
use crate::service::callback::Task;
use crate::service::exchange::{self, Rest};
use crate::structures::heap::{Hole, Indirect, TimerHeap};
use crate::structures::lazy_heap::{LazyHeap, Marks};
use crate::structures::steps::Steps;
use crate::structures::timer_id::TimerId;
use crate::structures::timer_queue::{Expired, HandleQueue, TimerQueue};
use crate::structures::violation::Violation;
use crate::structures::wheel::Wheel;

/// Any of the structures. It is an `enum` and not a `dyn`, so that the compiler
/// sees through a call, and has a tag of its own: one that is hidden in a field
/// has to be worked out in each call.
#[repr(u8)]
pub(crate) enum ShardQueue {
    Heap(TimerHeap<Task, Hole, Indirect>),
    Lazy(LazyHeap<Task>),
    /// In a box, because it is larger than the others.
    Wheel(Box<Wheel<Task>>),
}

/// Calls a method of the structure at hand.
macro_rules! each {
    ($self:ident, $queue:ident => $call:expr) => {
        match $self {
            ShardQueue::Heap($queue) => $call,
            ShardQueue::Lazy($queue) => $call,
            ShardQueue::Wheel($queue) => $call,
        }
    };
}

impl ShardQueue {
    /// Returns the marks of the timers, if they are marked without the lock.
    pub(crate) fn marks(&self) -> Option<Arc<Marks>> {
        match self {
            Self::Lazy(queue) => Some(queue.marks()),
            Self::Heap(_) | Self::Wheel(_) => None,
        }
    }

    /// Takes the called callbacks back, then gives out what is due.
    #[inline(always)]
    pub(crate) fn exchange<P: Steps>(
        &mut self,
        now: i64,
        batch: &mut Batch,
    ) -> Rest {
        match self {
            Self::Heap(queue) => exchange::exchange::<P>(queue, now, batch),
            Self::Lazy(queue) => exchange::exchange::<P>(queue, now, batch),
            Self::Wheel(queue) => {
                exchange::exchange::<P>(&mut **queue, now, batch)
            }
        }
    }

    /// Takes the called callbacks back.
    pub(crate) fn take_back<P: Steps>(&mut self, batch: &mut Batch) {
        match self {
            Self::Heap(queue) => exchange::take_back::<P>(queue, batch),
            Self::Lazy(queue) => exchange::take_back::<P>(queue, batch),
            Self::Wheel(queue) => {
                exchange::take_back::<P>(&mut **queue, batch);
            }
        }
    }

    /// Hands out what each timer does, armed or not.
    pub(crate) fn for_each_task(self, f: impl FnMut(Task)) {
        each!(self, queue => queue.into_values().for_each(f));
    }
}

impl TimerQueue<Task> for ShardQueue {
    #[inline(always)]
    fn insert(&mut self, when: i64, task: Task) -> TimerId {
        each!(self, queue => queue.insert(when, task))
    }

    #[inline]
    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        each!(self, queue => queue.arm(id, when))
    }

    #[inline]
    fn disarm(&mut self, id: TimerId) -> bool {
        each!(self, queue => queue.disarm(id))
    }

    #[inline]
    fn remove(&mut self, id: TimerId) -> Option<Task> {
        each!(self, queue => queue.remove(id))
    }

    #[inline]
    fn is_armed(&self, id: TimerId) -> bool {
        each!(self, queue => queue.is_armed(id))
    }

    #[inline]
    fn get_mut(&mut self, id: TimerId) -> Option<&mut Task> {
        each!(self, queue => queue.get_mut(id))
    }

    fn next(&mut self) -> Option<i64> {
        each!(self, queue => queue.next())
    }

    #[inline]
    fn expire(&mut self, now: i64) -> Expired {
        each!(self, queue => queue.expire(now))
    }

    fn len(&self) -> usize {
        each!(self, queue => queue.len())
    }

    fn verify(&self) -> Result<(), Violation> {
        each!(self, queue => queue.verify())
    }
}

impl HandleQueue<Task> for ShardQueue {
    #[inline]
    fn arm_at(&mut self, index: u32, when: i64) -> bool {
        each!(self, queue => queue.arm_at(index, when))
    }

    #[inline]
    fn disarm_at(&mut self, index: u32) -> bool {
        each!(self, queue => queue.disarm_at(index))
    }

    #[inline(always)]
    fn discard<R>(
        &mut self,
        index: u32,
        take: impl FnOnce(&mut Task) -> R,
    ) -> Option<(bool, R)> {
        each!(self, queue => queue.discard(index, take))
    }

    #[inline(always)]
    fn expire_with(
        &mut self,
        now: i64,
        take: impl FnOnce(TimerId, i64, &mut Task),
    ) -> Expired {
        each!(self, queue => queue.expire_with(now, take))
    }

    #[inline(always)]
    fn change<R>(
        &mut self,
        id: TimerId,
        change: impl FnOnce(&mut Task) -> R,
    ) -> Option<(R, bool)> {
        each!(self, queue => queue.change(id, change))
    }

    #[inline]
    fn current(&self, index: u32) -> Option<TimerId> {
        each!(self, queue => queue.current(index))
    }

    #[inline]
    fn release(&mut self, id: TimerId) {
        each!(self, queue => queue.release(id));
    }

    #[inline]
    fn is_released(&self, id: TimerId) -> bool {
        each!(self, queue => queue.is_released(id))
    }
}
