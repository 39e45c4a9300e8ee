//! The wheel as a [`TimerQueue`].

use super::{Node, PIECE, Place, SHIFT, TimerId, Wheel, is_near, park};
use crate::queue::{Expired, TimerQueue};

impl<T> TimerQueue<T> for Wheel<T> {
    #[inline(always)]
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        let Self {
            slab,
            slots,
            near,
            tick,
            ..
        } = self;
        self.armed += 1;
        slab.insert_with(|index| {
            let (place, position) = park(slots, near, *tick, index, when);
            Node {
                when,
                position,
                place,
                released: false,
                value,
            }
        })
    }

    #[inline]
    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        let Some(node) = self.slab.get_mut(id) else {
            return false;
        };
        let (place, position) = (node.place, node.position);
        node.place = Place::Idle;
        node.when = when;
        self.displace(place, position);
        self.place(id.index(), when);
        let was_armed = place != Place::Idle;
        self.armed += usize::from(!was_armed);
        was_armed
    }

    #[inline]
    fn disarm(&mut self, id: TimerId) -> bool {
        let Some(node) = self.slab.get_mut(id) else {
            return false;
        };
        let place = std::mem::replace(&mut node.place, Place::Idle);
        let position = node.position;
        self.displace(place, position);
        self.armed -= usize::from(place != Place::Idle);
        place != Place::Idle
    }

    #[inline]
    fn remove(&mut self, id: TimerId) -> Option<T> {
        self.disarm(id);
        self.slab.remove(id).map(|node| node.value)
    }

    #[inline(always)]
    fn take(&mut self, index: u32) -> Option<(bool, T)> {
        let node = self.slab.take(index)?;
        let was_armed = node.place != Place::Idle;
        self.displace(node.place, node.position);
        self.armed -= usize::from(was_armed);
        Some((was_armed, node.value))
    }

    #[inline]
    fn is_armed(&self, id: TimerId) -> bool {
        self.slab
            .get(id)
            .is_some_and(|node| node.place != Place::Idle)
    }

    #[inline]
    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.slab.get_mut(id).map(|node| &mut node.value)
    }

    #[inline]
    fn current(&self, index: u32) -> Option<TimerId> {
        self.slab.current(index)
    }

    fn release(&mut self, id: TimerId) {
        if let Some(node) = self.slab.get_mut(id) {
            node.released = true;
        }
    }

    fn is_released(&self, id: TimerId) -> bool {
        self.slab.get(id).is_some_and(|node| node.released)
    }

    fn next(&mut self) -> Option<i64> {
        if self.opening && self.slots.containing(self.tick).is_some() {
            return Some(self.tick << SHIFT);
        }
        let near = self.first_near().map(|(when, _)| when);
        [near, self.first_parked()].into_iter().flatten().min()
    }

    #[inline]
    fn expire(&mut self, now: i64) -> Expired {
        // ANCHOR: expire
        let mut moved = 0;
        loop {
            while self.opening {
                moved += self.open();
                if moved >= PIECE {
                    return Expired::Busy;
                }
            }
            let near = self.first_near();
            let when = near.map_or(i64::MAX, |(when, _)| when);
            // What is parked may be earlier than what is near.
            if self.advance(now.min(when)) {
                continue;
            }
            let Some((when, index)) = near.filter(|_| when <= now) else {
                return Expired::Nothing;
            };
            self.near.pop();
            self.slab.at_mut(index).place = Place::Idle;
            self.armed -= 1;
            let id = self.slab.id(index);
            return Expired::Due { id, when };
        }
        // ANCHOR_END: expire
    }

    fn len(&self) -> usize {
        self.armed
    }

    fn verify(&self) -> Result<(), String> {
        let mut armed = 0;
        for (slot, timers) in self.slots.iter() {
            if self.slots.is_marked(slot) == timers.is_empty() {
                return Err(format!("{slot:?} is marked wrongly"));
            }
            for (position, &index) in (0..).zip(timers) {
                self.verify_parked(slot, position, index)?;
                armed += 1;
            }
        }
        let entries = self.near.iter();
        let mut near: Vec<_> = entries
            .filter(|&(when, index)| is_near(&self.slab, when, index))
            .map(|(_, index)| index)
            .collect();
        near.sort_unstable();
        near.dedup();
        armed += near.len();
        if armed != self.armed {
            return Err(format!("{armed} timers found, {} armed", self.armed));
        }
        Ok(())
    }
}

impl<T> Wheel<T> {
    fn verify_parked(
        &self,
        slot: super::Slot,
        position: u32,
        index: u32,
    ) -> Result<(), String> {
        let node = self.slab.at(index);
        if node.place != Place::Parked(slot) || node.position != position {
            return Err(format!(
                "timer {index} is in {slot:?} at {position}, but believes \
                 to be {:?} at {}",
                node.place, node.position
            ));
        }
        let tick = node.when >> SHIFT;
        let is_open = self.slots.containing(self.tick) == Some(slot);
        let expected =
            (tick > self.tick).then(|| super::Slot::of(tick, self.tick));
        if !is_open && expected != Some(slot) {
            return Err(format!(
                "timer {index} of tick {tick} is in {slot:?}, but belongs \
                 into {expected:?} at tick {}",
                self.tick
            ));
        }
        Ok(())
    }
}
