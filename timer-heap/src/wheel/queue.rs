//! The wheel as a [`TimerQueue`].

use super::{
    Mark, PIECE, Place, SHIFT, Slot, Slots, TimerId, Wheel, is_near, park,
};
use crate::queue::{Expired, TimerQueue};

impl<T> TimerQueue<T> for Wheel<T> {
    #[inline(always)]
    fn insert(&mut self, when: i64, value: T) -> TimerId {
        self.insert_with(when, || value)
    }

    #[inline(always)]
    fn insert_with(&mut self, when: i64, make: impl FnOnce() -> T) -> TimerId {
        let Self { slab, slots, near, tick, .. } = self;
        let vacant = slab.reserve();
        let (place, position) = park(slots, near, *tick, vacant.index, when);
        self.armed += 1;
        let mark = Mark { when, position, place };
        vacant.fill(mark, make())
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
    fn arm_at(&mut self, index: u32, when: i64) -> bool {
        let Some(mark) = self.slab.hot_mut(index) else {
            return false;
        };
        let before = *mark;
        if before.place == Place::Nowhere {
            return false;
        }
        // ANCHOR: stays
        // It may stay in its slot if that is opened in time.
        if let Place::Parked(slot) = before.place
            && Slots::ticks(slot, self.tick).0 <= when >> SHIFT
        {
            mark.when = when;
            return true;
        }
        // ANCHOR_END: stays
        mark.place = Place::Idle;
        self.displace(before.place, before.position);
        self.place(index, when);
        self.armed += usize::from(!before.is_armed());
        before.is_armed()
    }

    #[inline]
    fn disarm_at(&mut self, index: u32) -> bool {
        let mark = self.slab.hot_mut(index).filter(|mark| mark.is_armed());
        let Some(mark) = mark else {
            return false;
        };
        let before = *mark;
        mark.place = Place::Idle;
        self.displace(before.place, before.position);
        self.armed -= 1;
        true
    }

    #[inline]
    fn remove(&mut self, id: TimerId) -> Option<T> {
        self.disarm(id);
        self.slab.remove(id)
    }

    #[inline(always)]
    fn discard<R>(
        &mut self,
        index: u32,
        look: impl FnOnce(&mut T) -> R,
    ) -> Option<(bool, R)> {
        let mark = *self.slab.hot(index)?;
        let result = self.slab.discard(index, look)?;
        self.displace(mark.place, mark.position);
        let was_armed = mark.is_armed();
        self.armed -= usize::from(was_armed);
        Some((was_armed, result))
    }

    #[inline]
    fn is_armed(&self, id: TimerId) -> bool {
        let mark = self.slab.hot(id.index());
        self.slab.get(id).is_some() && mark.is_some_and(Mark::is_armed)
    }

    #[inline]
    fn get_mut(&mut self, id: TimerId) -> Option<&mut T> {
        self.slab.get_mut(id)
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
            self.mark_mut(index).place = Place::Idle;
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
        for (slot, list) in self.slots.iter() {
            if self.slots.is_marked(slot) == list.is_empty() {
                return Err(format!("{slot:?} is marked wrongly"));
            }
            let alive = list.iter().filter_map(|(position, index)| {
                let mark = self.slab.hot(index)?;
                mark.is_parked(slot, position).then_some((index, mark))
            });
            let mut live = 0;
            for (index, mark) in alive {
                self.verify_parked(slot, index, mark.when)?;
                live += 1;
            }
            if live != list.live() {
                let counted = list.live();
                return Err(format!("{live} of {counted} are in {slot:?}"));
            }
            armed += live;
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
    /// A parked timer is due in its slot or later, and its slot is opened in
    /// the future or now.
    fn verify_parked(
        &self,
        slot: Slot,
        index: u32,
        when: i64,
    ) -> Result<(), String> {
        let (start, end) = Slots::ticks(slot, self.tick);
        let tick = when >> SHIFT;
        if tick < start || end <= self.tick {
            return Err(format!(
                "timer {index} of tick {tick} is in {slot:?} of ticks \
                 {start} to {end} at tick {}",
                self.tick
            ));
        }
        Ok(())
    }
}
