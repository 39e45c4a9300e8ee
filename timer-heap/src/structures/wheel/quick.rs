//! The short ways: a new timer, one that goes before the wheel has seen it, one
//! that is not in the wheel, and one that is due when the wheel stands still.

use super::slots::Slots;
use super::{HotState, Location, SHIFT, Wheel};
use crate::structures::slab::Vacant;
use crate::structures::timer_id::TimerId;
use crate::structures::timer_queue::Expired;

/// A place in the slab and one in the nursery, to be filled at once.
pub(crate) struct Place<'a, T> {
    vacant: Vacant<'a, T, HotState>,
    position: u32,
}

impl<T> Place<'_, T> {
    /// Arms a timer. Nothing can panic in it, so that a lock around the wheel
    /// need not be ready for that.
    #[inline(always)]
    pub(crate) fn fill(self, when: i64, value: T) -> TimerId {
        let (position, location) = (self.position, Location::New);
        self.vacant.fill(HotState { when, position, location }, value)
    }
}

impl<T> Wheel<T> {
    /// Returns a place for a new timer, or `None` if there is no
    /// [room](Self::make_room).
    #[inline(always)]
    pub(crate) fn reserve(&mut self) -> Option<Place<'_, T>> {
        if self.nursery.is_full() {
            return None;
        }
        let vacant = self.slab.reserve()?;
        let position = self.nursery.push(vacant.index);
        Some(Place { vacant, position })
    }

    /// Makes room for a new timer.
    pub(super) fn make_room(&mut self) {
        if self.nursery.is_full() {
            self.settle();
        }
        self.slab.make_room();
    }

    // ANCHOR: stays
    /// Changes the deadline of a timer that may stay where it is: in the
    /// nursery, or in its slot if that cascades in time.
    #[inline(always)]
    pub(crate) fn arm_in_place(&mut self, index: u32, when: i64) -> bool {
        let Some(hot) = self.slab.hot_mut(index) else {
            return false;
        };
        let stays = match hot.location {
            Location::New => true,
            Location::Parked(slot) => {
                Slots::ticks(slot, self.tick).0 <= when >> SHIFT
            }
            _ => false,
        };
        if stays {
            hot.when = when;
        }
        stays
    }
    // ANCHOR_END: stays

    /// Disarms a new timer. Does nothing if it is not new.
    #[inline(always)]
    pub(crate) fn disarm_new(&mut self, index: u32) -> bool {
        let hot = self.slab.hot_mut(index);
        let Some(hot) = hot.filter(|hot| hot.location == Location::New) else {
            return false;
        };
        hot.location = Location::Idle;
        self.nursery.forget(hot.position);
        true
    }

    /// Forgets a new timer, and returns what `take` has taken of its value. May
    /// do nothing, and does so if the timer is not new.
    #[inline(always)]
    pub(crate) fn discard_new<R>(
        &mut self,
        index: u32,
        take: impl FnOnce(&mut T) -> R,
    ) -> Option<R> {
        let (position, taken) =
            self.slab.discard_young(index, |value, hot| {
                let is_new = hot.location == Location::New;
                is_new.then(|| {
                    hot.location = Location::Nowhere;
                    (hot.position, take(value))
                })
            })?;
        self.nursery.forget(position);
        Some(taken)
    }

    /// Takes out the first timer if it is due, and nothing needs to be moved in
    /// order to know that it is the first. Else does nothing, and returns `take`.
    #[inline(always)]
    pub(super) fn expire_quickly<F: FnOnce(TimerId, i64, &mut T)>(
        &mut self,
        now: i64,
        take: F,
    ) -> Result<Expired, F> {
        if !self.nursery.is_empty() || self.cascading {
            return Err(take);
        }
        let Some((when, index)) = self.near.first_sorted() else {
            return Err(take);
        };
        if when > now || when >> SHIFT >= self.empty_until {
            return Err(take);
        }
        match self.slab.parts_mut(index) {
            Some((id, value, hot)) if hot.is_near(when) => {
                hot.location = Location::Idle;
                self.near.pop_sorted();
                self.armed -= 1;
                take(id, when, value);
                Ok(Expired::Due { id, when })
            }
            _ => Err(take),
        }
    }

    /// Forgets a timer that is not armed, and returns what `take` has taken of
    /// its value. May do nothing, and does so if it is armed, or if that returns
    /// `None`.
    #[inline(always)]
    pub(crate) fn discard_idle<R>(
        &mut self,
        index: u32,
        take: impl FnOnce(&mut T) -> Option<R>,
    ) -> Option<R> {
        self.slab.discard_young(index, |value, hot| {
            if hot.location != Location::Idle {
                return None;
            }
            let taken = take(value)?;
            hot.location = Location::Nowhere;
            Some(taken)
        })
    }
}
