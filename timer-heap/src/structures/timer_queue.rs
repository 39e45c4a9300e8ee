//! What every structure that keeps timers in order can do.
//!
//! [`TimerQueue`] is the interface of a program. [`HandleQueue`] adds what the
//! service needs to name a timer by the index of its slot alone.

use super::violation::Violation;

pub use super::timer_id::TimerId;

/// What [`TimerQueue::expire`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expired {
    /// This timer was due; it is disarmed and keeps its value.
    Due {
        /// Which one.
        id: TimerId,
        /// Its deadline.
        when: i64,
    },
    /// Nothing is due.
    Nothing,
    /// A bounded piece of work was done. Ask again: in between, a lock around
    /// the queue can be given away.
    Busy,
}

/// Timers in order of their deadlines, without threads, clocks or locks.
///
/// A deadline is a number of nanoseconds on a clock that the caller chooses.
/// A timer is *armed* from [`insert`](Self::insert) until it is expired or
/// disarmed, and then keeps its value, so that it can be armed again, until
/// it is removed. Timers of the same deadline expire in any order.
///
/// ```
/// use timer_heap::heap::TimerHeap;
/// use timer_heap::queue::{Expired, TimerQueue};
///
/// let mut timers: TimerHeap<&str> = TimerHeap::new();
/// let tea = timers.insert(3_000, "tea");
/// assert_eq!(timers.expire(2_999), Expired::Nothing);
/// let due = timers.expire(3_000);
/// assert_eq!(due, Expired::Due { id: tea, when: 3_000 });
/// assert_eq!(timers.get_mut(tea), Some(&mut "tea"));
/// assert!(!timers.arm(tea, 6_000), "it was not armed any more");
/// ```
pub trait TimerQueue<T> {
    /// Adds an armed timer and returns its handle.
    fn insert(&mut self, when: i64, value: T) -> TimerId;

    /// Arms a timer, or changes its deadline. Returns true if it was armed.
    ///
    /// A stale handle changes nothing.
    fn arm(&mut self, id: TimerId, when: i64) -> bool;

    /// Disarms a timer. Returns true if it was armed. Its value stays.
    fn disarm(&mut self, id: TimerId) -> bool;

    /// Takes a timer out, armed or not. Returns `None` if the handle is stale.
    fn remove(&mut self, id: TimerId) -> Option<T>;

    /// Returns true if this timer exists and is armed.
    fn is_armed(&self, id: TimerId) -> bool;

    /// Returns the value of a timer, armed or not.
    fn get_mut(&mut self, id: TimerId) -> Option<&mut T>;

    /// Returns when to look again: the first deadline, or a time before it at
    /// which the queue has work to do. `None` if no timer is armed.
    fn next(&mut self) -> Option<i64>;

    /// Disarms the first timer whose deadline is at or before `now`.
    fn expire(&mut self, now: i64) -> Expired;

    /// Returns how many timers are armed.
    fn len(&self) -> usize;

    /// Returns true if no timer is armed.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Checks every invariant, in time proportional to the queue's size.
    ///
    /// # Errors
    ///
    /// Returns the first invariant that does not hold.
    fn verify(&self) -> Result<(), Violation>;
}

/// What a shard of the service asks of its queue beyond a [`TimerQueue`].
///
/// A handle of the service keeps its timer's slot, so it names the timer by
/// the slot's index alone.
pub trait HandleQueue<T>: TimerQueue<T> {
    /// Like [`insert`](TimerQueue::insert) of what `make` returns.
    ///
    /// A queue may call `make` once the value's place is known, so that the
    /// value is made there and not moved.
    fn insert_with(&mut self, when: i64, make: impl FnOnce() -> T) -> TimerId {
        self.insert(when, make())
    }

    /// Like [`arm`](TimerQueue::arm) of whatever timer uses an index.
    fn arm_at(&mut self, index: u32, when: i64) -> bool {
        let id = self.current(index);
        id.is_some_and(|id| self.arm(id, when))
    }

    /// Like [`disarm`](TimerQueue::disarm) of whatever timer uses an index.
    fn disarm_at(&mut self, index: u32) -> bool {
        let id = self.current(index);
        id.is_some_and(|id| self.disarm(id))
    }

    /// Forgets whatever timer uses an index, when `take` has taken what its
    /// value owns: the rest may leak. Returns whether it was armed, and what
    /// `take` returned.
    fn discard<R>(
        &mut self,
        index: u32,
        take: impl FnOnce(&mut T) -> R,
    ) -> Option<(bool, R)> {
        let id = self.current(index)?;
        let was_armed = self.is_armed(id);
        let result = take(self.get_mut(id)?);
        self.remove(id);
        Some((was_armed, result))
    }

    /// Like [`expire`](TimerQueue::expire), and hands the timer that is due to
    /// `take`.
    fn expire_with(
        &mut self,
        now: i64,
        take: impl FnOnce(TimerId, i64, &mut T),
    ) -> Expired {
        let expired = self.expire(now);
        if let Expired::Due { id, when } = expired
            && let Some(value) = self.get_mut(id)
        {
            take(id, when, value);
        }
        expired
    }

    /// Changes the value of a timer. Returns what `change` returned, and whether
    /// the timer is wanted still: it is armed, or its handle was not dropped.
    /// Returns `None` if the handle is stale.
    fn change<R>(
        &mut self,
        id: TimerId,
        change: impl FnOnce(&mut T) -> R,
    ) -> Option<(R, bool)> {
        let result = change(self.get_mut(id)?);
        Some((result, self.is_armed(id) || !self.is_released(id)))
    }

    /// Returns the handle of the timer that uses an index now, if one does.
    fn current(&self, index: u32) -> Option<TimerId>;

    /// Marks the handle as dropped.
    ///
    /// The queue only keeps this mark. What it means is the owner's affair.
    fn release(&mut self, id: TimerId);

    /// Returns true if [`release`](Self::release) was called for this timer.
    fn is_released(&self, id: TimerId) -> bool;
}
