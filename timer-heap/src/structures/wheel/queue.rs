//! The wheel as a [`TimerQueue`].

use super::chunked_vec::BLOCK;
use super::near::First;
use super::near::entry::Entry;
use super::slots::{Slot, Slots};
use super::{HotState, Location, SHIFT, Wheel, is_near};
use crate::structures::timer_id::TimerId;
use crate::structures::timer_queue::{Expired, HandleQueue, TimerQueue};
use crate::structures::violation::Violation;

impl<T> TimerQueue<T> for Wheel<T> {
    #[inline(always)]
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        self.insert_with(when, || value)
    }

    #[inline]
    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        self.slab.get(id).is_some() && self.arm_at(id.index(), when)
    }

    #[inline]
    fn disarm(&mut self, id: TimerId) -> bool {
        self.slab.get(id).is_some() && self.disarm_at(id.index())
    }

    #[inline]
    fn remove(&mut self, id: TimerId) -> Option<T> {
        self.disarm(id);
        self.slab.remove(id)
    }

    #[inline]
    fn is_armed(&self, id: TimerId) -> bool {
        let hot = self.slab.hot(id.index());
        self.slab.get(id).is_some() && hot.is_some_and(HotState::is_armed)
    }

    #[inline]
    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.slab.get_mut(id)
    }

    fn next(&mut self) -> Option<i64> {
        if !self.nursery.is_empty() {
            self.settle();
        }
        if self.cascading && self.slots.containing(self.tick).is_some() {
            return Some(self.tick << SHIFT);
        }
        let near = match self.first_near() {
            First::Alive { when, .. } | First::Unknown { when } => Some(when),
            First::Nothing => None,
        };
        [near, self.first_parked()].into_iter().flatten().min()
    }

    #[inline]
    fn expire(&mut self, now: i64) -> Expired {
        self.expire_with(now, |_, _, _| ())
    }

    fn len(&self) -> usize {
        self.armed + self.nursery.count()
    }

    fn verify(&self) -> Result<(), Violation> {
        self.slab.verify()?;
        let mut armed = 0;
        for (slot, list) in self.slots.iter() {
            let occupied = self.slots.is_occupied(slot);
            if occupied == list.is_empty() {
                let slot = slot.index();
                return Err(Violation::SlotBit { slot, occupied });
            }
            let alive = list.iter().filter_map(|(position, index)| {
                let hot = self.slab.hot(index)?;
                hot.is_parked(slot, position).then_some((index, hot))
            });
            let mut found = 0;
            for (index, hot) in alive {
                self.verify_parked(slot, index, hot.when)?;
                found += 1;
            }
            let counted = list.live();
            if found != counted {
                let slot = slot.index();
                return Err(Violation::SlotCount { slot, found, counted });
            }
            armed += found;
        }
        self.verify_new()?;
        let entries = self.near.iter();
        let mut near: Vec<_> = entries
            .filter(|&entry| is_near(&self.slab, entry))
            .map(|(_, index)| index)
            .collect();
        near.sort_unstable();
        near.dedup();
        armed += near.len();
        if armed != self.armed {
            let (found, counted) = (armed, self.armed);
            return Err(Violation::ArmedCount { found, counted });
        }
        Ok(())
    }
}

impl<T> HandleQueue<T> for Wheel<T> {
    #[inline(always)]
    fn insert_with(&mut self, when: i64, make: impl FnOnce() -> T) -> TimerId {
        self.make_room();
        self.reserve().expect("room was made").fill(when, make())
    }

    #[inline]
    fn arm_at(&mut self, index: u32, when: i64) -> bool {
        if self.arm_in_place(index, when) {
            return true;
        }
        let hot = self.slab.hot(index).copied();
        match hot.filter(|hot| hot.location != Location::Nowhere) {
            Some(before) => self.rearm(index, before, when),
            None => false,
        }
    }

    #[inline]
    fn disarm_at(&mut self, index: u32) -> bool {
        let hot = self.slab.hot_mut(index).filter(|hot| hot.is_armed());
        let Some(hot) = hot else {
            return false;
        };
        let before = *hot;
        hot.location = Location::Idle;
        self.displace(before.location, before.position);
        self.armed -= usize::from(before.is_counted());
        true
    }

