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

    fn bit(self) -> u64 {
        1 << (self.index() % WIDTH)
    }
}

/// A list of timers for each slot.
#[derive(Debug)]
pub(super) struct Slots {
    lists: Box<[List]>,
    occupied: [u64; LEVELS],
    /// The levels that have an occupied slot, a bit each.
    levels: u32,
}

impl Default for Slots {
    fn default() -> Self {
        let lists = (0..LEVELS * WIDTH).map(|_| List::default());
        Self { lists: lists.collect(), occupied: [0; LEVELS], levels: 0 }
    }
}

impl Slots {
    /// Adds a timer and returns its position.
    #[inline]
    pub(super) fn push(&mut self, slot: Slot, index: u32) -> u32 {
        self.occupied[slot.level()] |= slot.bit();
        self.levels |= 1 << slot.level();
        self.lists[slot.index()].push(index)
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
        let list = &mut self.lists[slot.index()];
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
        self.lists[slot.index()].sweep(relocate);
    }

    /// See [`List::take`].
    pub(super) fn take(
        &mut self,
        slot: Slot,
        alive: &mut Vec<(i64, u32)>,
        when: impl Fn(u32, u32) -> Option<i64>,
    ) -> usize {
        let list = &mut self.lists[slot.index()];
        let examined = list.take(alive, when);
        if list.is_empty() {
            self.vacate(slot);
        }
        examined
    }

    /// Returns the timers of a slot.
    pub(super) fn list(&self, slot: Slot) -> &List {
        &self.lists[slot.index()]
    }

    /// Returns the first tick of a slot, and the first one after it.
    pub(super) fn ticks(slot: Slot, tick: i64) -> (i64, i64) {
        let shift = BITS as usize * slot.level();
        let digit = (slot.index() % WIDTH) as i64;
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

    /// Returns every slot with its timers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &List)> {
        (0_u16..).map(Slot).zip(&self.lists)
    }

    pub(super) fn is_occupied(&self, slot: Slot) -> bool {
        self.occupied[slot.level()] & slot.bit() != 0
    }
}
