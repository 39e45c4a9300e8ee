//! The slots of all levels, and which of them hold timers.

/// A digit of a tick has six bits.
const BITS: u32 = 6;
const WIDTH: usize = 1 << BITS;

/// Enough digits for every tick of 47 bits.
const LEVELS: usize = 8;

/// An emptied slot keeps room for this many timers.
const KEEP: usize = 1024;

/// One slot of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(u16);

impl Slot {
    // ANCHOR: level
    /// The slot for timers of a later tick: its level is that of the highest
    /// digit in which the two ticks differ.
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
    fn index(self) -> usize {
        usize::from(self.0)
    }

    fn level(self) -> usize {
        self.index() / WIDTH
    }

    fn bit(self) -> u64 {
        1 << (self.index() % WIDTH)
    }
}

/// Unordered lists of timers by their index, one for each slot.
#[derive(Debug)]
pub(super) struct Slots {
    lists: Box<[Vec<u32>]>,
    occupied: [u64; LEVELS],
    /// The levels that have an occupied slot, a bit each.
    levels: u32,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            lists: vec![Vec::new(); LEVELS * WIDTH].into(),
            occupied: [0; LEVELS],
            levels: 0,
        }
    }
}

impl Slots {
    /// Adds a timer; returns its position.
    #[inline]
    pub(super) fn push(&mut self, slot: Slot, index: u32) -> u32 {
        let list = &mut self.lists[slot.index()];
        let position = list.len() as u32;
        list.push(index);
        self.occupied[slot.level()] |= slot.bit();
        self.levels |= 1 << slot.level();
        position
    }

    fn unmark(&mut self, slot: Slot) {
        let level = slot.level();
        self.occupied[level] &= !slot.bit();
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
    }

    /// Removes the timer at a position; returns the one that is there now.
    #[inline]
    pub(super) fn remove(&mut self, slot: Slot, position: u32) -> Option<u32> {
        let list = &mut self.lists[slot.index()];
        list.swap_remove(position as usize);
        let moved = list.get(position as usize).copied();
        if list.is_empty() {
            self.unmark(slot);
        }
        moved
    }

    /// Takes as many timers as fit into `piece`, with their deadlines.
    pub(super) fn take(
        &mut self,
        slot: Slot,
        piece: &mut [(i64, u32)],
        when: impl Fn(u32) -> i64,
    ) -> usize {
        let list = &mut self.lists[slot.index()];
        let rest = list.len().saturating_sub(piece.len());
        let taken = list.len() - rest;
        // ANCHOR: take
        // A loop of reads that do not wait for each other: the processor
        // fetches several timers from memory at once.
        for (entry, &index) in piece.iter_mut().zip(&list[rest..]) {
            *entry = (when(index), index);
        }
        // ANCHOR_END: take
        list.truncate(rest);
        if rest == 0 {
            list.shrink_to(KEEP);
            self.unmark(slot);
        }
        taken
    }

    /// The timers of a slot.
    pub(super) fn timers(&self, slot: Slot) -> &[u32] {
        &self.lists[slot.index()]
    }

    /// An occupied slot that contains `tick`, the coarsest first.
    pub(super) fn containing(&self, tick: i64) -> Option<Slot> {
        (0..LEVELS)
            .rev()
            .map(|level| Slot::at(level, tick))
            .find(|slot| self.occupied[slot.level()] & slot.bit() != 0)
    }

    // ANCHOR: first
    /// The first occupied slot after `tick`, and its first tick.
    ///
    /// Every slot of a finer level is before every slot of a coarser one.
    #[inline]
    pub(super) fn first(&self, tick: i64) -> Option<(Slot, i64)> {
        if self.levels == 0 {
            return None;
        }
        let level = self.levels.trailing_zeros() as usize;
        let digit = self.occupied[level].trailing_zeros() as usize;
        let shift = BITS as usize * level;
        let above = tick >> shift >> BITS << BITS;
        let start = (above + digit as i64) << shift;
        Some((Slot((level * WIDTH + digit) as u16), start))
    }
    // ANCHOR_END: first

    /// Every slot with its timers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &[u32])> {
        (0_u16..)
            .map(Slot)
            .zip(self.lists.iter().map(Vec::as_slice))
    }

    pub(super) fn is_marked(&self, slot: Slot) -> bool {
        self.occupied[slot.level()] & slot.bit() != 0
    }
}