    #[inline(always)]
    fn discard<R>(
        &mut self,
        index: u32,
        take: impl FnOnce(&mut T) -> R,
    ) -> Option<(bool, R)> {
        let (before, result) = self.slab.discard(index, |value, hot| {
            let before = *hot;
            hot.location = Location::Nowhere;
            Some((before, take(value)))
        })?;
        self.displace(before.location, before.position);
        self.armed -= usize::from(before.is_counted());
        Some((before.is_armed(), result))
    }

    #[inline]
    fn expire_with(
        &mut self,
        now: i64,
        take: impl FnOnce(TimerId, i64, &mut T),
    ) -> Expired {
        let take = match self.expire_quickly(now, take) {
            Ok(expired) => return expired,
            Err(take) => take,
        };
        if !self.nursery.is_empty() {
            self.settle();
        }
        // ANCHOR: expire
        let mut moved = 0;
        loop {
            while self.cascading {
                moved += self.cascade_step();
                if moved >= BLOCK {
                    return Expired::Busy;
                }
            }
            let (when, near) = match self.first_near() {
                First::Alive { when, index } => (when, Some(index)),
                First::Nothing => (i64::MAX, None),
                First::Unknown { .. } => return Expired::Busy,
            };
            // What is parked may be earlier than what is near.
            if self.advance(now.min(when)) {
                continue;
            }
            let Some(index) = near.filter(|_| when <= now) else {
                return Expired::Nothing;
            };
            return self.take_out((when, index), take);
        }
        // ANCHOR_END: expire
    }

    #[inline(always)]
    fn change<R>(
        &mut self,
        id: TimerId,
        change: impl FnOnce(&mut T) -> R,
    ) -> Option<(R, bool)> {
        let (value, hot, released) = self.slab.marked_mut(id)?;
        Some((change(value), hot.is_armed() || !released))
    }

    #[inline]
    fn current(&self, index: u32) -> Option<TimerId> {
        self.slab.current(index)
    }

    fn release(&mut self, id: TimerId) {
        self.slab.release(id);
    }

    fn is_released(&self, id: TimerId) -> bool {
        self.slab.is_released(id)
    }
}

impl<T> Wheel<T> {
    /// Disarms the first of the near timers.
    #[inline(always)]
    fn take_out(
        &mut self,
        (when, index): Entry,
        take: impl FnOnce(TimerId, i64, &mut T),
    ) -> Expired {
        self.near.pop((when, index));
        self.armed -= 1;
        let parts = self.slab.parts_mut(index);
        let (id, value, hot) = parts.expect("an index in use");
        hot.location = Location::Idle;
        take(id, when, value);
        Expired::Due { id, when }
    }

    /// Takes a timer from where it was, and makes it a new one. Returns true
    /// if it was armed.
    #[inline(never)]
    fn rearm(&mut self, index: u32, before: HotState, when: i64) -> bool {
        // Before it goes: what is swept must not find it.
        self.hot_mut(index).location = Location::Idle;
        self.displace(before.location, before.position);
        if self.nursery.is_full() {
            self.settle();
        }
        let position = self.nursery.push(index);
        let location = Location::New;
        *self.hot_mut(index) = HotState { when, position, location };
        self.armed -= usize::from(before.is_counted());
        before.is_armed()
    }

    /// Checks that the timers of the nursery know it.
    fn verify_new(&self) -> Result<(), Violation> {
        for (position, index) in self.nursery.iter() {
            let hot = self.slab.hot(index);
            let knows = hot.is_some_and(|hot| {
                hot.location == Location::New && hot.position == position
            });
            if !knows {
                return Err(Violation::Nursery { position, index });
            }
        }
        Ok(())
    }

    /// Checks that a parked timer is due in its slot or later, and that its
    /// slot cascades in the future or now, and not before one is looked for.
    fn verify_parked(
        &self,
        slot: Slot,
        index: u32,
        when: i64,
    ) -> Result<(), Violation> {
        let now = self.tick;
        let (start, end) = Slots::ticks(slot, now);
        let tick = when >> SHIFT;
        // Of the slots that are not cascading.
        let is_missed = now < start && start < self.empty_until;
        if tick < start || end <= now || is_missed {
            let (slot, ticks) = (slot.index(), (start, end));
            return Err(Violation::WrongSlot { index, tick, slot, ticks, now });
        }
        Ok(())
    }
}
