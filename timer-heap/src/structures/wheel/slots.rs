//! The slots of all levels, and which of them hold timers.

use super::list::List;

/// A digit of a tick has six bits.
const BITS: u32 = 6;
const WIDTH: usize = 1 << BITS;

/// Enough digits for every tick of 47 bits.
const LEVELS: usize = 8;

/// One slot of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(u16);

impl Slot {
    // ANCHOR: level
    /// Returns the slot for timers of a later tick. Its level is that of the
    /// highest digit in which the two ticks differ.
    #[inline]
    pub(super) fn of(tick: i64, now: i64) -> Self {
        let level = (63 - (tick ^ now).leading_zeros()) / BITS;
        Self::at(level as usize, tick)
    }
    // ANCHOR_END: level

    #[inline]
    fn at(level: usize, tick: i64) -> Self {
        let digit = (tick >> (BITS as usize * level)) as usize % WIDTH;
        Self((level * WIDTH + digit) as u16)
    }

    #[inline]
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    fn level(self) -> usize {
        self.index() / WIDTH
    }

    fn digit(self) -> usize {
        self.index() % WIDTH
    }

    fn bit(self) -> u64 {
        1 << self.digit()
    }
}

/// The lists of a level's slots.
type Level = [List; WIDTH];

/// A list of timers for each slot.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// A level is made when its first timer comes: most programs use few.
    lists: [Option<Box<Level>>; LEVELS],
    occupied: [u64; LEVELS],
    /// The levels that have an occupied slot, a bit each.
    levels: u32,
}

impl Slots {
    /// Adds a timer and returns its position.
    #[inline]
    pub(super) fn push(&mut self, slot: Slot, index: u32) -> u32 {
        let level = slot.level();
        self.occupied[level] |= slot.bit();
        self.levels |= 1 << level;
        let lists = self.lists[level].get_or_insert_with(new_level);
        lists[slot.digit()].push(index)
    }

    /// Returns the list of a slot, if its level has been used.
    #[inline]
    fn list_mut(&mut self, slot: Slot) -> Option<&mut List> {
        Some(&mut self.lists[slot.level()].as_mut()?[slot.digit()])
    }

    fn vacate(&mut self, slot: Slot) {
        let level = slot.level();
        self.occupied[level] &= !slot.bit();
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
    }

    /// Notes that the timer at a position went. Returns true if the slot wants
    /// a step of a sweep.
    #[inline]
    pub(super) fn forget(&mut self, slot: Slot, position: u32) -> bool {
        let Some(list) = self.list_mut(slot) else {
            return false;
        };
        let wants_sweep = list.forget(position);
        if list.is_empty() {
            self.vacate(slot);
        }
        wants_sweep
    }

    /// See [`List::sweep`].
    pub(super) fn sweep(
        &mut self,
        slot: Slot,
        relocate: impl FnMut(u32, u32, u32) -> bool,
    ) {
        if let Some(list) = self.list_mut(slot) {
            list.sweep(relocate);
        }
    }

    /// See [`List::take`].
    pub(super) fn take(
        &mut self,
        slot: Slot,
        alive: &mut Vec<(i64, u32)>,
        when: impl FnMut(u32, u32) -> Option<i64>,
    ) -> usize {
        let Some(list) = self.list_mut(slot) else {
            return 0;
        };
        let examined = list.take(alive, when);
        if list.is_empty() {
            self.vacate(slot);
        }
        examined
    }

    /// Returns the timers of a slot, or `None` if its level was never used.
    pub(super) fn list(&self, slot: Slot) -> Option<&List> {
        Some(&self.lists[slot.level()].as_ref()?[slot.digit()])
    }

    /// Returns the first tick of a slot, and the first one after it.
    pub(super) fn ticks(slot: Slot, tick: i64) -> (i64, i64) {
        let shift = BITS as usize * slot.level();
        let digit = slot.digit() as i64;
        let above = tick >> shift >> BITS << BITS;
        ((above + digit) << shift, (above + digit + 1) << shift)
    }

    /// Returns an occupied slot that contains `tick`, the coarsest first.
    pub(super) fn containing(&self, tick: i64) -> Option<Slot> {
        (0..LEVELS)
            .rev()
            .map(|level| Slot::at(level, tick))
            .find(|slot| self.occupied[slot.level()] & slot.bit() != 0)
    }

    // ANCHOR: first
    /// Returns the first occupied slot after `tick`, and its first tick.
    ///
    /// Every slot of a finer level is before every slot of a coarser one.
    #[inline]
    pub(super) fn first(&self, tick: i64) -> Option<(Slot, i64)> {
        if self.levels == 0 {
            return None;
        }
        let level = self.levels.trailing_zeros() as usize;
        let digit = self.occupied[level].trailing_zeros() as usize;
        let slot = Slot((level * WIDTH + digit) as u16);
        Some((slot, Self::ticks(slot, tick).0))
    }
    // ANCHOR_END: first

    /// Returns every slot with its timers, of the levels that were used.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &List)> {
        let slots = (0..LEVELS * WIDTH).map(|slot| Slot(slot as u16));
        slots.filter_map(|slot| Some((slot, self.list(slot)?)))
    }

    pub(super) fn is_occupied(&self, slot: Slot) -> bool {
        self.occupied[slot.level()] & slot.bit() != 0
    }
}

#[cold]
#[inline(never)]
fn new_level() -> Box<Level> {
    Box::new(std::array::from_fn(|_| List::default()))
}
