//! What the owner of a shard's lock does most, in a few instructions.
//!
//! Each of these says no, and has changed nothing, unless all is at hand: the
//! lock is the thread's own, the structure is a wheel, there is room for a new
//! timer, and a timer that goes is at rest, or waits where it began. The caller
//! then does the same by the long way, in a function apart: so the short one
//! calls nothing, and saves no registers.

use std::ptr::NonNull;

use crate::service::callback::{Callback, Pieces, Task};
use crate::service::shard::{Shard, State};
use crate::service::shard_queue::ShardQueue;
use crate::structures::steps::Steps;
use crate::structures::timer_queue::HandleQueue;
use crate::structures::wheel::Wheel;

impl<P: Steps> Shard<P> {
    /// Adds a timer, and returns its index.
    ///
    /// # Safety
    ///
    /// As for [`Callback::of_pieces`], if this returns an index.
    #[inline(always)]
    pub(crate) unsafe fn start_quickly(
        &self,
        when: i64,
        pieces: Pieces,
    ) -> Option<u32> {
        let mut state = self.lock_as_owner()?;
        let state = &mut *state;
        // The first handle brings a reference to the service.
        if !state.has_keeper() {
            return None;
        }
        // A shard that is closed has an empty one, without room.
        let ShardQueue::Wheel(wheel) = &mut state.queue else {
            return None;
        };
        let place = wheel.reserve()?;
        state.handles += 1;
        // SAFETY: the caller vouches for them.
        let callback = unsafe { Callback::of_pieces(pieces) };
        Some(place.fill(when, Task::Ready(callback)).index())
    }

    /// Disarms a new timer.
    #[inline(always)]
    pub(crate) fn disarm_quickly(&self, index: u32) -> bool {
        let state = self.lock_as_owner();
        state.is_some_and(|mut state| {
            state.wheel().is_some_and(|wheel| wheel.disarm_new(index))
        })
    }

    /// Changes the deadline of an armed timer that may stay where it is.
    #[inline(always)]
    pub(crate) fn arm_quickly(&self, index: u32, when: i64) -> bool {
        let state = self.lock_as_owner();
        state.is_some_and(|mut state| {
            state.wheel().is_some_and(|it| it.arm_in_place(index, when))
        })
    }

    /// Cancels a new timer. Returns its callback, if that has to be dropped.
    ///
    /// # Safety
    ///
    /// As for [`end`](Self::end), and if this returns something the handle
    /// ended.
    #[inline(always)]
    pub(crate) unsafe fn cancel_quickly(
        this: NonNull<Self>,
        index: u32,
    ) -> Option<Option<Callback>> {
        // SAFETY: as in `end`.
        let mut state = unsafe { this.as_ref() }.lock_as_owner()?;
        let wheel = state.wheel()?;
        let callback = wheel.discard_new(index, Task::take_callback)?;
        state.uncount_quickly();
        Some(callback)
    }

    /// Cancels a timer wherever it is, which takes longer. Returns whether this
    /// prevented its callback, and that callback, if it has to be dropped.
    ///
    /// # Safety
    ///
    /// As for [`cancel_quickly`](Self::cancel_quickly).
    #[inline(always)]
    pub(crate) unsafe fn cancel_as_owner(
        this: NonNull<Self>,
        index: u32,
    ) -> Option<(bool, Option<Callback>)> {
        // SAFETY: as in `end`.
        let mut state = unsafe { this.as_ref() }.lock_as_owner()?;
        let cancelled = state.wheel()?.discard(index, |task| {
            (task.take_callback(), task.forget_missed())
        });
        let (armed, (callback, missed)) = cancelled?;
        state.uncount_quickly();
        Some((armed | missed, callback))
    }

    /// Ends the handle of a timer at rest. Returns its callback, if that has to
    /// be dropped.
    ///
    /// # Safety
    ///
    /// As for [`cancel_quickly`](Self::cancel_quickly).
    #[inline(always)]
    pub(crate) unsafe fn release_quickly(
        this: NonNull<Self>,
        index: u32,
    ) -> Option<Option<Callback>> {
        // SAFETY: as in `end`.
        let mut state = unsafe { this.as_ref() }.lock_as_owner()?;
        let callback = state.wheel()?.discard_idle(index, |task| {
            // One that runs may have come due once more.
            task.is_ready().then(|| task.take_callback())
        })?;
        state.uncount_quickly();
        Some(callback)
    }
}

impl State {
    /// Returns the queue if it is a wheel.
    #[inline(always)]
    fn wheel(&mut self) -> Option<&mut Wheel<Task>> {
        match &mut self.queue {
            ShardQueue::Wheel(wheel) => Some(wheel),
            ShardQueue::Heap(_) | ShardQueue::Lazy(_) => None,
        }
    }

    /// Un-counts the handle of a timer that there was. A shard that has timers
    /// is open, and an open one keeps its reference to the service.
    #[inline(always)]
    fn uncount_quickly(&mut self) {
        self.handles -= 1;
    }
}
