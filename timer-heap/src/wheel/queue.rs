//! The wheel as a [`TimerQueue`].

use super::{Node, PIECE, Place, SHIFT, TimerId, Wheel, is_near};
use crate::queue::{Expired, TimerQueue};

impl<T> TimerQueue<T> for Wheel<T> {
    #[inline]
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        let id = self.slab.insert(Node {
            when,
            position: 0,
            place: Place::Idle,
            released: false,
            value,
        });
        self.armed += 1;
        self.place(id.index(), when);
        id
    }

    #[inline]
    fn arm(&mut self, id: TimerId, when: i64) -> bool {
        let Some(node) = self.slab.get_mut(id) else {
            return false;
        };
        let was_armed = node.place != Place::Idle;
        self.displace(id.index());
        self.slab.at_mut(id.index()).when = when;
        self.place(id.index(), when);
        self.armed += usize::from(!was_armed);
        was_armed
    }

    #[inline]
    fn disarm(&mut self, id: TimerId) -> bool {
        let was_armed = self.is_armed(id);
        if was_armed {
            self.displace(id.index());
            self.armed -= 1;
        }
        was_armed
    }

    #[inline]
    fn remove(&mut self, id: TimerId) -> Option<T> {
        self.disarm(id);
        self.slab.remove(id).map(|node| node.value)
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
        let slab = &self.slab;
        let near = self.near.first(|when, i| is_near(slab, when, i));
        near.map(|(when, _)| when).or_else(|| self.first_parked())
    }

    #[inline]
    fn expire(&mut self, now: i64) -> Expired {
        let mut moved = 0;
        loop {
            while self.opening {
                moved += self.open();
                if moved >= PIECE {
                    return Expired::Busy;
                }
            }
            let slab = &self.slab;
            let near = self.near.first(|when, i| is_near(slab, when, i));
            if let Some((when, index)) = near {
                if when > now {
                    return Expired::Nothing;
                }
                self.near.pop();
                self.slab.at_mut(index).place = Place::Idle;
                self.armed -= 1;
                let id = self.slab.id(index);
                return Expired::Due { id, when };
            }
            self.advance(now);
            if !self.opening {
                return Expired::Nothing;
            }
        }
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
