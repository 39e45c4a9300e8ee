//! The timers of one slot, in no order, from which removal is lazy.
//!
//! To take an entry out at once would fetch from memory its place in the list
//! and the timer that fills the gap. Instead the entry stays and is *dead*:
//! its timer knows of another place. When most entries are dead they are
//! swept out, a few at each removal.

use super::chunked_vec::ChunkedVec;

/// With fewer dead entries than this, a sweep costs more than it frees.
const MANY: usize = 64;

/// Entries that a step of a sweep looks at.
const STEP: usize = 8;

/// Timers by their index; each knows its position here.
#[derive(Debug, Default)]
pub(super) struct List {
    entries: ChunkedVec,
    live: u32,
    /// A sweep has looked at the entries before this one.
    read: u32,
    /// A sweep has moved the living ones before this one.
    write: u32,
}

impl List {
    pub(super) fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Returns how many entries there are, dead ones too.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns how many are alive.
    pub(super) fn live(&self) -> usize {
        self.live as usize
    }

    /// Adds a timer and returns its position.
    #[inline]
    pub(super) fn push(&mut self, index: u32) -> u32 {
        let position = self.entries.len() as u32;
        self.entries.push(index);
        self.live += 1;
        position
    }

    /// Returns every position and timer, dead ones too.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..).zip(self.entries.iter())
    }

    /// Notes that the timer at a position went. Returns true if it is time for
    /// a step of a sweep.
    #[inline]
    pub(super) fn forget(&mut self, position: u32) -> bool {
        self.live -= 1;
        if self.live == 0 {
            self.clear();
            return false;
        }
        if position as usize + 1 == self.entries.len() {
            self.entries.pop();
            return false;
        }
        let dead = self.entries.len() - self.live();
        self.read > 0 || dead > self.live() + MANY
    }

    /// Returns the memory too: a wheel has hundreds of lists.
    fn clear(&mut self) {
        self.entries = ChunkedVec::default();
        (self.live, self.read, self.write) = (0, 0, 0);
    }

    /// Looks at a few more entries and moves those alive to the front.
    ///
    /// `relocate` is called with a timer, its position and the one it gets,
    /// and returns true if the entry is alive. Between two steps, what lies
    /// behind the gap is where its timer knows it to be, and what lies in the
    /// gap is dead.
    pub(super) fn sweep(
        &mut self,
        mut relocate: impl FnMut(u32, u32, u32) -> bool,
    ) {
        let end = self.entries.len().min(self.read as usize + STEP);
        for read in self.read..end as u32 {
            let index = self.entries.get(read as usize);
            if relocate(index, read, self.write) {
                self.entries.set(self.write as usize, index);
                self.write += 1;
            }
        }
        self.read = end as u32;
        if end == self.entries.len() {
            self.entries.truncate(self.write as usize);
            (self.read, self.write) = (0, 0);
        }
    }

    /// Takes out the last block of entries, and adds to `alive` those for which
    /// `when` returns a deadline. Returns how many it looked at.
    pub(super) fn take(
        &mut self,
        alive: &mut Vec<(i64, u32)>,
        mut when: impl FnMut(u32, u32) -> Option<i64>,
    ) -> usize {
        let (first, block) = self.entries.take_block();
        // ANCHOR: take
        // A loop of reads that do not wait for each other: the processor
        // fetches several timers from memory at once.
        for (position, &index) in (first as u32..).zip(&block) {
            if let Some(when) = when(index, position) {
                alive.push((when, index));
            }
        }
        // ANCHOR_END: take
        self.live -= alive.len() as u32;
        // A sweep under way begins anew, because its gap may be gone.
        (self.read, self.write) = (0, 0);
        if self.live == 0 {
            self.clear();
        }
        block.len()
    }
}
